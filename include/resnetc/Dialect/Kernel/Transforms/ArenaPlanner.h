//===- ArenaPlanner.h - Static placement of buffers ----------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_TRANSFORMS_ARENAPLANNER_H
#define RESNETC_DIALECT_KERNEL_TRANSFORMS_ARENAPLANNER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace resnetc::kernel {

/// A buffer of `bytes` that holds data from step `first` to step `last`, both
/// included.
struct LiveRange {
  int64_t bytes;
  int64_t first;
  int64_t last;
};

struct ArenaPlan {
  llvm::SmallVector<int64_t> offsets; ///< One for each range, in bytes.
  int64_t bytes = 0;                  ///< Size of the arena.
};

/// Gives every range an offset, a multiple of `alignment`, such that ranges
/// that share a step do not overlap. Greedy by size: the largest first, each at
/// the lowest offset that is free of those placed (Pisarchyk and Lee,
/// "Efficient Memory Management for Deep Neural Net Inference", 2020).
ArenaPlan planArena(llvm::ArrayRef<LiveRange> ranges, int64_t alignment);

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_TRANSFORMS_ARENAPLANNER_H
