//===- EvaluateWindows.cpp - Convolutions and pools -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateWindows.h"
#include <cmath>

using namespace mlir;
using namespace resnetc::resnet;

FailureOr<Windows> Windows::get(Operation *op, ArrayRef<int64_t> inputShape,
                                ArrayRef<int64_t> kernel,
                                ArrayRef<int64_t> strides,
                                ArrayRef<int64_t> pads,
                                ArrayRef<int64_t> dilations, StringRef autoPad,
                                bool ceilMode) {
  Windows windows;
  size_t rank = kernel.size();
  if (inputShape.size() != rank + 2 || strides.size() != rank ||
      dilations.size() != rank || pads.size() != 2 * rank)
    return op->emitError("has attributes of different ranks");
  for (size_t d = 0; d < rank; ++d) {
    WindowDimension window{inputShape[d + 2], kernel[d], strides[d],
                           dilations[d],      pads[d],   pads[d + rank]};
    if (autoPad != "NOTSET")
      resolveAutoPad(autoPad, window);
    int64_t count = countWindows(window, ceilMode);
    if (count < 1)
      return op->emitError("has a kernel larger than its input");
    windows.dimensions.push_back(window);
    windows.counts.push_back(count);
  }
  return windows;
}

int64_t Windows::divisor(ArrayRef<int64_t> at, bool countIncludePad) const {
  int64_t inside = 0, padded = 0;
  forEachInside(*this, at,
                [&](ArrayRef<int64_t>, ArrayRef<int64_t>) { ++inside; });
  // Taps in the input or its pads, but not beyond them.
  forEach(kernel(), [&](ArrayRef<int64_t> tap) {
    for (size_t d = 0; d < tap.size(); ++d)
      if (position(d, at, tap) >= dimensions[d].size + dimensions[d].padEnd)
        return;
    ++padded;
  });
  return countIncludePad ? padded : inside;
}

void resnetc::resnet::forEachInside(
    const Windows &windows, ArrayRef<int64_t> at,
    llvm::function_ref<void(ArrayRef<int64_t>, ArrayRef<int64_t>)> body) {
  forEach(windows.kernel(), [&](ArrayRef<int64_t> tap) {
    Coordinates position;
    for (size_t d = 0; d < tap.size(); ++d) {
      position.push_back(windows.position(d, at, tap));
      if (position[d] < 0 || position[d] >= windows.dimensions[d].size)
        return;
    }
    body(position, tap);
  });
}

/// Those of a pool.
template <typename OpTy>
static FailureOr<Windows> windowsOf(OpTy op, const ReferenceTensor &input) {
  return Windows::get(op, input.shape, op.getKernelShape(), op.getStrides(),
                      op.getPads(), op.getDilations(), op.getAutoPad(),
                      op.getCeilMode());
}

static double activate(Activation activation, double value) {
  // Written so that not a number stays one.
  return activation == Activation::relu && value < 0 ? 0 : value;
}

LogicalResult ConvOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &weight = *operands[1];
  const ReferenceTensor *bias = operands[2], *residual = operands[3];
  if (weight.rank() < 3 || weight.rank() != input.rank())
    return emitError("has operands of different ranks");
  FailureOr<Windows> windows =
      Windows::get(*this, input.shape, ArrayRef(weight.shape).drop_front(2),
                   getStrides(), getPads(), getDilations(), getAutoPad(),
                   /*ceilMode=*/false);
  if (failed(windows))
    return failure();
  int64_t channels = weight.shape[1], outputs = weight.shape[0];
  if (getGroup() < 1 || channels * getGroup() != input.shape[1] ||
      outputs % getGroup() != 0)
    return emitError("has channels that do not fit its groups");
  Coordinates shape = join(input.shape[0], outputs, windows->counts);
  if ((bias && bias->size() != outputs) ||
      (residual && residual->shape != shape))
    return emitError("has a bias or residual of the wrong shape");

  ReferenceTensor &result = results[0];
  result.resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    int64_t n = at[0], m = at[1];
    int64_t firstChannel = m / (outputs / getGroup()) * channels;
    double sum = bias ? bias->values[m] : 0;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t> tap) {
                    for (int64_t c = 0; c < channels; ++c)
                      sum += elementAt(input,
                                       join(n, firstChannel + c, position)) *
                             elementAt(weight, join(m, c, tap));
                  });
    if (residual)
      sum += elementAt(*residual, at);
    result.values[offsetOf(shape, at)] = activate(getActivation(), sum);
  });
  return success();
}

LogicalResult ConvTransposeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &weight = *operands[1];
  const ReferenceTensor *bias = operands.size() > 2 ? operands[2] : nullptr;
  size_t rank = getStrides().size();
  if (input.shape.size() != rank + 2 || weight.shape.size() != rank + 2 ||
      getGroup() < 1 || weight.shape[0] != input.shape[1] ||
      input.shape[1] % getGroup() != 0)
    return emitError("has operands that do not fit");
  int64_t outputs = weight.shape[1], channels = input.shape[1] / getGroup();
  Coordinates shape = {input.shape[0], outputs * getGroup()};
  for (size_t d = 0; d < rank; ++d)
    shape.push_back((input.shape[2 + d] - 1) * getStrides()[d] +
                    (weight.shape[2 + d] - 1) * getDilations()[d] + 1 +
                    getOutputPadding()[d] - getPads()[d] - getPads()[rank + d]);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    results[0].values[offsetOf(shape, at)] = bias ? bias->values[at[1]] : 0;
  });
  Coordinates taps(ArrayRef(weight.shape).drop_front(1));
  forEach(input.shape, [&](ArrayRef<int64_t> from) {
    forEach(taps, [&](ArrayRef<int64_t> tap) {
      Coordinates to = {from[0], from[1] / channels * outputs + tap[0]};
      for (size_t d = 0; d < rank; ++d) {
        to.push_back(from[2 + d] * getStrides()[d] +
                     tap[1 + d] * getDilations()[d] - getPads()[d]);
        if (to.back() < 0 || to.back() >= shape[2 + d])
          return;
      }
      results[0].values[offsetOf(shape, to)] +=
          elementAt(input, from) *
          elementAt(weight, join(from[1], tap[0], tap.drop_front(1)));
    });
  });
  return success();
}

LogicalResult MaxPoolIndicesOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  FailureOr<Windows> windows = windowsOf(*this, input);
  if (failed(windows))
    return failure();
  Coordinates shape = join(input.shape[0], input.shape[1], windows->counts);
  // Planes by columns are those of the transposed shape.
  Coordinates plane(ArrayRef(input.shape).drop_front(2));
  Coordinates stored = join(input.shape[0], input.shape[1], plane);
  if (getStorageOrder())
    std::reverse(stored.begin() + 2, stored.end());
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double largest = -HUGE_VAL;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t>) {
                    double x = elementAt(input, join(at[0], at[1], position));
                    if (x <= largest)
                      return;
                    largest = x;
                    Coordinates place = join(at[0], at[1], position);
                    if (getStorageOrder())
                      std::reverse(place.begin() + 2, place.end());
                    results[0].values[offsetOf(shape, at)] =
                        static_cast<double>(offsetOf(stored, place));
                  });
  });
  return success();
}

LogicalResult MaxUnpoolOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &indices = *operands[1];
  if (indices.size() != input.size())
    return emitError("has other indices than elements");
  results[0].resize(getOutputShape());
  for (int64_t i = 0; i < input.size(); ++i) {
    int64_t place = indices.asInt(i);
    Coordinates at;
    for (int64_t size : llvm::reverse(getIndexedShape())) {
      at.insert(at.begin(), place % size);
      place /= size;
    }
    if (place != 0 || llvm::any_of(at, [](int64_t c) { return c < 0; }))
      return emitError("has an index of ") << indices.asInt(i);
    results[0].values[offsetOf(getOutputShape(), at)] = input.values[i];
  }
  return success();
}

LogicalResult MaxPoolOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  FailureOr<Windows> windows = windowsOf(*this, input);
  if (failed(windows))
    return failure();
  Coordinates shape = join(input.shape[0], input.shape[1], windows->counts);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double largest = -HUGE_VAL;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t>) {
                    double x = elementAt(input, join(at[0], at[1], position));
                    if (x > largest || std::isnan(x))
                      largest = x;
                  });
    results[0].values[offsetOf(shape, at)] = largest;
  });
  return success();
}

LogicalResult AvgPoolOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  FailureOr<Windows> windows = windowsOf(*this, input);
  if (failed(windows))
    return failure();
  Coordinates shape = join(input.shape[0], input.shape[1], windows->counts);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double sum = 0;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t>) {
                    sum += elementAt(input, join(at[0], at[1], position));
                  });
    results[0].values[offsetOf(shape, at)] =
        sum / static_cast<double>(
                  windows->divisor(at.drop_front(2), getCountIncludePad()));
  });
  return success();
}

LogicalResult GlobalAvgPoolOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (input.rank() < 2)
    return emitError("has no channels");
  Coordinates shape(input.shape);
  int64_t plane = 1;
  for (int64_t &size : MutableArrayRef(shape).drop_front(2)) {
    plane *= size;
    size = 1;
  }
  results[0].resize(shape);
  for (int64_t i = 0; i < results[0].size(); ++i) {
    double sum = 0;
    for (int64_t k = 0; k < plane; ++k)
      sum += input.values[i * plane + k];
    results[0].values[i] = sum / static_cast<double>(plane);
  }
  return success();
}
