//===- FloatControlTest.cpp - Subnormals are flushed in a run alone -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Runtime/ModelABI.h"

#include "gtest/gtest.h"

#include <cfenv>
#include <cfloat>
#include <thread>
#include <vector>

namespace {

volatile float SmallestNormal = FLT_MIN;
volatile float Half = 0.5f;

bool flushesResults() { return SmallestNormal * Half == 0.0f; }

bool flushesOperands() {
  // Made from its bits, so that no operation on the way flushes it.
  union {
    uint32_t Bits;
    volatile float Value;
  } Subnormal = {1};
  return Subnormal.Value * 0x1p+100f == 0.0f;
}

/// By computing: fegetround() asks the x87 unit on x86-64, not SSE.
bool roundsToNearest() {
  volatile float One = 1.0f;
  volatile float Tiny = 0x1p-40f;
  return One + Tiny == One && -One - Tiny == -One;
}

extern "C" void probe(void *const *Operands, int64_t Begin, int64_t End) {
  char *Seen = static_cast<char *>(Operands[0]);
  for (int64_t Unit = Begin; Unit < End; ++Unit)
    Seen[Unit] = flushesResults() && flushesOperands() && roundsToNearest();
}

class FloatControlTest : public testing::Test {
protected:
  static constexpr int64_t Units = 16;
  resnetc_rt_operand Operand = {RESNETC_RT_OUTPUT, 0, 0, Units};
  resnetc_rt_step Step = {probe, &Operand, 1,        0, Units,
                          0,     "layer",  "kernel", 0};

  std::vector<char> run(const resnetc_context *Context) {
    resnetc_rt_model Model = {};
    Model.abi_version = RESNETC_RT_ABI_VERSION;
    Model.output_count = 1;
    Model.step_count = 1;
    Model.steps = &Step;
    std::vector<char> Seen(Units);
    void *Outputs[] = {Seen.data()};
    EXPECT_EQ(
        resnetc_rt_run(&Model, nullptr, Outputs, 1, {nullptr, 0}, Context),
        RESNETC_OK);
    return Seen;
  }

  const std::vector<char> Everywhere = std::vector<char>(Units, 1);
};

void runInTurn(void *User, int Count, void (*Body)(void *, int),
               void *Argument) {
  for (int I = 0; I < Count; ++I) {
    Body(Argument, I);
    *static_cast<bool *>(User) |= flushesResults() || flushesOperands();
  }
}

#if defined(__x86_64__) || defined(__aarch64__)

TEST_F(FloatControlTest, FlushedOnCallingThread) {
  EXPECT_FALSE(flushesResults());
  EXPECT_EQ(run(nullptr), Everywhere);
  EXPECT_FALSE(flushesResults());
  EXPECT_FALSE(flushesOperands());
}

TEST_F(FloatControlTest, FlushedOnPool) {
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(3);
  EXPECT_EQ(run(&Context), Everywhere);
  EXPECT_FALSE(flushesResults());
  EXPECT_FALSE(flushesOperands());
  resnetc_pool_destroy(Context.pool);
}

TEST_F(FloatControlTest, FlushedOnApplicationsThreads) {
  bool FlushedBetween = false;
  resnetc_context Context = {};
  Context.parallel_for = runInTurn;
  Context.parallel_for_user = &FlushedBetween;
  Context.parallel_for_threads = 3;
  EXPECT_EQ(run(&Context), Everywhere);
  EXPECT_FALSE(FlushedBetween);
}

TEST_F(FloatControlTest, CallersRoundingModeIsIgnoredAndKept) {
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  EXPECT_EQ(run(nullptr), Everywhere);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  // A pool made now has workers that would round upward.
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(3);
  EXPECT_EQ(run(&Context), Everywhere);
  resnetc_pool_destroy(Context.pool);
  std::fesetround(FE_TONEAREST);
}

TEST_F(FloatControlTest, ProfileCallbackHasApplicationsEnvironment) {
  bool Flushed = false;
  resnetc_context Context = {};
  Context.profile = [](void *User, int, const char *, const char *, int64_t,
                       int64_t) {
    *static_cast<bool *>(User) = flushesResults() || flushesOperands();
  };
  Context.profile_user = &Flushed;
  run(&Context);
  EXPECT_FALSE(Flushed);
}

#endif

} // namespace
