//===- AugmentTest.cpp - From pixels to the network's input ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Augment.h"
#include "gtest/gtest.h"
#include <set>
#include <vector>

using namespace resnetc::train;

namespace {

/// (pixel / 255 - 0.5) / 0.25 of planes that start at 0, 50 and 100.
class AugmentTest : public testing::Test {
protected:
  AugmentTest() {
    normalization.mean = {0.5F, 0.5F, 0.5F};
    normalization.deviation = {0.25F, 0.25F, 0.25F};
    for (int c = 0; c < 3; ++c)
      for (int i = 0; i < 6; ++i)
        pixels.push_back(static_cast<uint8_t>(50 * c + i));
  }

  static float getValue(int pixel) {
    return (static_cast<float>(pixel) / 255.0F - 0.5F) / 0.25F;
  }
  std::vector<float> prepare(const Placement &placement,
                             bool channelsLast = false) {
    std::vector<float> input(pixels.size(), 99);
    prepareInput(pixels, size, normalization, placement, channelsLast, input);
    return input;
  }
  /// The pixels of the first plane that are at these places; -1: padding.
  void expectPlane(const std::vector<float> &input,
                   const std::vector<int> &expected) {
    for (size_t c = 0; c < 3; ++c)
      for (size_t i = 0; i < expected.size(); ++i) {
        float value = expected[i] < 0
                          ? 0
                          : getValue(static_cast<int>(50 * c) + expected[i]);
        EXPECT_EQ(input[c * 6 + i], value) << c << " " << i;
      }
  }

  ImageSize size{2, 3};
  Normalization normalization;
  std::vector<uint8_t> pixels;
};

TEST_F(AugmentTest, Normalizes) {
  expectPlane(prepare({}), {0, 1, 2, 3, 4, 5});
}

TEST_F(AugmentTest, ChannelsLast) {
  std::vector<float> input = prepare({}, /*channelsLast=*/true);
  for (int i = 0; i < 6; ++i)
    for (int c = 0; c < 3; ++c)
      EXPECT_EQ(input[i * 3 + c], getValue(50 * c + i));
}

TEST_F(AugmentTest, Flips) {
  expectPlane(prepare({0, 0, true}), {2, 1, 0, 5, 4, 3});
}

// Padding is 0 behind the normalization, not the value of a black pixel.
TEST_F(AugmentTest, Crops) {
  expectPlane(prepare({1, 0, false}), {3, 4, 5, -1, -1, -1});
  expectPlane(prepare({-1, -1, false}), {-1, -1, -1, -1, 0, 1});
  expectPlane(prepare({0, 1, false}), {1, 2, -1, 4, 5, -1});
  expectPlane(prepare({0, 1, true}), {-1, 2, 1, -1, 5, 4});
  expectPlane(prepare({4, 4, false}), {-1, -1, -1, -1, -1, -1});
}

TEST(Augmentation, PlacesAreAllThatThereAre) {
  Augmentation augmentation;
  augmentation.crop = augmentation.flip = true;
  std::set<int64_t> tops, lefts;
  int flips = 0;
  for (uint32_t i = 0; i < 1000; ++i) {
    Placement placement = augmentation.place(1, 0, i);
    tops.insert(placement.top);
    lefts.insert(placement.left);
    flips += placement.flip;
  }
  std::set<int64_t> all = {-4, -3, -2, -1, 0, 1, 2, 3, 4};
  EXPECT_EQ(tops, all);
  EXPECT_EQ(lefts, all);
  EXPECT_NEAR(flips, 500, 80); // Standard deviation 16.
}

TEST(Augmentation, DependsOnSeedEpochAndExample) {
  Augmentation augmentation;
  augmentation.crop = true;
  auto key = [&](uint64_t seed, uint32_t epoch) {
    std::vector<int64_t> places;
    for (uint32_t i = 0; i < 20; ++i) {
      Placement placement = augmentation.place(seed, epoch, i);
      EXPECT_FALSE(placement.flip);
      places.push_back(placement.top);
      places.push_back(placement.left);
    }
    return places;
  };
  EXPECT_EQ(key(1, 2), key(1, 2));
  EXPECT_NE(key(1, 2), key(1, 3));
  EXPECT_NE(key(1, 2), key(2, 2));
  Placement none = Augmentation().place(1, 2, 3);
  EXPECT_EQ(none.top, 0);
  EXPECT_EQ(none.left, 0);
  EXPECT_FALSE(none.flip);
}

} // namespace
