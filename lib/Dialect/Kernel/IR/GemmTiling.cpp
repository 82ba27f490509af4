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
  window = op.getKernelShape()[0] * kernelWidth;
  dilationRows = op.getDilations()[0];
  dilationColumns = op.getDilations()[1];
  rowStride = shape[2] * (planar ? 1 : channels.block);
  planeStride = shape[1] * rowStride;
  elementBytes = input.getElementTypeBitWidth() / 8;
  steps = channels.inputBlocks * channels.inputUnroll * window;
  slices = divideCeilSigned(steps, sliceSteps());
  int64_t groupRows = channels.outputBlocks * channels.block;
  rows = channels.groups * groupRows;
  // No tile has channels of two groups: the last of a group may be ragged.
  channelTile = gemm.getChannels();
  tilesPerGroup = divideCeilSigned(groupRows, channelTile);
  pixelsPerImage = op.getOutputSize()[0] * op.getOutputSize()[1];
}

int64_t GemmTiling::stepOf(int64_t channel, int64_t tap) const {
  int64_t together = channels.inputUnroll;
  return (channel / together * window + tap) * together + channel % together;
}

int64_t GemmTiling::inputOffset(int64_t step) const {
  if (step >= steps)
    return -1;
  int64_t together = channels.inputUnroll;
  int64_t tap = step / together % window;
  return step / together / window * planeStride +
         tap / kernelWidth * dilationRows * rowStride +
         tap % kernelWidth * dilationColumns * together + step % together;
}

int64_t GemmTiling::groupOffset(int64_t group) const {
  return group * channels.inputBlocks * planeStride;
}
