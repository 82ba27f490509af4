//===- ArenaPlanner.cpp - Static placement of buffers ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/Transforms/ArenaPlanner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace resnetc::kernel;

ArenaPlan resnetc::kernel::planArena(ArrayRef<LiveRange> ranges,
                                     int64_t alignment) {
  ArenaPlan plan;
  plan.offsets.assign(ranges.size(), 0);
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(0, ranges.size()));
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::pair(-ranges[a].bytes, a) < std::pair(-ranges[b].bytes, b);
  });
  SmallVector<size_t> placed; // By offset.
  for (size_t i : order) {
    int64_t offset = 0;
    for (size_t j : placed) {
      bool together = ranges[i].first <= ranges[j].last &&
                      ranges[j].first <= ranges[i].last;
      if (!together)
        continue;
      if (offset + ranges[i].bytes <= plan.offsets[j])
        break;
      offset = std::max<int64_t>(
          offset, alignTo(plan.offsets[j] + ranges[j].bytes, alignment));
    }
    plan.offsets[i] = offset;
    plan.bytes = std::max<int64_t>(
        plan.bytes, alignTo(offset + ranges[i].bytes, alignment));
    auto at = llvm::upper_bound(placed, offset, [&](int64_t value, size_t j) {
      return value < plan.offsets[j];
    });
    placed.insert(at, i);
  }
  return plan;
}
