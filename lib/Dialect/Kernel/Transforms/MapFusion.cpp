//===- MapFusion.cpp - Elementwise kernels in one -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapFusion.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace resnetc::kernel;

/// More would not stay in registers.
static constexpr size_t maxInputs = 8;

ElementwiseKernel::ElementwiseKernel(MapOp op)
    : op(op), inputs(op.getInputs()), size(op.getSize()),
      offsets(op.getOffsets()), body(&op.getBody().front()) {}

ElementwiseKernel::ElementwiseKernel(PlaneMeansOp op)
    : op(op), inputs(op.getInputs()), size(op.getSize()),
      offsets(op.getOffsets()), body(&op.getBody().front()) {}

/// The operations that use a buffer under any view.
static void collectUsers(Value buffer, SmallPtrSetImpl<Operation *> &users) {
  for (Operation *user : buffer.getUsers())
    if (isa<ViewOp>(user))
      collectUsers(user->getResult(0), users);
    else
      users.insert(user);
}

std::optional<ProducerMatch>
ProducerMatch::get(const ElementwiseKernel &consumer, unsigned input) {
  Value value = consumer.inputs[input];
  auto buffer = getUnderlyingBuffer(value).getDefiningOp<BufferOp>();
  if (!buffer)
    return std::nullopt;
  SmallPtrSet<Operation *, 4> users;
  collectUsers(buffer, users);
  users.erase(consumer.op);
  if (users.size() != 1)
    return std::nullopt;
  auto producer = dyn_cast<MapOp>(*users.begin());
  if (!producer ||
      getUnderlyingBuffer(producer.getOutput()) != buffer.getResult())
    return std::nullopt;
  return get(consumer, producer);
}

std::optional<ProducerMatch>
ProducerMatch::get(const ElementwiseKernel &consumer, MapOp producer) {
  if (producer->getBlock() != consumer.op->getBlock() ||
      producer.getSize() != consumer.size)
    return std::nullopt;
  Value buffer = getUnderlyingBuffer(producer.getOutput());
  ProducerMatch match;
  match.producer = producer;
  ArrayRef<int64_t> written = producer.getOffsets().take_back(2);
  for (auto [i, operand] : llvm::enumerate(consumer.inputs)) {
    if (getUnderlyingBuffer(operand) != buffer)
      continue;
    // Under another shape or from another place, elements are others.
    if (operand.getType() != producer.getOutput().getType() ||
        consumer.offsets.slice(2 * i, 2) != written)
      return std::nullopt;
    match.readers.push_back(i);
  }
  size_t inputs = producer.getInputs().size() + consumer.inputs.size();
  if (inputs - match.readers.size() > maxInputs)
    return std::nullopt;
  return match;
}

unsigned FusedInputs::add(const ElementwiseKernel &kernel, unsigned i) {
  Value value = kernel.inputs[i];
  ArrayRef<int64_t> from = kernel.offsets.slice(2 * i, 2);
  for (auto [known, input] : llvm::enumerate(values))
    if (input == value && ArrayRef(offsets).slice(2 * known, 2) == from)
      return known;
  values.push_back(value);
  llvm::append_range(offsets, from);
  return values.size() - 1;
}

Block *FusedInputs::createBody(OpBuilder &b, Region &region) const {
  Block *block = b.createBlock(&region);
  for (Value value : values)
    block->addArgument(cast<MemRefType>(value.getType()).getElementType(),
                       value.getLoc());
  return block;
}

SmallVector<Value> resnetc::kernel::cloneBody(OpBuilder &b, Block &body,
                                              ValueRange arguments) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.without_terminator())
    b.clone(op, mapping);
  SmallVector<Value> results;
  for (Value value : cast<YieldOp>(body.getTerminator()).getValues())
    results.push_back(mapping.lookup(value));
  return results;
}

ProducerFusion::ProducerFusion(const ElementwiseKernel &consumer,
                               const ProducerMatch &match)
    : consumer(consumer), match(match) {
  ElementwiseKernel producer(this->match.producer);
  for (unsigned i = 0; i < producer.inputs.size(); ++i)
    ofProducer.push_back(inputs.add(producer, i));
  for (unsigned i = 0; i < consumer.inputs.size(); ++i)
    ofConsumer.push_back(
        llvm::is_contained(match.readers, i) ? 0 : inputs.add(consumer, i));
}

SmallVector<Value> ProducerFusion::build(OpBuilder &b, Region &region) const {
  Block *block = inputs.createBody(b, region);
  SmallVector<Value> arguments;
  for (unsigned place : ofProducer)
    arguments.push_back(block->getArgument(place));
  MapOp producer = match.producer;
  Value produced = cloneBody(b, producer.getBody().front(), arguments)[0];
  arguments.clear();
  for (auto [i, place] : llvm::enumerate(ofConsumer))
    arguments.push_back(llvm::is_contained(match.readers, i)
                            ? produced
                            : Value(block->getArgument(place)));
  return cloneBody(b, *consumer.body, arguments);
}

static void eraseBuffer(Value buffer) {
  for (Operation *view : llvm::make_early_inc_range(buffer.getUsers()))
    eraseBuffer(view->getResult(0));
  buffer.getDefiningOp()->erase();
}

void ProducerFusion::eraseFused() {
  Value buffer = getUnderlyingBuffer(match.producer.getOutput());
  consumer.op->erase();
  match.producer.erase();
  eraseBuffer(buffer);
}
