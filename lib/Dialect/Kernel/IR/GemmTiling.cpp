//===- GemmTiling.cpp - A convolution as a product of matrices ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;
using llvm::divideCeilSigned;

static ConvChannels channelsOf(ConvOp op) {
  return ConvChannels(op.getInputChannels(), op.getOutputChannels(),
                      op.getGroup(), op.getBlock(), op.isPlanar());
}

GemmTiling::GemmTiling(ConvOp op, ImplicitGemmAttr gemm)
    : channels(channelsOf(op)), planar(op.isPlanar()) {
  auto input = cast<MemRefType>(op.getInput().getType());
  ArrayRef<int64_t> shape = input.getShape();
  kernelWidth = op.getKernelShape()[1];
  dilationRows = op.getDilations()[0];
  dilationColumns = op.getDilations()[1];
  rowStride = shape[2] * (planar ? 1 : channels.block);
  planeStride = shape[1] * rowStride;
  elementBytes = input.getElementTypeBitWidth() / 8;
  bool isAligned = op.getStrides()[1] % 2 == 0 &&
                   op.getInputOffset()[1] % 2 == 0 && dilationColumns == 1 &&
                   shape[2] % 2 == 0;
  groups = planar && (elementBytes == groupBytes || isAligned);
  windowColumns =
      groups ? llvm::alignTo(kernelWidth, groupSteps()) : kernelWidth;
  window = op.getKernelShape()[0] * windowColumns;
  steps = channels.inputBlocks * channels.inputUnroll * window;
  slices = divideCeilSigned(steps, sliceSteps());
  int64_t groupRows = channels.outputBlocks * channels.block;
  rows = channels.groups * groupRows;
  // No tile has channels of two groups: the last of a group may be ragged.
  channelTile = gemm.getChannels();
  tilesPerGroup = divideCeilSigned(groupRows, channelTile);
  pixelsPerImage = op.getOutputSize()[0] * op.getOutputSize()[1];

  constexpr int64_t warpSize = 32, sumBytes = 4;
  groupThreads = gemm.getPixelWarps() * gemm.getChannelWarps() * warpSize;
  threads = groupThreads * gemm.getSplits();
  inFlight = gemm.getUnit() == MatrixUnit::wgmma && gemm.getStages() > 3;
  stages = std::min(gemm.getStages(),
                    divideCeilSigned(slices, gemm.getSplits()) + 1 + inFlight);
  stageBytes = (gemm.getPixels() + channelTile) * sliceBytes;
  sumsBytes = gemm.getPixels() * sumsStride() * sumBytes;
  sharedBytes = gemm.getSplits() * std::max(stageBytes * stages, sumsBytes);
}

int64_t GemmTiling::stepOf(int64_t channel, int64_t tap) const {
  int64_t together = channels.inputUnroll;
  int64_t place = tap / kernelWidth * windowColumns + tap % kernelWidth;
  return (channel / together * window + place) * together + channel % together;
}

int64_t GemmTiling::inputOffset(int64_t step) const {
  if (step >= steps)
    return -1;
  int64_t together = channels.inputUnroll;
  int64_t place = step / together % window;
  int64_t column = place % windowColumns;
  if (column >= kernelWidth)
    return -1;
  return step / together / window * planeStride +
         place / windowColumns * dilationRows * rowStride +
         column * dilationColumns * together + step % together;
}

int64_t GemmTiling::groupOffset(int64_t group) const {
  return group * channels.inputBlocks * planeStride;
}
