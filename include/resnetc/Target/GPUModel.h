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
  int64_t multiprocessors = 108;
  /// Channels that lie together: a slice of f16.
  int64_t block = 64;
  /// To copy a row of a slice, in multiply-adds of one row and column: a
  /// multiprocessor of an H100 multiplies 1024 f16 a cycle and sector of 4
  /// bytes, and the second cache gives about 40 bytes of the 128 of a row.
  double copyCost = 60;
  /// What a block costs besides its slices, as so many of them.
  double slicesToStart = 4;

  /// The model of a chip; the error names those that are known.
  static llvm::Expected<GPUModel> get(llvm::StringRef chip);
};

} // namespace resnetc

#endif // RESNETC_TARGET_GPUMODEL_H
