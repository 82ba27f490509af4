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

static int64_t bytesOf(Type type) {
  auto memref = cast<MemRefType>(type);
  return memref.getNumElements() *
         llvm::divideCeilSigned(memref.getElementTypeBitWidth(), 8);
}

static BufferOp bufferOf(Value value) {
  return getUnderlyingBuffer(value).getDefiningOp<BufferOp>();
}

namespace {

/// When each buffer is first and last touched, in steps of the function.
struct Liveness {
  explicit Liveness(func::FuncOp function) {
    int64_t step = 0;
    for (Operation &op : function.getBody().front()) {
      ++step;
      if (isa<ViewOp, BufferOp>(op))
        continue;
      for (Value operand : op.getOperands())
        if (BufferOp buffer = bufferOf(operand)) {
          auto [it, isNew] = ranges.insert(
              {buffer, LiveRange{bytesOf(buffer.getType()), step, step}});
          it->second.last = step;
        }
      steps[&op] = step;
    }
  }

  llvm::MapVector<Operation *, LiveRange> ranges;
  llvm::DenseMap<Operation *, int64_t> steps;
};

struct PlanMemory : resnetc::kernel::impl::KernelPlanMemoryBase<PlanMemory> {
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
  // What images share lies apart from what there is of each.
  for (bool shared : {false, true}) {
    SmallVector<BufferOp> buffers;
    SmallVector<LiveRange> ranges;
    for (const auto &[op, range] : liveness.ranges) {
      if (cast<BufferOp>(op).getShared() != shared)
        continue;
      buffers.push_back(cast<BufferOp>(op));
      ranges.push_back(range);
    }
    ArenaPlan plan = planArena(ranges, alignment);
    for (const auto &[buffer, offset] : llvm::zip_equal(buffers, plan.offsets))
      buffer.setOffset(offset);
    if (!shared)
      function->setAttr("kernel.workspace_bytes",
                        b.getI64IntegerAttr(plan.bytes));
    else if (plan.bytes > 0)
      function->setAttr("kernel.shared_bytes", b.getI64IntegerAttr(plan.bytes));
  }
}

void PlanMemory::placeWeights(func::FuncOp function) {
  llvm::DenseMap<Attribute, int64_t> offsets;
  int64_t end = 0;
  for (auto weight : function.getOps<WeightOp>()) {
    auto [it, isNew] = offsets.insert({weight.getValue(), end});
    if (isNew)
      end = llvm::alignTo(end + bytesOf(weight.getType()), alignment);
    weight.setOffset(it->second);
  }
  OpBuilder b(&getContext());
  function->setAttr("kernel.weight_bytes", b.getI64IntegerAttr(end));
}
