//===- ArenaPlannerTest.cpp - Placement of buffers ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/Transforms/ArenaPlanner.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace resnetc::kernel;

static constexpr int64_t alignment = 64;

static ArenaPlan plan(const std::vector<LiveRange> &ranges) {
  return planArena(ranges, alignment);
}

static int64_t aligned(int64_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

/// What a plan must keep, whatever its quality.
static void expectValid(const std::vector<LiveRange> &ranges,
                        const ArenaPlan &plan) {
  ASSERT_EQ(plan.offsets.size(), ranges.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % alignment, 0);
    EXPECT_LE(plan.offsets[i] + ranges[i].bytes, plan.bytes);
    for (size_t j = 0; j < i; ++j) {
      bool together = ranges[i].first <= ranges[j].last &&
                      ranges[j].first <= ranges[i].last;
      bool apart = plan.offsets[i] + ranges[i].bytes <= plan.offsets[j] ||
                   plan.offsets[j] + ranges[j].bytes <= plan.offsets[i];
      EXPECT_TRUE(!together || apart) << i << " overlaps " << j;
    }
  }
}

/// No plan is smaller: what lives at one step lies side by side.
static int64_t lowerBound(const std::vector<LiveRange> &ranges) {
  int64_t most = 0;
  for (const LiveRange &at : ranges) {
    int64_t sum = 0;
    for (const LiveRange &range : ranges)
      if (range.first <= at.first && at.first <= range.last)
        sum += aligned(range.bytes);
    most = std::max(most, sum);
  }
  return most;
}

TEST(ArenaPlanner, NothingNeedsNothing) { EXPECT_EQ(plan({}).bytes, 0); }

TEST(ArenaPlanner, SizesAreRoundedUp) {
  EXPECT_EQ(plan({{1, 0, 0}}).bytes, 64);
}

TEST(ArenaPlanner, AChainNeedsTwoBuffers) {
  std::vector<LiveRange> ranges;
  for (int64_t step = 0; step < 50; ++step)
    ranges.push_back({1024, step, step + 1});
  ArenaPlan result = plan(ranges);
  expectValid(ranges, result);
  EXPECT_EQ(result.bytes, 2048);
}

TEST(ArenaPlanner, ABufferIsFreeAfterItsLastStep) {
  EXPECT_EQ(plan({{64, 0, 3}, {64, 4, 5}}).bytes, 64);
  EXPECT_EQ(plan({{64, 0, 4}, {64, 4, 5}}).bytes, 128);
}

TEST(ArenaPlanner, AResidualBlockKeepsItsShortcut) {
  // The shortcut lives over two smaller results, which share no step but one.
  std::vector<LiveRange> ranges = {
      {4096, 0, 3}, {1024, 1, 2}, {1024, 2, 3}, {4096, 3, 4}};
  ArenaPlan result = plan(ranges);
  expectValid(ranges, result);
  EXPECT_EQ(result.bytes, lowerBound(ranges));
}

TEST(ArenaPlanner, AGapIsFilled) {
  // The small one fits between the large ones' lives.
  std::vector<LiveRange> ranges = {{1000, 0, 1}, {1000, 3, 4}, {500, 0, 4}};
  ArenaPlan result = plan(ranges);
  expectValid(ranges, result);
  EXPECT_EQ(result.bytes, 1024 + 512);
}

TEST(ArenaPlanner, SizesBeyond32Bits) {
  std::vector<LiveRange> ranges = {{int64_t(3) << 30, 0, 1},
                                   {int64_t(3) << 30, 1, 2}};
  ArenaPlan result = plan(ranges);
  expectValid(ranges, result);
  EXPECT_EQ(result.bytes, int64_t(6) << 30);
}

TEST(ArenaPlanner, RandomRangesDoNotOverlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<LiveRange> ranges;
    int64_t sum = 0;
    for (unsigned count = random() % 60; count > 0; --count) {
      int64_t first = random() % 40;
      ranges.push_back({static_cast<int64_t>(1 + random() % 5000), first,
                        first + static_cast<int64_t>(random() % 12)});
      sum += aligned(ranges.back().bytes);
    }
    ArenaPlan result = plan(ranges);
    expectValid(ranges, result);
    EXPECT_GE(result.bytes, lowerBound(ranges));
    EXPECT_LE(result.bytes, sum);
  }
}
