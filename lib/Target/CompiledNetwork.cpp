//===- CompiledNetwork.cpp - A network for one CPU or several -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/CompiledNetwork.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace resnetc;

/// A cache line, and the widest vector of any target.
static constexpr int64_t alignment = 64;

static ArrayRef<char> bytesOf(const NetworkTable::Weight &weight) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(weight.value))
    return resource.getRawHandle().getBlob()->getData();
  // kernel-pack-weights leaves no splats, which would be one element.
  return cast<DenseElementsAttr>(weight.value).getRawData();
}

/// Frees the memory of a weight that is not needed any more. Those that are as
/// the file has them belong to all variants; they are not mutable.
static void release(const NetworkTable::Weight &weight) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(weight.value))
    if (resource.getRawHandle().getBlob()->isMutable())
      resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

std::string CompiledNetwork::Variant::getTargetText() const {
  return target.triple + " " + target.cpu;
}

std::string CompiledNetwork::getTargetText() const {
  std::string text = variants.front().getTargetText();
  for (const Variant &variant : ArrayRef(variants).drop_front())
    text += "," + variant.target.cpu;
  return text;
}

/// The offset in the section of a weight with these bytes.
int64_t CompiledNetwork::place(const NetworkTable::Weight &weight) {
  ArrayRef<char> bytes = bytesOf(weight);
  SmallVector<size_t, 1> &candidates = byHash[llvm::xxh3_64bits(
      ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()))];
  for (size_t i : candidates) {
    if (bytesOf(weights[i]) != bytes)
      continue;
    if (weights[i].value != weight.value)
      release(weight);
    return weights[i].offset;
  }
  candidates.push_back(weights.size());
  weights.push_back({weightBytes, weight.value});
  weightBytes = llvm::alignTo(weightBytes + bytes.size(), alignment);
  return weights.back().offset;
}

/// Puts a table's weights into the section, and says there where.
void CompiledNetwork::placeAll(NetworkTable &table) {
  llvm::DenseMap<int64_t, int64_t> offsets;
  for (const NetworkTable::Weight &weight : table.weights)
    offsets[weight.offset] = place(weight);
  for (NetworkTable::Step &step : table.steps)
    for (resnetc_rt_operand &operand : step.operands)
      if (operand.space == RESNETC_RT_WEIGHTS)
        operand.offset = offsets.lookup(operand.offset);
  table.weights.clear();
}

void CompiledNetwork::add(const TargetModel &target, NetworkTable table,
                          std::optional<TrainingTable> training) {
  placeAll(table);
  if (training) {
    placeAll(training->backward);
    placeAll(training->update);
    for (KeptTensor &tensor : training->kept)
      if (tensor.value)
        tensor.valueOffset = place({0, tensor.value});
  }
  variants.push_back({target, std::move(table), std::move(training)});
}

void CompiledNetwork::writeWeights(llvm::raw_ostream &os) const {
  int64_t at = 0;
  for (const NetworkTable::Weight &weight : weights) {
    os.write_zeros(weight.offset - at);
    ArrayRef<char> bytes = bytesOf(weight);
    os.write(bytes.data(), bytes.size());
    at = weight.offset + static_cast<int64_t>(bytes.size());
  }
  os.write_zeros(weightBytes - at);
}
