//===- AllocationTest.cpp - A run allocates nothing -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_OWN_MALLOC 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_MALLOC 1
#endif

// Counting replaces the C library's functions, as sanitizers do already; and
// the names to forward to are glibc's.
#if defined(__GLIBC__) && !defined(HAS_OWN_MALLOC)

static std::atomic<int> Allocations{0};

extern "C" {

void *__libc_malloc(size_t Size);
void *__libc_calloc(size_t Count, size_t Size);
void *__libc_realloc(void *Pointer, size_t Size);
void *__libc_memalign(size_t Alignment, size_t Size);

void *malloc(size_t Size) {
  ++Allocations;
  return __libc_malloc(Size);
}

void *calloc(size_t Count, size_t Size) {
  ++Allocations;
  return __libc_calloc(Count, Size);
}

void *realloc(void *Pointer, size_t Size) {
  ++Allocations;
  return __libc_realloc(Pointer, Size);
}

int posix_memalign(void **Result, size_t Alignment, size_t Size) {
  ++Allocations;
  *Result = __libc_memalign(Alignment, Size);
  return *Result ? 0 : ENOMEM;
}

} // extern "C"

using namespace resnetc::test;

namespace {

void runInTurn(void *, int Count, void (*Body)(void *, int), void *Argument) {
  for (int I = 0; I < Count; ++I)
    Body(Argument, I);
}

/// Allocations of a few runs.
int allocations(const resnetc_context *Context) {
  ToyModel Toy(0);
  ToyRun Run(Toy, 3);
  int Before = Allocations;
  for (int I = 0; I < 5; ++I)
    Run.run(Context);
  int After = Allocations;
  EXPECT_EQ(Run.Y, Toy.expected(3));
  return After - Before;
}

TEST(AllocationTest, CountsAllocations) {
  int Before = Allocations;
  resnetc_pool_destroy(resnetc_pool_create(2));
  EXPECT_GT(Allocations, Before);
}

TEST(AllocationTest, OnCallingThread) { EXPECT_EQ(allocations(nullptr), 0); }

TEST(AllocationTest, OnPool) {
  resnetc_context Context = {};
  Context.pool = resnetc_pool_create(3);
  EXPECT_EQ(allocations(&Context), 0);
  resnetc_pool_destroy(Context.pool);
}

TEST(AllocationTest, OnApplicationsThreads) {
  resnetc_context Context = {};
  Context.parallel_for = runInTurn;
  Context.parallel_for_threads = 3;
  EXPECT_EQ(allocations(&Context), 0);
}

} // namespace

#endif
