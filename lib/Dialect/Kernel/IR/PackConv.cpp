//===- PackConv.cpp - The order of weights of kernel.conv -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"

using namespace mlir;
using namespace resnetc::kernel;

/// Weights of a direct convolution, from (m, c, i, j) to
/// (group, tile of blocks, c block, i, j, c in block, block of tile, lane). If
/// there are pairs they are innermost, of c in block, or of j.
static void packDirect(ConvOp op, const ConvTiling &tiling,
                       ArrayRef<float> from, MutableArrayRef<float> to) {
  const ConvChannels &channels = tiling.channels;
  int64_t lanes = channels.block, width = op.getKernelShape()[1];
  int64_t window = op.getKernelShape()[0] * width;
  int64_t groupInput = op.getInputChannels() / op.getGroup();
  int64_t groupOutput = op.getOutputChannels() / op.getGroup();
  for (int64_t g = 0; g < channels.groups; ++g) {
    for (int64_t m = 0; m < channels.outputChannels; ++m) {
      BlockInTile at(tiling.blocks, m / lanes);
      int64_t base =
          (g * channels.outputBlocks + at.first) * tiling.weightsPerBlock;
      // With merged groups an output sees only its own group's channels.
      int64_t onnxGroup = m / groupOutput;
      const float *row =
          &from[(g * channels.outputChannels + m) * groupInput * window];
      for (int64_t k = 0; k < groupInput; ++k) {
        int64_t c = onnxGroup * groupInput + k;
        for (int64_t w = 0; w < window; ++w) {
          int64_t place = w / width * tiling.windowColumns + w % width;
          int64_t step = (c / channels.inputUnroll * tiling.window + place) *
                             channels.inputUnroll +
                         c % channels.inputUnroll;
          to[base + tiling.placeOf(step, at.size, at.place, m % lanes)] =
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

/// Weights of an implicit GEMM, from (m, c, i, j) to rows of steps.
static void packRows(ConvOp op, const GemmTiling &tiling, ArrayRef<float> from,
                     MutableArrayRef<float> to) {
  const ConvChannels &channels = tiling.channels;
  int64_t groupInput = op.getInputChannels() / op.getGroup();
  int64_t groupOutput = op.getOutputChannels() / op.getGroup();
  int64_t groupRows = channels.outputBlocks * channels.block;
  int64_t taps = op.getKernelShape()[0] * op.getKernelShape()[1];
  for (int64_t m = 0; m < op.getOutputChannels(); ++m) {
    int64_t group = m / channels.outputChannels;
    int64_t row = group * groupRows + m % channels.outputChannels;
    // With merged groups an output sees only its own group's channels.
    int64_t first = m % channels.outputChannels / groupOutput * groupInput;
    for (int64_t k = 0; k < groupInput; ++k)
      for (int64_t w = 0; w < taps; ++w)
        to[row * tiling.paddedSteps() + tiling.stepOf(first + k, w)] =
            from[(m * groupInput + k) * taps + w];
  }
}

int64_t ConvOp::getNumWeights() {
  return getOutputChannels() * (getInputChannels() / getGroup()) *
         getKernelShape()[0] * getKernelShape()[1];
}

Type ConvOp::getPackedWeightType() {
  if (getGemm())
    return cast<MemRefType>(getInput().getType()).getElementType();
  if (ConvTiling(*this, *getSchedule()).pairs)
    return BFloat16Type::get(getContext());
  return Float32Type::get(getContext());
}

int64_t ConvOp::getNumPackedWeights() {
  if (getGemm())
    return GemmTiling(*this, *getGemm()).packedWeights();
  return ConvTiling(*this, *getSchedule()).packedWeights();
}

int64_t ConvOp::getNumPackedBiases() {
  if (getGemm())
    return GemmTiling(*this, *getGemm()).rows;
  return ConvTiling(*this, *getSchedule()).packedBias();
}

void ConvOp::packWeights(ArrayRef<float> from, MutableArrayRef<float> to) {
  if (getGemm())
    return packRows(*this, GemmTiling(*this, *getGemm()), from, to);
  ConvTiling tiling(*this, *getSchedule());
  if (tiling.diagonal)
    packDiagonal(*this, tiling, from, to);
  else
    packDirect(*this, tiling, from, to);
}

void ConvOp::packBiases(ArrayRef<float> from, MutableArrayRef<float> to) {
  if (getGemm()) {
    ConvChannels channels = GemmTiling(*this, *getGemm()).channels;
    for (int64_t m = 0; m < getOutputChannels(); ++m)
      to[m / channels.outputChannels * channels.outputBlocks * channels.block +
         m % channels.outputChannels] = from[m];
    return;
  }
  // Each merged group starts at a new block.
  ConvTiling tiling(*this, *getSchedule());
  const ConvChannels &channels = tiling.channels;
  int64_t group =
      tiling.diagonal ? channels.block : getOutputChannels() / channels.groups;
  for (int64_t m = 0; m < getOutputChannels(); ++m)
    to[m / group * channels.outputBlocks * channels.block + m % group] =
        from[m];
}
