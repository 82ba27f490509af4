//===- Schedule.cpp - How fast to learn when ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Schedule.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace resnetc::train;

double Schedule::getRate(int64_t step) const {
  if (step < warmupSteps)
    return rate * static_cast<double>(step + 1) /
           static_cast<double>(warmupSteps);
  switch (kind) {
  case ScheduleKind::Constant:
    break;
  case ScheduleKind::Cosine: {
    double done = static_cast<double>(step - warmupSteps) /
                  static_cast<double>(totalSteps - warmupSteps);
    return rate * 0.5 * (1 + std::cos(llvm::numbers::pi * done));
  }
  case ScheduleKind::Step: {
    double result = rate;
    for (double milestone : milestones)
      if (static_cast<double>(step) >=
          milestone * static_cast<double>(totalSteps))
        result *= factor;
    return result;
  }
  }
  return rate;
}
