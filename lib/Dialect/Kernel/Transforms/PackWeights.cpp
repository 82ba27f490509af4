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
  void runOnOperation() override;

private:
  WeightOp replace(
      OpBuilder &b, WeightOp old, StringRef suffix, int64_t size,
      llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack);
  LogicalResult packConv(ConvOp op);
  void flush(MutableArrayRef<float> values);
};

} // namespace

void PackWeights::flush(MutableArrayRef<float> values) {
  for (float &value : values)
    if (std::fpclassify(value) == FP_SUBNORMAL) {
      value = std::copysign(0.0f, value);
      ++numFlushed;
    }
}

/// A new weight of `size` elements that `pack` fills from the old one.
WeightOp PackWeights::replace(
    OpBuilder &b, WeightOp old, StringRef suffix, int64_t size,
    llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      size * sizeof(float), alignof(float), /*dataIsMutable=*/true);
  MutableArrayRef<float> packed(
      reinterpret_cast<float *>(blob.getMutableData().data()), size);
  std::memset(packed.data(), 0, size * sizeof(float));
  if (std::optional<FloatConstant> from = FloatConstant::get(old.getValue()))
    pack(from->values(), packed);
  flush(packed);
  auto type = RankedTensorType::get({size}, b.getF32Type());
  auto value = DenseResourceElementsAttr::get(type, suffix, std::move(blob));
  return WeightOp::create(b, old.getLoc(),
                          MemRefType::get({size}, b.getF32Type()), value,
                          /*offset=*/IntegerAttr());
}

/// Weights of a direct convolution, from (m, c, i, j) to
/// (group, tile of blocks, c block, i, j, c in block, block of tile, lane).
static void packDirect(ConvOp op, const ConvTiling &tiling,
                       ArrayRef<float> from, MutableArrayRef<float> to) {
  const ConvChannels &channels = tiling.channels;
  int64_t lanes = channels.block, window = tiling.window;
  int64_t groupInput = op.getInputChannels() / op.getGroup();
  int64_t groupOutput = op.getOutputChannels() / op.getGroup();
  for (int64_t g = 0; g < channels.groups; ++g) {
    for (int64_t m = 0; m < channels.outputChannels; ++m) {
      int64_t block = m / lanes;
      // The tile that holds the block, and the block's place in it.
      int64_t inLarge = tiling.blocks.large * tiling.blocks.size;
      bool isLarge = block < inLarge;
      int64_t size = tiling.blocks.size - (isLarge ? 0 : 1);
      int64_t place = (isLarge ? block : block - inLarge) % size;
      int64_t tileStart = block - place;
      int64_t base =
          (g * channels.outputBlocks + tileStart) * tiling.weightsPerBlock;
      // With merged groups an output sees only its own group's channels.
      int64_t onnxGroup = m / groupOutput;
      const float *row =
          &from[(g * channels.outputChannels + m) * groupInput * window];
      for (int64_t k = 0; k < groupInput; ++k) {
        int64_t c = onnxGroup * groupInput + k;
        for (int64_t w = 0; w < window; ++w) {
          int64_t step =
              (c / channels.inputUnroll * window + w) * channels.inputUnroll +
              c % channels.inputUnroll;
          to[base + (step * size + place) * lanes + m % lanes] =
              row[k * window + w];
        }
      }
    }
  }
}

/// Weights of a diagonal convolution, from (m, k, i, j) to
/// (block, i, j, k, lane).
static void packDiagonal(ConvOp op, const ConvTiling &tiling,
                         ArrayRef<float> from, MutableArrayRef<float> to) {
  int64_t lanes = tiling.channels.block, width = tiling.channels.inputUnroll;
  for (int64_t m = 0; m < op.getOutputChannels(); ++m)
    for (int64_t k = 0; k < width; ++k)
      for (int64_t w = 0; w < tiling.window; ++w)
        to[m / lanes * tiling.weightsPerBlock + (w * width + k) * lanes +
           m % lanes] = from[(m * width + k) * tiling.window + w];
}

LogicalResult PackWeights::packConv(ConvOp op) {
  auto weight = op.getWeight().getDefiningOp<WeightOp>();
  auto bias = op.getBias().getDefiningOp<WeightOp>();
  if (!weight || !bias)
    return op.emitOpError("has a weight or bias that is not a constant");
  for (WeightOp constant : {weight, bias})
    if (!FloatConstant::get(constant.getValue()))
      return constant.emitOpError("is not a constant of f32");
  if (!op.getSchedule())
    return op.emitOpError("has no schedule; run kernel-select-schedule");
  ConvTiling tiling(op, *op.getSchedule());
  int64_t expected = op.getOutputChannels() *
                     (op.getInputChannels() / op.getGroup()) * tiling.window;
  if (weight.getType().getNumElements() != expected)
    return op.emitOpError("has a weight of the wrong size");

  OpBuilder b(op);
  WeightOp packed =
      replace(b, weight, "packed", tiling.packedWeights(),
              [&](ArrayRef<float> from, MutableArrayRef<float> to) {
                if (tiling.diagonal)
                  packDiagonal(op, tiling, from, to);
                else
                  packDirect(op, tiling, from, to);
              });
  WeightOp packedBias = replace(
      b, bias, "bias", tiling.packedBias(),
      [&](ArrayRef<float> from, MutableArrayRef<float> to) {
        // Each merged group starts at a new block.
        const ConvChannels &channels = tiling.channels;
        int64_t group = op.getOutputChannels() / channels.groups;
        if (tiling.diagonal)
          group = channels.block;
        for (int64_t m = 0; m < op.getOutputChannels(); ++m)
          to[m / group * channels.outputBlocks * channels.block + m % group] =
              from[m];
      });
  op.getWeightMutable().assign(packed);
  op.getBiasMutable().assign(packedBias);
  for (WeightOp old : {weight, bias})
    if (old->use_empty())
      old.erase();
  return success();
}

void PackWeights::runOnOperation() {
  for (auto op : llvm::make_early_inc_range(getOperation().getOps<ConvOp>()))
    if (failed(packConv(op)))
      return signalPassFailure();
  // Parameters of other operations keep their order.
  for (auto op :
       llvm::make_early_inc_range(getOperation().getOps<WeightOp>())) {
    bool packed = isa<DenseResourceElementsAttr>(op.getValue()) &&
                  llvm::any_of(op->getUsers(), llvm::IsaPred<ConvOp>);
    if (packed || !op.getType().getElementType().isF32())
      continue;
    OpBuilder b(op);
    ArrayRef<int64_t> shape = op.getType().getShape();
    WeightOp flushed =
        replace(b, op, "parameter", op.getType().getNumElements(),
                [&](ArrayRef<float> from, MutableArrayRef<float> to) {
                  llvm::copy(from, to.begin());
                });
    auto type = MemRefType::get(shape, b.getF32Type());
    Value viewed = ViewOp::create(b, op.getLoc(), type, flushed);
    op.replaceAllUsesWith(viewed);
    op.erase();
  }
}
