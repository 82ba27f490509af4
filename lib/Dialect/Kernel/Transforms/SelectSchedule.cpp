//===- SelectSchedule.cpp - Choose schedules ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-select-schedule pass, which chooses how each
// convolution is computed. All such choices are made here.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ScheduleTable.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Dialect/Kernel/Transforms/ScheduleModel.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELSELECTSCHEDULE
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct SelectSchedule
    : resnetc::kernel::impl::KernelSelectScheduleBase<SelectSchedule> {
  using Base::Base;

  void runOnOperation() override;

private:
  ScheduleAttr select(ConvOp op, const TargetModel &target,
                      const ScheduleTable &table);
};

} // namespace

void SelectSchedule::runOnOperation() {
  llvm::Expected<TargetModel> target = TargetModel::get(triple, cpu);
  if (!target) {
    getOperation().emitError(llvm::toString(target.takeError()));
    return signalPassFailure();
  }
  ScheduleTable table;
  if (!schedules.empty()) {
    llvm::Expected<ScheduleTable> read =
        ScheduleTable::read(schedules, target->cpu, getContext());
    if (!read) {
      getOperation().emitError(llvm::toString(read.takeError()));
      return signalPassFailure();
    }
    table = std::move(*read);
  }
  for (auto op : getOperation().getOps<ConvOp>()) {
    if (op.getSchedule())
      continue;
    op.setScheduleAttr(select(op, *target, table));
    // A table may say anything.
    if (failed(op.verify()))
      return signalPassFailure();
  }
  if (!target->hasBF16)
    return;
  for (auto op : getOperation().getOps<ConvFilterGradientOp>())
    if (op.admitsDot())
      op.setDot(true);
}

ScheduleAttr SelectSchedule::select(ConvOp op, const TargetModel &target,
                                    const ScheduleTable &table) {
  SmallVector<RankedSchedule> ranked =
      rankSchedules(op, target, exact ? 0.0 : double(maxError));
  if (ScheduleAttr chosen = table.lookup(op)) {
    // An algorithm that the table has, but that this convolution's weights or
    // buffers do not admit, is not in the ranking.
    if (llvm::any_of(ranked, [&](const RankedSchedule &candidate) {
          return candidate.schedule.getAlgorithm() == chosen.getAlgorithm();
        }))
      return chosen;
  }
  return ranked.front().schedule;
}
