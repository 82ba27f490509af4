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

/// Creates the operations that the gradients of one operation are made of. All
/// is of floating point; result types are inferred.
class BackwardBuilder {
public:
  using Value = mlir::Value;

  BackwardBuilder(mlir::OpBuilder &builder, mlir::Operation *op)
      : builder(builder), op(op) {}

  template <typename OpTy, typename... Args> Value create(Args &&...args) {
    return OpTy::create(builder, op->getLoc(), std::forward<Args>(args)...);
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
