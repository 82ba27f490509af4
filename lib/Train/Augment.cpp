//===- Augment.cpp - From pixels to the network's input -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Augment.h"
#include "resnetc/Train/Random.h"

using namespace llvm;
using namespace resnetc::train;

Placement Augmentation::place(uint64_t seed, uint32_t epoch,
                              uint32_t example) const {
  Random random(seed, RandomUse::Augmentation, epoch, example);
  Placement placement;
  if (crop) {
    placement.top = static_cast<int64_t>(random.below(2 * padding + 1));
    placement.left = static_cast<int64_t>(random.below(2 * padding + 1));
    placement.top -= padding;
    placement.left -= padding;
  }
  if (flip)
    placement.flip = random.below(2) != 0;
  return placement;
}

void resnetc::train::prepareInput(ArrayRef<uint8_t> pixels,
                                  const ImageSize &size,
                                  const Normalization &normalization,
                                  const Placement &placement, bool channelsLast,
                                  MutableArrayRef<float> input) {
  int64_t area = size.height * size.width;
  int64_t pixelStride = channelsLast ? ImageSize::channels : 1;
  for (int64_t c = 0; c < ImageSize::channels; ++c) {
    float mean = normalization.mean[c];
    float deviation = normalization.deviation[c];
    // A table has the results of the same divisions.
    std::array<float, 256> values;
    for (int value = 0; value < 256; ++value)
      values[value] = (static_cast<float>(value) / 255.0F - mean) / deviation;
    const uint8_t *plane = pixels.data() + c * area;
    float *to = input.data() + (channelsLast ? c : c * area);
    for (int64_t y = 0; y < size.height; ++y) {
      int64_t fromY = y + placement.top;
      bool isRow = fromY >= 0 && fromY < size.height;
      for (int64_t x = 0; x < size.width; ++x, to += pixelStride) {
        int64_t fromX =
            (placement.flip ? size.width - 1 - x : x) + placement.left;
        *to = isRow && fromX >= 0 && fromX < size.width
                  ? values[plane[fromY * size.width + fromX]]
                  : 0.0F;
      }
    }
  }
}
