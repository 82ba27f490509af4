//===- ElementLoops.cpp - Loops over elements of operands -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace resnetc;

SmallVector<Value> LoopRange::loop(
    IndexBuilder &index, ValueRange init,
    llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) const {
  if (end)
    return index.reduce(begin, end, init, body);
  if (begin)
    return body(begin, init);
  return index.reduce(0, size, init, body);
}

static SmallVector<Value>
nest(IndexBuilder &index, ArrayRef<LoopRange> ranges, SmallVector<Value> &at,
     ValueRange init,
     llvm::function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  if (at.size() == ranges.size())
    return body(at, init);
  return ranges[at.size()].loop(
      index, init, [&](Value coordinate, ValueRange carried) {
        at.push_back(coordinate);
        SmallVector<Value> next = nest(index, ranges, at, carried, body);
        at.pop_back();
        return next;
      });
}

SmallVector<Value> resnetc::loopOver(
    IndexBuilder &index, ArrayRef<LoopRange> ranges, ValueRange init,
    llvm::function_ref<SmallVector<Value>(ValueRange, ValueRange)> body) {
  SmallVector<Value> at;
  return nest(index, ranges, at, init, body);
}

Value resnetc::createZero(ImplicitLocOpBuilder &b, Type type) {
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value resnetc::createLimit(ImplicitLocOpBuilder &b, Type type, bool isUnsigned,
                           bool lowest) {
  if (auto real = dyn_cast<FloatType>(type)) {
    APFloat infinity = APFloat::getInf(real.getFloatSemantics(), lowest);
    return arith::ConstantOp::create(b, b.getFloatAttr(type, infinity));
  }
  unsigned width = type.getIntOrFloatBitWidth();
  APInt limit = isUnsigned ? (lowest ? APInt::getMinValue(width)
                                     : APInt::getMaxValue(width))
                           : (lowest ? APInt::getSignedMinValue(width)
                                     : APInt::getSignedMaxValue(width));
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, limit));
}

Value resnetc::convertScalar(ImplicitLocOpBuilder &b, Value value, Type type,
                             bool isUnsigned) {
  Type from = value.getType();
  if (from == type)
    return value;
  if (isa<FloatType>(from) && isa<FloatType>(type))
    return from.getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth()
               ? Value(arith::ExtFOp::create(b, type, value))
               : Value(arith::TruncFOp::create(b, type, value));
  if (isa<FloatType>(from))
    return isUnsigned ? Value(arith::FPToUIOp::create(b, type, value))
                      : Value(arith::FPToSIOp::create(b, type, value));
  if (isa<FloatType>(type))
    return isUnsigned ? Value(arith::UIToFPOp::create(b, type, value))
                      : Value(arith::SIToFPOp::create(b, type, value));
  if (from.getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(b, type, value);
  return isUnsigned ? Value(arith::ExtUIOp::create(b, type, value))
                    : Value(arith::ExtSIOp::create(b, type, value));
}
