//===- FuseMaps.cpp - Elementwise kernels in one pass over memory ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-fuse-maps pass. Every buffer is written once
// here: what a map reads is the same wherever it stands.
//
//===----------------------------------------------------------------------===//

#include "MapFusion.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELFUSEMAPS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

struct FuseMaps : resnetc::kernel::impl::KernelFuseMapsBase<FuseMaps> {
  void runOnOperation() override;
};

} // namespace

/// One map of the inputs of both.
static MapOp fuse(MapOp consumer, const ProducerMatch &match) {
  ProducerFusion fusion(ElementwiseKernel(consumer), match);
  SmallVector<int64_t> offsets(fusion.inputs.offsets);
  llvm::append_range(offsets, consumer.getOffsets().take_back(2));
  OpBuilder b(consumer);
  auto fused = MapOp::create(b, consumer.getLoc(), fusion.inputs.values,
                             consumer.getOutput(), consumer.getSize(), offsets);
  SmallVector<Value> results = fusion.build(b, fused.getBody());
  YieldOp::create(b, consumer.getLoc(), results);
  fusion.eraseFused();
  return fused;
}

void FuseMaps::runOnOperation() {
  for (auto map : llvm::make_early_inc_range(getOperation().getOps<MapOp>())) {
    MapOp consumer = map;
    for (unsigned i = 0; i < consumer.getInputs().size();) {
      std::optional<ProducerMatch> match =
          ProducerMatch::get(ElementwiseKernel(consumer), i);
      if (!match) {
        ++i;
        continue;
      }
      consumer = fuse(consumer, *match);
      ++numFused;
      i = 0;
    }
  }
}
