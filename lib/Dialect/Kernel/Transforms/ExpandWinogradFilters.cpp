//===- ExpandWinogradFilters.cpp - Gradients of filters by Winograd -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-expand-winograd-filters pass.
//
//===----------------------------------------------------------------------===//

#include "WidenBuffer.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELEXPANDWINOGRADFILTERS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// A gradient that can be computed from tiles of `outputs` elements a side.
struct Match {
  static constexpr int64_t outputs = 4;
  static constexpr int64_t points = (outputs + 2) * (outputs + 2);

  SmallVector<int64_t> tiles;
  SmallVector<int64_t> inputReach, gradientReach;
  int64_t lanes, inputBlocks, gradientBlocks;

  static std::optional<Match> get(ConvFilterGradientOp op);
  int64_t numTiles() const { return tiles[0] * tiles[1]; }
  bool isFaster(ConvFilterGradientOp op) const;
};

struct ExpandWinogradFilters
    : resnetc::kernel::impl::KernelExpandWinogradFiltersBase<
          ExpandWinogradFilters> {
  void runOnOperation() override;
};

} // namespace

/// Whether an image may have more rows and columns: a buffer with a halo may
/// have a wider one, if no view says how large it is.
static bool hasRoom(Value image) {
  auto buffer = image.getDefiningOp<BufferOp>();
  return buffer && llvm::none_of(buffer->getUsers(), llvm::IsaPred<ViewOp>) &&
         llvm::any_of(buffer->getUsers(), llvm::IsaPred<FillHaloOp>);
}

std::optional<Match> Match::get(ConvFilterGradientOp op) {
  ArrayRef<int64_t> size = op.getGradientSize();
  if (op.isPlanar() || op.getGroup() != 1 ||
      op.getKernelShape() != ArrayRef<int64_t>{3, 3} ||
      op.getStrides() != ArrayRef<int64_t>{1, 1} ||
      op.getDilations() != ArrayRef<int64_t>{1, 1})
    return std::nullopt;
  Match match;
  for (int d : {0, 1}) {
    int64_t tiles = WinogradTiling::tilesOf(outputs, size[d]);
    match.tiles.push_back(tiles);
    match.inputReach.push_back(op.getInputOffset()[d] + tiles * outputs + 2);
    match.gradientReach.push_back(op.getGradientOffset()[d] + tiles * outputs);
  }
  auto input = cast<MemRefType>(op.getInput().getType());
  auto gradient = cast<MemRefType>(op.getGradient().getType());
  match.lanes = input.getDimSize(3);
  match.inputBlocks = input.getDimSize(0);
  match.gradientBlocks = gradient.getDimSize(0);
  if (!hasRoom(op.getInput()) || !hasRoom(op.getGradient()))
    return std::nullopt;
  return match;
}

/// Compares the multiply-adds of a pair of blocks for an image, and what is as
/// expensive: loads and stores of sums, and the transforms, which go through
/// memory.
bool Match::isFaster(ConvFilterGradientOp op) const {
  constexpr double transformOfPoint = 25;
  auto direct = static_cast<double>(9 * op.getGradientSize()[0] *
                                    op.getGradientSize()[1] * lanes);
  double shares = 1.0 / static_cast<double>(inputBlocks) +
                  1.0 / static_cast<double>(gradientBlocks);
  auto count = static_cast<double>(numTiles());
  auto width = static_cast<double>(lanes);
  double sums = count * width + 2 * width;
  double transforms = transformOfPoint * count * shares;
  double all = static_cast<double>(points) * (sums + transforms);
  // More sums than caches keep go through memory a few times for each batch.
  constexpr double nearBytes = 4 << 20, cyclesOfVector = 160;
  double sumBytes = static_cast<double>(points * inputBlocks * gradientBlocks) *
                    width * width * sizeof(float);
  if (sumBytes > nearBytes)
    all += static_cast<double>(points) * cyclesOfVector;
  return all < direct;
}

static void expand(ConvFilterGradientOp op, const Match &match) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  widen(op.getInput().getDefiningOp<BufferOp>(), match.inputReach);
  widen(op.getGradient().getDefiningOp<BufferOp>(), match.gradientReach);
  auto buffer = [&](ArrayRef<int64_t> shape, bool isShared) -> Value {
    return BufferOp::create(b, loc, MemRefType::get(shape, b.getF32Type()),
                            /*offset=*/IntegerAttr(), isShared);
  };
  auto tilesOf = [&](int64_t blocks) {
    return buffer({1, Match::points,
                   padToOddLines(blocks * match.numTiles(), match.lanes),
                   match.lanes},
                  /*isShared=*/false);
  };
  Value inputs = tilesOf(match.inputBlocks);
  WinogradInputOp::create(b, loc, op.getInput(), inputs, Match::outputs,
                          match.tiles, op.getInputOffset());
  Value gradients = tilesOf(match.gradientBlocks);
  WinogradGradientOp::create(b, loc, op.getGradient(), gradients,
                             Match::outputs, match.tiles,
                             op.getGradientOffset());
  Value sums = buffer({Match::points, match.gradientBlocks, match.inputBlocks,
                       match.lanes, match.lanes},
                      /*isShared=*/true);
  FillOp::create(b, loc, sums);
  WinogradFilterProductsOp::create(b, loc, inputs, gradients, sums,
                                   match.numTiles());
  WinogradFilterOp::create(b, loc, sums, op.getOutput(), Match::outputs);
  // It wrote what is computed now as a whole.
  for (Operation *user : llvm::make_early_inc_range(op.getOutput().getUsers()))
    if (isa<FillOp>(user))
      user->erase();
  op.erase();
}

void ExpandWinogradFilters::runOnOperation() {
  for (auto op : llvm::make_early_inc_range(
           getOperation().getOps<ConvFilterGradientOp>())) {
    std::optional<Match> match = Match::get(op);
    if (!match || !match->isFaster(op))
      continue;
    expand(op, *match);
    ++numExpanded;
  }
}
