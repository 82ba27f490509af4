//===- TargetModelTest.cpp - What is known of CPUs ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/TargetModel.h"
#include "resnetc/Runtime/ModelABI.h"
#include <gtest/gtest.h>

using namespace resnetc;

static TargetModel get(const char *triple, const char *cpu) {
  llvm::Expected<TargetModel> model = TargetModel::get(triple, cpu);
  EXPECT_TRUE(static_cast<bool>(model));
  if (model)
    return *model;
  ADD_FAILURE() << llvm::toString(model.takeError());
  return TargetModel();
}

static std::string errorOf(const char *triple, const char *cpu) {
  llvm::Expected<TargetModel> model = TargetModel::get(triple, cpu);
  EXPECT_FALSE(static_cast<bool>(model));
  return model ? "" : llvm::toString(model.takeError());
}

TEST(TargetModel, VectorsOfX86) {
  TargetModel v2 = get("x86_64-linux-gnu", "x86-64-v2");
  EXPECT_EQ(v2.lanes, 4);
  EXPECT_EQ(v2.registers, 16);
  TargetModel v3 = get("x86_64-linux-gnu", "x86-64-v3");
  EXPECT_EQ(v3.lanes, 8);
  EXPECT_EQ(v3.registers, 16);
  TargetModel v4 = get("x86_64-linux-gnu", "x86-64-v4");
  EXPECT_EQ(v4.lanes, 16);
  EXPECT_EQ(v4.registers, 32);
}

TEST(TargetModel, VectorsOfAArch64) {
  TargetModel neon = get("aarch64-linux-gnu", "");
  EXPECT_EQ(neon.lanes, 4);
  EXPECT_EQ(neon.registers, 32);
  EXPECT_EQ(neon.cpu, "generic");
}

TEST(TargetModel, ObjectsRequireWhatTheirCPUHas) {
  uint64_t v2 = get("x86_64-linux-gnu", "x86-64-v2").requiredFeatures;
  EXPECT_FALSE(v2 & RESNETC_RT_X86_AVX);
  uint64_t v3 = get("x86_64-linux-gnu", "x86-64-v3").requiredFeatures;
  EXPECT_TRUE(v3 & RESNETC_RT_X86_AVX2);
  EXPECT_TRUE(v3 & RESNETC_RT_X86_FMA);
  EXPECT_FALSE(v3 & RESNETC_RT_X86_AVX512F);
  uint64_t v4 = get("x86_64-linux-gnu", "x86-64-v4").requiredFeatures;
  EXPECT_TRUE(v4 & RESNETC_RT_X86_AVX512F);
  EXPECT_FALSE(v4 & RESNETC_RT_X86_AVX512BF16);
}

TEST(TargetModel, AArch64ObjectsRequireWhatTheirCPUHas) {
  auto required = [](const char *cpu) {
    return get("aarch64-linux-gnu", cpu).requiredFeatures;
  };
  EXPECT_EQ(required("generic"), 0u);
  EXPECT_EQ(required("cortex-a72"), 0u);
  EXPECT_EQ(required("cortex-a76"),
            static_cast<uint64_t>(RESNETC_RT_AARCH64_FP16 |
                                  RESNETC_RT_AARCH64_DOTPROD));
  EXPECT_EQ(required("neoverse-v2"),
            static_cast<uint64_t>(
                RESNETC_RT_AARCH64_FP16 | RESNETC_RT_AARCH64_DOTPROD |
                RESNETC_RT_AARCH64_I8MM | RESNETC_RT_AARCH64_BF16 |
                RESNETC_RT_AARCH64_SVE | RESNETC_RT_AARCH64_SVE2));
}

TEST(TargetModel, OrderOfCapability) {
  auto expectOrder = [](const char *triple,
                        const std::vector<const char *> &cpus) {
    for (size_t i = 0; i < cpus.size(); ++i)
      for (size_t j = 0; j < cpus.size(); ++j)
        EXPECT_EQ(get(triple, cpus[i]).isLessCapableThan(get(triple, cpus[j])),
                  i < j)
            << cpus[i] << " and " << cpus[j];
  };
  // Of vectors as wide, the one with more features; of x86-64-v3 and znver3,
  // which require the same, the one of which LLVM knows more.
  expectOrder("x86_64-linux-gnu",
              {"x86-64", "x86-64-v2", "x86-64-v3", "znver3", "alderlake",
               "x86-64-v4", "cooperlake", "icelake-server", "znver4",
               "sapphirerapids"});
  expectOrder("aarch64-linux-gnu", {"generic", "cortex-a72", "cortex-a76",
                                    "neoverse-v1", "neoverse-v2"});
}

TEST(TargetModel, MoreCapableCPUsRequireMore) {
  // Otherwise the runtime would take the less capable one, or never this.
  auto required = [](const char *cpu) {
    return get("x86_64-linux-gnu", cpu).requiredFeatures;
  };
  EXPECT_NE(required("znver4"), required("sapphirerapids"));
  EXPECT_NE(required("znver4"), required("znver5"));
  EXPECT_EQ(required("znver4") & ~required("znver5"), 0u);
  EXPECT_EQ(required("icelake-server") & ~required("znver4"), 0u);
  EXPECT_NE(required("znver4") & ~required("cooperlake"), 0u);
}

TEST(TargetModel, SymbolSuffixes) {
  EXPECT_EQ(get("x86_64-linux-gnu", "x86-64-v3").getSymbolSuffix(),
            "_x86_64_v3");
  EXPECT_EQ(get("x86_64-linux-gnu", "znver4").getSymbolSuffix(), "_znver4");
}

TEST(TargetModel, TheHostIsTheDefault) {
  TargetModel host = get("", "");
  TargetModel native = get("", "native");
  EXPECT_TRUE(host.isHostArchitecture());
  EXPECT_FALSE(host.cpu.empty());
  EXPECT_EQ(host.cpu, native.cpu);
  EXPECT_EQ(host.requiredFeatures, native.requiredFeatures);
}

TEST(TargetModel, ErrorsNameWhatIsKnown) {
  EXPECT_EQ(errorOf("riscv64-linux-gnu", ""),
            "unknown target 'riscv64-linux-gnu'; known are x86_64 and aarch64");
  std::string error = errorOf("x86_64-linux-gnu", "pentium99");
  EXPECT_NE(error.find("unknown CPU 'pentium99'"), std::string::npos);
  EXPECT_NE(error.find("znver4"), std::string::npos);
  EXPECT_NE(errorOf("aarch64-linux-gnu", "znver4").find("cortex-a76"),
            std::string::npos);
}
