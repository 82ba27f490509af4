//===- ConvTilingTest.cpp - Splits into tiles -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include <gtest/gtest.h>

using namespace resnetc::kernel;

TEST(EvenSplit, CoversEverythingInFewestPieces) {
  for (int64_t total = 1; total <= 130; ++total)
    for (int64_t limit = 1; limit <= 20; ++limit) {
      EvenSplit split(total, limit);
      EXPECT_EQ(split.large * split.size + split.small * (split.size - 1),
                total);
      EXPECT_LE(split.size, limit);
      EXPECT_EQ(split.pieces(), (total + limit - 1) / limit);
      EXPECT_GT(split.large, 0);
    }
}

TEST(EvenSplit, HasNoPieceMuchSmallerThanTheOthers) {
  EvenSplit split(56, 6);
  EXPECT_EQ(split.size, 6);
  EXPECT_EQ(split.large, 6);
  EXPECT_EQ(split.small, 4);
}

TEST(ConvChannels, OneGroupIsPaddedToBlocks) {
  ConvChannels channels(20, 33, 1, 8, /*planar=*/false);
  EXPECT_EQ(channels.groups, 1);
  EXPECT_EQ(channels.inputBlocks, 3);
  EXPECT_EQ(channels.outputBlocks, 5);
  EXPECT_EQ(channels.inputUnroll, 8);
}

TEST(ConvChannels, PlanesAreReadOneByOne) {
  ConvChannels channels(3, 64, 1, 8, /*planar=*/true);
  EXPECT_EQ(channels.inputBlocks, 3);
  EXPECT_EQ(channels.inputUnroll, 1);
}

TEST(ConvChannels, NarrowGroupsAreMergedToWholeBlocks) {
  // 12 channels a group: two groups are three blocks of 8.
  ConvChannels channels(48, 48, 4, 8, /*planar=*/false);
  EXPECT_EQ(channels.mergedGroups, 2);
  EXPECT_EQ(channels.groups, 2);
  EXPECT_EQ(channels.inputChannels, 24);
  EXPECT_EQ(channels.inputBlocks, 3);
}

TEST(ConvChannels, WideGroupsStay) {
  ConvChannels channels(64, 64, 4, 8, /*planar=*/false);
  EXPECT_EQ(channels.mergedGroups, 1);
  EXPECT_EQ(channels.groups, 4);
}

TEST(ConvChannels, GroupsThatNeverFillABlockBecomeOne) {
  ConvChannels channels(6, 6, 2, 8, /*planar=*/false);
  EXPECT_EQ(channels.groups, 1);
  EXPECT_EQ(channels.mergedGroups, 2);
}

TEST(ConvChannels, TheDiagonalIsForGroupsThatDivideABlock) {
  EXPECT_TRUE(ConvChannels::isDiagonal(128, 128, 32, 8, false));  // 4 of 8
  EXPECT_TRUE(ConvChannels::isDiagonal(64, 64, 64, 8, false));    // depthwise
  EXPECT_FALSE(ConvChannels::isDiagonal(256, 256, 32, 8, false)); // 8 of 8
  EXPECT_FALSE(ConvChannels::isDiagonal(96, 96, 32, 8, false));   // 3 of 8
  EXPECT_FALSE(ConvChannels::isDiagonal(64, 128, 32, 8, false));
  EXPECT_FALSE(ConvChannels::isDiagonal(64, 64, 1, 8, false));
}
