//===- OuterProducts.cpp - The innermost loop of convolutions -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OuterProducts.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"

using namespace mlir;
using namespace resnetc::kernel;

/// How many channels to unroll.
int64_t OuterProducts::channelsOfTrip() const {
  int64_t steps = channels / channelsOfStep();
  while (steps % 2 == 0 && steps * pixels * blocks > maxProductsOfTrip)
    steps /= 2;
  return steps * channelsOfStep();
}

/// A vector of integers of 32 bits with the same value in each lane.
static Value integers(ImplicitLocOpBuilder &b, uint32_t value, int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getI32Type());
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, APInt(32, value)));
}

/// The f32 that a pair of bf16, as a 32-bit integer, has first or second.
static Value extendOfPair(ImplicitLocOpBuilder &b, Value pair, bool second) {
  auto type = cast<VectorType>(pair.getType());
  int64_t lanes = type.getNumElements();
  // A bf16 is the upper half of a f32, and the first lies in the lower one.
  Value bits =
      second
          ? b.createOrFold<arith::AndIOp>(pair, integers(b, 0xffff0000, lanes))
          : b.createOrFold<arith::ShLIOp>(pair, integers(b, 16, lanes));
  return arith::BitcastOp::create(b, type.clone(b.getF32Type()), bits);
}

/// sum + a . c for vectors of pairs of bf16.
static Value addPairs(ImplicitLocOpBuilder &b, Value a, Value c, Value sum) {
  auto type = cast<VectorType>(sum.getType()).clone(b.getI32Type());
  Value aPairs = vector::BitCastOp::create(b, type, a);
  Value cPairs = vector::BitCastOp::create(b, type, c);
  for (bool second : {false, true})
    sum = vector::FMAOp::create(b, extendOfPair(b, aPairs, second),
                                extendOfPair(b, cPairs, second), sum);
  return sum;
}

void OuterProducts::addStep(ImplicitLocOpBuilder &b, Value inputIndex,
                            Value weightIndex,
                            MutableArrayRef<Value> sums) const {
  IndexBuilder index(b);
  int64_t together = channelsOfStep();
  auto loadWeight = [&](int64_t o) {
    Value at = index.add(weightIndex, o * lanes * together);
    return together == 1 ? weight.loadVector(b, at, lanes)
                         : weight.loadBits(b, at, lanes * together);
  };
  auto loadInput = [&](int64_t p) -> Value {
    Value at = index.add(inputIndex, p * pixelDistance);
    if (together == 1)
      return vector::BroadcastOp::create(
          b, VectorType::get({lanes}, b.getF32Type()), input.load(b, at));
    // Broadcast as one number of 32 bits.
    Value pair = vector::BitCastOp::create(
        b, VectorType::get({1}, b.getI32Type()), input.loadBits(b, at, 2));
    pair = vector::ExtractOp::create(b, pair, ArrayRef<int64_t>{0});
    pair = vector::BroadcastOp::create(
        b, VectorType::get({lanes}, b.getI32Type()), pair);
    // Its weight is zero, but nothing times infinity is not.
    if (onlyFirst)
      pair = arith::AndIOp::create(b, pair, integers(b, 0xffff, lanes));
    return vector::BitCastOp::create(
        b, VectorType::get({2 * lanes}, b.getBF16Type()), pair);
  };
  SmallVector<Value> weights;
  for (int64_t o = 0; o < blocks; ++o)
    weights.push_back(loadWeight(o));
  for (int64_t p = 0; p < pixels; ++p) {
    Value element = loadInput(p);
    for (int64_t o = 0; o < blocks; ++o) {
      Value &sum = sums[p * blocks + o];
      switch (kind) {
      case ProductKind::single:
        sum = vector::FMAOp::create(b, element, weights[o], sum);
        break;
      case ProductKind::pairs:
        sum = addPairs(b, element, weights[o], sum);
        break;
      case ProductKind::dot:
        sum = x86vector::DotBF16Op::create(b, sum, element, weights[o]);
        break;
      }
    }
  }
}

SmallVector<Value> OuterProducts::add(ImplicitLocOpBuilder &b, Value inputIndex,
                                      Value weightIndex,
                                      ValueRange sums) const {
  IndexBuilder index(b);
  int64_t unroll = channelsOfTrip(), step = channelsOfStep();
  return index.reduce(
      0, channels / unroll, sums, [&](Value trip, ValueRange carried) {
        SmallVector<Value> sums(carried);
        Value inputTrip = index.add(inputIndex, index.mul(trip, unroll));
        Value weightTrip =
            index.add(weightIndex, index.mul(trip, unroll * blocks * lanes));
        for (int64_t c = 0; c < unroll; c += step)
          addStep(b, index.add(inputTrip, c),
                  index.add(weightTrip, c * blocks * lanes), sums);
        return sums;
      });
}
