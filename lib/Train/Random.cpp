//===- Random.cpp - Random numbers that depend on nothing else ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Random.h"
#include "llvm/ADT/STLExtras.h"
#include <utility>

using namespace resnetc::train;

std::array<uint32_t, 4>
resnetc::train::philox4x32(std::array<uint32_t, 4> counter,
                           std::array<uint32_t, 2> key) {
  constexpr uint64_t multipliers[] = {0xD2511F53, 0xCD9E8D57};
  // The golden ratio and the square root of 3, minus 1: Weyl sequences.
  constexpr uint32_t increments[] = {0x9E3779B9, 0xBB67AE85};
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    uint64_t first = multipliers[0] * counter[0];
    uint64_t second = multipliers[1] * counter[2];
    counter = {static_cast<uint32_t>(second >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(second),
               static_cast<uint32_t>(first >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(first)};
    key[0] += increments[0];
    key[1] += increments[1];
  }
  return counter;
}

Random::Random(uint64_t seed, RandomUse use, uint32_t epoch, uint32_t example)
    : key{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      counter{0, example, epoch, static_cast<uint32_t>(use)} {}

uint32_t Random::next() {
  if (used == block.size()) {
    block = philox4x32(counter, key);
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
