//===- EvaluateMath.cpp - Elementwise functions, comparisons, logic -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

LogicalResult AbsOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::abs(x); });
}

LogicalResult NegOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return -x; });
}

LogicalResult ExpOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::exp(x); });
}

LogicalResult LogOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::log(x); });
}

LogicalResult SqrtOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::sqrt(x); });
}

LogicalResult ReciprocalOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return 1 / x; });
}

LogicalResult CeilOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::ceil(x); });
}

LogicalResult FloorOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::floor(x); });
}

LogicalResult RoundOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0],
             [](double x) { return std::nearbyint(x); });
}

LogicalResult SignOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) {
    return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
  });
}

LogicalResult ErfOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::erf(x); });
}

LogicalResult SinOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::sin(x); });
}

LogicalResult CosOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::cos(x); });
}

LogicalResult TanOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::tan(x); });
}

LogicalResult AsinOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::asin(x); });
}

LogicalResult AcosOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::acos(x); });
}

LogicalResult AtanOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::atan(x); });
}

LogicalResult SinhOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::sinh(x); });
}

LogicalResult CoshOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::cosh(x); });
}

LogicalResult TanhOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::tanh(x); });
}

LogicalResult AsinhOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::asinh(x); });
}

LogicalResult AcoshOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::acosh(x); });
}

LogicalResult AtanhOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) { return std::atanh(x); });
}

LogicalResult SoftplusOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [](double x) {
    return maximum(x, 0) + std::log1p(std::exp(-std::abs(x)));
  });
}

LogicalResult NotOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0],
             [](double x) { return x == 0 ? 1.0 : 0.0; });
}

LogicalResult IsNaNOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0],
             [](double x) { return std::isnan(x) ? 1.0 : 0.0; });
}

LogicalResult IsInfOp::evaluate(Operands operands, Results results) {
  return map(*operands[0], results[0], [&](double x) {
    return std::isinf(x) && (x > 0 ? getDetectPositive() : getDetectNegative())
               ? 1.0
               : 0.0;
  });
}

LogicalResult EluOp::evaluate(Operands operands, Results results) {
  double alpha = getAlpha().convertToDouble();
  return map(*operands[0], results[0],
             [&](double x) { return x > 0 ? x : alpha * std::expm1(x); });
}

LogicalResult LeakyReluOp::evaluate(Operands operands, Results results) {
  double alpha = getAlpha().convertToDouble();
  return map(*operands[0], results[0],
             [&](double x) { return x >= 0 ? x : alpha * x; });
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

LogicalResult MaxOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return maximum(a, b); });
}

LogicalResult MinOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) { return minimum(a, b); });
}

LogicalResult PReluOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0], [](double x, double slope) {
    return x >= 0 ? x : slope * x;
  });
}

LogicalResult AndOp::evaluate(Operands operands, Results results) {
  return mapPairs(
      *this, operands, results[0],
      [](double a, double b) -> double { return a != 0 && b != 0; });
}

LogicalResult OrOp::evaluate(Operands operands, Results results) {
  return mapPairs(
      *this, operands, results[0],
      [](double a, double b) -> double { return a != 0 || b != 0; });
}

LogicalResult XorOp::evaluate(Operands operands, Results results) {
  return mapPairs(
      *this, operands, results[0],
      [](double a, double b) -> double { return (a != 0) != (b != 0); });
}

LogicalResult EqualOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) -> double { return a == b; });
}

LogicalResult LessOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) -> double { return a < b; });
}

LogicalResult LessOrEqualOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) -> double { return a <= b; });
}

LogicalResult GreaterOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) -> double { return a > b; });
}

LogicalResult GreaterOrEqualOp::evaluate(Operands operands, Results results) {
  return mapPairs(*this, operands, results[0],
                  [](double a, double b) -> double { return a >= b; });
}

LogicalResult PowOp::evaluate(Operands operands, Results results) {
  bool isInteger = isa<IntegerType>(results[0].elementType);
  return mapPairs(*this, operands, results[0], [&](double a, double b) {
    double power = std::pow(a, b);
    return isInteger ? std::trunc(power) : power;
  });
}

LogicalResult ModOp::evaluate(Operands operands, Results results) {
  bool isInteger = isa<IntegerType>(results[0].elementType);
  if (isInteger && llvm::is_contained(operands[1]->values, 0))
    return emitError("divides an integer by zero");
  return mapPairs(*this, operands, results[0], [&](double a, double b) {
    double remainder = std::fmod(a, b);
    bool otherSign = remainder != 0 && (remainder < 0) != (b < 0);
    return !getFmod() && otherSign ? remainder + b : remainder;
  });
}

LogicalResult ShiftOp::evaluate(Operands operands, Results results) {
  auto width = results[0].elementType.getIntOrFloatBitWidth();
  return mapPairs(*this, operands, results[0], [&](double a, double b) {
    double shifted = std::ldexp(a, static_cast<int>(getLeft() ? b : -b));
    return std::fmod(std::floor(shifted), std::ldexp(1, width));
  });
}

//===----------------------------------------------------------------------===//
// Three operands
//===----------------------------------------------------------------------===//

LogicalResult WhereOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &condition = *operands[0], &x = *operands[1],
                        &y = *operands[2];
  std::optional<Coordinates> shape = broadcastShapes(x.shape, y.shape);
  if (shape)
    shape = broadcastShapes(*shape, condition.shape);
  if (!shape)
    return emitError("has operands that do not broadcast");
  results[0].resize(*shape);
  forEach(*shape, [&](ArrayRef<int64_t> at) {
    results[0].values[offsetOf(*shape, at)] = broadcastAt(condition, at) != 0
                                                  ? broadcastAt(x, at)
                                                  : broadcastAt(y, at);
  });
  return success();
}
