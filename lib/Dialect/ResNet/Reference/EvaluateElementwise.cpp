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
