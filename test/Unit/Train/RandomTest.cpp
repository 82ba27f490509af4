//===- RandomTest.cpp - Random numbers that depend on nothing else --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Random.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <numeric>

using namespace resnetc::train;

namespace {

using Words = std::array<uint32_t, 4>;

// What the authors of the generator publish for it (kat_vectors of Random123).
TEST(Random, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t ones = UINT32_MAX;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, IsAFunctionOfItsPlace) {
  Random random(7, RandomUse::Augmentation, 2, 5);
  Words first = philox4x32({0, 5, 2, 1}, {7, 0});
  Words second = philox4x32({1, 5, 2, 1}, {7, 0});
  for (const Words &words : {first, second})
    for (uint32_t word : words)
      EXPECT_EQ(random.next(), word);
  // All of a seed counts.
  Random other(7 + (uint64_t{1} << 40), RandomUse::Augmentation, 2, 5);
  EXPECT_EQ(other.next(), philox4x32({0, 5, 2, 1}, {7, 1 << 8})[0]);
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
