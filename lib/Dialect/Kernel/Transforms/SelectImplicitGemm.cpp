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

#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Target/GPUModel.h"
#include "llvm/Support/MathExtras.h"

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
    for (auto op : getOperation().getOps<ConvOp>())
      if (!op.getGemm())
        op.setGemmAttr(select(op, *model));
  }

private:
  ImplicitGemmAttr select(ConvOp op, const GPUModel &model);
  double predictSlices(ConvOp op, ImplicitGemmAttr gemm, const GPUModel &model);
};

} // namespace

/// Tiles that a matrix unit multiplies well, with the warps for each.
static SmallVector<ImplicitGemmAttr> candidates(MLIRContext *context,
                                                MatrixUnit unit) {
  SmallVector<ImplicitGemmAttr> all;
  auto add = [&](int64_t pixels, int64_t channels, int64_t pixelWarps,
                 int64_t channelWarps, int64_t stages) {
    all.push_back(ImplicitGemmAttr::get(context, unit, pixels, channels,
                                        pixelWarps, channelWarps, stages));
  };
  switch (unit) {
  case MatrixUnit::simt:
    add(128, 64, 4, 2, 2);
    add(64, 64, 2, 2, 2);
    add(128, 32, 4, 1, 2);
    add(128, 16, 4, 1, 2);
    add(32, 64, 1, 4, 2);
    break;
  case MatrixUnit::mma:
    add(128, 128, 2, 2, 3);
    add(128, 64, 2, 2, 4);
    add(64, 64, 2, 2, 4);
    add(128, 32, 4, 1, 4);
    add(128, 16, 4, 1, 4);
    add(32, 64, 1, 4, 4);
    break;
  case MatrixUnit::wgmma:
    add(128, 128, 8, 1, 3);
    add(128, 64, 8, 1, 4);
    add(64, 64, 4, 1, 4);
    add(128, 32, 8, 1, 4);
    add(128, 16, 8, 1, 4);
    add(64, 32, 4, 1, 4);
    break;
  }
  return all;
}

/// How long a convolution takes, in units of one slice of one pixel and channel
/// on a multiprocessor.
double SelectImplicitGemm::predictSlices(ConvOp op, ImplicitGemmAttr gemm,
                                         const GPUModel &model) {
  GemmTiling tiling(op, gemm);
  int64_t pixels = batch * tiling.pixelsPerImage;
  int64_t blocks =
      llvm::divideCeilSigned(pixels, gemm.getPixels()) * tiling.columns();
  auto height = static_cast<double>(gemm.getPixels());
  auto width = static_cast<double>(tiling.channelTile);
  // A block multiplies height x width and copies height + width of a slice;
  // and it starts and ends.
  double slice = height * width + model.copyCost * (height + width);
  double block =
      slice * (static_cast<double>(tiling.slices) + model.slicesToStart);
  double waves =
      static_cast<double>(blocks) / static_cast<double>(model.multiprocessors);
  // Two blocks of a multiprocessor hide each other's waiting.
  return block * std::max(1.0, std::ceil(waves * 2) / 2);
}

ImplicitGemmAttr SelectImplicitGemm::select(ConvOp op, const GPUModel &model) {
  Type element = cast<MemRefType>(op.getInput().getType()).getElementType();
  MatrixUnit unit = MatrixUnit::simt;
  if (!element.isF32())
    unit = model.hasWgmma ? MatrixUnit::wgmma : MatrixUnit::mma;
  ImplicitGemmAttr best;
  double least = 0;
  for (ImplicitGemmAttr gemm : candidates(&getContext(), unit)) {
    double cost = predictSlices(op, gemm, model);
    if (!best || cost < least) {
      best = gemm;
      least = cost;
    }
  }
  return best;
}
