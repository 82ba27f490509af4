//===- Augment.h - From pixels to the network's input --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_AUGMENT_H
#define RESNETC_TRAIN_AUGMENT_H

#include "llvm/ADT/ArrayRef.h"
#include <array>
#include <cstdint>

namespace resnetc::train {

/// Of a picture of three channels.
struct ImageSize {
  static constexpr int64_t channels = 3;
  int64_t height = 0;
  int64_t width = 0;

  int64_t getCount() const { return channels * height * width; }
  bool operator==(const ImageSize &other) const {
    return height == other.height && width == other.width;
  }
};

/// What a pixel of 0 to 255 becomes: (pixel / 255 - mean) / deviation. At first
/// those of ImageNet, as torchvision's models have them, and resnetc-run.
struct Normalization {
  std::array<float, ImageSize::channels> mean = {0.485F, 0.456F, 0.406F};
  std::array<float, ImageSize::channels> deviation = {0.229F, 0.224F, 0.225F};
};

/// Where a picture is cut, and whether left and right change places.
struct Placement {
  int64_t top = 0; ///< Of what is cut out; outside of the picture are zeros.
  int64_t left = 0;
  bool flip = false;
};

/// What is done to a picture at random, each time it is shown.
struct Augmentation {
  /// What is cut out is as large as the picture, anywhere in it with this many
  /// zeros on each side (He et al., "Deep Residual Learning", 2015, section
  /// 4.2).
  static constexpr uint32_t padding = 4;
  bool crop = false;
  bool flip = false;

  /// That of an example in an epoch.
  Placement place(uint64_t seed, uint32_t epoch, uint32_t example) const;
};

/// Normalizes a picture and puts it into its place. `pixels` are three planes;
/// `input` is [3, H, W] or, if `channelsLast`, [H, W, 3]. Padding comes after
/// normalization: it is 0.
void prepareInput(llvm::ArrayRef<uint8_t> pixels, const ImageSize &size,
                  const Normalization &normalization,
                  const Placement &placement, bool channelsLast,
                  llvm::MutableArrayRef<float> input);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_AUGMENT_H
