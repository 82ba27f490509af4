//===- ScheduleTest.cpp - How fast to learn when --------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Schedule.h"
#include "gtest/gtest.h"

using namespace resnetc::train;

namespace {

Schedule make(ScheduleKind kind, int64_t warmupSteps = 0) {
  Schedule schedule;
  schedule.kind = kind;
  schedule.rate = 0.5;
  schedule.totalSteps = 100;
  schedule.warmupSteps = warmupSteps;
  return schedule;
}

TEST(Schedule, Constant) {
  Schedule schedule = make(ScheduleKind::Constant);
  EXPECT_EQ(schedule.getRate(0), 0.5);
  EXPECT_EQ(schedule.getRate(99), 0.5);
}

TEST(Schedule, Cosine) {
  Schedule schedule = make(ScheduleKind::Cosine);
  EXPECT_DOUBLE_EQ(schedule.getRate(0), 0.5);
  EXPECT_DOUBLE_EQ(schedule.getRate(50), 0.25);
  // (1 + cos(pi / 4)) / 4 and (1 - cos(pi / 4)) / 4.
  EXPECT_NEAR(schedule.getRate(25), 0.4267766952966369, 1e-15);
  EXPECT_NEAR(schedule.getRate(75), 0.0732233047033631, 1e-15);
  EXPECT_NEAR(schedule.getRate(100), 0, 1e-15);
}

TEST(Schedule, Step) {
  Schedule schedule = make(ScheduleKind::Step);
  EXPECT_EQ(schedule.getRate(49), 0.5);
  EXPECT_DOUBLE_EQ(schedule.getRate(50), 0.05);
  EXPECT_DOUBLE_EQ(schedule.getRate(74), 0.05);
  EXPECT_DOUBLE_EQ(schedule.getRate(75), 0.005);
  schedule.milestones = {0.1, 0.2, 0.3};
  schedule.factor = 0.5;
  EXPECT_DOUBLE_EQ(schedule.getRate(99), 0.0625);
}

TEST(Schedule, Warmup) {
  for (ScheduleKind kind :
       {ScheduleKind::Constant, ScheduleKind::Cosine, ScheduleKind::Step}) {
    Schedule schedule = make(kind, 10);
    EXPECT_DOUBLE_EQ(schedule.getRate(0), 0.05);
    EXPECT_DOUBLE_EQ(schedule.getRate(4), 0.25);
    EXPECT_DOUBLE_EQ(schedule.getRate(9), 0.5);
    EXPECT_DOUBLE_EQ(schedule.getRate(10), 0.5);
  }
  // The cosine has the steps that are left.
  EXPECT_DOUBLE_EQ(make(ScheduleKind::Cosine, 10).getRate(55), 0.25);
  // Nothing but warming up.
  EXPECT_DOUBLE_EQ(make(ScheduleKind::Cosine, 100).getRate(99), 0.5);
}

} // namespace
