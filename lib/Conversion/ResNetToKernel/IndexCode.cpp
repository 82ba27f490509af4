//===- IndexCode.cpp - Code for the coordinates of elements ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "ScalarBuilder.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include <cmath>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static Value floatConstant(ImplicitLocOpBuilder &b, Type type, double value) {
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

SmallVector<Value> resnetc::cubicWeights(ImplicitLocOpBuilder &b, Value r,
                                         double a) {
  ScalarBuilder s(b, /*isUnsigned=*/false);
  auto polynomial = [&](Value t, ArrayRef<double> coefficients) {
    Value sum = s.constant(t, coefficients.front());
    for (double next : coefficients.drop_front())
      sum = s.add(s.mul(sum, t), s.constant(t, next));
    return sum;
  };
  auto near = [&](Value t) { return polynomial(t, {a + 2, -(a + 3), 0, 1}); };
  auto far = [&](Value t) { return polynomial(t, {a, -5 * a, 8 * a, -4 * a}); };
  Value one = s.constant(r, 1), rest = s.sub(one, r);
  return {far(s.add(one, r)), near(r), near(rest), far(s.add(one, rest))};
}

/// The f32 from which an f64 is rounded to f16 or bf16 as if it were at once:
/// what is lost is kept in the last bit.
static Value narrowToOdd(ImplicitLocOpBuilder &b, Value value) {
  Type f32 = b.getF32Type(), i32 = b.getI32Type();
  Value near = arith::TruncFOp::create(b, f32, value);
  Value back = arith::ExtFOp::create(b, value.getType(), near);
  auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, predicate, x, y);
  };
  Value zero = floatConstant(b, value.getType(), 0);
  Value isBelow = compare(arith::CmpFPredicate::OLT, value, zero);
  // Away from zero is what lies further on the value's side.
  Value isFar = arith::SelectOp::create(
      b, isBelow, compare(arith::CmpFPredicate::OLT, back, value),
      compare(arith::CmpFPredicate::OGT, back, value));
  Value bits = arith::BitcastOp::create(b, i32, near);
  Value towards =
      arith::SubIOp::create(b, bits, arith::ExtUIOp::create(b, i32, isFar));
  Value one = arith::ConstantOp::create(b, b.getI32IntegerAttr(1));
  Value odd =
      arith::BitcastOp::create(b, f32, arith::OrIOp::create(b, towards, one));
  Value isInexact = compare(arith::CmpFPredicate::ONE, back, value);
  return arith::SelectOp::create(b, isInexact, odd, near);
}

static Value floatToInteger(ImplicitLocOpBuilder &b, Value value,
                            IntegerType to, Type stored) {
  unsigned width = to.getWidth();
  bool isUnsigned = to.isUnsigned();
  Value number = isUnsigned ? Value(arith::FPToUIOp::create(b, stored, value))
                            : Value(arith::FPToSIOp::create(b, stored, value));
  auto integer = [&](const APInt &bits) -> Value {
    return arith::ConstantOp::create(b, b.getIntegerAttr(stored, bits));
  };
  auto compare = [&](arith::CmpFPredicate predicate, double limit) -> Value {
    return arith::CmpFOp::create(b, predicate, value,
                                 floatConstant(b, value.getType(), limit));
  };
  // Powers of two, which all types of floating point have; f16 is f32 here.
  double high = std::ldexp(1.0, isUnsigned ? width : width - 1);
  double low = isUnsigned ? 0 : -high;
  auto choose = [&](Value condition, Value yes) {
    number = arith::SelectOp::create(b, condition, yes, number);
  };
  choose(compare(arith::CmpFPredicate::OGE, high),
         integer(isUnsigned ? APInt::getMaxValue(width)
                            : APInt::getSignedMaxValue(width)));
  choose(compare(arith::CmpFPredicate::OLT, low),
         integer(isUnsigned ? APInt::getMinValue(width)
                            : APInt::getSignedMinValue(width)));
  choose(arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, value, value),
         integer(APInt(width, 0)));
  return number;
}

Value resnetc::convertScalar(ImplicitLocOpBuilder &b, Value value, Type from,
                             Type to) {
  Type result = scalarType(to), present = value.getType();
  bool isSigned = !from.isUnsignedInteger() && !from.isInteger(1);
  if (isa<FloatType>(from)) {
    if (to.isInteger(1))
      return arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, value,
                                   floatConstant(b, present, 0));
    if (auto integer = dyn_cast<IntegerType>(to))
      return floatToInteger(b, value, integer, result);
    if (present.isF64() && (to.isF16() || to.isBF16()))
      return narrowToOdd(b, value);
    if (present == result)
      return value;
    if (present.isF64())
      return arith::TruncFOp::create(b, result, value);
    return arith::ExtFOp::create(b, result, value);
  }
  if (isa<FloatType>(to))
    return isSigned ? Value(arith::SIToFPOp::create(b, result, value))
                    : Value(arith::UIToFPOp::create(b, result, value));
  if (to.isInteger(1)) {
    if (present.isInteger(1))
      return value;
    Value zero = arith::ConstantOp::create(b, b.getIntegerAttr(present, 0));
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero);
  }
  unsigned have = present.getIntOrFloatBitWidth(),
           need = result.getIntOrFloatBitWidth();
  if (have == need)
    return value;
  if (have > need)
    return arith::TruncIOp::create(b, result, value);
  return isSigned ? Value(arith::ExtSIOp::create(b, result, value))
                  : Value(arith::ExtUIOp::create(b, result, value));
}

Value IndexCode::loadIndex(unsigned operand, ValueRange at) {
  Value value = convertScalar(b, builder.load(operand, at),
                              elementType(operand), b.getI64Type());
  return arith::IndexCastOp::create(b, b.getIndexType(), value);
}

IndexCode::Values IndexCode::loadIndices(unsigned operand) {
  Values values;
  Value from = builder.getOperation()->getOperand(operand);
  if (auto known = constantIntegers(from)) {
    for (int64_t value : *known)
      values.push_back(constant(value));
    return values;
  }
  Sizes shape = builder.getShape(operand);
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(loadIndex(operand, coordinates(constant(i), shape)));
  return values;
}

Value IndexCode::loadScalar(unsigned operand) {
  Values at(builder.getShape(operand).size(), constant(0));
  return load(operand, at);
}

Value IndexCode::constantOf(Type element, double value) {
  Type type = scalarType(element);
  if (isa<FloatType>(type))
    return floatConstant(b, type, value);
  return arith::ConstantOp::create(
      b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}
