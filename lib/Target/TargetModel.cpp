//===- TargetModel.cpp - What generated code runs on ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/TargetModel.h"
#include "resnetc/Runtime/ModelABI.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/bit.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <memory>
#include <tuple>

using namespace llvm;
using namespace resnetc;

namespace {

/// LLVM's feature names and the bits that stand for them in an object.
struct FeatureBit {
  const char *name;
  uint64_t bit;
};

} // namespace

static constexpr FeatureBit x86Features[] = {
    {"+sse4.2", RESNETC_RT_X86_SSE4_2},
    {"+avx", RESNETC_RT_X86_AVX},
    {"+avx2", RESNETC_RT_X86_AVX2},
    {"+fma", RESNETC_RT_X86_FMA},
    {"+f16c", RESNETC_RT_X86_F16C},
    {"+bmi2", RESNETC_RT_X86_BMI2},
    {"+avx512f", RESNETC_RT_X86_AVX512F},
    {"+avx512bw", RESNETC_RT_X86_AVX512BW},
    {"+avx512dq", RESNETC_RT_X86_AVX512DQ},
    {"+avx512vl", RESNETC_RT_X86_AVX512VL},
    {"+avx512vnni", RESNETC_RT_X86_AVX512VNNI},
    {"+avx512bf16", RESNETC_RT_X86_AVX512BF16},
    {"+avx512vbmi", RESNETC_RT_X86_AVX512VBMI},
    {"+avx512vbmi2", RESNETC_RT_X86_AVX512VBMI2},
    {"+avx512fp16", RESNETC_RT_X86_AVX512FP16},
    {"+avx512vp2intersect", RESNETC_RT_X86_AVX512VP2INTERSECT},
    {"+avxvnni", RESNETC_RT_X86_AVXVNNI},
};

static constexpr FeatureBit aarch64Features[] = {
    {"+fullfp16", RESNETC_RT_AARCH64_FP16},
    {"+dotprod", RESNETC_RT_AARCH64_DOTPROD},
    {"+i8mm", RESNETC_RT_AARCH64_I8MM},
    {"+bf16", RESNETC_RT_AARCH64_BF16},
    {"+sve", RESNETC_RT_AARCH64_SVE},
    {"+sve2", RESNETC_RT_AARCH64_SVE2},
};

static std::string hostFeatures() {
  std::string result;
  StringMap<bool> features = sys::getHostCPUFeatures();
  std::vector<std::string> sorted;
  for (const auto &feature : features)
    sorted.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(sorted);
  for (const std::string &feature : sorted)
    result += (result.empty() ? "" : ",") + feature;
  return result;
}

void resnetc::initializeTargets() {
  // Passes run on several threads, and LLVM's registry of targets is a list
  // without a lock.
  static const bool once = [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
    return true;
  }();
  (void)once;
}

/// The CPUs that LLVM knows for a target, for error messages.
static std::string knownCPUs(const MCSubtargetInfo &info) {
  std::string names;
  for (const SubtargetSubTypeKV &cpu : info.getAllProcessorDescriptions())
    names += (names.empty() ? "" : ", ") + std::string(cpu.Key);
  return names;
}

StringRef resnetc::getBaselineCPU(StringRef triple) {
  return Triple(triple).isX86() ? "x86-64" : "generic";
}

bool TargetModel::isLessCapableThan(const TargetModel &other) const {
  auto key = [](const TargetModel &model) {
    return std::make_tuple(model.lanes, llvm::popcount(model.requiredFeatures),
                           model.knownFeatures, StringRef(model.cpu));
  };
  return key(*this) < key(other);
}

std::string TargetModel::getSymbolSuffix() const {
  std::string suffix = "_" + cpu;
  for (char &c : suffix)
    if (!isAlnum(c))
      c = '_';
  return suffix;
}

bool TargetModel::isHostArchitecture() const {
  return Triple(triple).getArch() ==
         Triple(sys::getDefaultTargetTriple()).getArch();
}

Expected<TargetModel> TargetModel::get(StringRef tripleText, StringRef cpu) {
  initializeTargets();

  TargetModel model;
  model.requestedCPU = cpu.str();
  model.triple = Triple::normalize(
      tripleText.empty() ? sys::getDefaultTargetTriple() : tripleText.str());
  Triple triple(model.triple);

  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target || !(triple.isX86() || triple.isAArch64()))
    return createStringError("unknown target '" + tripleText +
                             "'; known are x86_64 and aarch64");
  if ((cpu.empty() || cpu == "native") && model.isHostArchitecture()) {
    model.cpu = sys::getHostCPUName().str();
    model.features = hostFeatures();
  } else {
    bool unnamed = cpu.empty() || cpu == "native";
    model.cpu = (unnamed ? getBaselineCPU(model.triple) : cpu).str();
  }
  // Asked first without the CPU: with one that it does not know, LLVM prints
  // remarks of its own.
  std::unique_ptr<MCSubtargetInfo> generic(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!generic || !generic->isCPUStringValid(model.cpu))
    return createStringError("unknown CPU '" + model.cpu + "' for " +
                             model.triple + "; known are " +
                             (generic ? knownCPUs(*generic) : "none"));
  std::unique_ptr<MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, model.cpu, model.features));

  model.knownFeatures = info->getFeatureBits().count();
  for (const FeatureBit &feature : triple.isAArch64()
                                       ? ArrayRef<FeatureBit>(aarch64Features)
                                       : ArrayRef<FeatureBit>(x86Features))
    if (info->checkFeatures(feature.name))
      model.requiredFeatures |= feature.bit;
  if (triple.isAArch64()) {
    model.lanes = 4;
    model.registers = 32;
    model.l1Bytes = 64 << 10;
    return model;
  }
  if (info->checkFeatures("+avx512f")) {
    model.lanes = 16;
    model.registers = 32;
    model.l2Bytes = 1 << 20;
    model.exposedBytesPerCycle = 512;
    // Vectors of 512 bits take its 256-bit units twice.
    if (model.cpu == "znver4")
      model.fmasPerCycle = 1;
    model.hasBF16 = info->checkFeatures("+avx512bf16,+avx512vl");
  } else if (info->checkFeatures("+avx2,+fma")) {
    model.lanes = 8;
  } else {
    // A multiply and an add for each step.
    model.lanes = 4;
    model.fmasPerCycle = 1;
  }
  return model;
}
