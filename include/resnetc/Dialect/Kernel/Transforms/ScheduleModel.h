//===- ScheduleModel.h - What schedules cost ------------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model of a CPU's time that schedules are chosen by: cycles of register
// tiles by multiply-adds, loads and latency, row chunks by bytes that pass the
// second-level cache, and weights by the bandwidth of memory.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEMODEL_H
#define RESNETC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEMODEL_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Target/TargetModel.h"

namespace resnetc::kernel {

/// A schedule and its cost in cycles of one core.
struct RankedSchedule {
  ScheduleAttr schedule;
  double cycles;
  double computeCycles; ///< Without waiting for weights from memory.
};

/// All schedules worth considering for a convolution, cheapest first; at least
/// one. An algorithm that rounds otherwise than the sum of products is among
/// them if its predicted relative L2 error is at most `maxError`, none if that
/// is 0.
llvm::SmallVector<RankedSchedule>
rankSchedules(ConvOp op, const TargetModel &target, double maxError);

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEMODEL_H
