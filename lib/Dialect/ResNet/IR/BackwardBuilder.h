//===- BackwardBuilder.h - Makes gradients -------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the Backward*.cpp files share. In them `g` is the gradient with respect
// to the result.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_IR_BACKWARDBUILDER_H
#define RESNETC_LIB_DIALECT_RESNET_IR_BACKWARDBUILDER_H

#include "InferCommon.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/ResNet/IR/CreateFilled.h"

namespace resnetc::resnet {

/// Gradients with respect to the operands.
using Gradients = llvm::FailureOr<llvm::SmallVector<mlir::Value>>;

/// That with respect to the first operand of an operation; others have none.
inline llvm::SmallVector<mlir::Value> onlyFirst(mlir::Operation *op,
                                                mlir::Value gradient) {
  llvm::SmallVector<mlir::Value> results(op->getNumOperands());
  results.front() = gradient;
  return results;
}

/// Creates the operations that the gradients of one operation are made of. All
/// is of floating point; result types are inferred.
class BackwardBuilder {
public:
  using Value = mlir::Value;

  BackwardBuilder(mlir::OpBuilder &builder, mlir::Operation *op)
      : builder(builder), op(op) {}

  template <typename OpTy, typename... Args> OpTy createOp(Args &&...args) {
    return OpTy::create(builder, op->getLoc(), std::forward<Args>(args)...);
  }
  template <typename OpTy, typename... Args> Value create(Args &&...args) {
    return createOp<OpTy>(std::forward<Args>(args)...);
  }
  Value add(Value a, Value b) { return create<AddOp>(a, b); }
  Value sub(Value a, Value b) { return create<SubOp>(a, b); }
  Value mul(Value a, Value b) { return create<MulOp>(a, b); }
  Value div(Value a, Value b) { return create<DivOp>(a, b); }
  Value neg(Value a) { return create<NegOp>(a); }
  Value where(Value condition, Value a, Value b) {
    return create<WhereOp>(condition, a, b);
  }

  /// A scalar of the element type of `like`.
  Value number(Value like, double value);
  Value integers(llvm::ArrayRef<int64_t> values);
  /// A tensor of the shape of `like`, all `value`.
  Value filled(Value like, double value) {
    return createFilled(builder, op->getLoc(), like, value);
  }
  /// The elements of `value` in the shape of `like`, which has as many.
  Value reshapeLike(Value value, Value like);
  /// `value` broadcast to the shape of `like`, which has its rank.
  Value broadcastLike(Value value, Value like);
  /// A vector with an element for each channel, so that it is broadcast to
  /// `like`, which is N x C x ....
  Value alongChannels(Value value, Value like);
  /// The sum over axes, which there are.
  Value sum(Value value, llvm::ArrayRef<int64_t> axes, bool keepdims = true);
  /// The elements [begin, end) along an axis.
  Value slice(Value value, int64_t axis, int64_t begin, int64_t end);
  /// How many elements of `value` lie along axes, as a number of its element
  /// type. Fails, with an error on the operation, if that is not known but for
  /// the batch.
  llvm::FailureOr<Value> count(Value value, llvm::ArrayRef<int64_t> axes);
  /// The product of the sizes of axes. Fails as above.
  llvm::FailureOr<double> knownCount(Value value, llvm::ArrayRef<int64_t> axes);
  /// The sum over the dimensions in which `operand` was broadcast. Fails, with
  /// an error on the operation, if these are not known.
  llvm::FailureOr<Value> sumTo(Value operand, Value gradient);
  /// The same for each operand; what is null stays so.
  Gradients sumToOperands(llvm::ArrayRef<Value> gradients);

private:
  mlir::OpBuilder &builder;
  mlir::Operation *op;
};

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_IR_BACKWARDBUILDER_H
