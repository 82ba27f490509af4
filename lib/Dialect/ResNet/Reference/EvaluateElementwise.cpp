//===- EvaluateElementwise.cpp - Elementwise operations -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"
#include <cmath>

using namespace mlir;
using namespace resnetc::resnet;

LogicalResult ReluOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return maximum(x, 0); });
}

LogicalResult SigmoidOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0],
             [](double x) { return 1 / (1 + std::exp(-x)); });
}

LogicalResult ClipOp::evaluate(Operands operands, Results results) {
  for (const ReferenceTensor *limit : operands.drop_front())
    if (limit && limit->size() != 1)
      return emitError("has a limit that is not a scalar");
  return map(*operands[0], results[0], [&](double x) {
    if (operands[1])
      x = maximum(x, operands[1]->values[0]);
    return operands[2] ? minimum(x, operands[2]->values[0]) : x;
  });
}

LogicalResult AddOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return a + b; });
}

LogicalResult SubOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return a - b; });
}

LogicalResult MulOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return a * b; });
}

LogicalResult DivOp::evaluate(Operands operands, Results results) {
  if (!isa<IntegerType>(results[0].elementType))
    return mapPairs(*this, operands, results[0],
                    [](double a, double b) { return a / b; });
  if (llvm::is_contained(operands[1]->values, 0))
    return emitError("divides an integer by zero");
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return std::trunc(a / b); });
}

LogicalResult CastOp::evaluate(Operands operands, Results results) {
  auto from = dyn_cast<IntegerType>(operands[0]->elementType);
  auto to = dyn_cast<IntegerType>(results[0].elementType);
  return map(*operands[0], results[0], [&](double x) {
    if (!to)
      return x;
    if (to.getWidth() == 1)
      return x != 0 ? 1.0 : 0.0;
    double range = std::ldexp(1.0, static_cast<int>(to.getWidth()));
    if (!from) {
      // What is out of range becomes the nearest, what is no number 0.
      double low = to.isUnsigned() ? 0 : -range / 2;
      return std::isnan(x) ? 0
                           : std::clamp(std::trunc(x), low, low + range - 1);
    }
    if (to.getWidth() == 64)
      return x;
    // Integers lose their upper bits.
    double bits = x - range * std::floor(x / range);
    return !to.isUnsigned() && bits >= range / 2 ? bits - range : bits;
  });
}

LogicalResult BatchNormOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  double epsilon = getEpsilon().convertToFloat();
  if (input.rank() < 2)
    return emitError("has no channels");
  for (const ReferenceTensor *parameter : operands.drop_front())
    if (parameter->size() != input.shape[1])
      return emitError("has a parameter of the wrong size");
  results[0].resize(input.shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    int64_t c = at[1];
    double scale = operands[1]->values[c], offset = operands[2]->values[c];
    double mean = operands[3]->values[c], variance = operands[4]->values[c];
    results[0].values[offsetOf(input.shape, at)] =
        scale * (elementAt(input, at) - mean) / std::sqrt(variance + epsilon) +
        offset;
  });
  return success();
}

LogicalResult SoftmaxOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t axis = getAxis();
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  // outer x axis x inner; before opset 13 all from the axis on is one.
  int64_t sizes[] = {1, 1, 1};
  for (int64_t d = 0; d < input.rank(); ++d)
    sizes[d < axis ? 0 : d == axis || getFlatten() ? 1 : 2] *= input.shape[d];
  results[0].resize(input.shape);
  forEach({sizes[0], sizes[2]}, [&](ArrayRef<int64_t> at) {
    auto index = [&](int64_t k) {
      return (at[0] * sizes[1] + k) * sizes[2] + at[1];
    };
    double largest = -HUGE_VAL, sum = 0;
    for (int64_t k = 0; k < sizes[1]; ++k)
      largest = maximum(largest, input.values[index(k)]);
    for (int64_t k = 0; k < sizes[1]; ++k)
      sum += std::exp(input.values[index(k)] - largest);
    for (int64_t k = 0; k < sizes[1]; ++k)
      results[0].values[index(k)] =
          std::exp(input.values[index(k)] - largest) / sum;
  });
  return success();
}
