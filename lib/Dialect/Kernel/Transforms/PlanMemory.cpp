//===- PlanMemory.cpp - Place buffers and weights -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-plan-memory pass, which gives every buffer
// and every weight its offset.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/Transforms/ArenaPlanner.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELPLANMEMORY
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

/// A cache line, and the widest vector of any target.
static constexpr int64_t alignment = 64;

static BufferOp bufferOf(Value value) {
  return getUnderlyingBuffer(value).getDefiningOp<BufferOp>();
}

/// Whether a step waits for all images, and those after it for the step.
static bool isForBatch(ComputeOpInterface op) {
  return op.prefersImagesInnermost() || writesSharedMemory(op);
}

namespace {

/// When each buffer is first and last touched, in steps of the function.
struct Liveness {
  explicit Liveness(func::FuncOp function) {
    int64_t step = 0, span = 0;
    for (Operation &op : function.getBody().front()) {
      ++step;
      if (isa<ViewOp, BufferOp>(op))
        continue;
      auto compute = dyn_cast<ComputeOpInterface>(op);
      bool isBarrier = compute && isForBatch(compute);
      span += isBarrier;
      for (Value operand : op.getOperands())
        if (BufferOp buffer = bufferOf(operand)) {
          auto [it, isNew] = ranges.insert(
              {buffer, LiveRange{getNumBytes(buffer), step, step}});
          it->second.last = step;
          auto [known, isFirst] = spans.insert({buffer, span});
          if (isBarrier || known->second != span)
            crossing.insert(buffer);
        }
      steps[&op] = step;
      span += isBarrier;
    }
  }

  llvm::MapVector<Operation *, LiveRange> ranges;
  llvm::DenseMap<Operation *, int64_t> steps;
  /// Which run of steps, between which images do not wait for each other,
  /// touches a buffer first; and buffers that others touch, too.
  llvm::DenseMap<Operation *, int64_t> spans;
  llvm::DenseSet<Operation *> crossing;
};

struct PlanMemory : resnetc::kernel::impl::KernelPlanMemoryBase<PlanMemory> {
  using KernelPlanMemoryBase::KernelPlanMemoryBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.getBody().hasOneBlock())
      return;
    while (reuseOne(function))
      ++numInPlace;
    placeBuffers(function);
    placeWeights(function);
  }

private:
  bool reuseOne(func::FuncOp function);
  void placeBuffers(func::FuncOp function);
  void placeWeights(func::FuncOp function);
};

} // namespace

/// Lets one result take over the buffer of an operand that dies with it.
bool PlanMemory::reuseOne(func::FuncOp function) {
  Liveness liveness(function);
  for (auto compute : function.getOps<ComputeOpInterface>()) {
    Operation *op = compute;
    unsigned last = op->getNumOperands() - 1;
    auto output = op->getOperand(last).getDefiningOp<BufferOp>();
    if (!output)
      continue;
    for (unsigned i = 0; i < last; ++i) {
      auto input = op->getOperand(i).getDefiningOp<BufferOp>();
      if (!input || input == output ||
          input.getShared() != output.getShared() ||
          input.getZeroed() != output.getZeroed() ||
          !compute.canReuseForOutput(i) ||
          liveness.ranges[input].last != liveness.steps[op])
        continue;
      // Only the zeros of its halo may be in the result's buffer before; the
      // operand's own halo is as good.
      SmallVector<Operation *> halos;
      bool fresh = llvm::all_of(output->getUsers(), [&](Operation *user) {
        if (!user->isBeforeInBlock(op))
          return true;
        halos.push_back(user);
        return isa<FillHaloOp>(user);
      });
      if (!fresh)
        continue;
      for (Operation *halo : halos)
        halo->erase();
      output.replaceAllUsesWith(input.getResult());
      output.erase();
      return true;
    }
  }
  return false;
}

void PlanMemory::placeBuffers(func::FuncOp function) {
  Liveness liveness(function);
  OpBuilder b(&getContext());
  for (const auto &[op, range] : liveness.ranges) {
    auto buffer = cast<BufferOp>(op);
    buffer.setLocal(!gpu && !buffer.getShared() &&
                    !liveness.crossing.contains(op));
  }
  int64_t steps = static_cast<int64_t>(liveness.steps.size()) + 1;
  // What images share lies apart from what there is of each, and that from what
  // each thread has of one.
  struct Part {
    bool shared, local;
    StringRef name;
  };
  for (const Part &part : {Part{false, false, "kernel.workspace_bytes"},
                           Part{true, false, "kernel.shared_bytes"},
                           Part{false, true, "kernel.local_bytes"}}) {
    SmallVector<BufferOp> buffers;
    SmallVector<LiveRange> ranges;
    for (const auto &[op, range] : liveness.ranges) {
      auto buffer = cast<BufferOp>(op);
      if (buffer.getShared() != part.shared || buffer.getLocal() != part.local)
        continue;
      buffers.push_back(buffer);
      ranges.push_back(range);
      if (buffer.getZeroed())
        ranges.back() = {range.bytes, 0, steps};
    }
    ArenaPlan plan = planArena(ranges, alignment);
    for (const auto &[buffer, offset] : llvm::zip_equal(buffers, plan.offsets))
      buffer.setOffset(offset);
    if (plan.bytes > 0 || !(part.shared || part.local))
      function->setAttr(part.name, b.getI64IntegerAttr(plan.bytes));
  }
}

void PlanMemory::placeWeights(func::FuncOp function) {
  llvm::DenseMap<Attribute, int64_t> offsets;
  int64_t end = 0;
  for (auto weight : function.getOps<WeightOp>()) {
    auto [it, isNew] = offsets.insert({weight.getValue(), end});
    if (isNew)
      end = llvm::alignTo(end + getNumBytes(weight), alignment);
    weight.setOffset(it->second);
  }
  OpBuilder b(&getContext());
  function->setAttr("kernel.weight_bytes", b.getI64IntegerAttr(end));
}
