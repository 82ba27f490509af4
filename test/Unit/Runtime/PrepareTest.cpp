//===- PrepareTest.cpp - Weights come into memory when asked for ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include "gtest/gtest.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

using namespace resnetc::test;

namespace {

TEST(PrepareTest, SaysWhyNoRunWillBePossible) {
  ToyModel Toy(0);
  EXPECT_EQ(resnetc_rt_prepare(&Toy.Model), RESNETC_OK);
  Toy.Model.cpu_features = uint64_t{1} << 62;
  EXPECT_EQ(resnetc_rt_prepare(&Toy.Model), RESNETC_ERROR_CPU);
  ++Toy.Model.abi_version;
  EXPECT_EQ(resnetc_rt_prepare(&Toy.Model), RESNETC_ERROR_VERSION);
}

TEST(PrepareTest, NoWeights) {
  ToyModel Toy(0);
  Toy.Model.weights_size = 0;
  EXPECT_EQ(resnetc_rt_prepare(&Toy.Model), RESNETC_OK);
}

long minorFaults() {
  rusage Usage;
  getrusage(RUSAGE_SELF, &Usage);
  return Usage.ru_minflt;
}

TEST(PrepareTest, ReadingAfterwardsDoesNotFault) {
  long Page = sysconf(_SC_PAGESIZE);
  // More than the kernel maps at one fault.
  const int64_t Pages = 1024;
  std::FILE *File = std::tmpfile();
  ASSERT_TRUE(File);
  std::vector<char> Bytes(Pages * Page, 1);
  ASSERT_EQ(std::fwrite(Bytes.data(), 1, Bytes.size(), File), Bytes.size());
  ASSERT_EQ(std::fflush(File), 0);
  void *Mapped =
      mmap(nullptr, Bytes.size(), PROT_READ, MAP_PRIVATE, fileno(File), 0);
  ASSERT_NE(Mapped, MAP_FAILED);
  const int PopulateRead = 22; // MADV_POPULATE_READ, since Linux 5.14
  if (madvise(Mapped, 0, PopulateRead) != 0)
    GTEST_SKIP() << "this kernel cannot map ahead";

  ToyModel Toy(0);
  // From within a page, as weights do not start at one.
  const int64_t Offset = 64;
  auto *Weights = static_cast<const char *>(Mapped) + Offset;
  Toy.Model.weights = Weights;
  Toy.Model.weights_size = static_cast<int64_t>(Bytes.size()) - Offset;
  EXPECT_EQ(resnetc_rt_prepare(&Toy.Model), RESNETC_OK);
  long Before = minorFaults();
  int64_t Sum = 0;
  for (int64_t I = 0; I < Toy.Model.weights_size; I += Page)
    Sum += Weights[I];
  EXPECT_EQ(Sum, Pages);
  EXPECT_LT(minorFaults() - Before, 8);
  munmap(Mapped, Bytes.size());
  std::fclose(File);
}

} // namespace
