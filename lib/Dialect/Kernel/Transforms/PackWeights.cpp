//===- PackWeights.cpp - Pack the weights of convolutions -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-pack-weights pass, which puts weights into
// the order in which generated code reads them.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Support/FloatConstant.h"
#include <cmath>
#include <cstring>

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELPACKWEIGHTS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct PackWeights : resnetc::kernel::impl::KernelPackWeightsBase<PackWeights> {
  using KernelPackWeightsBase::KernelPackWeightsBase;
  void runOnOperation() override;

private:
  WeightOp replace(
      OpBuilder &b, WeightOp old, StringRef suffix, int64_t size, Type element,
      llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack);
  LogicalResult packOne(PackWeightsOpInterface op);
  void flush(MutableArrayRef<float> values);
  void erase(WeightOp old);

  llvm::DenseMap<Attribute, int> numWeightOps; ///< For each constant.
};

} // namespace

void PackWeights::flush(MutableArrayRef<float> values) {
  for (float &value : values)
    if (std::fpclassify(value) == FP_SUBNORMAL) {
      value = std::copysign(0.0f, value);
      ++numFlushed;
    }
}

/// Memory for `size` elements, all zeros.
template <typename T>
static std::pair<AsmResourceBlob, MutableArrayRef<T>> allocate(int64_t size) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      size * sizeof(T), alignof(T), /*dataIsMutable=*/true);
  MutableArrayRef<T> values(reinterpret_cast<T *>(blob.getMutableData().data()),
                            size);
  std::memset(values.data(), 0, size * sizeof(T));
  return {std::move(blob), values};
}

/// The bits of the nearest bf16, of two the even one.
static uint16_t roundToBF16(float value) {
  auto bits = llvm::bit_cast<uint32_t>(value);
  // Rounding could make a NaN an infinity.
  constexpr uint32_t quiet = 0x40;
  if (std::isnan(value))
    return static_cast<uint16_t>(bits >> 16 | quiet);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// A new weight of `size` elements that `pack` fills from the old one, as f32,
/// which are then rounded to the type `element`.
WeightOp PackWeights::replace(
    OpBuilder &b, WeightOp old, StringRef suffix, int64_t size, Type element,
    llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack) {
  auto [blob, packed] = allocate<float>(size);
  if (std::optional<FloatConstant> from = FloatConstant::get(old.getValue()))
    pack(from->values(), packed);
  flush(packed);
  if (element.isBF16()) {
    auto [narrowBlob, narrow] = allocate<uint16_t>(size);
    llvm::transform(packed, narrow.begin(), roundToBF16);
    blob = std::move(narrowBlob);
  }
  auto type = RankedTensorType::get({size}, element);
  auto value = DenseResourceElementsAttr::get(type, suffix, std::move(blob));
  return WeightOp::create(b, old.getLoc(), MemRefType::get({size}, element),
                          value, /*offset=*/IntegerAttr());
}

LogicalResult PackWeights::packOne(PackWeightsOpInterface op) {
  auto weight = op.getWeightOperand().get().getDefiningOp<WeightOp>();
  auto bias = op.getBiasOperand().get().getDefiningOp<WeightOp>();
  if (!weight || !bias)
    return op->emitOpError("has a weight or bias that is not a constant");
  for (WeightOp constant : {weight, bias})
    if (!constant.getType().getElementType().isF32())
      return constant.emitOpError("is not a constant of f32");
  if (!op->hasAttr("schedule"))
    return op->emitOpError("has no schedule; run kernel-select-schedule");
  if (weight.getType().getNumElements() != op.getNumWeights())
    return op->emitOpError("has a weight of the wrong size");
  auto channels = op->getAttrOfType<IntegerAttr>("output_channels");
  if (channels && bias.getType().getNumElements() != channels.getInt())
    return op->emitOpError("has a bias of the wrong size");

  OpBuilder b(op);
  WeightOp packed = replace(
      b, weight, "packed", op.getNumPackedWeights(), op.getPackedWeightType(),
      [&](ArrayRef<float> from, MutableArrayRef<float> to) {
        op.packWeights(from, to);
      });
  WeightOp packedBias =
      replace(b, bias, "bias", op.getNumPackedBiases(), b.getF32Type(),
              [&](ArrayRef<float> from, MutableArrayRef<float> to) {
                op.packBiases(from, to);
              });
  op.getWeightOperand().assign(packed);
  op.getBiasOperand().assign(packedBias);
  for (WeightOp old : {weight, bias})
    if (old->use_empty())
      erase(old);
  return success();
}

/// Packed constants are as large again, so what they were made from should not
/// wait for the end of the compilation.
void PackWeights::erase(WeightOp old) {
  ElementsAttr value = old.getValue();
  old.erase();
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (--numWeightOps[value] == 0 && release && resource)
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

/// Whether the value is what the memory's type says.
static LogicalResult verifyValue(WeightOp op) {
  MemRefType type = op.getType();
  if (op.getValue().getNumElements() != type.getNumElements())
    return op.emitOpError("has a value of another size than its memory");
  if (type.getElementType().isF32() && !FloatConstant::get(op.getValue()))
    return op.emitOpError("is not a constant of f32");
  return success();
}

void PackWeights::runOnOperation() {
  numWeightOps.clear();
  for (auto op : getOperation().getOps<WeightOp>()) {
    if (failed(verifyValue(op)))
      return signalPassFailure();
    ++numWeightOps[op.getValue()];
  }
  for (auto op : llvm::make_early_inc_range(
           getOperation().getOps<PackWeightsOpInterface>()))
    if (failed(packOne(op)))
      return signalPassFailure();
  // Parameters of other operations keep their order.
  for (auto op :
       llvm::make_early_inc_range(getOperation().getOps<WeightOp>())) {
    bool packed =
        isa<DenseResourceElementsAttr>(op.getValue()) &&
        llvm::any_of(op->getUsers(), llvm::IsaPred<PackWeightsOpInterface>);
    if (packed || !op.getType().getElementType().isF32())
      continue;
    OpBuilder b(op);
    ArrayRef<int64_t> shape = op.getType().getShape();
    WeightOp flushed = replace(
        b, op, "parameter", op.getType().getNumElements(), b.getF32Type(),
        [&](ArrayRef<float> from, MutableArrayRef<float> to) {
          llvm::copy(from, to.begin());
        });
    auto type = MemRefType::get(shape, b.getF32Type());
    Value viewed = ViewOp::create(b, op.getLoc(), type, flushed);
    op.replaceAllUsesWith(viewed);
    erase(op);
  }
}
