//===- SelectImplicitGemm.cpp - How a GPU computes convolutions -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-select-implicit-gemm pass.
//
//===----------------------------------------------------------------------===//

#include "mlir/AsmParser/AsmParser.h"
#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Target/GPUModel.h"
#include <cmath>
#include <limits>

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELSELECTIMPLICITGEMM
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct SelectImplicitGemm
    : resnetc::kernel::impl::KernelSelectImplicitGemmBase<SelectImplicitGemm> {
  using KernelSelectImplicitGemmBase::KernelSelectImplicitGemmBase;

  void runOnOperation() override {
    llvm::Expected<GPUModel> model = GPUModel::get(chip);
    if (!model) {
      emitError(getOperation().getLoc()) << toString(model.takeError());
      return signalPassFailure();
    }
    ImplicitGemmAttr forced;
    if (!tile.empty()) {
      forced = dyn_cast_or_null<ImplicitGemmAttr>(
          parseAttribute("#kernel.implicit_gemm<" + tile + ">", &getContext()));
      if (!forced)
        return signalPassFailure();
    }
    for (auto op : getOperation().getOps<ConvOp>())
      if (!op.getGemm())
        op.setGemmAttr(forced ? forced : select(op, *model));
  }

private:
  ImplicitGemmAttr select(ConvOp op, const GPUModel &model);
  double predict(ConvOp op, ImplicitGemmAttr gemm, const GPUModel &model);
};

} // namespace

/// Tiles that a matrix unit multiplies well, with the warps for each.
static SmallVector<ImplicitGemmAttr> candidates(MLIRContext *context,
                                                MatrixUnit unit) {
  SmallVector<ImplicitGemmAttr> all;
  auto add = [&](int64_t pixels, int64_t channels, int64_t pixelWarps,
                 int64_t channelWarps, int64_t stages,
                 ArrayRef<int64_t> splits = {1}) {
    for (int64_t count : splits)
      all.push_back(ImplicitGemmAttr::get(context, unit, pixels, channels,
                                          pixelWarps, channelWarps, stages,
                                          count));
  };
  switch (unit) {
  case MatrixUnit::simt:
    add(128, 64, 4, 2, 2);
    add(64, 64, 2, 2, 2, {1, 2});
    add(128, 32, 4, 1, 2, {1, 2});
    add(128, 16, 4, 1, 2, {1, 2});
    add(32, 64, 1, 4, 2, {1, 2, 4});
    break;
  case MatrixUnit::mma:
    add(128, 128, 2, 2, 3);
    add(128, 64, 2, 2, 4, {1, 2});
    add(64, 64, 2, 2, 4, {1, 2});
    add(128, 32, 4, 1, 4, {1, 2});
    add(128, 16, 4, 1, 4, {1, 2});
    add(32, 64, 1, 4, 3, {1, 2, 4});
    break;
  case MatrixUnit::wgmma:
    add(256, 128, 16, 1, 4);
    add(128, 256, 8, 1, 4);
    add(128, 128, 8, 1, 4);
    add(128, 128, 8, 1, 3, {1, 2});
    add(128, 64, 8, 1, 4, {1, 2});
    add(128, 64, 8, 1, 3);
    add(128, 32, 8, 1, 4, {1, 2});
    add(128, 16, 8, 1, 4, {1, 2});
    add(64, 128, 4, 1, 4, {1, 2});
    add(64, 64, 4, 1, 4, {1, 2});
    add(64, 64, 4, 1, 3, {4});
    add(64, 32, 4, 1, 4, {1, 2, 4});
    break;
  }
  return all;
}

/// How many blocks a multiprocessor has at a time; 0 if it cannot have one.
static int64_t countResidentBlocks(const GemmTiling &tiling,
                                   ImplicitGemmAttr gemm,
                                   const GPUModel &model) {
  constexpr int64_t reservedBytes = 1024, otherRegisters = 40;
  int64_t registers = otherRegisters + gemm.getPixels() * gemm.getChannels() /
                                           tiling.groupThreads;
  return std::min({model.sharedBytes / (tiling.sharedBytes + reservedBytes),
                   model.blockThreads / tiling.threads,
                   model.registers / (registers * tiling.threads)});
}

/// How many cycles a convolution takes.
double SelectImplicitGemm::predict(ConvOp op, ImplicitGemmAttr gemm,
                                   const GPUModel &model) {
  GemmTiling tiling(op, gemm);
  auto resident = static_cast<double>(countResidentBlocks(tiling, gemm, model));
  if (resident == 0)
    return std::numeric_limits<double>::infinity();
  auto height = static_cast<double>(gemm.getPixels());
  auto width = static_cast<double>(gemm.getChannels());
  auto slices = static_cast<double>(tiling.slices);
  auto splits = static_cast<double>(gemm.getSplits());
  auto processors = static_cast<double>(model.multiprocessors);
  auto pixels = static_cast<double>(batch * tiling.pixelsPerImage);
  double blocks =
      std::ceil(pixels / height) * static_cast<double>(tiling.columns());
  bool isSimt = gemm.getUnit() == MatrixUnit::simt;
  double products = height * width * static_cast<double>(tiling.sliceSteps()) /
                    (isSimt ? model.products : model.matrixProducts);
  double bytes = static_cast<double>(tiling.stageBytes) / model.cacheBytes;
  double results = height * width;
  // What a multiprocessor has to do.
  double slice = std::max(products * (isSimt ? 1 : model.sharedPart), bytes);
  double work = std::ceil(blocks / processors) *
                (slices * slice + results * model.resultTime + model.blockTime);
  // What its blocks wait for.
  double waited = tiling.inFlight > 0 ? model.flyingPart : model.waitedPart;
  double waiting =
      std::ceil(blocks / (processors * resident)) *
      (std::ceil(slices / splits) * (model.sliceLatency + products * waited) +
       model.blockLatency + results * model.resultLatency +
       (splits - 1) * model.splitLatency);
  return std::max(work, waiting) + model.exposedPart * std::min(work, waiting);
}

ImplicitGemmAttr SelectImplicitGemm::select(ConvOp op, const GPUModel &model) {
  Type element = cast<MemRefType>(op.getInput().getType()).getElementType();
  MatrixUnit unit = MatrixUnit::simt;
  if (!element.isF32())
    unit = model.hasWgmma ? MatrixUnit::wgmma : MatrixUnit::mma;
  ImplicitGemmAttr best;
  double least = 0;
  for (ImplicitGemmAttr gemm : candidates(&getContext(), unit)) {
    double cost = predict(op, gemm, model);
    if (!best || cost < least) {
      best = gemm;
      least = cost;
    }
  }
  return best;
}
