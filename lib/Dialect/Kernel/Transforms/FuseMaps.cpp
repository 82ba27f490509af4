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

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELFUSEMAPS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

/// More would not stay in registers.
static constexpr size_t maxInputs = 8;

namespace {

/// A map that computes what another one reads.
struct Match {
  MapOp producer, consumer;
  SmallVector<unsigned> readers; ///< Inputs of the consumer.

  static std::optional<Match> get(MapOp consumer, unsigned input);
};

struct FuseMaps : resnetc::kernel::impl::KernelFuseMapsBase<FuseMaps> {
  void runOnOperation() override;

private:
  MapOp fuse(const Match &match);
};

} // namespace

static ArrayRef<int64_t> offsetsOf(MapOp map, unsigned operand) {
  return map.getOffsets().slice(2 * operand, 2);
}

/// The operations that use a buffer under any view.
static void collectUsers(Value buffer, SmallPtrSetImpl<Operation *> &users) {
  for (Operation *user : buffer.getUsers())
    if (isa<ViewOp>(user))
      collectUsers(user->getResult(0), users);
    else
      users.insert(user);
}

std::optional<Match> Match::get(MapOp consumer, unsigned input) {
  Value value = consumer.getInputs()[input];
  auto buffer = getUnderlyingBuffer(value).getDefiningOp<BufferOp>();
  if (!buffer)
    return std::nullopt;
  SmallPtrSet<Operation *, 4> users;
  collectUsers(buffer, users);
  users.erase(consumer);
  if (users.size() != 1)
    return std::nullopt;
  Match match;
  match.consumer = consumer;
  match.producer = dyn_cast<MapOp>(*users.begin());
  MapOp producer = match.producer;
  if (!producer || producer->getBlock() != consumer->getBlock() ||
      getUnderlyingBuffer(producer.getOutput()) != buffer.getResult() ||
      producer.getSize() != consumer.getSize())
    return std::nullopt;
  for (auto [i, operand] : llvm::enumerate(consumer.getInputs())) {
    if (getUnderlyingBuffer(operand) != buffer.getResult())
      continue;
    // Under another shape or from another place, elements are others.
    if (operand.getType() != producer.getOutput().getType() ||
        offsetsOf(consumer, i) !=
            offsetsOf(producer, producer.getInputs().size()))
      return std::nullopt;
    match.readers.push_back(i);
  }
  size_t inputs = producer.getInputs().size() + consumer.getInputs().size();
  if (inputs - match.readers.size() > maxInputs)
    return std::nullopt;
  return match;
}

/// One map of the inputs of both.
MapOp FuseMaps::fuse(const Match &match) {
  MapOp producer = match.producer, consumer = match.consumer;
  SmallVector<Value> inputs;
  SmallVector<int64_t> offsets;
  // The same memory from the same place is one input.
  auto add = [&](MapOp map, unsigned i) -> unsigned {
    Value value = map.getInputs()[i];
    for (auto [known, input] : llvm::enumerate(inputs))
      if (input == value &&
          ArrayRef(offsets).slice(2 * known, 2) == offsetsOf(map, i))
        return known;
    inputs.push_back(value);
    llvm::append_range(offsets, offsetsOf(map, i));
    return inputs.size() - 1;
  };
  SmallVector<unsigned> ofProducer, ofConsumer;
  for (unsigned i = 0; i < producer.getInputs().size(); ++i)
    ofProducer.push_back(add(producer, i));
  for (unsigned i = 0; i < consumer.getInputs().size(); ++i)
    ofConsumer.push_back(
        llvm::is_contained(match.readers, i) ? 0 : add(consumer, i));
  llvm::append_range(offsets, offsetsOf(consumer, consumer.getInputs().size()));

  OpBuilder b(consumer);
  auto fused = MapOp::create(b, consumer.getLoc(), inputs, consumer.getOutput(),
                             consumer.getSize(), offsets);
  Block *block = b.createBlock(&fused.getBody());
  for (size_t i = 0; i < inputs.size(); ++i)
    block->addArgument(b.getF32Type(), consumer.getLoc());
  IRMapping mapping;
  auto clone = [&](MapOp map) {
    for (Operation &op : map.getBody().front().without_terminator())
      b.clone(op, mapping);
    auto yield = cast<YieldOp>(map.getBody().front().getTerminator());
    return mapping.lookup(yield.getValues()[0]);
  };
  for (auto [i, place] : llvm::enumerate(ofProducer))
    mapping.map(producer.getBody().getArgument(i), block->getArgument(place));
  Value produced = clone(producer);
  for (auto [i, place] : llvm::enumerate(ofConsumer))
    mapping.map(consumer.getBody().getArgument(i),
                llvm::is_contained(match.readers, i)
                    ? produced
                    : Value(block->getArgument(place)));
  Value result = clone(consumer);
  YieldOp::create(b, consumer.getLoc(), result);
  return fused;
}

static void eraseBuffer(Value buffer) {
  for (Operation *view : llvm::make_early_inc_range(buffer.getUsers()))
    eraseBuffer(view->getResult(0));
  buffer.getDefiningOp()->erase();
}

void FuseMaps::runOnOperation() {
  for (auto map : llvm::make_early_inc_range(getOperation().getOps<MapOp>())) {
    MapOp consumer = map;
    for (unsigned i = 0; i < consumer.getInputs().size();) {
      std::optional<Match> match = Match::get(consumer, i);
      if (!match) {
        ++i;
        continue;
      }
      MapOp fused = fuse(*match);
      Value buffer = getUnderlyingBuffer(match->producer.getOutput());
      consumer.erase();
      match->producer.erase();
      eraseBuffer(buffer);
      consumer = fused;
      ++numFused;
      i = 0;
    }
  }
}
