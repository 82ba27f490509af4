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
  for (Value parameter : getOperands().drop_front())
    if (elementType(parameter) != elementType(getInput()))
      return emitError("cannot be differentiated: its parameters are not of "
                       "the input's type");
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

/// The same elements are dropped of the gradient.
Gradients DropoutOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  return onlyFirst(*this, b.create<DropoutOp>(gradients.front(), getExample(),
                                              getRandom(), getRatioAttr(),
                                              getStreamAttr()));
}

Gradients AllReduceOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  return SmallVector<Value>{b.create<AllReduceOp>(gradients.front())};
}

Gradients LrnOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  if (failed(checkRank(*this, getInput())))
    return failure();
  ArrayRef<int64_t> shape = *shapeOf(getInput());
  for (auto [d, size] : llvm::enumerate(shape.drop_front()))
    if (isDynamic(size))
      return emitError("cannot be differentiated: the size of dimension ")
             << d + 1 << " is not known";
  // Sums over channels are those of windows on images of channels x places.
  std::optional<int64_t> places = product(shape.drop_front(2));
  Value image = b.integers(
      {isDynamic(shape[0]) ? -1 : shape[0], 1, shape[1], places.value_or(0)});
  auto asImage = [&](Value value) {
    return b.create<ReshapeOp>(value, image, /*allowzero=*/true);
  };
  int64_t before = (getSize() - 1) / 2, after = getSize() - 1 - before;
  auto mean = [&](Value value, int64_t above, int64_t below) {
    int64_t kernel[] = {getSize(), 1}, ones[] = {1, 1},
            pads[] = {above, 0, below, 0};
    return b.create<AvgPoolOp>(value, ArrayRef<int64_t>(kernel),
                               ArrayRef<int64_t>(ones), ArrayRef<int64_t>(pads),
                               ArrayRef<int64_t>(ones),
                               /*ceil_mode=*/false, "NOTSET",
                               /*count_include_pad=*/true);
  };
  double alpha = getAlpha().convertToFloat(), beta = getBeta().convertToFloat();
  Value x = asImage(getInput()), g = asImage(gradients.front());
  // y = x * s^-beta, s = bias + alpha * the mean of squares.
  Value s = b.mul(mean(b.mul(x, x), before, after), b.number(x, alpha));
  s = b.add(s, b.number(x, getBias().convertToFloat()));
  Value direct = b.mul(g, b.create<PowOp>(s, b.number(x, -beta)));
  Value others = mean(b.div(b.mul(direct, x), s), after, before);
  Value indirect = b.mul(b.mul(x, others), b.number(x, 2 * alpha * beta));
  return SmallVector<Value>{b.reshapeLike(b.sub(direct, indirect), getInput())};
}

Gradients PickClassOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  auto input = shapeOf(getInput()), target = shapeOf(getTarget());
  size_t at = input && input->size() > 1 ? 1 : 0;
  if (!input || !target || isDynamic((*input)[at]))
    return emitError("cannot be differentiated: the number of classes is not "
                     "known");
  // The places of each class, along a dimension behind that of the batch.
  ReferenceTensor classes{elementType(getTarget()), {}, {}};
  Dims shape(std::max<size_t>(target->size(), 1), 1);
  shape.front() = (*input)[at];
  classes.resize(shape);
  for (auto [i, number] : llvm::enumerate(classes.values)) {
    // No target is -1 but where that is ignored, too.
    bool isIgnored =
        getIgnoreIndex() && *getIgnoreIndex() == static_cast<int64_t>(i);
    number = isIgnored ? -1 : static_cast<double>(i);
  }
  int64_t axis = target->empty() ? 0 : 1;
  Value named = b.create<UnsqueezeOp>(getTarget(), b.integers(axis));
  Value isChosen =
      b.create<EqualOp>(named, b.create<ConstantOp>(classes.toAttr()));
  Value g = b.create<UnsqueezeOp>(gradients.front(), b.integers(axis));
  Value chosen = b.where(isChosen, g, b.number(g, 0));
  if (at == 0 && !target->empty()) {
    // The same for all examples and places.
    Dims axes;
    for (int64_t d = 0; d <= static_cast<int64_t>(target->size()); ++d)
      if (d != axis)
        axes.push_back(d);
    chosen = b.sum(chosen, axes, /*keepdims=*/false);
  }
  return SmallVector<Value>{chosen, Value()};
}
