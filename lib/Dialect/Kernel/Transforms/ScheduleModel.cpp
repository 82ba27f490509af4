//===- ScheduleModel.cpp - What schedules cost ----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/Transforms/ScheduleModel.h"
#include "resnetc/Dialect/Kernel/IR/WinogradError.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "resnetc/Support/FloatConstant.h"
#include "llvm/ADT/STLExtras.h"
#include <tuple>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

/// What one step of the reduction costs for a register tile.
struct TileCost {
  const TargetModel &target;
  Algorithm algorithm;
  bool pairs;         ///< A step multiplies two channels of bf16.
  int64_t groupWidth; ///< Channels of a group, for the diagonal algorithm.
  int64_t sliceBytes; ///< Weights of one block, which each tile reads again.

  bool fits(int64_t pixels, int64_t blocks) const {
    // Results, weights, and one broadcast input. With many registers leave
    // some: the scheduler needs them to hide load latency.
    int64_t spare = target.registers > 16 ? 4 : 0;
    int64_t weights =
        algorithm == Algorithm::diagonal ? groupWidth + 1 : blocks;
    int64_t inputs = 1;
    // Both channels of a pair extended.
    if (extends()) {
      weights *= 2;
      inputs *= 2;
    }
    return pixels * blocks + weights + inputs + spare <= target.registers;
  }

  /// Whether pairs of bf16 become two vectors of f32 before they are
  /// multiplied.
  bool extends() const { return pairs && algorithm != Algorithm::dot; }

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
    // Of a pair of bf16 as of a f32.
    double bytes = static_cast<double>(blocks * target.lanes * sizeof(float));
    // Two operations extend a pair, beside its two multiply-adds.
    double operations = extends() ? 2 * (products + loads) : products;
    double exposed =
        target.exposedBytesPerCycle ? bytes / *target.exposedBytesPerCycle : 0;
    double loadsPerCycle = algorithm == Algorithm::dot ? target.dotLoadsPerCycle
                                                       : target.loadsPerCycle;
    return std::max({operations / target.fmasPerCycle, loads / loadsPerCycle,
                     target.fmaLatency, bytes / weightRate(blocks)}) +
           exposed;
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

/// A register tile and its cost in cycles for one step of the reduction.
struct RankedTile {
  int64_t pixels;
  int64_t ocBlocks;
  double cycles;
};

} // namespace

/// The register tiles for `width` x `blocks` vectors, cheapest first.
static SmallVector<RankedTile> rankTiles(const TileCost &cost, int64_t width,
                                         int64_t blocks) {
  SmallVector<RankedTile> tiles;
  for (int64_t p = 1; p <= width && (p == 1 || cost.fits(p, 1)); ++p)
    for (int64_t o = 1; o <= blocks && (o == 1 || cost.fits(p, o)); ++o) {
      // The even split may need less than the limit: then another tile is this
      // one.
      if (EvenSplit(width, p).size == p && EvenSplit(blocks, o).size == o)
        tiles.push_back({p, o, cost.row(width, blocks, p, o)});
    }
  llvm::sort(tiles, [](const RankedTile &a, const RankedTile &c) {
    return std::tie(a.cycles, a.pixels, a.ocBlocks) <
           std::tie(c.cycles, c.pixels, c.ocBlocks);
  });
  return tiles;
}

namespace {

/// A number of rows of a chunk, and what then passes into the second-level
/// cache.
struct RowChoice {
  int64_t rows;
  double movedBytes;
};

} // namespace

static int64_t bytesOf(Type element) {
  return element.getIntOrFloatBitWidth() / 8;
}

/// How many rows of the output to compute with one slice of weights: the
/// number, among the divisors from `minRows`, that moves the fewest bytes into
/// the second-level cache; of equal ones the largest.
static RowChoice selectRows(ConvOp op, const ConvTiling &tiling,
                            const TargetModel &target, int64_t minRows) {
  constexpr int64_t minChunks = 4;
  auto input = cast<MemRefType>(op.getInput().getType());
  int64_t height = op.getOutputSize()[0];
  int64_t rowBytes = input.getDimSize(2) * bytesOf(input.getElementType()) *
                     tiling.channels.inputBlocks *
                     (op.isPlanar() ? 1 : tiling.channels.block);
  int64_t weightBytes = tiling.weightsPerBlock * tiling.channels.outputBlocks *
                        tiling.weightBytes();
  int64_t tiles = tiling.blocks.pieces();
  auto inputBytes = [&](int64_t rows) {
    int64_t span = (rows - 1) * op.getStrides()[0] +
                   (op.getKernelShape()[0] - 1) * op.getDilations()[0] + 1;
    return span * rowBytes;
  };
  int64_t best = 1;
  double bestBytes = -1;
  for (int64_t rows = 1; rows <= height; ++rows) {
    if (height % rows || (rows < minRows && rows < height))
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
  return {best, bestBytes};
}

/// Register tiles of a chunk that make it worth while to keep sums in memory.
static constexpr int64_t minTilesOfPass = 4;

/// How many blocks of input channels have their weights for a tile of blocks
/// in the first cache, beside what else it holds; 0 if all have.
static int64_t selectDepth(const ConvTiling &tiling, int64_t rows,
                           const TargetModel &target) {
  int64_t count = tiling.channels.inputBlocks;
  int64_t bytes = tiling.weightsPerBlock / count * tiling.blocks.size *
                  tiling.weightBytes();
  int64_t fitting = target.l1Bytes * 3 / 4 / bytes;
  if (fitting >= count || rows * tiling.columns.pieces() < minTilesOfPass)
    return 0;
  return EvenSplit(count, std::max<int64_t>(fitting, 1)).size;
}

/// A schedule that takes `compute` cycles while `bytes` of weights come from
/// memory, and then `after`.
static RankedSchedule withWeights(ScheduleAttr schedule, double compute,
                                  int64_t bytes, const TargetModel &target,
                                  double after = 0) {
  double memory = static_cast<double>(bytes) / target.dramBytesPerCycle;
  return {schedule, std::max(compute, memory) + after, compute + after};
}

static void rankDirect(ConvOp op, const TargetModel &target,
                       SmallVectorImpl<RankedSchedule> &ranked) {
  bool diagonal =
      ConvChannels::isDiagonal(op.getInputChannels(), op.getOutputChannels(),
                               op.getGroup(), op.getBlock(), op.isPlanar());
  Algorithm algorithm = Algorithm::direct;
  if (diagonal)
    algorithm = Algorithm::diagonal;
  else if (target.hasBF16 && op.hasPairs(Algorithm::dot))
    algorithm = Algorithm::dot;
  auto scheduleOf = [&](int64_t pixels, int64_t blocks, int64_t rows,
                        int64_t depth = 0) {
    return ScheduleAttr::get(op.getContext(), algorithm, pixels, blocks, rows,
                             depth);
  };
  // Channels do not depend on the schedule's numbers.
  ConvTiling channels(op, scheduleOf(1, 1, 1));
  // Passes keep what several tiles read again in the first cache, and their
  // sums in the output, if it does not round them.
  bool keepsSums =
      cast<MemRefType>(op.getOutput().getType()).getElementType().isF32();
  bool hasPasses = keepsSums && op.getOutputSize()[0] * op.getOutputSize()[1] >=
                                    minTilesOfPass * target.registers / 2;
  int64_t bytes = channels.weightBytes();
  TileCost cost{target, algorithm, channels.pairs,
                op.getInputChannels() / op.getGroup(),
                hasPasses ? 0 : channels.weightsPerBlock * bytes};
  for (const RankedTile &tile :
       rankTiles(cost, op.getOutputSize()[1], channels.channels.outputBlocks)) {
    ConvTiling tiling(op, scheduleOf(tile.pixels, tile.ocBlocks, 1));
    int64_t steps = op.getOutputSize()[0] * tiling.channels.groups *
                    tiling.channels.inputBlocks * tiling.channels.inputUnroll *
                    tiling.window / (tiling.pairs ? 2 : 1);
    int64_t minRows =
        hasPasses
            ? llvm::divideCeilSigned(minTilesOfPass, tiling.columns.pieces())
            : 1;
    auto [rows, movedBytes] = selectRows(op, tiling, target, minRows);
    int64_t depth = keepsSums ? selectDepth(tiling, rows, target) : 0;
    ranked.push_back(
        withWeights(scheduleOf(tile.pixels, tile.ocBlocks, rows, depth),
                    tile.cycles * static_cast<double>(steps),
                    tiling.packedWeights() * bytes, target,
                    movedBytes / target.l3BytesPerCycle));
  }
}

/// Units that a fused layer has at least, for threads to share.
static constexpr int64_t minFusedUnits = 8;

/// Bytes of the transformed input of a register tile.
static int64_t inputBytesOf(const WinogradTiling &tiling) {
  return tiling.points * tiling.pointVectors * tiling.block *
         static_cast<int64_t>(sizeof(float));
}

static int64_t weightBytesOf(const WinogradTiling &tiling) {
  return tiling.weightsPerBlock * tiling.outputBlocks() *
         static_cast<int64_t>(sizeof(float));
}

/// Whether units may compute so many register tiles: their products must stay
/// near, and what the fused form transforms in the second cache.
static bool mayHaveRows(const WinogradTiling &tiling, int64_t rows,
                        const TargetModel &target) {
  constexpr int64_t bytes = sizeof(float);
  return rows == 1 ||
         (rows <= tiling.tiles.pieces() &&
          tiling.products() * bytes <= target.winogradProductBytes &&
          (!tiling.fused ||
           inputBytesOf(tiling) * tiling.chunks.size <= target.l2Bytes / 2));
}

/// What the two steps move past the second-level cache, as selectRows.
static double movedBytesOf(const WinogradTiling &tiling,
                           const TargetModel &target) {
  int64_t weightBytes = weightBytesOf(tiling);
  int64_t rowBytes = inputBytesOf(tiling);
  bool weightsStay = weightBytes <= target.l2Bytes / 2;
  bool inputStays = rowBytes * tiling.chunks.size <= target.l2Bytes / 2;
  return static_cast<double>(weightBytes *
                                 (weightsStay ? 1 : tiling.chunks.pieces()) +
                             rowBytes * tiling.tiles.pieces() *
                                 (inputStays ? 1 : tiling.blocks.pieces()));
}

/// By how much the slowest of 2 or 4 threads has more than its share of units:
/// the fused form has few.
static double imbalanceOf(int64_t units) {
  double most = 0;
  for (int64_t threads : {2, 4})
    most = std::max(
        most, static_cast<double>(
                  llvm::divideCeilSigned(units, threads) * threads - units) /
                  static_cast<double>(units));
  return most;
}

namespace {

/// Costs of a tiling beside its products and transforms, in cycles. On a Zen 4
/// with 1 MB of second cache, 17 chunks of a 56x56 layer of 64 channels took
/// 36k cycles longer than 10; two steps took as long as one where what passes
/// between them is 1.9 MB, 5% longer for 7.5 MB and 19% for 30 MB.
struct WinogradOverhead {
  double passes; ///< Weights go through the first cache once a chunk.
  double moved;  ///< Between the steps, beyond what the second cache keeps.
  double shares; ///< Of everything, since units do not divide evenly.

  WinogradOverhead(const WinogradTiling &tiling, const TargetModel &target,
                   bool learns)
      : passes(static_cast<double>(weightBytesOf(tiling) *
                                   tiling.chunks.pieces()) /
               target.l1BytesPerCycle),
        moved(0), shares(0) {
    if (tiling.fused) {
      shares = learns ? 0 : imbalanceOf(tiling.units());
      return;
    }
    // Of a batch, each image has its own.
    int64_t beyond = inputBytesOf(tiling) * tiling.tiles.pieces() -
                     (learns ? 0 : target.l2Bytes / 2);
    moved = 2 * static_cast<double>(std::max<int64_t>(beyond, 0)) /
            target.l3BytesPerCycle;
  }
};

} // namespace

/// Whether a layer's weights are learned: threads then share out a batch of
/// images, not the units of one.
static bool isLearned(ConvOp op) {
  return !op.getWeight().getDefiningOp<WeightOp>() &&
         isSharedMemory(op.getWeight());
}

static void rankWinograd(ConvOp op, const TargetModel &target, int64_t outputs,
                         bool fused, SmallVectorImpl<RankedSchedule> &ranked) {
  bool learns = isLearned(op);
  Algorithm algorithm = WinogradTiling::algorithmOf(outputs, fused);
  auto scheduleOf = [&](int64_t tiles, int64_t blocks, int64_t rows) {
    return ScheduleAttr::get(op.getContext(), algorithm, tiles, blocks, rows,
                             /*depth=*/0);
  };
  auto tilingOf = [&](int64_t tiles, int64_t blocks, int64_t rows) {
    return WinogradTiling(outputs, op.getOutputSize(), op.getInputChannels(),
                          op.getOutputChannels(), op.getBlock(),
                          scheduleOf(tiles, blocks, rows));
  };
  WinogradTiling single = tilingOf(1, 1, 1);
  constexpr int64_t bytes = sizeof(float);
  TileCost cost{target, algorithm, /*pairs=*/false, op.getInputChannels(),
                single.weightsPerBlock / single.points * bytes};
  int64_t tiles = single.tiles.pieces(), blocks = single.blocks.pieces();
  // Each transform loads and stores about as many vectors as a tile has points,
  // and does twice as many operations on them.
  double transforms = static_cast<double>(tiles * single.points) *
                      static_cast<double>(single.inputBlocks + blocks) *
                      target.winogradCyclesPerPoint;
  for (const RankedTile &tile : rankTiles(cost, tiles, blocks)) {
    double products =
        tile.cycles *
        static_cast<double>(single.points * single.inputBlocks * single.block);
    // The two steps take the rows that move the fewest bytes, whatever else.
    std::optional<RankedSchedule> best;
    double leastMoved = 0;
    for (int64_t rows = 1;; ++rows) {
      WinogradTiling tiling = tilingOf(tile.pixels, tile.ocBlocks, rows);
      if (!mayHaveRows(tiling, rows, target))
        break;
      if (fused && !learns && tiling.units() < minFusedUnits)
        break;
      WinogradOverhead overhead(tiling, target, learns);
      double compute = (products + overhead.passes) * (1 + overhead.shares);
      double after = (transforms + overhead.moved) * (1 + overhead.shares);
      RankedSchedule candidate =
          withWeights(scheduleOf(tile.pixels, tile.ocBlocks, rows), compute,
                      weightBytesOf(single), target, after);
      double moved = movedBytesOf(tiling, target);
      if (!best ||
          (fused ? candidate.cycles < best->cycles : moved < leastMoved)) {
        best = candidate;
        leastMoved = moved;
      }
    }
    if (best)
      ranked.push_back(*best);
  }
}

/// Of weights that are not known yet, nothing is predicted.
static double predictError(ConvOp op, int64_t outputs) {
  auto weight = op.getWeight().getDefiningOp<WeightOp>();
  if (!weight)
    return 0;
  std::optional<FloatConstant> values = FloatConstant::get(weight.getValue());
  if (!values || static_cast<int64_t>(values->size()) != op.getNumWeights())
    return 0;
  return predictWinogradError(outputs, values->values(), op.getInputChannels());
}

SmallVector<RankedSchedule>
resnetc::kernel::rankSchedules(ConvOp op, const TargetModel &target,
                               double maxError) {
  SmallVector<RankedSchedule> ranked;
  rankDirect(op, target, ranked);
  if (maxError > 0 && op.admitsWinograd())
    for (int64_t outputs : {2, 4})
      if (op.hasRoomForWinograd(outputs) &&
          predictError(op, outputs) <= maxError)
        for (bool fused : {false, true})
          rankWinograd(op, target, outputs, fused, ranked);
  auto keyOf = [](const RankedSchedule &candidate) {
    ScheduleAttr schedule = candidate.schedule;
    return std::tuple(candidate.cycles, candidate.computeCycles,
                      schedule.getAlgorithm(), schedule.getPixels(),
                      schedule.getOcBlocks());
  };
  llvm::sort(ranked, [&](const RankedSchedule &a, const RankedSchedule &c) {
    return keyOf(a) < keyOf(c);
  });
  return ranked;
}
