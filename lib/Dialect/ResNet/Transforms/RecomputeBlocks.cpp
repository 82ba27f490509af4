//===- RecomputeBlocks.cpp - Keep few values for the backward pass --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-recompute-blocks pass: Chen and others,
// "Training Deep Nets with Sublinear Memory Cost" (2016).
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "llvm/Support/MathExtras.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETRECOMPUTEBLOCKS
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

/// The bytes that a value has for each example; 0 if examples share it.
static int64_t bytesOfExample(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || isShared(value) || type.getNumDynamicDims() != 1)
    return 0;
  int64_t bits = type.getElementTypeBitWidth();
  for (int64_t size : type.getShape().drop_front())
    bits *= size;
  return llvm::divideCeil(bits, 8);
}

namespace {

/// What computes the loss, in the order of the function, and what it leaves to
/// the backward pass. A place is between two of its operations: place i is
/// behind i of them.
class ForwardPass {
public:
  explicit ForwardPass(func::FuncOp function);

  size_t size() const { return ops.size(); }
  ArrayRef<Operation *> getOps(size_t begin, size_t end) const {
    return ArrayRef(ops).slice(begin, end - begin);
  }
  bool contains(Operation *op) const { return places.contains(op); }
  /// Whether the value is computed behind `place`.
  bool isBehind(Value value, size_t place) const {
    return places.lookup(value.getDefiningOp()) >= place;
  }
  /// The values of examples that are computed before and read behind `place`.
  SmallVector<Value> getLive(size_t place) const;
  /// The bytes of the values that are live at each place.
  SmallVector<int64_t> getLiveBytes() const;
  /// The bytes that each operation leaves to the backward pass. What is
  /// elementwise counts as what it is computed from: it is cheap to repeat.
  SmallVector<int64_t> getKeptBytes() const;
  /// Whether the backward pass reads a value, not only who called the function.
  bool isReadLater(Value value) const;

private:
  size_t lastRead(Value value) const;

  SmallVector<Operation *> ops;
  llvm::DenseMap<Operation *, size_t> places;
};

/// Places that divide a forward pass into blocks.
class BlockPlan {
public:
  /// Looks for blocks such that the values which are live between them, with
  /// what one of them leaves to the backward pass, take as little memory as
  /// possible.
  explicit BlockPlan(const ForwardPass &forward);

  ArrayRef<size_t> getPlaces() const { return chosen; }

private:
  bool fits(int64_t budget);

  const ForwardPass &forward;
  SmallVector<size_t> candidates;
  SmallVector<SmallVector<Value>> live; ///< At each candidate.
  SmallVector<int64_t> kept;            ///< Before each place, in total.
  int64_t liveBefore = 0;               ///< Bytes at the first candidate.
  SmallVector<size_t> chosen;
};

struct RecomputeBlocks
    : resnetc::resnet::impl::ResNetRecomputeBlocksBase<RecomputeBlocks> {
  void runOnOperation() override;

private:
  void recompute(const ForwardPass &forward, size_t begin, size_t end,
                 const llvm::DenseSet<Value> &live);
};

} // namespace

//===----------------------------------------------------------------------===//
// The forward pass
//===----------------------------------------------------------------------===//

ForwardPass::ForwardPass(func::FuncOp function) {
  Block &body = function.getBody().front();
  llvm::DenseSet<Operation *> needed;
  // The loss is the first result of a function that trains.
  if (Operation *loss = body.getTerminator()->getOperand(0).getDefiningOp())
    needed.insert(loss);
  for (Operation &op : llvm::reverse(body.without_terminator())) {
    if (!needed.contains(&op))
      continue;
    for (Value operand : op.getOperands())
      if (Operation *producer = operand.getDefiningOp())
        needed.insert(producer);
  }
  for (Operation &op : body)
    if (needed.contains(&op)) {
      places[&op] = ops.size();
      ops.push_back(&op);
    }
}

size_t ForwardPass::lastRead(Value value) const {
  size_t last = 0;
  for (Operation *user : value.getUsers())
    if (auto place = places.find(user); place != places.end())
      last = std::max(last, place->second);
  return last;
}

bool ForwardPass::isReadLater(Value value) const {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    return !contains(user) && !user->hasTrait<mlir::OpTrait::IsTerminator>();
  });
}

SmallVector<Value> ForwardPass::getLive(size_t place) const {
  SmallVector<Value> live;
  for (Operation *op : getOps(0, place))
    for (Value result : op->getResults())
      if (bytesOfExample(result) > 0 && lastRead(result) >= place)
        live.push_back(result);
  return live;
}

SmallVector<int64_t> ForwardPass::getLiveBytes() const {
  SmallVector<int64_t> change(size() + 2, 0);
  for (auto [i, op] : llvm::enumerate(ops))
    for (Value result : op->getResults())
      if (size_t last = lastRead(result); last > i) {
        change[i + 1] += bytesOfExample(result);
        change[last + 1] -= bytesOfExample(result);
      }
  std::partial_sum(change.begin(), change.end(), change.begin());
  return change;
}

SmallVector<int64_t> ForwardPass::getKeptBytes() const {
  llvm::DenseSet<Value> kept;
  SmallVector<int64_t> bytes(size(), 0);
  for (size_t i = size(); i-- > 0;)
    for (Value result : ops[i]->getResults()) {
      if (!kept.contains(result) && !isReadLater(result))
        continue;
      if (ops[i]->hasTrait<resnetc::resnet::OpTrait::Elementwise>())
        kept.insert_range(ops[i]->getOperands());
      else
        bytes[i] += bytesOfExample(result);
    }
  return bytes;
}

//===----------------------------------------------------------------------===//
// The blocks
//===----------------------------------------------------------------------===//

BlockPlan::BlockPlan(const ForwardPass &forward) : forward(forward) {
  // Enough for any network, and quickly compared with each other.
  constexpr size_t maxCandidates = 256;
  SmallVector<int64_t> liveBytes = forward.getLiveBytes();
  size_t size = forward.size();
  size_t stretch = llvm::divideCeil(size, maxCandidates);
  SmallVector<int64_t> keptBytes = forward.getKeptBytes();
  // Layers that nothing is learned of are no block.
  candidates.push_back(
      llvm::find_if(keptBytes, [](int64_t n) { return n > 0; }) -
      keptBytes.begin());
  // The narrowest place of each stretch; the last of those, when all is used
  // that can be.
  for (size_t begin = candidates.front() + 1; begin < size; begin += stretch) {
    size_t best = begin;
    for (size_t i = begin; i < std::min(begin + stretch, size); ++i)
      if (liveBytes[i] <= liveBytes[best])
        best = i;
    candidates.push_back(best);
  }
  candidates.push_back(size);
  for (size_t place : candidates)
    live.push_back(forward.getLive(place));
  kept.push_back(0);
  for (int64_t bytes : keptBytes)
    kept.push_back(kept.back() + bytes);

  for (Value value : live.front())
    liveBefore += bytesOfExample(value);

  // In one block, there is all that the network leaves.
  int64_t tooLittle = -1, enough = liveBefore + kept.back();
  while (enough - tooLittle > 1) {
    int64_t budget = tooLittle + (enough - tooLittle) / 2;
    (fits(budget) ? enough : tooLittle) = budget;
  }
  fits(enough);
}

/// Whether there are blocks that take at most `budget` bytes of an example, and
/// which. What is live at a place is computed in the block before it, or was
/// live at its beginning.
bool BlockPlan::fits(int64_t budget) {
  size_t n = candidates.size();
  constexpr int64_t never = std::numeric_limits<int64_t>::max();
  SmallVector<int64_t> least(n, never); ///< That is live up to a place.
  SmallVector<size_t> previous(n, 0);
  least[0] = liveBefore;
  for (size_t end = 1; end < n; ++end)
    for (size_t begin = 0; begin < end; ++begin) {
      if (least[begin] == never ||
          least[begin] + kept[candidates[end]] - kept[candidates[begin]] >
              budget)
        continue;
      int64_t bytes = least[begin];
      for (Value value : live[end])
        if (forward.isBehind(value, candidates[begin]))
          bytes += bytesOfExample(value);
      if (bytes < least[end]) {
        least[end] = bytes;
        previous[end] = begin;
      }
    }
  if (least.back() == never)
    return false;
  chosen.clear();
  for (size_t i = n - 1; i > 0; i = previous[i])
    chosen.push_back(candidates[i]);
  chosen.push_back(candidates.front());
  std::reverse(chosen.begin(), chosen.end());
  return true;
}

//===----------------------------------------------------------------------===//
// Recomputation
//===----------------------------------------------------------------------===//

/// Computes what the backward pass reads of a block once more, before it does.
void RecomputeBlocks::recompute(const ForwardPass &forward, size_t begin,
                                size_t end, const llvm::DenseSet<Value> &live) {
  auto isRepeated = [&](Value value) {
    return bytesOfExample(value) > 0 && !live.contains(value);
  };
  llvm::SetVector<Operation *> wanted;
  SmallVector<OpOperand *> reads;
  for (Operation *op : llvm::reverse(forward.getOps(begin, end))) {
    bool isWanted = wanted.contains(op);
    for (Value result : op->getResults()) {
      if (!isRepeated(result))
        continue;
      for (OpOperand &use : result.getUses())
        if (!forward.contains(use.getOwner()) &&
            !use.getOwner()->hasTrait<mlir::OpTrait::IsTerminator>()) {
          reads.push_back(&use);
          isWanted = true;
        }
    }
    if (!isWanted)
      continue;
    wanted.insert(op);
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && isRepeated(operand))
        wanted.insert(producer);
  }
  if (reads.empty())
    return;
  Operation *first = reads.front()->getOwner();
  for (OpOperand *read : reads)
    if (read->getOwner()->isBeforeInBlock(first))
      first = read->getOwner();
  OpBuilder builder(first);
  IRMapping again;
  for (Operation *op : forward.getOps(begin, end))
    if (wanted.contains(op)) {
      builder.clone(*op, again);
      ++numRecomputed;
    }
  for (OpOperand *read : reads)
    read->set(again.lookup(read->get()));
  ++numBlocks;
}

void RecomputeBlocks::runOnOperation() {
  func::FuncOp function = getOperation();
  if (!function.getName().ends_with(backwardSuffix) ||
      !function->hasAttr(trainingAttr) || function.getNumResults() == 0)
    return;
  ForwardPass forward(function);
  BlockPlan plan(forward);
  llvm::DenseSet<Value> live;
  for (size_t place : plan.getPlaces())
    live.insert_range(forward.getLive(place));
  for (Value result : function.getBody().front().getTerminator()->getOperands())
    live.insert(result);
  // The backward pass begins with the last block, whose values are still there.
  ArrayRef<size_t> places = plan.getPlaces().drop_back();
  for (size_t i = 0; i + 1 < places.size(); ++i)
    recompute(forward, places[i], places[i + 1], live);
}
