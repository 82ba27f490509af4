//===- ProfileTest.cpp - The profile callback sees every step -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include "gtest/gtest.h"

#include <string>
#include <thread>

using namespace resnetc::test;

namespace {

struct Record {
  int Step;
  std::string Layer;
  std::string Kernel;
  int64_t Macs;
};

struct Profile {
  std::vector<Record> Records;
  std::thread::id Thread = std::this_thread::get_id();

  static void add(void *User, int Step, const char *Layer, const char *Kernel,
                  int64_t Nanoseconds, int64_t Macs) {
    Profile &Self = *static_cast<Profile *>(User);
    Self.Records.push_back({Step, Layer, Kernel, Macs});
    EXPECT_GE(Nanoseconds, 0);
    EXPECT_EQ(std::this_thread::get_id(), Self.Thread);
  }
};

void runInTurn(void *, int Count, void (*Body)(void *, int), void *Argument) {
  for (int I = 0; I < Count; ++I)
    Body(Argument, I);
}

void check(resnetc_context Context) {
  constexpr int64_t Batch = 3;
  ToyModel Toy(0);
  ToyRun Run(Toy, Batch);
  Profile Seen;
  Context.profile = Profile::add;
  Context.profile_user = &Seen;
  ASSERT_EQ(Run.run(&Context), RESNETC_OK);
  EXPECT_EQ(Run.Y, Toy.expected(Batch));

  ASSERT_EQ(Seen.Records.size(), static_cast<size_t>(Toy.Model.step_count));
  for (int I = 0; I < Toy.Model.step_count; ++I) {
    const resnetc_rt_step &Step = Toy.Model.steps[I];
    EXPECT_EQ(Seen.Records[I].Step, I);
    EXPECT_EQ(Seen.Records[I].Layer, Step.layer);
    EXPECT_EQ(Seen.Records[I].Kernel, Step.kernel_name);
    EXPECT_EQ(Seen.Records[I].Macs, Step.macs * Batch);
  }
}

TEST(ProfileTest, OnCallingThread) { check({}); }

TEST(ProfileTest, OnPool) {
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(3);
  check(Context);
  resnetc_pool_destroy(Context.pool);
}

TEST(ProfileTest, OnApplicationsThreads) {
  resnetc_context Context = {};
  Context.parallel_for = runInTurn;
  Context.parallel_for_threads = 3;
  check(Context);
}

} // namespace
