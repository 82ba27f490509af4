//===- RecomputeMaps.cpp - Compute again what would wait in memory --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-recompute-maps pass. Every buffer is written
// once here: what a map reads is the same wherever it stands.
//
//===----------------------------------------------------------------------===//

#include "MapFusion.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELRECOMPUTEMAPS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// When operations touch the buffers that each image has.
class Timeline {
public:
  explicit Timeline(Block &block);

  int64_t at(Operation *op) const { return steps.lookup(op); }
  int64_t lastUse(Value buffer) const { return ranges.lookup(buffer).second; }
  int64_t getPeak() const { return peak; }

private:
  llvm::DenseMap<Operation *, int64_t> steps;
  llvm::DenseMap<Value, std::pair<int64_t, int64_t>> ranges;
  int64_t peak = 0; ///< When most bytes are alive.
};

struct RecomputeMaps
    : resnetc::kernel::impl::KernelRecomputeMapsBase<RecomputeMaps> {
  void runOnOperation() override;

private:
  bool isWorthwhile(Operation *op, const Timeline &timeline) const;
  void recompute(Operation *op, const Timeline &timeline);

  llvm::DenseSet<Value> recomputed;
};

} // namespace

static bool isBufferOfImage(Value memory) {
  auto buffer = memory.getDefiningOp<BufferOp>();
  return buffer && !buffer.getShared();
}

Timeline::Timeline(Block &block) {
  int64_t step = 0;
  for (Operation &op : block) {
    steps[&op] = ++step;
    if (isa<ViewOp, BufferOp>(op))
      continue;
    for (Value operand : op.getOperands())
      if (Value memory = getUnderlyingBuffer(operand); isBufferOfImage(memory))
        ranges.try_emplace(memory, step, step).first->second.second = step;
  }
  SmallVector<int64_t> change(step + 2, 0);
  for (const auto &[buffer, range] : ranges) {
    change[range.first] += getNumBytes(buffer);
    change[range.second + 1] -= getNumBytes(buffer);
  }
  int64_t alive = 0, most = 0;
  for (auto [i, bytes] : llvm::enumerate(change)) {
    alive += bytes;
    if (alive > most) {
      most = alive;
      peak = static_cast<int64_t>(i);
    }
  }
}

static SmallVector<Operation *> usersAfter(Value buffer,
                                           const Timeline &timeline) {
  SetVector<Operation *> users;
  for (Operation *user : buffer.getUsers())
    if (timeline.at(user) > timeline.getPeak())
      users.insert(user);
  SmallVector<Operation *> sorted = users.takeVector();
  llvm::sort(sorted, [&](Operation *a, Operation *b) {
    return timeline.at(a) < timeline.at(b);
  });
  return sorted;
}

static Value outputOf(Operation *op) { return op->getOperands().back(); }

/// Whether all that a map reads is there anyway when its result is used last.
bool RecomputeMaps::isWorthwhile(Operation *op,
                                 const Timeline &timeline) const {
  Value output = outputOf(op);
  if (!isBufferOfImage(output) ||
      llvm::any_of(output.getUsers(), llvm::IsaPred<ViewOp>))
    return false;
  bool isWrittenOnce = llvm::all_of(output.getUsers(), [&](Operation *user) {
    auto compute = dyn_cast<ComputeOpInterface>(user);
    return user == op || isa<FillHaloOp>(user) ||
           (compute && !llvm::is_contained(user->getOperands().take_back(
                                               compute.getNumOutputs()),
                                           output));
  });
  SmallVector<Operation *> late = usersAfter(output, timeline);
  if (!isWrittenOnce || late.empty())
    return false;
  int64_t last = timeline.at(late.back());
  return llvm::all_of(op->getOperands().drop_back(), [&](Value input) {
    Value memory = getUnderlyingBuffer(input);
    // What is small, as the numbers of a channel, may wait.
    constexpr int64_t small = 8;
    if (!isBufferOfImage(memory) ||
        getNumBytes(memory) < getNumBytes(output) / small)
      return true;
    return !recomputed.contains(memory) && timeline.lastUse(memory) >= last;
  });
}

/// Whether a kernel can compute the map's elements as it goes through them.
static bool canFuse(Operation *user, Operation *op) {
  auto map = dyn_cast<MapOp>(op);
  if (!map)
    return false;
  if (auto consumer = dyn_cast<MapOp>(user))
    return ProducerMatch::get(ElementwiseKernel(consumer), map).has_value();
  if (auto means = dyn_cast<PlaneMeansOp>(user))
    return ProducerMatch::get(ElementwiseKernel(means), map).has_value();
  return false;
}

/// The operation once more, before `user`.
static Value cloneBefore(Operation *op, Operation *user, bool withHalo) {
  OpBuilder b(user);
  Value old = outputOf(op);
  auto buffer = cast<BufferOp>(b.clone(*old.getDefiningOp()));
  IRMapping mapping;
  mapping.map(old, buffer.getResult());
  if (withHalo)
    for (Operation *halo : old.getUsers())
      if (isa<FillHaloOp>(halo))
        b.clone(*halo, mapping);
  b.clone(*op, mapping);
  return buffer;
}

void RecomputeMaps::recompute(Operation *op, const Timeline &timeline) {
  Value old = outputOf(op), shared;
  for (Operation *user : usersAfter(old, timeline)) {
    Value value;
    if (canFuse(user, op)) {
      value = cloneBefore(op, user, /*withHalo=*/false);
    } else {
      if (!shared)
        shared = cloneBefore(op, user, /*withHalo=*/true);
      value = shared;
    }
    user->replaceUsesOfWith(old, value);
  }
  recomputed.insert(old);
  ++numRecomputed;
}

void RecomputeMaps::runOnOperation() {
  func::FuncOp function = getOperation();
  if (!function.getBody().hasOneBlock())
    return;
  recomputed.clear();
  Timeline timeline(function.getBody().front());
  SmallVector<Operation *> cheap;
  for (Operation &op : function.getBody().front())
    if (isa<MapOp, CopyOp>(op) && timeline.at(&op) < timeline.getPeak())
      cheap.push_back(&op);
  for (Operation *op : cheap)
    if (isWorthwhile(op, timeline))
      recompute(op, timeline);
}
