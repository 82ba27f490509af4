//===- TargetModel.h - What generated code runs on ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The few numbers about a CPU that schedules and layouts are chosen from. One
// code generator serves all targets; they differ in these numbers.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_TARGETMODEL_H
#define RESNETC_TARGET_TARGETMODEL_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>

namespace resnetc {

struct TargetModel {
  std::string triple;
  std::string cpu;          ///< As LLVM names it.
  std::string requestedCPU; ///< As it was asked for; empty for this host's.
  std::string features;     ///< LLVM's feature string, beyond what cpu implies.
  uint64_t requiredFeatures = 0; ///< Of enum resnetc_rt_cpu_feature.
  /// How many features LLVM knows of the CPU, those that tune code included.
  size_t knownFeatures = 0;

  int64_t lanes = 4; ///< f32 elements of a vector.
  /// Whether it rounds to bf16 and has x86vector.avx512.dot, which counts as a
  /// multiply-add.
  bool hasBF16 = false;
  int64_t registers = 16;  ///< Vector registers.
  double fmasPerCycle = 2; ///< Vector multiply-adds started each cycle.
  /// Vector loads or broadcasts each cycle beside multiply-adds. A Zen 3, which
  /// can start 2, ran 12x1 tiles (13 loads for 12 multiply-adds) at 81% of its
  /// peak, 5x2 (7 for 10) at 92%, 4x2 (6 for 8), 4x3 and 6x2 at 96%.
  double loadsPerCycle = 1.7;
  /// The same beside dot products of bf16: Zen 4 ran 14x1 tiles, whose dot
  /// products each load what they broadcast, at 69% of its peak, 7x2 at 98%.
  double dotLoadsPerCycle = 0.74;
  /// Cycles until a sum can be added to: 4, but 8 sums, which should just hide
  /// it, ran at 87 to 95% of the peak.
  double fmaLatency = 4.4;
  double l1BytesPerCycle = 64;     ///< Of weights that stay there.
  double streamBytesPerCycle = 16; ///< Of weights from further away.
  /// Weights from the first cache that multiply-adds do not hide, if any. On
  /// Zen 4, 2x8 tiles (32 bytes for each multiply-add) ran 6% slower than 7x2
  /// and 12x2 ones (9 and 5), 5x4 (13) 2%.
  std::optional<double> exposedBytesPerCycle;
  double dramBytesPerCycle = 6; ///< Of weights that no cache holds.
  /// What passes into the second cache delays computation by so much: strided
  /// 1x1 convolutions of 1024 channels, which read 41 and 69 MB, took 0.5 and
  /// 1.2 ms longer than their multiply-adds at 3.4 GHz.
  double l3BytesPerCycle = 20;
  /// For each point of a tile of Winograd's algorithm and block of channels,
  /// in either transform.
  double winogradCyclesPerPoint = 3;
  /// Products that a unit of Winograd's algorithm keeps on the stack at most.
  int64_t winogradProductBytes = 96 << 10;
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;

  /// The model of a CPU. An empty triple means this host's, an empty or
  /// "native" CPU this host's CPU (generic for another triple). The error
  /// names the CPUs that are known.
  static llvm::Expected<TargetModel> get(llvm::StringRef triple,
                                         llvm::StringRef cpu);

  /// Whether this host is a machine of this kind, if perhaps not this CPU.
  bool isHostArchitecture() const;

  /// The order of resnetc_rt_select: by the width of vectors, then by how many
  /// of the features that objects require. Where the runtime cannot tell two
  /// CPUs apart, the one of which LLVM knows more comes after the other.
  bool isLessCapableThan(const TargetModel &other) const;

  /// The CPU's name as part of a symbol.
  std::string getSymbolSuffix() const;
};

/// The CPU whose code every machine of this kind runs, as LLVM names it.
llvm::StringRef getBaselineCPU(llvm::StringRef triple);

/// Registers LLVM's targets; once for all threads.
void initializeTargets();

} // namespace resnetc

#endif // RESNETC_TARGET_TARGETMODEL_H
