//===- WinogradTiling.cpp - How Winograd's algorithm divides --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;
using llvm::divideCeilSigned;

static constexpr double input2[] = {1, 0,  -1, 0, //
                                    0, 1,  1,  0, //
                                    0, -1, 1,  0, //
                                    0, -1, 0,  1};
static constexpr double weight2[] = {1,   0,    0,   //
                                     0.5, 0.5,  0.5, //
                                     0.5, -0.5, 0.5, //
                                     0,   0,    1};
static constexpr double output2[] = {1, 1, 1,  0, //
                                     0, 1, -1, 1};

static constexpr double gradient2[] = {1, 0,  //
                                       1, 1,  //
                                       1, -1, //
                                       0, 1};
static constexpr double filter2[] = {1, 0.5, 0.5,  0, //
                                     0, 0.5, -0.5, 0, //
                                     0, 0.5, 0.5,  1};

static constexpr double input4[] = {4, 0,  -5, 0,  1, 0, //
                                    0, -4, -4, 1,  1, 0, //
                                    0, 4,  -4, -1, 1, 0, //
                                    0, -2, -1, 2,  1, 0, //
                                    0, 2,  -1, -2, 1, 0, //
                                    0, 4,  0,  -5, 0, 1};
static constexpr double weight4[] = {1.0 / 4,  0,         0,        //
                                     -1.0 / 6, -1.0 / 6,  -1.0 / 6, //
                                     -1.0 / 6, 1.0 / 6,   -1.0 / 6, //
                                     1.0 / 24, 1.0 / 12,  1.0 / 6,  //
                                     1.0 / 24, -1.0 / 12, 1.0 / 6,  //
                                     0,        0,         1};
static constexpr double output4[] = {1, 1, 1,  1, 1,  0, //
                                     0, 1, -1, 2, -2, 0, //
                                     0, 1, 1,  4, 4,  0, //
                                     0, 1, -1, 8, -8, 1};

static constexpr double gradient4[] = {1, 0,  0, 0,  //
                                       1, 1,  1, 1,  //
                                       1, -1, 1, -1, //
                                       1, 2,  4, 8,  //
                                       1, -2, 4, -8, //
                                       0, 0,  0, 1};
static constexpr double filter4[] = {
    1.0 / 4, -1.0 / 6, -1.0 / 6, 1.0 / 24, 1.0 / 24,  0, //
    0,       -1.0 / 6, 1.0 / 6,  1.0 / 12, -1.0 / 12, 0, //
    0,       -1.0 / 6, -1.0 / 6, 1.0 / 6,  1.0 / 6,   1};

int64_t resnetc::kernel::padToOddLines(int64_t count, int64_t block) {
  constexpr int64_t lineElements = 16;
  int64_t vectorsOfLine = std::max<int64_t>(lineElements / block, 1);
  return (divideCeilSigned(count, vectorsOfLine) | 1) * vectorsOfLine;
}

const WinogradMatrices &WinogradMatrices::get(int64_t outputs) {
  static const WinogradMatrices f2{2,       4,         input2, weight2,
                                   output2, gradient2, filter2};
  static const WinogradMatrices f4{4,       6,         input4, weight4,
                                   output4, gradient4, filter4};
  return outputs == 2 ? f2 : f4;
}

Algorithm WinogradTiling::algorithmOf(int64_t outputs, bool fused) {
  if (fused)
    return outputs == 2 ? Algorithm::fused_winograd_f2
                        : Algorithm::fused_winograd_f4;
  return outputs == 2 ? Algorithm::winograd_f2 : Algorithm::winograd_f4;
}

bool WinogradTiling::isFused(Algorithm algorithm) {
  return algorithm == Algorithm::fused_winograd_f2 ||
         algorithm == Algorithm::fused_winograd_f4;
}

WinogradTiling::WinogradTiling(int64_t outputs, ArrayRef<int64_t> outputSize,
                               int64_t inputChannels, int64_t outputChannels,
                               int64_t block, ScheduleAttr schedule)
    : fused(isFused(schedule.getAlgorithm())), block(block) {
  points = (outputs + 2) * (outputs + 2);
  tileRows = tilesOf(outputs, outputSize[0]);
  tileColumns = tilesOf(outputs, outputSize[1]);
  inputBlocks = divideCeilSigned(inputChannels, block);
  tiles = EvenSplit(tileRows * tileColumns, schedule.getPixels());
  blocks = EvenSplit(divideCeilSigned(outputChannels, block),
                     schedule.getOcBlocks());
  chunks = EvenSplit(tiles.pieces(), schedule.getRows());
  pointVectors = padToOddLines(inputBlocks * tiles.size, block);
  productVectors = padToOddLines(chunks.size * tiles.size * blocks.size, block);
  weightsPerBlock = points * inputBlocks * block * block;
}

WinogradTiling::WinogradTiling(WinogradConvOp op)
    : WinogradTiling(op.getOutputs(), op.getOutputSize(), op.getInputChannels(),
                     op.getOutputChannels(), op.getBlock(), op.getSchedule()) {}
