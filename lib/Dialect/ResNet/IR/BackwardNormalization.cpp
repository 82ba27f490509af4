//===- BackwardNormalization.cpp - Gradients of normalizations ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By channel, s is the sum of g, and d that of g * (x - mean).
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"

using namespace mlir;
using namespace resnetc::resnet;

static LogicalResult checkRank(Operation *op, Value input) {
  auto shape = shapeOf(input);
  if (shape && shape->size() >= 2)
    return success();
  return op->emitError("cannot be differentiated: the rank of the operand is "
                       "not known");
}

Gradients BatchNormOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  if (failed(checkRank(*this, getInput())))
    return failure();
  Value x = getInput(), g = gradients.front();
  // y = (x - mean) * factor + offset, factor = scale * inverse.
  Value shifted = b.add(getVariance(),
                        b.number(getVariance(), getEpsilon().convertToFloat()));
  Value inverse = b.create<ReciprocalOp>(b.create<SqrtOp>(shifted));
  Value factor = b.mul(getScale(), inverse);
  auto sums = b.createOp<ChannelSumsOp>(g, x, getMean());
  Value s = sums.getSum(), d = sums.getDot();
  // Of the factor by the variance.
  Value slope = b.mul(b.div(factor, shifted), b.number(factor, -0.5));
  return SmallVector<Value>{b.mul(g, b.alongChannels(factor, x)),
                            b.mul(d, inverse), s, b.neg(b.mul(s, factor)),
                            b.mul(d, slope)};
}

Gradients BatchStatisticsOp::buildBackward(OpBuilder &builder,
                                           ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value x = getInput();
  if (failed(checkRank(*this, x)))
    return failure();
  Dims axes = {0};
  llvm::append_range(axes, llvm::seq<int64_t>(2, shapeOf(x)->size()));
  FailureOr<Value> n = b.count(x, axes);
  if (failed(n))
    return failure();
  Value forMean = b.div(gradients[0], *n),
        forVariance = b.div(gradients[1], *n);
  Value distance = b.sub(x, b.alongChannels(getMean(), x));
  Value slope = b.alongChannels(b.add(forVariance, forVariance), x);
  return SmallVector<Value>{
      b.add(b.mul(distance, slope), b.alongChannels(forMean, x))};
}

Gradients ChannelSumsOp::buildBackward(OpBuilder &builder,
                                       ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value x = getInput();
  if (failed(checkRank(*this, x)))
    return failure();
  Value forSum = b.alongChannels(gradients[0], x),
        forDot = b.alongChannels(gradients[1], x);
  Value distance = b.sub(x, b.alongChannels(getMean(), x));
  return SmallVector<Value>{b.add(b.mul(distance, forDot), forSum),
                            b.mul(getGradient(), forDot),
                            b.neg(b.mul(gradients[1], getSum()))};
}

Gradients BatchSizeOp::buildBackward(OpBuilder &, ValueRange) {
  return SmallVector<Value>{Value()};
}
