//===- Schedule.h - How fast to learn when -------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_SCHEDULE_H
#define RESNETC_TRAIN_SCHEDULE_H

#include <cstdint>
#include <vector>

namespace resnetc::train {

enum class ScheduleKind {
  Constant,
  Cosine, ///< Half a period, from the rate to 0.
  Step    ///< Multiplied by a factor at milestones.
};

/// The learning rate of each step of training.
///
/// In the first `warmupSteps` it grows from rate / warmupSteps to the rate by
/// equal amounts (Goyal et al., "Accurate, Large Minibatch SGD", 2017). Cosine
/// is that of Loshchilov and Hutter, "SGDR" (2017), without restarts, over the
/// steps after these.
struct Schedule {
  ScheduleKind kind = ScheduleKind::Constant;
  double rate = 0;
  int64_t totalSteps = 1;
  int64_t warmupSteps = 0;
  /// Of Step: parts of all steps, each from 0 to 1, increasing. These are those
  /// of He et al., "Deep Residual Learning" (2015), on CIFAR-10.
  std::vector<double> milestones = {0.5, 0.75};
  double factor = 0.1;

  /// That of a step, the first of which is 0.
  double getRate(int64_t step) const;
};

} // namespace resnetc::train

#endif // RESNETC_TRAIN_SCHEDULE_H
