//===- Arithmetic.h - Short names for operations on numbers --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_ARITHMETIC_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_ARITHMETIC_H

#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// Creates what losses and optimizers are made of: formulas on tensors of
/// floating point. Scalars that are mixed with tensors of another element type
/// are converted to it.
class Arithmetic {
public:
  using Value = mlir::Value;

  Arithmetic(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  template <typename OpTy, typename... Args> Value create(Args &&...args) {
    return OpTy::create(builder, loc, std::forward<Args>(args)...);
  }
  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() { return loc; }

  static mlir::Type elementType(Value value) {
    return llvm::cast<mlir::ShapedType>(value.getType()).getElementType();
  }
  static mlir::RankedTensorType typeOf(Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType());
  }

  Value add(Value a, Value b) { return binary<AddOp>(a, b); }
  Value sub(Value a, Value b) { return binary<SubOp>(a, b); }
  Value mul(Value a, Value b) { return binary<MulOp>(a, b); }
  Value div(Value a, Value b) { return binary<DivOp>(a, b); }
  Value max(Value a, Value b) { return binary<MaxOp>(a, b); }
  Value min(Value a, Value b) { return binary<MinOp>(a, b); }
  Value square(Value a) { return mul(a, a); }
  Value sqrt(Value a) { return create<SqrtOp>(a); }

  Value cast(Value value, mlir::Type element) {
    return elementType(value) == element ? value
                                         : create<CastOp>(value, element);
  }
  /// A scalar of the element type of `like`.
  Value number(Value like, double value) {
    return create<ConstantOp>(filled({}, elementType(like), value));
  }
  Value integers(llvm::ArrayRef<int64_t> values) {
    return create<ConstantOp>(builder.getI64TensorAttr(values));
  }
  mlir::DenseElementsAttr filled(llvm::ArrayRef<int64_t> shape,
                                 mlir::Type element, double value) {
    return mlir::DenseElementsAttr::get(
        mlir::RankedTensorType::get(shape, element),
        mlir::Attribute(builder.getFloatAttr(element, value)));
  }
  /// The sum (or another `kind` of reduction) along axes; along none, the value
  /// itself.
  Value reduce(Value value, llvm::ArrayRef<int64_t> axes, bool keepdims,
               Reduction kind = Reduction::sum) {
    if (axes.empty())
      return value;
    return create<ReduceOp>(value, integers(axes), kind, keepdims,
                            /*noop_with_empty_axes=*/false);
  }
  /// A vector by channel in a shape that broadcasts to `N x C x ...` of `rank`.
  Value byChannel(Value vector, int64_t rank) {
    if (rank <= 2)
      return vector;
    llvm::SmallVector<int64_t> shape(rank - 1, 1);
    shape.front() = typeOf(vector).getDimSize(0);
    return create<ReshapeOp>(vector, integers(shape), /*allowzero=*/true);
  }

private:
  template <typename OpTy> Value binary(Value a, Value b) {
    if (typeOf(a).getRank() == 0)
      a = cast(a, elementType(b));
    return create<OpTy>(a, cast(b, elementType(a)));
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_ARITHMETIC_H
