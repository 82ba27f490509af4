//===- EvaluateTraining.cpp - What only gradients need --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateWindows.h"
#include "resnetc/Support/Philox.h"
#include <cmath>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// Convolutions and pools
//===----------------------------------------------------------------------===//

/// The windows on an input whose results have the shape of `gradient`.
template <typename OpTy>
static FailureOr<Windows> windowsOf(OpTy op, ArrayRef<int64_t> input,
                                    const ReferenceTensor &gradient,
                                    bool ceilMode) {
  FailureOr<Windows> windows = Windows::get(
      op, input, op.getKernelShape(), op.getStrides(), op.getPads(),
      op.getDilations(), /*autoPad=*/"NOTSET", ceilMode);
  if (failed(windows))
    return failure();
  if (gradient.rank() != static_cast<int64_t>(input.size()) ||
      gradient.shape[0] != input[0] ||
      !llvm::equal(ArrayRef(gradient.shape).drop_front(2), windows->counts))
    return op.emitError("has a gradient that does not fit its input");
  return windows;
}

LogicalResult ConvFilterGradientOp::evaluate(Operands operands,
                                             Results results) {
  const ReferenceTensor &input = *operands[0], &gradient = *operands[1];
  FailureOr<Windows> windows =
      windowsOf(*this, input.shape, gradient, /*ceilMode=*/false);
  if (failed(windows))
    return failure();
  int64_t group = getGroup(), outputs = gradient.shape[1];
  if (group < 1 || input.shape[1] % group != 0 || outputs % group != 0)
    return emitError("has channels that do not fit its groups");
  int64_t channels = input.shape[1] / group;
  Coordinates shape = join(outputs, channels, getKernelShape());
  results[0].resize(shape);
  forEach(gradient.shape, [&](ArrayRef<int64_t> at) {
    int64_t n = at[0], m = at[1];
    int64_t firstChannel = m / (outputs / group) * channels;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t> tap) {
                    for (int64_t c = 0; c < channels; ++c)
                      results[0].values[offsetOf(shape, join(m, c, tap))] +=
                          elementAt(gradient, at) *
                          elementAt(input, join(n, firstChannel + c, position));
                  });
  });
  return success();
}

LogicalResult MaxPoolGradientOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &gradient = *operands[1];
  FailureOr<Windows> windows =
      windowsOf(*this, input.shape, gradient, getCeilMode());
  if (failed(windows))
    return failure();
  if (gradient.shape[1] != input.shape[1])
    return emitError("has a gradient of other channels");
  results[0].resize(input.shape);
  forEach(gradient.shape, [&](ArrayRef<int64_t> at) {
    Coordinates largest;
    forEachInside(*windows, at.drop_front(2),
                  [&](ArrayRef<int64_t> position, ArrayRef<int64_t>) {
                    Coordinates here = join(at[0], at[1], position);
                    double x = elementAt(input, here);
                    if (largest.empty() || x > elementAt(input, largest) ||
                        std::isnan(x))
                      largest = here;
                  });
    if (!largest.empty())
      results[0].values[offsetOf(input.shape, largest)] +=
          elementAt(gradient, at);
  });
  return success();
}

LogicalResult AvgPoolGradientOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &gradient = *operands[0];
  if (gradient.rank() < 2)
    return emitError("has no channels");
  Coordinates shape =
      join(gradient.shape[0], gradient.shape[1], getInputShape());
  FailureOr<Windows> windows = windowsOf(*this, shape, gradient, getCeilMode());
  if (failed(windows))
    return failure();
  results[0].resize(shape);
  forEach(gradient.shape, [&](ArrayRef<int64_t> at) {
    auto divisor = static_cast<double>(
        windows->divisor(at.drop_front(2), getCountIncludePad()));
    forEachInside(
        *windows, at.drop_front(2),
        [&](ArrayRef<int64_t> position, ArrayRef<int64_t>) {
          results[0].values[offsetOf(shape, join(at[0], at[1], position))] +=
              elementAt(gradient, at) / divisor;
        });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

LogicalResult InsertSliceOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates shape(input.shape), first(input.rank(), 0), by(input.rank(), 1);
  for (size_t i = 0; i < getAxes().size(); ++i) {
    int64_t axis = getAxes()[i];
    if (failed(normalizeAxisOf(*this, axis, input.rank())))
      return failure();
    first[axis] = getStarts()[i];
    by[axis] = getSteps()[i];
    shape[axis] = getSizes()[i];
    int64_t last = first[axis] + (input.shape[axis] - 1) * by[axis];
    if (input.shape[axis] > 0 && (std::min(first[axis], last) < 0 ||
                                  std::max(first[axis], last) >= shape[axis]))
      return emitError("has elements outside dimension ") << axis;
  }
  results[0].resize(shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    Coordinates to;
    for (size_t d = 0; d < at.size(); ++d)
      to.push_back(first[d] + at[d] * by[d]);
    results[0].values[offsetOf(shape, to)] = elementAt(input, at);
  });
  return success();
}

LogicalResult ResampleOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &weights = *operands[2];
  Coordinates begins = integers(*operands[1]), shape(input.shape);
  int64_t axis = getAxis();
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  auto count = static_cast<int64_t>(begins.size());
  if (weights.rank() != 2 || weights.shape[0] != count)
    return emitError("has weights that do not fit");
  int64_t taps = weights.shape[1];
  for (int64_t begin : begins)
    if (begin < 0 || begin > input.shape[axis] - taps)
      return emitError("has a begin of ") << begin;
  shape[axis] = count;
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double sum = 0;
    Coordinates from(at);
    for (int64_t k = 0; k < taps; ++k) {
      from[axis] = begins[at[axis]] + k;
      double weight = elementAt(weights, {at[axis], k});
      if (weight != 0)
        sum += weight * elementAt(input, from);
    }
    results[0].values[offsetOf(shape, at)] = sum;
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

LogicalResult BatchStatisticsOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (input.rank() < 2)
    return emitError("has no channels");
  int64_t channels = input.shape[1];
  ReferenceTensor &mean = results[0], &variance = results[1];
  mean.resize({channels});
  variance.resize({channels});
  double count =
      static_cast<double>(input.size()) / static_cast<double>(channels);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    mean.values[at[1]] += elementAt(input, at) / count;
  });
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    double distance = elementAt(input, at) - mean.values[at[1]];
    variance.values[at[1]] += distance * distance / count;
  });
  return success();
}

LogicalResult ChannelSumsOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &gradient = *operands[0], &input = *operands[1],
                        &mean = *operands[2];
  if (input.rank() < 2 || gradient.shape != input.shape ||
      mean.size() != input.shape[1])
    return emitError("has operands of shapes that do not fit");
  results[0].resize({input.shape[1]});
  results[1].resize({input.shape[1]});
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    double g = elementAt(gradient, at);
    results[0].values[at[1]] += g;
    results[1].values[at[1]] += g * (elementAt(input, at) - mean.values[at[1]]);
  });
  return success();
}

LogicalResult BatchSizeOp::evaluate(Operands operands, Results results) {
  if (operands[0]->rank() == 0)
    return emitError("has no first dimension");
  results[0].resize({});
  results[0].values[0] = static_cast<double>(operands[0]->shape[0]);
  return success();
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (!getExample()) {
    results[0] = input;
    return success();
  }
  const ReferenceTensor &example = *operands[1], &random = *operands[2];
  if (input.rank() == 0 || example.size() != input.shape[0] ||
      random.size() != 3)
    return emitError("has operands of shapes that do not fit");
  auto word = [](const ReferenceTensor &tensor, int64_t i) {
    return static_cast<uint32_t>(tensor.asInt(i));
  };
  results[0].resize(input.shape);
  Coordinates image(ArrayRef(input.shape).drop_front());
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    auto i = static_cast<uint32_t>(offsetOf(image, at.drop_front()));
    auto drawn = philox::draw({i, word(example, at[0]), word(random, 2),
                               static_cast<uint32_t>(getStream())},
                              {word(random, 0), word(random, 1)});
    if (drawn[0] >= getThreshold())
      results[0].values[offsetOf(input.shape, at)] =
          elementAt(input, at) / (1 - getRatio().convertToDouble());
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Processes
//===----------------------------------------------------------------------===//

LogicalResult AllReduceOp::evaluate(Operands operands, Results results) {
  results[0] = *operands[0];
  return success();
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

LogicalResult TransposeFilterOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (input.rank() < 2)
    return emitError("has an input without channels");
  Coordinates shape(input.shape);
  std::swap(shape[0], shape[1]);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    std::swap(from[0], from[1]);
    for (size_t d = 2; d < from.size(); ++d)
      from[d] = shape[d] - 1 - from[d];
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}
