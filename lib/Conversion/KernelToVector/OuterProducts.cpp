//===- OuterProducts.cpp - The innermost loop of convolutions -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OuterProducts.h"

using namespace mlir;
using namespace resnetc::kernel;

/// Multiply-adds of a trip of the loop over channels.
static constexpr int64_t maxProductsOfTrip = 64;

/// How many channels to unroll: enough to hide the loop, and few enough that
/// LLVM's scheduler, which moves loads up within a block as far as it can, does
/// not spill the sums. With 16 channels at once, 12x2 tiles of AVX-512 spilled
/// 300 vectors a trip and ran at half their speed.
int64_t OuterProducts::channelsOfTrip() const {
  int64_t count = channels;
  while (count % 2 == 0 && count * pixels * blocks > maxProductsOfTrip)
    count /= 2;
  return count;
}

void OuterProducts::addChannel(ImplicitLocOpBuilder &b, Value inputIndex,
                               Value weightIndex,
                               MutableArrayRef<Value> sums) const {
  IndexBuilder index(b);
  auto vector = VectorType::get({lanes}, b.getF32Type());
  SmallVector<Value> weights;
  for (int64_t o = 0; o < blocks; ++o)
    weights.push_back(
        weight.loadVector(b, index.add(weightIndex, o * lanes), lanes));
  for (int64_t p = 0; p < pixels; ++p) {
    Value scalar = input.load(b, index.add(inputIndex, p * pixelDistance));
    Value broadcast = vector::BroadcastOp::create(b, vector, scalar);
    for (int64_t o = 0; o < blocks; ++o) {
      Value &sum = sums[p * blocks + o];
      sum = vector::FMAOp::create(b, broadcast, weights[o], sum);
    }
  }
}

SmallVector<Value> OuterProducts::add(ImplicitLocOpBuilder &b, Value inputIndex,
                                      Value weightIndex,
                                      ValueRange sums) const {
  IndexBuilder index(b);
  int64_t unroll = channelsOfTrip();
  return index.reduce(
      0, channels / unroll, sums, [&](Value trip, ValueRange carried) {
        SmallVector<Value> sums(carried);
        Value inputTrip = index.add(inputIndex, index.mul(trip, unroll));
        Value weightTrip =
            index.add(weightIndex, index.mul(trip, unroll * blocks * lanes));
        for (int64_t c = 0; c < unroll; ++c)
          addChannel(b, index.add(inputTrip, c),
                     index.add(weightTrip, c * blocks * lanes), sums);
        return sums;
      });
}
