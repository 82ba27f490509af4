//===- ExpandWinograd.cpp - Winograd's algorithm as steps -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WidenBuffer.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELEXPANDWINOGRAD
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

struct ExpandWinograd
    : resnetc::kernel::impl::KernelExpandWinogradBase<ExpandWinograd> {
  void runOnOperation() override {
    for (auto op : llvm::make_early_inc_range(getOperation().getOps<ConvOp>()))
      if (op.getSchedule() && op.isWinograd() && failed(expand(op)))
        return signalPassFailure();
  }

private:
  LogicalResult expand(ConvOp op);
};

} // namespace

LogicalResult ExpandWinograd::expand(ConvOp op) {
  if (!op.hasRoomForWinograd(op.getWinogradOutputs()))
    return op.emitOpError("has an input that cannot be widened to the tiles of "
                          "its schedule");
  ScheduleAttr schedule = *op.getSchedule();
  int64_t outputs = op.getWinogradOutputs();
  WinogradTiling tiling(outputs, op.getOutputSize(), op.getInputChannels(),
                        op.getOutputChannels(), op.getBlock(), schedule);
  SmallVector<int64_t> tiles, reach;
  for (int d : {0, 1}) {
    tiles.push_back(WinogradTiling::tilesOf(outputs, op.getOutputSize()[d]));
    reach.push_back(op.getInputOffset()[d] + tiles[d] * outputs + 2);
  }
  if (auto buffer = op.getInput().getDefiningOp<BufferOp>())
    widen(buffer, reach);

  OpBuilder b(op);
  auto type = MemRefType::get(
      {tiling.tiles.pieces(), tiling.points, tiling.pointVectors, tiling.block},
      b.getF32Type());
  Value transformed =
      BufferOp::create(b, op.getLoc(), type, /*offset=*/IntegerAttr());
  if (!tiling.fused)
    WinogradInputOp::create(b, op.getLoc(), op.getInput(), transformed, outputs,
                            tiles, op.getInputOffset());
  SmallVector<int64_t> inputOffset{0, 0};
  if (tiling.fused)
    inputOffset.assign(op.getInputOffset().begin(), op.getInputOffset().end());
  WinogradConvOp::create(b, op.getLoc(), transformed, op.getWeight(),
                         op.getBias(), tiling.fused ? op.getInput() : Value(),
                         op.getResidual(), op.getOutput(), outputs,
                         op.getInputChannels(), op.getOutputChannels(),
                         op.getOutputSize(), inputOffset, op.getOutputOffset(),
                         op.getResidualOffset(), op.getActivation(), schedule);
  op.erase();
  return success();
}
