//===- CompiledNetwork.h - A network for one CPU or several --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_COMPILEDNETWORK_H
#define RESNETC_TARGET_COMPILEDNETWORK_H

#include "resnetc/Target/GPUModel.h"
#include "resnetc/Target/NetworkTable.h"
#include "resnetc/Target/TargetModel.h"
#include "resnetc/Target/TrainingTable.h"
#include <map>

namespace resnetc {

/// What an object holds besides code: the network as each of its CPUs computes
/// it, and one section with the weights of all.
class CompiledNetwork {
public:
  struct Variant {
    TargetModel target;
    NetworkTable table; ///< Whose weights are in the section.
    std::optional<TrainingTable> training; ///< Likewise.

    /// Its triple and CPU.
    std::string getTargetText() const;
  };

  /// Adds the table of a CPU that is more capable than those before it. Weights
  /// that the section has already are not stored again, and the memory of such
  /// that were packed for this CPU is released.
  void add(const TargetModel &target, NetworkTable table,
           std::optional<TrainingTable> training = std::nullopt);

  /// The code of a GPU that the only variant runs on.
  struct GPUCode {
    GPUModel model;
    std::string ptx, cubin; ///< No cubin without NVIDIA's assembler.
  };
  void setGPUCode(GPUCode code) { gpuCode = std::move(code); }
  const GPUCode *getGPUCode() const { return gpuCode ? &*gpuCode : nullptr; }

  /// In the order of resnetc_rt_select; they differ in their steps, workspaces
  /// and targets alone.
  llvm::ArrayRef<Variant> getVariants() const { return variants; }
  /// What trains the network, if that is compiled; then there is one variant.
  const TrainingTable *getTraining() const {
    const auto &training = variants.front().training;
    return training ? &*training : nullptr;
  }
  bool hasOneVariant() const { return variants.size() == 1; }
  /// Of what is the same in all variants.
  const NetworkTable &getTable() const { return variants.front().table; }
  const std::string &getName() const { return getTable().name; }
  const std::string &getTriple() const {
    return variants.front().target.triple;
  }
  /// The triple and all CPUs.
  std::string getTargetText() const;

  /// Writes the section of weights, `getWeightBytes()` long.
  void writeWeights(llvm::raw_ostream &os) const;
  int64_t getWeightBytes() const { return weightBytes; }

private:
  int64_t place(const NetworkTable::Weight &weight);
  void placeAll(NetworkTable &table);

  std::vector<Variant> variants;
  std::vector<NetworkTable::Weight> weights;
  int64_t weightBytes = 0;
  std::optional<GPUCode> gpuCode;
  /// Indices in `weights` by the hash of their bytes.
  std::map<uint64_t, llvm::SmallVector<size_t, 1>> byHash;
};

} // namespace resnetc

#endif // RESNETC_TARGET_COMPILEDNETWORK_H
