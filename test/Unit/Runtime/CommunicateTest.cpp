//===- CommunicateTest.cpp - Training with a communicator -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyTrainer.h"

#include "gtest/gtest.h"

#include <string>

using namespace resnetc::test;

namespace {

/// Adds up as if there were another process that computes the same. What was
/// started is not there before it is waited for.
class Twin {
public:
  Twin() {
    Communicator.user = this;
    Communicator.all_reduce = [](void *User, float *Values, size_t Count) {
      return get(User).reduce(Values, Count, 'a');
    };
    Communicator.start = [](void *User, float *Values, size_t Count) {
      Twin &Self = get(User);
      Self.Started.push_back({Values, Count});
      return Self.call('s');
    };
    Communicator.progress = [](void *User) { get(User).call('p'); };
    Communicator.wait = [](void *User) {
      Twin &Self = get(User);
      for (auto [Values, Count] : Self.Started)
        for (size_t I = 0; I < Count; ++I)
          Values[I] *= 2;
      Self.Started.clear();
      return Self.call('w');
    };
    Communicator.count_before = [](void *User, int64_t Count, int64_t *Before) {
      *Before = Count;
      return get(User).call('c');
    };
  }

  resnetc_communicator Communicator = {};
  std::string Calls;
  char Failing = 0; ///< The call that fails.

private:
  static Twin &get(void *User) { return *static_cast<Twin *>(User); }
  int call(char Name) {
    Calls += Name;
    return Name == Failing ? 1 : 0;
  }
  int reduce(float *Values, size_t Count, char Name) {
    for (size_t I = 0; I < Count; ++I)
      Values[I] *= 2;
    return call(Name);
  }

  std::vector<std::pair<float *, size_t>> Started;
};

class CommunicateTest : public testing::Test {
protected:
  ToyTrainer Toy;
  ToyTraining Kept{Toy};
  Twin Other;
  resnetc_context Context = {};

  void SetUp() override {
    ASSERT_EQ(resnetc_rt_initialize(&Toy.Trainer, &Kept.Training), RESNETC_OK);
    Context.communicator = &Other.Communicator;
  }
  template <typename Function> int call(Function Train) {
    const float X[] = {0.25f, 0.5f};
    const int64_t Labels[] = {0, 2, -100, 1};
    const void *Inputs[] = {X, Labels};
    float Loss = 0;
    void *Outputs[] = {&Loss};
    return Train(&Toy.Trainer, Inputs, Outputs, 2, &Kept.Training, nullptr, 0,
                 &Context);
  }
  int update() {
    return resnetc_rt_update(&Toy.Trainer, &Kept.Training, nullptr, 0,
                             &Context);
  }
  std::vector<float> w() const {
    return {Kept.Parameters.begin(), Kept.Parameters.begin() + Toy.Size};
  }
};

TEST_F(CommunicateTest, StepAddsUpGradients) {
  EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_OK);
  EXPECT_EQ(Other.Calls, "spw");
  EXPECT_EQ(w(), (std::vector<float>{-3, -2, -1}));
}

TEST_F(CommunicateTest, AccumulationsAddUpOnce) {
  EXPECT_EQ(call(resnetc_rt_accumulate), RESNETC_OK);
  EXPECT_EQ(call(resnetc_rt_accumulate), RESNETC_OK);
  EXPECT_EQ(Other.Calls, "");
  EXPECT_EQ(update(), RESNETC_OK);
  EXPECT_EQ(Other.Calls, "sw");
  EXPECT_EQ(w(), (std::vector<float>{-7, -6, -5}));
}

/// Before the gradient is started.
TEST_F(CommunicateTest, StepsAreAddedUpAtOnce) {
  Toy.getBackwardStep().reduced = Toy.Size;
  for (int Threads : {1, 3}) {
    Other.Calls.clear();
    resnetc_pool *Pool = resnetc_pool_create(Threads);
    Context.pool = Pool;
    SetUp();
    EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_OK);
    EXPECT_EQ(Other.Calls, "aspw");
    EXPECT_EQ(w(), (std::vector<float>{-7, -6, -5}));
    resnetc_pool_destroy(Pool);
  }
}

TEST_F(CommunicateTest, CountsExamplesForRandomNumbers) {
  Toy.Kept.push_back({"random", RESNETC_RANDOM, 1, {3}, 16});
  Toy.Trainer.kept = Toy.Kept.data();
  Toy.Trainer.kept_count = static_cast<int64_t>(Toy.Kept.size());
  EXPECT_EQ(call(resnetc_rt_accumulate), RESNETC_OK);
  EXPECT_EQ(Other.Calls, "c");
  Other.Failing = 'c';
  EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_ERROR_COMMUNICATION);
  EXPECT_EQ(Other.Calls, "cc");
}

TEST_F(CommunicateTest, FailureChangesNoParameter) {
  Toy.getBackwardStep().reduced = Toy.Size;
  for (char Failing : {'a', 's', 'w'}) {
    Other.Failing = Failing;
    EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_ERROR_COMMUNICATION)
        << Failing;
    EXPECT_EQ(Other.Calls.back(), 'w') << Failing;
    EXPECT_EQ(w(), (std::vector<float>{1, 2, 3}));
    EXPECT_EQ(Kept.Gradients, std::vector<float>(16, 0));
    if (Failing == 'a')
      continue;
    EXPECT_EQ(update(), RESNETC_ERROR_COMMUNICATION);
    EXPECT_EQ(w(), (std::vector<float>{1, 2, 3}));
  }
}

TEST_F(CommunicateTest, ObjectForOneProcess) {
  Toy.Trainer.is_parallel = 0;
  EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_ERROR_NOT_PARALLEL);
  EXPECT_EQ(call(resnetc_rt_accumulate), RESNETC_ERROR_NOT_PARALLEL);
  EXPECT_EQ(update(), RESNETC_ERROR_NOT_PARALLEL);
  EXPECT_EQ(Other.Calls, "");
  Context.communicator = nullptr;
  EXPECT_EQ(call(resnetc_rt_train_step), RESNETC_OK);
}

} // namespace
