//===- SelectSchedule.cpp - Choose schedules ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-select-schedule pass, which chooses how each
// convolution is computed. All such choices are made here.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Target/TargetModel.h"
#include "llvm/Support/MathExtras.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELSELECTSCHEDULE
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

/// What one step of the reduction costs for a register tile.
struct TileCost {
  const TargetModel &target;
  bool diagonal;
  int64_t groupWidth; ///< Channels of a group, for the diagonal algorithm.
  int64_t sliceBytes; ///< Weights of one block, which each row reads again.

  bool fits(int64_t pixels, int64_t blocks) const {
    // Results, weights, and one broadcast input. With many registers leave
    // some: the scheduler needs them to hide load latency.
    int64_t spare = target.registers > 16 ? 4 : 0;
    int64_t weights = diagonal ? groupWidth + 1 : blocks;
    return pixels * blocks + weights + 1 + spare <= target.registers;
  }

  /// Bytes a cycle at which a slice of `blocks` blocks comes: from the first
  /// cache if it stays there, else streamed from those behind.
  double weightRate(int64_t blocks) const {
    return sliceBytes * blocks <= target.l1Bytes / 2
               ? target.l1BytesPerCycle
               : target.streamBytesPerCycle;
  }

  /// Cycles: the slowest of multiply-adds, loads, weights from their cache, and
  /// the latency of the chain of sums.
  double cycles(int64_t pixels, int64_t blocks) const {
    double products = static_cast<double>(pixels * blocks);
    double loads = static_cast<double>(pixels + blocks);
    double bytes = static_cast<double>(blocks * target.lanes * sizeof(float));
    return std::max(
        {products / target.fmasPerCycle, loads / target.loadsPerCycle,
         static_cast<double>(target.fmaLatency), bytes / weightRate(blocks)});
  }

  /// Cycles for a row of `width` pixels and `blocks` blocks, and a little for
  /// every piece, so that of equal choices the one with fewer pieces wins.
  double row(int64_t width, int64_t blocks, int64_t pixelLimit,
             int64_t blockLimit) const {
    EvenSplit columns(width, pixelLimit), tiles(blocks, blockLimit);
    double sum = 0;
    for (auto [p, np] : {std::pair(columns.size, columns.large),
                         std::pair(columns.size - 1, columns.small)})
      for (auto [o, no] : {std::pair(tiles.size, tiles.large),
                           std::pair(tiles.size - 1, tiles.small)})
        if (np && no)
          sum += (cycles(p, o) + 0.05) * static_cast<double>(np * no);
    // Units of different sizes do not divide evenly among threads.
    return tiles.small > 0 ? sum * 1.02 : sum;
  }
};

struct SelectSchedule
    : resnetc::kernel::impl::KernelSelectScheduleBase<SelectSchedule> {
  using Base::Base;

  void runOnOperation() override {
    llvm::Expected<TargetModel> target = TargetModel::get(triple, cpu);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    for (auto op : getOperation().getOps<ConvOp>())
      if (!op.getSchedule())
        op.setScheduleAttr(select(op, *target));
  }

private:
  ScheduleAttr select(ConvOp op, const TargetModel &target);
};

} // namespace

/// How many rows of the output to compute with one slice of weights: the
/// number, among the divisors, that moves the fewest bytes into the
/// second-level cache; of equal ones the largest.
static int64_t selectRows(ConvOp op, const ConvTiling &tiling,
                          const TargetModel &target) {
  constexpr int64_t bytes = sizeof(float), minChunks = 4;
  auto input = cast<MemRefType>(op.getInput().getType());
  int64_t height = op.getOutputSize()[0];
  int64_t rowBytes = input.getDimSize(2) * bytes * tiling.channels.inputBlocks *
                     (op.isPlanar() ? 1 : tiling.channels.block);
  int64_t weightBytes =
      tiling.weightsPerBlock * tiling.channels.outputBlocks * bytes;
  int64_t tiles = tiling.blocks.pieces();
  auto inputBytes = [&](int64_t rows) {
    int64_t span = (rows - 1) * op.getStrides()[0] +
                   (op.getKernelShape()[0] - 1) * op.getDilations()[0] + 1;
    return span * rowBytes;
  };
  int64_t best = 1;
  double bestBytes = -1;
  for (int64_t rows = 1; rows <= height; ++rows) {
    if (height % rows)
      continue;
    int64_t chunks = height / rows;
    bool weightsStay = weightBytes <= target.l2Bytes / 2;
    bool inputStays = inputBytes(rows) <= target.l2Bytes / 2;
    // Rows that two chunks share are still there for the second.
    double moved =
        static_cast<double>(weightBytes) * (weightsStay ? 1 : chunks) +
        static_cast<double>(inputStays ? inputBytes(height)
                                       : inputBytes(rows) * chunks * tiles);
    // Of equal choices the largest, but, where every output channel reads all
    // of the input, enough chunks that threads divide rows and not channels:
    // then each finds most of the next layer's input in its own cache.
    bool enoughChunks = chunks >= minChunks || tiling.channels.groups > 1;
    if (bestBytes < 0 || moved < bestBytes ||
        (moved == bestBytes && enoughChunks)) {
      best = rows;
      bestBytes = moved;
    }
  }
  return best;
}

ScheduleAttr SelectSchedule::select(ConvOp op, const TargetModel &target) {
  bool diagonal =
      ConvChannels::isDiagonal(op.getInputChannels(), op.getOutputChannels(),
                               op.getGroup(), op.getBlock(), op.isPlanar());
  Algorithm algorithm = diagonal ? Algorithm::diagonal : Algorithm::direct;
  auto scheduleOf = [&](int64_t pixels, int64_t blocks, int64_t rows) {
    return ScheduleAttr::get(&getContext(), algorithm, pixels, blocks, rows);
  };
  // Channels do not depend on the schedule's numbers.
  ConvTiling channels(op, scheduleOf(1, 1, 1));
  constexpr int64_t bytes = sizeof(float);
  TileCost cost{target, diagonal, op.getInputChannels() / op.getGroup(),
                channels.weightsPerBlock * bytes};
  int64_t width = op.getOutputSize()[1];
  int64_t blocks = channels.channels.outputBlocks;

  int64_t bestPixels = 1, bestBlocks = 1;
  double best = cost.row(width, blocks, 1, 1);
  for (int64_t p = 1; p <= width && cost.fits(p, 1); ++p)
    for (int64_t o = 1; o <= blocks && cost.fits(p, o); ++o)
      if (double cycles = cost.row(width, blocks, p, o); cycles < best) {
        best = cycles;
        bestPixels = p;
        bestBlocks = o;
      }
  // The even split may need less than the limit.
  bestPixels = EvenSplit(width, bestPixels).size;
  bestBlocks = EvenSplit(blocks, bestBlocks).size;
  ConvTiling tiling(op, scheduleOf(bestPixels, bestBlocks, 1));
  return scheduleOf(bestPixels, bestBlocks, selectRows(op, tiling, target));
}
