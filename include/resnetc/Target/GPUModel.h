//===- GPUModel.h - What schedules need to know of a GPU ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_GPUMODEL_H
#define RESNETC_TARGET_GPUMODEL_H

#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace resnetc {

struct GPUModel {
  std::string chip;  ///< As LLVM and ptxas name it, for example sm_90a.
  int64_t major = 8; ///< Compute capability.
  int64_t minor = 0;
  bool isArchitecture = false; ///< The code is for this architecture alone.
  bool hasWgmma = false;       ///< Warp groups multiply from shared memory.
  /// Whether a launch can start before the one that it waits for is over.
  bool overlapsLaunches() const { return major >= 9; }
  int64_t multiprocessors = 108;
  int64_t sharedBytes = 164 << 10; ///< Of a multiprocessor; a block's KB less.
  int64_t blockThreads = 2048;     ///< Of a multiprocessor.
  int64_t registers = 64 << 10;
  /// Channels that lie together: a slice of f16.
  int64_t block = 64;

  // How long convolutions take, in cycles. Fitted to those of ResNet-50 with 25
  // tiles, for 1, 32 and 256 images, on an H200: what these numbers choose
  // takes 1.01 to 1.04 times as long in all as the best tile for each would.

  /// Products of f16 that a multiprocessor's matrix units add up in a cycle,
  /// and those of f32 of its other units.
  double matrixProducts = 1024;
  double products = 128;
  /// Bytes that it gets from the second cache in a cycle.
  double cacheBytes = 47;
  /// Of a matrix unit's time for a slice, what hinders other blocks.
  double sharedPart = 0.27;
  /// What passes from one slice to the next of a block besides its products,
  /// and how much of these the block waits for: if the threads wait for them,
  /// and if they are in flight.
  double sliceLatency = 250;
  double waitedPart = 1.05, flyingPart = 0.41;
  /// A block besides its slices, of one result: for itself, and for others.
  double blockLatency = 11800, resultLatency = 0.06, splitLatency = 330;
  double blockTime = 1220, resultTime = 0.12;
  /// Of the lesser one of what a multiprocessor has to do and what a block
  /// waits for, the part that the other does not hide.
  double exposedPart = 0.175;

  /// The model of a chip; the error names those that are known.
  static llvm::Expected<GPUModel> get(llvm::StringRef chip);
};

} // namespace resnetc

#endif // RESNETC_TARGET_GPUMODEL_H
