//===- BackwardBuilder.cpp - Makes gradients ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"

using namespace mlir;
using namespace resnetc::resnet;

Value BackwardBuilder::number(Value like, double value) {
  Type element = elementType(like);
  auto scalar = RankedTensorType::get({}, element);
  return create<ConstantOp>(DenseElementsAttr::get(
      scalar, Attribute(builder.getFloatAttr(element, value))));
}

Value BackwardBuilder::integers(ArrayRef<int64_t> values) {
  return create<ConstantOp>(builder.getI64TensorAttr(values));
}

Value resnetc::resnet::createFilled(OpBuilder &builder, Location loc,
                                    Value like, double value) {
  Type element = elementType(like);
  Attribute number = builder.getFloatAttr(element, value);
  auto create = [&](ArrayRef<int64_t> shape) -> Value {
    return ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(RankedTensorType::get(shape, element), number));
  };
  auto type = dyn_cast<RankedTensorType>(like.getType());
  bool isSmall = type && type.hasStaticShape() &&
                 product(Dims(type.getShape())).value_or(maxSplat) < maxSplat;
  if (isSmall)
    return create(type.getShape());
  // Nothing is an infinity of neither sign, whatever it is; so this is the
  // scalar in the shape of `like`, element by element.
  Value never = IsInfOp::create(builder, loc, like, /*detect_negative=*/false,
                                /*detect_positive=*/false);
  Value scalar = create({});
  return WhereOp::create(builder, loc, never, scalar, scalar);
}

Value BackwardBuilder::reshapeLike(Value value, Value like) {
  auto type = dyn_cast<RankedTensorType>(like.getType());
  bool isStatic = type && type.hasStaticShape();
  Value shape = isStatic ? integers(type.getShape())
                         : create<ShapeOp>(like, 0, IntegerAttr());
  // What has no elements has a dimension of 0.
  return create<ReshapeOp>(value, shape, /*allowzero=*/true);
}

FailureOr<Value> BackwardBuilder::sumTo(Value operand, Value gradient) {
  auto to = dyn_cast<RankedTensorType>(operand.getType());
  auto from = dyn_cast<RankedTensorType>(gradient.getType());
  if (!to || !from || to.getRank() > from.getRank())
    return op->emitError("cannot be differentiated: the shape of an operand "
                         "is not known");
  SmallVector<int64_t> axes;
  int64_t missing = from.getRank() - to.getRank();
  for (int64_t d = 0; d < from.getRank(); ++d) {
    int64_t size = d < missing ? 1 : to.getDimSize(d - missing);
    int64_t summed = from.getDimSize(d);
    // The first dimension may be the batch of both.
    bool isBatch = d == 0 && isDynamic(size) && isDynamic(summed);
    if (d >= missing && (size == summed || isBatch) &&
        (isBatch || !isDynamic(size)))
      continue;
    if (size != 1)
      return op->emitError("cannot be differentiated: dimension ")
             << d << " of an operand is not known";
    axes.push_back(d);
  }
  if (axes.empty())
    return gradient;
  Value sum = create<ReduceOp>(gradient, integers(axes), Reduction::sum,
                               /*keepdims=*/true,
                               /*noop_with_empty_axes=*/false);
  return missing == 0 ? sum : reshapeLike(sum, operand);
}

Gradients BackwardBuilder::sumToOperands(ArrayRef<Value> gradients) {
  SmallVector<Value> results;
  for (auto [operand, gradient] :
       llvm::zip_equal(op->getOperands(), gradients)) {
    results.push_back(Value());
    if (!gradient)
      continue;
    FailureOr<Value> sum = sumTo(operand, gradient);
    if (failed(sum))
      return failure();
    results.back() = *sum;
  }
  return results;
}
