//===- FuseMeans.cpp - Means of what is computed on the way ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-fuse-means pass. Every buffer is written once
// here: what a map reads is the same wherever it stands.
//
//===----------------------------------------------------------------------===//

#include "MapFusion.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELFUSEMEANS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

struct FuseMeans : resnetc::kernel::impl::KernelFuseMeansBase<FuseMeans> {
  void runOnOperation() override;

private:
  void fuseProducers(PlaneMeansOp means);
  void mergeAll();
};

} // namespace

/// Whether a pool is a mean of all pixels of each plane.
static bool isGlobalMean(PoolOp pool) {
  auto isAll = [](ArrayRef<int64_t> values, int64_t value) {
    return llvm::all_of(values, [&](int64_t v) { return v == value; });
  };
  MemRefType output = cast<MemRefType>(pool.getOutput().getType());
  return pool.getKind() == PoolKind::avg &&
         pool.getKernelShape() == pool.getInputSize() &&
         isAll(pool.getPads(), 0) && isAll(pool.getDilations(), 1) &&
         isAll(pool.getOutputSize(), 1) && output.getDimSize(1) == 1 &&
         output.getDimSize(2) == 1 && output.getDimSize(3) > 1;
}

/// The mean as a kernel of functions, here the one of its input as it is.
static PlaneMeansOp replaceMean(PoolOp pool) {
  OpBuilder b(pool);
  auto input = cast<MemRefType>(pool.getInput().getType());
  int64_t size[] = {input.getDimSize(0), pool.getInputSize()[0],
                    pool.getInputSize()[1], input.getDimSize(3)};
  auto means =
      PlaneMeansOp::create(b, pool.getLoc(), pool.getInput(), pool.getOutput(),
                           size, pool.getInputOffset());
  Block *body = b.createBlock(&means.getBody());
  YieldOp::create(b, pool.getLoc(),
                  body->addArgument(input.getElementType(), pool.getLoc()));
  pool.erase();
  return means;
}

static std::optional<ProducerMatch> findProducer(PlaneMeansOp means) {
  ElementwiseKernel kernel(means);
  for (unsigned i = 0; i < kernel.inputs.size(); ++i)
    if (std::optional<ProducerMatch> match = ProducerMatch::get(kernel, i))
      return match;
  return std::nullopt;
}

/// Computes what only these means read where they read it.
void FuseMeans::fuseProducers(PlaneMeansOp means) {
  while (std::optional<ProducerMatch> match = findProducer(means)) {
    ProducerFusion fusion(ElementwiseKernel(means), *match);
    OpBuilder b(means);
    auto fused = PlaneMeansOp::create(b, means.getLoc(), fusion.inputs.values,
                                      means.getOutputs(), means.getSize(),
                                      fusion.inputs.offsets);
    SmallVector<Value> results = fusion.build(b, fused.getBody());
    YieldOp::create(b, means.getLoc(), results);
    fusion.eraseFused();
    means = fused;
    ++numFused;
  }
}

/// Both in one pass over what they read.
static PlaneMeansOp merge(PlaneMeansOp first, PlaneMeansOp second) {
  FusedInputs inputs;
  SmallVector<unsigned> places[2];
  PlaneMeansOp both[] = {first, second};
  SmallVector<Value> outputs;
  for (auto [means, own] : llvm::zip(both, places)) {
    for (unsigned i = 0; i < means.getInputs().size(); ++i)
      own.push_back(inputs.add(ElementwiseKernel(means), i));
    llvm::append_range(outputs, means.getOutputs());
  }
  OpBuilder b(second);
  auto merged = PlaneMeansOp::create(b, second.getLoc(), inputs.values, outputs,
                                     second.getSize(), inputs.offsets);
  Block *body = inputs.createBody(b, merged.getBody());
  SmallVector<Value> results;
  for (auto [means, own] : llvm::zip(both, places)) {
    SmallVector<Value> arguments;
    for (unsigned place : own)
      arguments.push_back(body->getArgument(place));
    llvm::append_range(results,
                       cloneBody(b, means.getBody().front(), arguments));
  }
  YieldOp::create(b, second.getLoc(), results);
  first.erase();
  second.erase();
  return merged;
}

/// Whether two kernels read some of the same memory, so that it pays to read it
/// once, and the second nothing that the first computes.
static bool canMerge(PlaneMeansOp first, PlaneMeansOp second) {
  bool readTheSame = false;
  for (Value input : second.getInputs()) {
    readTheSame |= llvm::is_contained(first.getInputs(), input);
    for (Value output : first.getOutputs())
      if (getUnderlyingBuffer(input) == getUnderlyingBuffer(output))
        return false;
  }
  return readTheSame && first.getSize() == second.getSize();
}

/// Merges means with only memory's descriptions between them.
void FuseMeans::mergeAll() {
  PlaneMeansOp last;
  for (Operation &op : llvm::make_early_inc_range(getOperation().getOps())) {
    if (isa<BufferOp, ViewOp, WeightOp>(op))
      continue;
    auto means = dyn_cast<PlaneMeansOp>(op);
    if (last && means && canMerge(last, means)) {
      means = merge(last, means);
      ++numMerged;
    }
    last = means;
  }
}

void FuseMeans::runOnOperation() {
  SmallVector<PoolOp> pools;
  for (auto pool : getOperation().getOps<PoolOp>())
    if (isGlobalMean(pool))
      pools.push_back(pool);
  for (PoolOp pool : pools)
    fuseProducers(replaceMean(pool));
  mergeAll();
}
