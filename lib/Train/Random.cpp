//===- Random.cpp - Random numbers that depend on nothing else ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Random.h"
#include "resnetc/Support/Philox.h"
#include "llvm/ADT/STLExtras.h"
#include <utility>

using namespace resnetc;
using namespace resnetc::train;

Random::Random(uint64_t seed, RandomUse use, uint32_t epoch, uint32_t example)
    : key{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      counter{0, example, epoch, static_cast<uint32_t>(use)} {}

uint32_t Random::next() {
  if (used == block.size()) {
    block = philox::draw(counter, key);
    ++counter[0];
    used = 0;
  }
  return block[used++];
}

uint32_t Random::below(uint32_t count) {
  // Numbers of an incomplete last range would make some results likelier.
  uint32_t left = (UINT32_MAX % count + 1) % count;
  uint32_t value = next();
  while (value > UINT32_MAX - left)
    value = next();
  return value % count;
}

uint64_t resnetc::train::getNetworkSeed(uint64_t seed) {
  Random random(seed, RandomUse::Network, /*epoch=*/0, /*example=*/0);
  uint64_t high = random.next();
  return high << 32 | random.next();
}

std::vector<uint32_t>
resnetc::train::shuffledOrder(uint64_t seed, uint32_t epoch, uint32_t count) {
  // Sorted by random keys of 64 bits, of which no two of a few million are
  // likely to be equal; then the number decides.
  std::vector<std::pair<uint64_t, uint32_t>> keys;
  keys.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    Random random(seed, RandomUse::Order, epoch, i);
    uint64_t high = random.next();
    keys.emplace_back(high << 32 | random.next(), i);
  }
  llvm::sort(keys);
  std::vector<uint32_t> order;
  order.reserve(count);
  for (const auto &[key, example] : keys)
    order.push_back(example);
  return order;
}
