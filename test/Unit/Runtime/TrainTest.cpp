//===- TrainTest.cpp - Steps of training, and what stops them -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyTrainer.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace resnetc::test;

namespace {

class TrainTest : public testing::Test {
protected:
  ToyTrainer Toy;
  ToyTraining Kept{Toy};
  std::vector<float> X = {0.25f, 0.5f};
  std::vector<int64_t> Labels = {0, 2, -100, 1};
  float Loss = 42;

  void SetUp() override {
    ASSERT_EQ(resnetc_rt_initialize(&Toy.Trainer, &Kept.Training), RESNETC_OK);
  }
  template <typename Function> int call(Function Train) {
    const void *Inputs[] = {X.data(), Labels.data()};
    void *Outputs[] = {&Loss};
    Loss = 0;
    return Train(&Toy.Trainer, Inputs, Outputs, 2, &Kept.Training, nullptr, 0,
                 nullptr);
  }
  int step() { return call(resnetc_rt_train_step); }
  int accumulate() { return call(resnetc_rt_accumulate); }
  std::vector<float> w() const {
    return {Kept.Parameters.begin(), Kept.Parameters.begin() + Toy.Size};
  }
};

TEST_F(TrainTest, Initialize) {
  EXPECT_EQ(w(), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(Kept.Settings, (std::vector<float>{0.5f, 0}));
  EXPECT_EQ(Kept.Gradients, std::vector<float>(16, 0));
  EXPECT_EQ(Kept.State, std::vector<float>(16, 0));
}

TEST_F(TrainTest, StepsAndAccumulation) {
  EXPECT_EQ(step(), RESNETC_OK);
  EXPECT_EQ(Loss, 0.75f);
  EXPECT_EQ(w(), (std::vector<float>{-1, 0, 1}));
  EXPECT_EQ(accumulate(), RESNETC_OK);
  EXPECT_EQ(accumulate(), RESNETC_OK);
  EXPECT_EQ(w(), (std::vector<float>{-1, 0, 1}));
  EXPECT_EQ(
      resnetc_rt_update(&Toy.Trainer, &Kept.Training, nullptr, 0, nullptr),
      RESNETC_OK);
  EXPECT_EQ(w(), (std::vector<float>{-5, -4, -3}));
}

TEST_F(TrainTest, Seed) {
  auto seed = [&](uint64_t Seed) {
    return resnetc_rt_seed(&Toy.Trainer, &Kept.Training, Seed);
  };
  EXPECT_EQ(seed(7), RESNETC_OK);
  EXPECT_EQ(Kept.State, std::vector<float>(16, 0)) << "draws nothing";
  Toy.Kept.push_back({"random", RESNETC_RANDOM, 1, {3}, 16});
  Toy.Trainer.kept = Toy.Kept.data();
  Toy.Trainer.kept_count = static_cast<int64_t>(Toy.Kept.size());
  uint32_t Words[4] = {9, 9, 9, 9};
  std::memcpy(&Kept.State[4], Words, sizeof(Words));
  EXPECT_EQ(seed(0x123456789abcdef0), RESNETC_OK);
  std::memcpy(Words, &Kept.State[4], sizeof(Words));
  EXPECT_EQ(std::vector<uint32_t>(Words, Words + 4),
            (std::vector<uint32_t>{0x9abcdef0, 0x12345678, 0, 9}));
  Kept.Training.state = nullptr;
  EXPECT_EQ(seed(1), RESNETC_ERROR_ARGUMENT);
}

TEST_F(TrainTest, LabelsThatNameNoClass) {
  for (size_t I = 0; I < Labels.size(); ++I)
    for (int64_t Wrong : {int64_t{3}, int64_t{-1}, int64_t{-99}, int64_t{-101},
                          std::numeric_limits<int64_t>::min(),
                          std::numeric_limits<int64_t>::max()}) {
      std::vector<float> Before = Kept.Gradients;
      int64_t Right = Labels[I];
      Labels[I] = Wrong;
      EXPECT_EQ(step(), RESNETC_ERROR_LABEL) << Wrong;
      EXPECT_EQ(accumulate(), RESNETC_ERROR_LABEL) << Wrong;
      EXPECT_EQ(Loss, 0) << "was computed";
      EXPECT_EQ(Kept.Gradients, Before);
      EXPECT_EQ(w(), (std::vector<float>{1, 2, 3}));
      Labels[I] = Right;
    }
  EXPECT_EQ(step(), RESNETC_OK);
}

TEST_F(TrainTest, NoLabels) {
  Labels.assign(4, 1000);
  Toy.Trainer.label_input = -1;
  EXPECT_EQ(step(), RESNETC_OK);
}

TEST_F(TrainTest, LossThatIsNoNumber) {
  EXPECT_EQ(accumulate(), RESNETC_OK);
  for (float Wrong : {std::nanf(""), INFINITY, -INFINITY}) {
    X[1] = Wrong;
    EXPECT_EQ(step(), RESNETC_ERROR_LOSS);
    EXPECT_EQ(w(), (std::vector<float>{1, 2, 3}));
    EXPECT_EQ(Kept.Gradients, std::vector<float>(16, 0));
    EXPECT_EQ(accumulate(), RESNETC_ERROR_LOSS);
    EXPECT_EQ(Kept.Gradients, std::vector<float>(16, 0));
  }
}

TEST_F(TrainTest, MissingMemory) {
  for (void **Part : {&Kept.Training.parameters, &Kept.Training.gradients,
                      &Kept.Training.state}) {
    void *Saved = *Part;
    *Part = nullptr;
    EXPECT_EQ(step(), RESNETC_ERROR_ARGUMENT);
    EXPECT_EQ(resnetc_rt_initialize(&Toy.Trainer, &Kept.Training),
              RESNETC_ERROR_ARGUMENT);
    *Part = Saved;
  }
  Kept.Training.settings = nullptr;
  EXPECT_EQ(step(), RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_update(&Toy.Trainer, nullptr, nullptr, 0, nullptr),
            RESNETC_ERROR_ARGUMENT);
}

TEST_F(TrainTest, ArgumentsAreCheckedBeforeLabels) {
  const void *Inputs[] = {X.data(), nullptr};
  void *Outputs[] = {&Loss};
  EXPECT_EQ(resnetc_rt_train_step(&Toy.Trainer, Inputs, Outputs, 2,
                                  &Kept.Training, nullptr, 0, nullptr),
            RESNETC_ERROR_ARGUMENT);
  Inputs[1] = Labels.data();
  EXPECT_EQ(resnetc_rt_train_step(&Toy.Trainer, Inputs, Outputs, 0,
                                  &Kept.Training, nullptr, 0, nullptr),
            RESNETC_ERROR_ARGUMENT);
}

TEST_F(TrainTest, OtherVersion) {
  resnetc_rt_model Other = *Toy.Trainer.evaluate;
  ++Other.abi_version;
  Toy.Trainer.evaluate = &Other;
  EXPECT_EQ(step(), RESNETC_ERROR_VERSION);
  EXPECT_EQ(resnetc_rt_initialize(&Toy.Trainer, &Kept.Training),
            RESNETC_ERROR_VERSION);
}

} // namespace
