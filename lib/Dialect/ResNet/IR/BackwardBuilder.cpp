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
  if (type && type.hasStaticShape())
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
  Value shape;
  if (type && type.hasStaticShape()) {
    shape = integers(type.getShape());
  } else if (type && type.getNumDynamicDims() == 1 &&
             !llvm::is_contained(type.getShape(), 0)) {
    // Known as well as that of `like`, unlike a computed shape.
    SmallVector<int64_t> sizes(type.getShape());
    llvm::replace(sizes, ShapedType::kDynamic, int64_t(-1));
    shape = integers(sizes);
  } else {
    shape = create<ShapeOp>(like, 0, IntegerAttr());
  }
  // What has no elements has a dimension of 0.
  return create<ReshapeOp>(value, shape, /*allowzero=*/true);
}

Value BackwardBuilder::broadcastLike(Value value, Value like) {
  auto from = dyn_cast<RankedTensorType>(value.getType());
  auto to = dyn_cast<RankedTensorType>(like.getType());
  if (!from || !to || from.getRank() != to.getRank())
    return mul(value, filled(like, 1));
  SmallVector<int64_t> sizes;
  bool isSame = true;
  for (auto [size, wanted] : llvm::zip_equal(from.getShape(), to.getShape())) {
    // A size that is not known can only be kept, as that of the batch is.
    if (isDynamic(wanted) && !(isDynamic(size) && sizes.empty()))
      return mul(value, filled(like, 1));
    isSame &= size == wanted;
    sizes.push_back(isDynamic(wanted) ? 1 : wanted);
  }
  return isSame ? value : create<ExpandOp>(value, integers(sizes));
}

Value BackwardBuilder::alongChannels(Value value, Value like) {
  int64_t rank = cast<RankedTensorType>(like.getType()).getRank();
  if (rank == 2)
    return value;
  SmallVector<int64_t> shape(rank - 1, 1);
  int64_t channels = cast<RankedTensorType>(like.getType()).getDimSize(1);
  shape.front() = isDynamic(channels) ? -1 : channels;
  return create<ReshapeOp>(value, integers(shape), /*allowzero=*/true);
}

Value BackwardBuilder::sum(Value value, ArrayRef<int64_t> axes, bool keepdims) {
  return create<ReduceOp>(value, integers(axes), Reduction::sum, keepdims,
                          /*noop_with_empty_axes=*/true);
}

Value BackwardBuilder::slice(Value value, int64_t axis, int64_t begin,
                             int64_t end) {
  return create<SliceOp>(value, integers(begin), integers(end), integers(axis),
                         Value());
}

FailureOr<double> BackwardBuilder::knownCount(Value value,
                                              ArrayRef<int64_t> axes) {
  auto type = cast<RankedTensorType>(value.getType());
  double count = 1;
  for (int64_t axis : axes) {
    if (type.isDynamicDim(axis))
      return op->emitError("cannot be differentiated: the size of dimension ")
             << axis << " is not known";
    count *= static_cast<double>(type.getDimSize(axis));
  }
  return count;
}

FailureOr<Value> BackwardBuilder::count(Value value, ArrayRef<int64_t> axes) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> known(axes);
  bool overBatch = llvm::is_contained(axes, 0) && type.isDynamicDim(0);
  if (overBatch)
    llvm::erase(known, 0);
  FailureOr<double> product = knownCount(value, known);
  if (failed(product))
    return failure();
  if (!overBatch)
    return number(value, *product);
  Value examples = create<BatchSizeOp>(value);
  if (elementType(examples) != elementType(value))
    examples = create<CastOp>(examples, elementType(value));
  return *product == 1 ? examples : mul(examples, number(value, *product));
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
  Value total = sum(gradient, axes);
  return missing == 0 ? total : reshapeLike(total, operand);
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
