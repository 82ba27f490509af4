//===- RandomTest.cpp - Random numbers that depend on nothing else --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Random.h"
#include "resnetc/Support/Philox.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <numeric>

using namespace resnetc;
using namespace resnetc::train;

namespace {

using Words = std::array<uint32_t, 4>;

TEST(Random, IsAFunctionOfItsPlace) {
  Random random(7, RandomUse::Augmentation, 2, 5);
  Words first = philox::draw({0, 5, 2, 1}, {7, 0});
  Words second = philox::draw({1, 5, 2, 1}, {7, 0});
  for (const Words &words : {first, second})
    for (uint32_t word : words)
      EXPECT_EQ(random.next(), word);
  // All of a seed counts.
  Random other(7 + (uint64_t{1} << 40), RandomUse::Augmentation, 2, 5);
  EXPECT_EQ(other.next(), philox::draw({0, 5, 2, 1}, {7, 1 << 8})[0]);
}

// Or else dropout would draw what the order was made of.
TEST(Random, NetworkHasASeedOfItsOwn) {
  Words words = philox::draw({0, 0, 0, 2}, {7, 1});
  EXPECT_EQ(getNetworkSeed(7 + (uint64_t{1} << 32)),
            uint64_t{words[0]} << 32 | words[1]);
}

TEST(Random, BelowIsUniform) {
  constexpr uint32_t sides = 9;
  constexpr int throws = 90000;
  std::array<int, sides> counts = {};
  for (uint32_t i = 0; i < throws; ++i)
    ++counts[Random(1, RandomUse::Augmentation, 0, i).below(sides)];
  // Standard deviation 94.
  for (int count : counts)
    EXPECT_NEAR(count, throws / sides, 500);
  EXPECT_EQ(Random(1, RandomUse::Order, 0, 0).below(1), 0U);
  // A range that most numbers are not thrown away for.
  EXPECT_LT(Random(1, RandomUse::Order, 0, 0).below((1U << 31) + 1),
            (1U << 31) + 1);
}

TEST(Random, OrderIsAPermutation) {
  std::vector<uint32_t> order = shuffledOrder(3, 0, 1000);
  std::vector<uint32_t> sorted = order;
  llvm::sort(sorted);
  std::vector<uint32_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(sorted, all);
  EXPECT_NE(order, all);
  EXPECT_EQ(order, shuffledOrder(3, 0, 1000));
  EXPECT_NE(order, shuffledOrder(3, 1, 1000));
  EXPECT_NE(order, shuffledOrder(4, 0, 1000));
  EXPECT_TRUE(shuffledOrder(3, 0, 0).empty());
}

// Each of the six orders of three as often as another.
TEST(Random, OrdersAreUniform) {
  std::array<int, 27> counts = {};
  constexpr int draws = 6000;
  for (uint32_t epoch = 0; epoch < draws; ++epoch) {
    std::vector<uint32_t> order = shuffledOrder(0, epoch, 3);
    ++counts[order[0] * 9 + order[1] * 3 + order[2]];
  }
  // Standard deviation 29.
  for (int order : {5, 7, 11, 15, 19, 21})
    EXPECT_NEAR(counts[order], draws / 6, 150);
}

} // namespace
