//===- LoaderTest.cpp - Batches, prepared while others are computed -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Loader.h"
#include "resnetc/Train/Random.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace resnetc::train;

namespace {

/// Pictures of one pixel, whose value and label are their number.
class Numbers : public Dataset {
public:
  explicit Numbers(uint32_t count, uint32_t broken = UINT32_MAX)
      : broken(broken) {
    for (uint32_t i = 0; i < count; ++i)
      labels.push_back(i);
  }
  Error read(uint32_t example, MutableArrayRef<uint8_t> to) const override {
    if (example == broken)
      return createStringError("broken");
    llvm::fill(to, static_cast<uint8_t>(example));
    return Error::success();
  }

private:
  uint32_t broken;
};

EpochPlan makePlan(const Dataset &data, bool shuffle = true) {
  EpochPlan plan;
  plan.data = &data;
  plan.size = {1, 1};
  plan.normalization.mean = {0, 0, 0};
  plan.normalization.deviation = {1.0F / 255, 1.0F / 255, 1.0F / 255};
  plan.shuffle = shuffle;
  plan.batch = 4;
  plan.seed = 1;
  plan.epoch = 2;
  return plan;
}

/// The labels of all batches, and a -1 after each.
std::vector<int64_t> readAll(const EpochPlan &plan, int64_t first,
                             int workers) {
  Loader loader(plan, first, workers);
  std::vector<int64_t> all;
  while (const Batch *batch = cantFail(loader.next())) {
    EXPECT_EQ(batch->input.size(), 3 * batch->labels.size());
    for (auto [i, label] : enumerate(batch->labels)) {
      EXPECT_NEAR(batch->input[3 * i], static_cast<float>(label), 1e-3);
      all.push_back(label);
    }
    all.push_back(-1);
  }
  EXPECT_EQ(cantFail(loader.next()), nullptr);
  return all;
}

TEST(Loader, KeepsTheOrderOfFiles) {
  Numbers data(6);
  EXPECT_EQ(readAll(makePlan(data, /*shuffle=*/false), 0, 1),
            (std::vector<int64_t>{0, 1, 2, 3, -1, 4, 5, -1}));
}

TEST(Loader, ShufflesByThePlanAlone) {
  Numbers data(103);
  EpochPlan plan = makePlan(data);
  EXPECT_EQ(plan.getBatchCount(), 26);
  std::vector<int64_t> expected;
  for (auto [i, example] : enumerate(shuffledOrder(1, 2, 103))) {
    expected.push_back(example);
    if (i % 4 == 3 || i == 102)
      expected.push_back(-1);
  }
  for (int workers : {1, 2, 5})
    EXPECT_EQ(readAll(plan, 0, workers), expected) << workers;
  // From a batch in the middle on: five numbers each before it.
  EXPECT_EQ(readAll(plan, 11, 2),
            std::vector<int64_t>(expected.begin() + 5 * 11, expected.end()));
  EXPECT_TRUE(readAll(plan, 26, 2).empty());
}

TEST(Loader, ReportsWhatCannotBeRead) {
  Numbers data(12, /*broken=*/5);
  Loader loader(makePlan(data, /*shuffle=*/false), 0, 2);
  EXPECT_NE(cantFail(loader.next()), nullptr);
  Expected<const Batch *> second = loader.next();
  ASSERT_FALSE(second);
  EXPECT_EQ(toString(second.takeError()), "broken");
}

TEST(Loader, EndsBeforeAllIsTaken) {
  Numbers data(1000);
  Loader loader(makePlan(data), 0, 3);
  EXPECT_NE(cantFail(loader.next()), nullptr);
}

} // namespace
