//===- RunTest.cpp - Every way to run gives the same bits -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include "gtest/gtest.h"

#include <mutex>
#include <thread>
#include <tuple>

using namespace resnetc::test;

namespace {

/// Steps with images innermost, batch.
class RunTest : public testing::TestWithParam<std::tuple<uint32_t, int64_t>> {
protected:
  int64_t Batch = std::get<1>(GetParam());
  ToyModel Toy{std::get<0>(GetParam())};

  /// Of parallel_for: one for the whole images of each run of steps without
  /// images innermost, if there are any; one for each step of the others.
  int expectedCalls(int Pieces) const {
    uint32_t Innermost = std::get<0>(GetParam());
    int Count = 0;
    bool InRun = false;
    for (int I = 0; I < Toy.Model.step_count; ++I) {
      bool IsInnermost = Innermost >> I & 1;
      Count += !IsInnermost && !InRun && Batch >= Pieces;
      Count += IsInnermost || Batch % Pieces != 0;
      InRun = !IsInnermost;
    }
    return Count;
  }
};

INSTANTIATE_TEST_SUITE_P(
    OrdersAndBatches, RunTest,
    testing::Combine(testing::Values(0b0000, 0b1111, 0b1000, 0b0010, 0b0101),
                     testing::Values(1, 2, 3, 8)));

TEST_P(RunTest, OnCallingThread) {
  ToyRun Run(Toy, Batch);
  EXPECT_EQ(Run.run(nullptr), RESNETC_OK);
  EXPECT_EQ(Run.Y, Toy.expected(Batch));

  resnetc_context Empty = {};
  EXPECT_EQ(Run.run(&Empty), RESNETC_OK);
  EXPECT_EQ(Run.Y, Toy.expected(Batch));
}

TEST_P(RunTest, OnPool) {
  // More threads than cores, and more threads than work units, included.
  for (int Threads : {1, 2, 3, 4, 7, 48}) {
    resnetc_context Context = {};
    Context.pool = resnetc_pool_create(Threads);
    ASSERT_NE(Context.pool, nullptr);
    ToyRun Run(Toy, Batch);
    for (int Repeat = 0; Repeat < 10; ++Repeat) {
      EXPECT_EQ(Run.run(&Context), RESNETC_OK);
      EXPECT_EQ(Run.Y, Toy.expected(Batch)) << Threads << " threads";
    }
    resnetc_pool_destroy(Context.pool);
  }
}

/// Pieces one after the other, last first: they do not wait for each other.
void runInReverse(void *User, int Count, void (*Body)(void *, int),
                  void *Argument) {
  ++*static_cast<int *>(User);
  for (int I = Count - 1; I >= 0; --I)
    Body(Argument, I);
}

void runOnNewThreads(void *, int Count, void (*Body)(void *, int),
                     void *Argument) {
  std::vector<std::thread> Threads;
  for (int I = 0; I < Count; ++I)
    Threads.emplace_back(Body, Argument, I);
  for (std::thread &Thread : Threads)
    Thread.join();
}

TEST_P(RunTest, OnApplicationsThreads) {
  ToyRun Run(Toy, Batch);
  for (int Pieces : {2, 3, 5, 48}) {
    int Calls = 0;
    resnetc_context Context = {};
    Context.parallel_for = runInReverse;
    Context.parallel_for_user = &Calls;
    Context.parallel_for_threads = Pieces;
    EXPECT_EQ(Run.run(&Context), RESNETC_OK);
    EXPECT_EQ(Run.Y, Toy.expected(Batch)) << Pieces << " pieces in reverse";
    EXPECT_EQ(Calls, expectedCalls(Pieces));

    Context.parallel_for = runOnNewThreads;
    EXPECT_EQ(Run.run(&Context), RESNETC_OK);
    EXPECT_EQ(Run.Y, Toy.expected(Batch)) << Pieces << " threads";
  }
}

TEST_P(RunTest, ApplicationsThreadsFewerThanTwo) {
  ToyRun Run(Toy, Batch);
  for (int Pieces : {-1, 0, 1}) {
    resnetc_context Context = {};
    Context.parallel_for = runInReverse;
    Context.parallel_for_threads = Pieces;
    EXPECT_EQ(Run.run(&Context), RESNETC_OK);
    EXPECT_EQ(Run.Y, Toy.expected(Batch));
  }
}

TEST_P(RunTest, ManyAtOnce) {
  std::vector<float> Expected = Toy.expected(Batch);
  auto runOften = [&](int Threads) {
    resnetc_context Context = {};
    Context.pool = Threads > 1 ? resnetc_pool_create(Threads) : nullptr;
    ToyRun Run(Toy, Batch);
    for (int Repeat = 0; Repeat < 100; ++Repeat) {
      EXPECT_EQ(Run.run(&Context), RESNETC_OK);
      EXPECT_EQ(Run.Y, Expected);
    }
    resnetc_pool_destroy(Context.pool);
  };
  std::vector<std::thread> Callers;
  for (int Threads : {1, 1, 1, 2, 2, 3})
    Callers.emplace_back(runOften, Threads);
  for (std::thread &Caller : Callers)
    Caller.join();
}

/// A model whose kernels write down how they were called.
struct RecordedModel {
  static constexpr int64_t ImageStride = 16;

  struct Call {
    int64_t Image, Begin, End;
    int Step = 0;
    bool operator==(const Call &Other) const {
      return Image == Other.Image && Begin == Other.Begin && End == Other.End &&
             Step == Other.Step;
    }
  };

  /// One step for each of `Flags`.
  RecordedModel(int64_t Units, std::initializer_list<int32_t> Flags) {
    resnetc_rt_kernel Kernels[] = {record<0>, record<1>, record<2>};
    Model.abi_version = RESNETC_RT_ABI_VERSION;
    Model.input_count = 1;
    for (int32_t Flag : Flags) {
      int Index = Model.step_count++;
      Steps[Index] = {Kernels[Index], &Operand, 1, Flag, Units, 0,
                      "layer",        "kernel", 0};
    }
    Model.steps = Steps;
  }

  std::vector<Call> run(int64_t Batch, int Pieces) {
    Calls.clear();
    const void *Inputs[] = {Buffer};
    int Ignored = 0;
    resnetc_context Context = {};
    Context.parallel_for = runInReverse;
    Context.parallel_for_user = &Ignored;
    Context.parallel_for_threads = Pieces;
    EXPECT_EQ(
        resnetc_rt_run(&Model, Inputs, nullptr, Batch, {nullptr, 0}, &Context),
        RESNETC_OK);
    return Calls;
  }

  template <int Step>
  static void record(void *const *Operands, int64_t Begin, int64_t End) {
    int64_t Offset = static_cast<char *>(Operands[0]) - Buffer;
    EXPECT_EQ(Offset % ImageStride, 0);
    Calls.push_back({Offset / ImageStride, Begin, End, Step});
  }

  static inline char Buffer[256];
  static inline std::vector<Call> Calls;
  resnetc_rt_operand Operand = {RESNETC_RT_INPUT, 0, 0, ImageStride};
  resnetc_rt_step Steps[3] = {};
  resnetc_rt_model Model = {};
};

using Calls = std::vector<RecordedModel::Call>;

TEST(PartitionTest, OneCallForEachImage) {
  RecordedModel Model(10, {0});
  EXPECT_EQ(Model.run(1, 1), (Calls{{0, 0, 10}}));
  EXPECT_EQ(Model.run(2, 1), (Calls{{0, 0, 10}, {1, 0, 10}}));
}

TEST(PartitionTest, WholeImagesThenTheOthersInPieces) {
  RecordedModel Model(10, {0});
  // An image each, the second piece first; then half of the last each.
  EXPECT_EQ(Model.run(3, 2),
            (Calls{{1, 0, 10}, {0, 0, 10}, {2, 5, 10}, {2, 0, 5}}));
  // 20 units in three pieces.
  EXPECT_EQ(Model.run(2, 3),
            (Calls{{1, 3, 10}, {0, 6, 10}, {1, 0, 3}, {0, 0, 6}}));
}

TEST(PartitionTest, ImagesGoThroughAllStepsThatWaitForNoOther) {
  RecordedModel Model(4, {0, RESNETC_RT_NO_BARRIER, 0});
  EXPECT_EQ(Model.run(2, 1), (Calls{{0, 0, 4, 0},
                                    {0, 0, 4, 1},
                                    {0, 0, 4, 2},
                                    {1, 0, 4, 0},
                                    {1, 0, 4, 1},
                                    {1, 0, 4, 2}}));
  RecordedModel Last(1, {0, 0, RESNETC_RT_IMAGES_INNERMOST});
  EXPECT_EQ(Last.run(2, 1), (Calls{{0, 0, 1, 0},
                                   {0, 0, 1, 1},
                                   {1, 0, 1, 0},
                                   {1, 0, 1, 1},
                                   {0, 0, 1, 2},
                                   {1, 0, 1, 2}}));
  RecordedModel Middle(1, {0, RESNETC_RT_IMAGES_INNERMOST, 0});
  EXPECT_EQ(Middle.run(2, 2), (Calls{{1, 0, 1, 0},
                                     {0, 0, 1, 0},
                                     {1, 0, 1, 1},
                                     {0, 0, 1, 1},
                                     {1, 0, 1, 2},
                                     {0, 0, 1, 2}}));
}

TEST(PartitionTest, ImagesInnermost) {
  RecordedModel Model(3, {RESNETC_RT_IMAGES_INNERMOST});
  EXPECT_EQ(
      Model.run(2, 1),
      (Calls{
          {0, 0, 1}, {1, 0, 1}, {0, 1, 2}, {1, 1, 2}, {0, 2, 3}, {1, 2, 3}}));
  EXPECT_EQ(
      Model.run(2, 2),
      (Calls{
          {1, 1, 2}, {0, 2, 3}, {1, 2, 3}, {0, 0, 1}, {1, 0, 1}, {0, 1, 2}}));
}

TEST(PartitionTest, ImagesInnermostOfOneImageIsOneCall) {
  RecordedModel Model(10, {RESNETC_RT_IMAGES_INNERMOST});
  EXPECT_EQ(Model.run(1, 1), (Calls{{0, 0, 10}}));
  EXPECT_EQ(Model.run(1, 2), (Calls{{0, 5, 10}, {0, 0, 5}}));
}

TEST(PartitionTest, OnceForTheBatch) {
  RecordedModel Model(4, {0, RESNETC_RT_ONCE, 0});
  EXPECT_EQ(Model.run(2, 1), (Calls{{0, 0, 4, 0},
                                    {1, 0, 4, 0},
                                    {0, 0, 4, 1},
                                    {0, 0, 4, 2},
                                    {1, 0, 4, 2}}));
  RecordedModel Split(4, {RESNETC_RT_ONCE});
  EXPECT_EQ(Split.run(3, 2), (Calls{{0, 2, 4}, {0, 0, 2}}));
}

TEST(PartitionTest, SumsAreMadeImageByImage) {
  RecordedModel Model(4, {RESNETC_RT_SUM});
  EXPECT_EQ(Model.run(2, 1), (Calls{{0, 0, 4}, {1, 0, 4}}));
  // A unit stays with one piece.
  EXPECT_EQ(Model.run(2, 2),
            (Calls{{0, 2, 4}, {1, 2, 4}, {0, 0, 2}, {1, 0, 2}}));
  RecordedModel Innermost(2, {RESNETC_RT_SUM | RESNETC_RT_IMAGES_INNERMOST});
  EXPECT_EQ(Innermost.run(2, 1),
            (Calls{{0, 0, 1}, {1, 0, 1}, {0, 1, 2}, {1, 1, 2}}));
  RecordedModel Behind(1, {0, RESNETC_RT_SUM, 0});
  EXPECT_EQ(Behind.run(2, 2), (Calls{{1, 0, 1, 0},
                                     {0, 0, 1, 0},
                                     {0, 0, 1, 1},
                                     {1, 0, 1, 1},
                                     {1, 0, 1, 2},
                                     {0, 0, 1, 2}}));
}

TEST(PartitionTest, PiecesWithoutWorkCallNothing) {
  RecordedModel Model(2, {0});
  EXPECT_EQ(Model.run(1, 4), (Calls{{0, 1, 2}, {0, 0, 1}}));
  RecordedModel Empty(0, {0});
  EXPECT_EQ(Empty.run(3, 2), Calls());
}

} // namespace
