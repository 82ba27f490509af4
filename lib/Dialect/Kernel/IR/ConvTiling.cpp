//===- ConvTiling.cpp - How a convolution divides into tiles --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;
using llvm::divideCeilSigned;

EvenSplit::EvenSplit(int64_t total, int64_t limit) {
  int64_t count = divideCeilSigned(total, limit);
  size = divideCeilSigned(total, count);
  large = total - count * (size - 1);
  small = count - large;
}

BlockInTile::BlockInTile(const EvenSplit &blocks, int64_t block) {
  int64_t inLarge = blocks.large * blocks.size;
  bool isLarge = block < inLarge;
  size = blocks.size - (isLarge ? 0 : 1);
  place = (isLarge ? block : block - inLarge) % size;
  first = block - place;
}

bool ConvChannels::isDiagonal(int64_t inputChannels, int64_t outputChannels,
                              int64_t group, int64_t block, bool planar) {
  if (planar || group == 1 || inputChannels != outputChannels)
    return false;
  int64_t width = inputChannels / group;
  return width < block && block % width == 0;
}

/// Groups that are not whole blocks wide are merged until they are, with zero
/// weights between them; if that never happens, all of them.
static int64_t groupsToMerge(int64_t inputChannels, int64_t outputChannels,
                             int64_t group, int64_t block) {
  int64_t in = inputChannels / group, out = outputChannels / group;
  for (int64_t merge = 1; merge < group; ++merge)
    if (group % merge == 0 && in * merge % block == 0 &&
        out * merge % block == 0)
      return merge;
  return group;
}

ConvChannels::ConvChannels(int64_t totalInput, int64_t totalOutput,
                           int64_t group, int64_t block, bool planar)
    : block(block) {
  mergedGroups = groupsToMerge(totalInput, totalOutput, group, block);
  groups = group / mergedGroups;
  inputChannels = totalInput / groups;
  outputChannels = totalOutput / groups;
  inputUnroll = planar ? 1 : block;
  inputBlocks = divideCeilSigned(inputChannels, inputUnroll);
  outputBlocks = divideCeilSigned(outputChannels, block);
}

static ConvChannels channelsOf(ConvOp op) {
  return ConvChannels(op.getInputChannels(), op.getOutputChannels(),
                      op.getGroup(), op.getBlock(), op.isPlanar());
}

ConvTiling::ConvTiling(ConvOp op, ScheduleAttr schedule)
    : channels(channelsOf(op)),
      diagonal(schedule.getAlgorithm() == Algorithm::diagonal),
      pairs(op.hasPairs(schedule.getAlgorithm())) {
  int64_t height = op.getOutputSize()[0], width = op.getOutputSize()[1];
  columns = EvenSplit(width, schedule.getPixels());
  rows = schedule.getRows();
  chunks = divideCeilSigned(height, rows);
  windowColumns = op.getKernelShape()[1];
  if (pairs && op.isPlanar())
    windowColumns += windowColumns % 2;
  window = op.getKernelShape()[0] * windowColumns;
  if (diagonal) {
    // Each block is its own group, multiplied with a vector for each channel
    // of the ONNX group.
    channels.groups = divideCeilSigned(op.getOutputChannels(), channels.block);
    channels.inputBlocks = channels.outputBlocks = 1;
    channels.inputUnroll = op.getInputChannels() / op.getGroup();
  }
  passes = EvenSplit(channels.inputBlocks, schedule.getDepth()
                                               ? schedule.getDepth()
                                               : channels.inputBlocks);
  blocks = EvenSplit(channels.outputBlocks, schedule.getOcBlocks());
  tiles = channels.groups * blocks.pieces();
  weightsPerBlock =
      channels.inputBlocks * channels.inputUnroll * window * channels.block;
}

int64_t ConvTiling::packedWeights() const {
  return channels.groups * channels.outputBlocks * weightsPerBlock;
}

int64_t ConvTiling::packedBias() const {
  return channels.groups * channels.outputBlocks * channels.block;
}
