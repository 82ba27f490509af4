//===- SelectVariantTest.cpp - Which code runs on which CPU ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPUFeatures.h"
#include "ToyModel.h"

#include "gtest/gtest.h"

using namespace resnetc::test;

namespace {

constexpr uint64_t Sse = RESNETC_RT_X86_SSE4_2;
constexpr uint64_t Avx2 =
    Sse | RESNETC_RT_X86_AVX | RESNETC_RT_X86_AVX2 | RESNETC_RT_X86_FMA;
constexpr uint64_t Avx512 = Avx2 | RESNETC_RT_X86_AVX512F;
constexpr uint64_t Bf16 = Avx512 | RESNETC_RT_X86_AVX512BF16;
constexpr uint64_t Fp16 = Avx512 | RESNETC_RT_X86_AVX512FP16;
/// What no CPU has.
constexpr uint64_t Unknown = uint64_t{1} << 62;

/// Tables that differ in what they require.
class SelectVariantTest : public testing::Test {
protected:
  std::vector<resnetc_rt_model> Models;
  std::vector<const resnetc_rt_model *> Variants;

  void setVariants(const std::vector<uint64_t> &Required) {
    Models.assign(Required.size(), {});
    Variants.clear();
    for (size_t I = 0; I < Required.size(); ++I) {
      Models[I].abi_version = RESNETC_RT_ABI_VERSION;
      Models[I].cpu_features = Required[I];
      Variants.push_back(&Models[I]);
    }
  }

  int32_t count() const { return static_cast<int32_t>(Variants.size()); }

  /// The index of what is chosen on a CPU with these features.
  ptrdiff_t select(uint64_t Features) const {
    return resnetc_rt_select_for(Features, Variants.data(), count()) -
           Models.data();
  }
};

TEST_F(SelectVariantTest, TheLastThatRuns) {
  setVariants({Sse, Avx2, Avx512});
  EXPECT_EQ(select(Sse), 0);
  EXPECT_EQ(select(Avx2), 1);
  EXPECT_EQ(select(Avx512), 2);
  EXPECT_EQ(select(Bf16), 2);
  // AVX without AVX2, and AVX-512 without FMA.
  EXPECT_EQ(select(Sse | RESNETC_RT_X86_AVX), 0);
  EXPECT_EQ(select(Avx512 & ~uint64_t{RESNETC_RT_X86_FMA}), 0);
}

TEST_F(SelectVariantTest, FeaturesThatDoNotIncludeEachOther) {
  setVariants({Avx2, Bf16, Fp16});
  EXPECT_EQ(select(Avx512), 0);
  EXPECT_EQ(select(Bf16), 1);
  EXPECT_EQ(select(Fp16), 2);
  EXPECT_EQ(select(Bf16 | Fp16), 2);
}

TEST_F(SelectVariantTest, EqualOnesAreTheLastToo) {
  setVariants({Avx2, Avx2});
  EXPECT_EQ(select(Avx512), 1);
}

TEST_F(SelectVariantTest, OneWithoutRequirementsAlwaysRuns) {
  setVariants({0, Avx2});
  EXPECT_EQ(select(0), 0);
  EXPECT_EQ(select(Avx512), 1);
}

TEST_F(SelectVariantTest, NoneRuns) {
  setVariants({Avx2, Avx512});
  EXPECT_EQ(select(0), 0);
  EXPECT_EQ(select(Sse), 0);
  setVariants({Unknown});
  EXPECT_EQ(select(Avx512), 0);
  EXPECT_EQ(resnetc_rt_check_cpu(Variants[0]), RESNETC_ERROR_CPU);
}

TEST_F(SelectVariantTest, OfAnotherVersion) {
  setVariants({Sse, Avx2});
  for (resnetc_rt_model &Model : Models)
    Model.abi_version = RESNETC_RT_ABI_VERSION + 1;
  EXPECT_EQ(select(Avx512), 0);
}

TEST_F(SelectVariantTest, OnThisCpu) {
  setVariants({0, resnetc_rt_cpu_features(), Unknown});
  EXPECT_EQ(resnetc_rt_select(Variants.data(), count()), Variants[1]);
  EXPECT_EQ(resnetc_rt_select(Variants.data(), 1), Variants[0]);
}

TEST_F(SelectVariantTest, TheChosenOneRuns) {
  ToyModel Toy(0);
  resnetc_rt_model Better = Toy.Model;
  Better.cpu_features = Unknown;
  const resnetc_rt_model *Both[] = {&Toy.Model, &Better};
  const resnetc_rt_model *Chosen = resnetc_rt_select(Both, 2);
  ASSERT_EQ(Chosen, &Toy.Model);
  EXPECT_EQ(resnetc_rt_check_cpu(Chosen), RESNETC_OK);
}

} // namespace
