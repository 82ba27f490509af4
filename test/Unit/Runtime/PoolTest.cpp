//===- PoolTest.cpp - Fork, join and barrier of the thread pool -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pool.h"
#include "ToyModel.h"

#include "gtest/gtest.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <limits>
#include <pthread.h>
#include <thread>

using namespace resnetc::test;

namespace {

TEST(PoolTest, Threads) {
  EXPECT_EQ(resnetc_pool_create(0), nullptr);
  EXPECT_EQ(resnetc_pool_create(-3), nullptr);
  EXPECT_EQ(resnetc_pool_threads(nullptr), 0);
  resnetc_pool_destroy(nullptr);
  resnetc_pool *Pool = resnetc_pool_create(3);
  EXPECT_EQ(resnetc_pool_threads(Pool), 3);
  resnetc_pool_destroy(Pool);
}

TEST(PoolTest, CreateAndDestroyOften) {
  for (int I = 0; I < 300; ++I) {
    resnetc_pool *Pool = resnetc_pool_create(1 + I % 6);
    ASSERT_NE(Pool, nullptr);
    resnetc_pool_destroy(Pool);
  }
}

TEST(PoolTest, DestroyAfterWork) {
  ToyModel Toy(0);
  ToyRun Run(Toy, 3);
  for (int I = 0; I < 100; ++I) {
    resnetc_context Context = {};
    Context.pool = resnetc_pool_create(1 + I % 4);
    ASSERT_EQ(Run.run(&Context), RESNETC_OK);
    resnetc_pool_destroy(Context.pool);
    ASSERT_EQ(Run.Y, Toy.expected(3));
  }
}

/// Every thread counts in each phase; all must see all of it after a barrier.
struct Phases {
  static constexpr int Count = 200;
  resnetc_pool *Pool;
  int Threads;
  /// Plain, not atomic: a race between phases is for TSan to find.
  std::vector<int> Slots;
  std::atomic<int> Wrong{0};

  static void body(void *Argument, int Index) {
    Phases &Self = *static_cast<Phases *>(Argument);
    for (int Phase = 1; Phase <= Count; ++Phase) {
      Self.Slots[Index] = Phase;
      resnetc_rt_pool_barrier(Self.Pool);
      for (int Slot : Self.Slots)
        if (Slot != Phase)
          ++Self.Wrong;
      resnetc_rt_pool_barrier(Self.Pool);
    }
  }
};

TEST(PoolTest, BarrierSeparatesPhases) {
  // Eight and 32 threads are more than most machines that test this have cores.
  for (int Threads : {1, 2, 3, 8, 32}) {
    Phases Work;
    Work.Pool = resnetc_pool_create(Threads);
    Work.Slots.resize(Threads);
    for (int Repeat = 0; Repeat < 5; ++Repeat)
      resnetc_rt_pool_run(Work.Pool, Phases::body, &Work);
    EXPECT_EQ(Work.Wrong, 0) << Threads << " threads";
    resnetc_pool_destroy(Work.Pool);
  }
}

TEST(PoolTest, OversubscribedRunsEnd) {
  ToyModel Toy(0);
  ToyRun Run(Toy, 3);
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(8);
  for (int I = 0; I < 1000; ++I)
    ASSERT_EQ(Run.run(&Context), RESNETC_OK);
  EXPECT_EQ(Run.Y, Toy.expected(3));
  resnetc_pool_destroy(Context.pool);
}

TEST(PoolTest, WorkersThatSleepWakeUp) {
  ToyModel Toy(0);
  ToyRun Run(Toy, 3);
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(2);
  for (int I = 0; I < 20; ++I) {
    // Longer than they spin.
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
    ASSERT_EQ(Run.run(&Context), RESNETC_OK);
    ASSERT_EQ(Run.Y, Toy.expected(3));
  }
  resnetc_pool_destroy(Context.pool);
}

TEST(PoolTest, SignalsStayOnApplicationsThreads) {
  struct {
    std::atomic<int> Unblocked{0};
  } Seen;
  auto body = [](void *Argument, int Index) {
    sigset_t Blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &Blocked);
    if (Index != 0 && !sigismember(&Blocked, SIGINT))
      ++static_cast<decltype(Seen) *>(Argument)->Unblocked;
  };
  resnetc_pool *Pool = resnetc_pool_create(3);
  resnetc_rt_pool_run(Pool, body, &Seen);
  resnetc_pool_destroy(Pool);
  EXPECT_EQ(Seen.Unblocked, 0);

  sigset_t Blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &Blocked);
  EXPECT_FALSE(sigismember(&Blocked, SIGINT));
}

} // namespace
