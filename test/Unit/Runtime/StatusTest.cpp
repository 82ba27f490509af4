//===- StatusTest.cpp - Each misuse has a status of its own ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include "gtest/gtest.h"

#include <limits>
#include <set>
#include <string>

using namespace resnetc::test;

namespace {

/// A valid call of the toy model, for tests to spoil one thing of.
class StatusTest : public testing::Test {
protected:
  ToyModel Toy{0};
  resnetc_rt_model Model = Toy.Model;
  int64_t Batch = 2;
  std::vector<float> X = ToyModel::input(Batch);
  std::vector<float> Y = std::vector<float>(X.size());
  const void *Inputs[1] = {X.data()};
  void *Outputs[1] = {Y.data()};
  alignas(64) char Memory[4096];
  resnetc_workspace Workspace = {Memory, sizeof(Memory)};

  int run() {
    return resnetc_rt_run(&Model, Inputs, Outputs, Batch, Workspace, nullptr);
  }
};

TEST_F(StatusTest, Ok) {
  EXPECT_EQ(run(), RESNETC_OK);
  Workspace.size = resnetc_rt_workspace_size(&Model, Batch);
  EXPECT_EQ(run(), RESNETC_OK);
  EXPECT_EQ(Y, Toy.expected(Batch));
}

TEST_F(StatusTest, NullArguments) {
  EXPECT_EQ(resnetc_rt_run(nullptr, Inputs, Outputs, Batch, Workspace, nullptr),
            RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_run(&Model, nullptr, Outputs, Batch, Workspace, nullptr),
            RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_run(&Model, Inputs, nullptr, Batch, Workspace, nullptr),
            RESNETC_ERROR_ARGUMENT);
  Inputs[0] = nullptr;
  EXPECT_EQ(run(), RESNETC_ERROR_ARGUMENT);
  Inputs[0] = X.data();
  Outputs[0] = nullptr;
  EXPECT_EQ(run(), RESNETC_ERROR_ARGUMENT);
  Outputs[0] = Y.data();
  Workspace.data = nullptr;
  EXPECT_EQ(run(), RESNETC_ERROR_ARGUMENT);
}

TEST_F(StatusTest, BatchNotPositive) {
  for (int64_t Bad :
       {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min()}) {
    Batch = Bad;
    EXPECT_EQ(run(), RESNETC_ERROR_ARGUMENT) << Bad;
  }
}

TEST_F(StatusTest, FixedBatch) {
  Model.fixed_batch = 1;
  EXPECT_EQ(run(), RESNETC_ERROR_BATCH);
  Model.fixed_batch = 2;
  EXPECT_EQ(run(), RESNETC_OK);
}

TEST_F(StatusTest, WorkspaceTooSmall) {
  Workspace.size = resnetc_rt_workspace_size(&Model, Batch) - 1;
  EXPECT_EQ(run(), RESNETC_ERROR_WORKSPACE_SIZE);
}

TEST_F(StatusTest, WorkspaceOfHugeBatchDoesNotWrap) {
  Batch = std::numeric_limits<int64_t>::max() / 2;
  EXPECT_EQ(resnetc_rt_workspace_size(&Model, Batch), SIZE_MAX);
  EXPECT_EQ(run(), RESNETC_ERROR_WORKSPACE_SIZE);
}

TEST_F(StatusTest, WorkspaceMisaligned) {
  Workspace.data = Memory + 32;
  Workspace.size -= 32;
  EXPECT_EQ(run(), RESNETC_ERROR_WORKSPACE_ALIGNMENT);
}

TEST_F(StatusTest, ModelWithoutWorkspaceNeedsNone) {
  Model.workspace_per_image = 0;
  Model.step_count = 0;
  Workspace = {nullptr, 0};
  EXPECT_EQ(run(), RESNETC_OK);
}

TEST_F(StatusTest, MissingCpuFeature) {
  Model.cpu_features = uint64_t{1} << 62;
  EXPECT_EQ(resnetc_rt_check_cpu(&Model), RESNETC_ERROR_CPU);
  EXPECT_EQ(run(), RESNETC_ERROR_CPU);
}

#if defined(__x86_64__)
TEST_F(StatusTest, CpuFeaturesAgreeWithCompilersOwnDetection) {
  __builtin_cpu_init();
  auto has = [&](resnetc_rt_cpu_feature Feature) {
    Model.cpu_features = Feature;
    return resnetc_rt_check_cpu(&Model) == RESNETC_OK;
  };
  EXPECT_EQ(has(RESNETC_RT_X86_SSE4_2), !!__builtin_cpu_supports("sse4.2"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX), !!__builtin_cpu_supports("avx"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX2), !!__builtin_cpu_supports("avx2"));
  EXPECT_EQ(has(RESNETC_RT_X86_FMA), !!__builtin_cpu_supports("fma"));
  EXPECT_EQ(has(RESNETC_RT_X86_F16C), !!__builtin_cpu_supports("f16c"));
  EXPECT_EQ(has(RESNETC_RT_X86_BMI2), !!__builtin_cpu_supports("bmi2"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512F), !!__builtin_cpu_supports("avx512f"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512BW), !!__builtin_cpu_supports("avx512bw"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512DQ), !!__builtin_cpu_supports("avx512dq"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512VL), !!__builtin_cpu_supports("avx512vl"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512VNNI),
            !!__builtin_cpu_supports("avx512vnni"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512BF16),
            !!__builtin_cpu_supports("avx512bf16"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512VBMI),
            !!__builtin_cpu_supports("avx512vbmi"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512VBMI2),
            !!__builtin_cpu_supports("avx512vbmi2"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512VP2INTERSECT),
            !!__builtin_cpu_supports("avx512vp2intersect"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVX512FP16),
            !!__builtin_cpu_supports("avx512fp16"));
  EXPECT_EQ(has(RESNETC_RT_X86_AVXVNNI), !!__builtin_cpu_supports("avxvnni"));
}
#endif

TEST_F(StatusTest, OtherVersion) {
  Model.abi_version = RESNETC_RT_ABI_VERSION + 1;
  EXPECT_EQ(run(), RESNETC_ERROR_VERSION);
}

TEST_F(StatusTest, NothingIsWrittenOnError) {
  std::fill(Y.begin(), Y.end(), 42.0f);
  Workspace.data = Memory + 32;
  EXPECT_NE(run(), RESNETC_OK);
  EXPECT_EQ(Y, std::vector<float>(Y.size(), 42.0f));
}

TEST_F(StatusTest, WorkspaceSize) {
  EXPECT_EQ(resnetc_rt_workspace_size(&Model, 3),
            static_cast<size_t>(3 * Model.workspace_per_image));
  EXPECT_EQ(resnetc_rt_workspace_size(&Model, 0), 0u);
  EXPECT_EQ(resnetc_rt_workspace_size(&Model, -1), 0u);
  EXPECT_EQ(resnetc_rt_workspace_size(nullptr, 1), 0u);
}

TEST(StatusStringTest, EachStatusHasItsOwn) {
  std::set<std::string> Seen;
  for (int Status = -1; Status <= RESNETC_ERROR_NOT_PARALLEL; ++Status) {
    const char *Text = resnetc_status_string(Status);
    ASSERT_NE(Text, nullptr);
    EXPECT_TRUE(Seen.insert(Text).second) << Text;
  }
  EXPECT_STREQ(resnetc_status_string(1000), resnetc_status_string(-1));
}

} // namespace
