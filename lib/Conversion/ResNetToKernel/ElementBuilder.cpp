//===- ElementBuilder.cpp - Code for the elements of results --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementBuilder.h"
#include "ElementLoops.h"
#include "ScalarBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

Type resnetc::scalarType(Type element) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  if (element.isInteger(1))
    return element;
  return memoryType(element);
}

static RankedTensorType tensorOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The shape in the code of a tensor that is no constant: of one example, or
/// of all.
static SmallVector<int64_t> codeShape(const Image &image) {
  SmallVector<int64_t> shape(image.shape);
  if (image.isExample)
    shape.insert(shape.begin(), 1);
  return shape;
}

/// A type of memory that functions can take: without elements, only the first
/// dimension may be 0, as a stride of 0 cannot be told from an unknown one. It
/// does not matter, as nothing is there to be loaded.
static MemRefType argumentType(ArrayRef<int64_t> shape, Type element) {
  SmallVector<int64_t> sizes(shape);
  if (llvm::is_contained(shape, 0)) {
    llvm::fill(sizes, 1);
    sizes.front() = 0;
  }
  return MemRefType::get(sizes, element);
}

static bool hasLayout(Value tensor) {
  return static_cast<bool>(tensorOf(tensor).getEncoding());
}

Value ElementBuilder::wholeView(Value tensor, const Image &image) {
  if (hasLayout(tensor))
    return image.buffer;
  return network.view(
      image.buffer,
      argumentType(codeShape(image), image.getType().getElementType()));
}

SmallVector<Value> ElementBuilder::placeOf(Value tensor, ValueRange at) {
  if (matchPattern(tensor, m_Constant()) || !hasLayout(tensor))
    return llvm::to_vector(at);
  Image image = network.get(tensor);
  // A layout is of one example: N x C or N x C x H x W.
  Value row = at.size() > 2 ? at[2] : index.constant(0);
  Value column = at.size() > 2 ? at[3] : index.constant(0);
  row = index.add(row, image.top);
  column = index.add(column, image.left);
  if (!image.isBlocked())
    return {at[1], row, column};
  bool isComputed = at[1] == channel;
  return {isComputed ? channelBlock : index.div(at[1], image.block), row,
          column, isComputed ? channelLane : index.rem(at[1], image.block)};
}

LogicalResult ElementBuilder::addOperand(Value value) {
  shapes.emplace_back();
  if (!value) {
    buffers.push_back({});
    return success();
  }
  // The same operand twice is the same memory.
  for (auto [i, buffer] : llvm::enumerate(buffers))
    if (op->getOperand(i) == value) {
      buffers.push_back(Value(buffer));
      shapes.back() = SmallVector<int64_t>(shapes[i]);
      return success();
    }
  ElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant))) {
    Value weight = network.weight(constant);
    auto type = cast<MemRefType>(weight.getType());
    shapes.back().assign(type.getShape().begin(), type.getShape().end());
    buffers.push_back(network.view(
        weight, argumentType(type.getShape(), type.getElementType())));
    return success();
  }
  Image image = network.get(value);
  shapes.back() = codeShape(image);
  buffers.push_back(wholeView(value, image));
  return success();
}

LogicalResult ElementBuilder::build() {
  auto element = cast<ElementOpInterface>(op);
  // What is shared and made of what is shared is computed once, as a whole.
  auto isSharedOnly = [&](ValueRange values) {
    return llvm::all_of(values, [](Value value) { return isShared(value); });
  };
  if (network.isTraining() && isSharedOnly(op->getResults())) {
    isSum = !isSharedOnly(op->getOperands());
    if (isSum && !element.sumsExamples())
      return op->emitError("mixes examples of the batch, but does not sum");
  } else if (!network.isWhole() && !element.keepsExamples()) {
    return op->emitError("mixes examples of the batch");
  }
  network.b.setLoc(op->getLoc());
  for (Value operand : op->getOperands())
    if (failed(addOperand(operand)))
      return failure();
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    if (failed(buildResult(i)))
      return failure();
  return success();
}

LogicalResult ElementBuilder::buildResult(unsigned number) {
  Value result = op->getResult(number);
  FailureOr<Image> image = network.create(result);
  if (failed(image))
    return failure();
  Value output = wholeView(result, *image);
  auto memory = cast<MemRefType>(output.getType());
  SmallVector<int64_t> shape = codeShape(*image);
  if (llvm::is_contained(shape, 0))
    return success(); // nothing to compute
  if (isSum)
    kernel::FillOp::create(network.b, output);
  // Units are rows.
  int64_t row = shape.empty() ? 1 : shape.back();
  int64_t units = image->elements() / row;
  if (image->isBlocked())
    units = memory.getDimSize(0) * image->height();

  SmallVector<Value> inputs;
  for (Value buffer : buffers)
    if (buffer && !llvm::is_contained(inputs, buffer))
      inputs.push_back(buffer);
  auto generic =
      kernel::GenericOp::create(network.b, op->getName().stripDialect(), inputs,
                                output, units, isa<AllReduceOp>(op));
  Block *block = b.createBlock(&generic.getBody());
  for (Value operand : generic->getOperands())
    block->addArgument(operand.getType(), op->getLoc());
  Value begin = block->addArgument(b.getIndexType(), op->getLoc());
  Value end = block->addArgument(b.getIndexType(), op->getLoc());
  arguments.clear();
  for (Value buffer : buffers)
    arguments.push_back(
        buffer ? block->getArgument(llvm::find(inputs, buffer) - inputs.begin())
               : Value());
  Value to = block->getArgument(inputs.size());

  bool failedAny = false;
  auto store = [&](ArrayRef<Value> at) {
    FailureOr<Value> value =
        cast<ElementOpInterface>(op).buildElement(*this, number, at);
    if (failed(value)) {
      failedAny = true;
      return;
    }
    Value stored = *value;
    Type type = memory.getElementType();
    if (isSum) {
      Value sum = memref::LoadOp::create(b, to, placeOf(result, at));
      stored = ScalarBuilder(b, /*isUnsigned=*/false).add(sum, stored);
    }
    if (stored.getType().isInteger(1))
      stored = arith::ExtUIOp::create(b, type, stored);
    else if (stored.getType() != type)
      stored = arith::TruncFOp::create(b, type, stored);
    memref::StoreOp::create(b, stored, to, placeOf(result, at));
  };
  auto clear = [&](ValueRange place) {
    Value zero =
        arith::ConstantOp::create(b, b.getZeroAttr(memory.getElementType()));
    memref::StoreOp::create(b, zero, to, place);
  };
  index.loop(begin, end, [&](Value unit) {
    if (image->isBlocked())
      return loopOverBlocks(*image, unit, store, clear);
    if (shape.empty())
      return store({});
    SmallVector<Value> at(shape.size());
    for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d) {
      at[d] = shape[d] == 1 ? index.constant(0) : index.rem(unit, shape[d]);
      unit = index.div(unit, shape[d]);
    }
    index.loop(0, row, [&](Value column) {
      at.back() = column;
      store(at);
    });
  });
  kernel::YieldOp::create(b, ValueRange());
  return success(!failedAny);
}

void ElementBuilder::loopOverBlocks(
    const Image &image, Value unit,
    llvm::function_ref<void(ArrayRef<Value>)> store,
    llvm::function_ref<void(ValueRange)> clear) {
  channelBlock = index.div(unit, image.height());
  Value row = index.rem(unit, image.height());
  Value first = index.mul(channelBlock, image.block);
  bool isFull = image.channels() % image.block == 0;
  Value count = index.constant(image.block);
  if (!isFull)
    count =
        index.min(count, index.sub(index.constant(image.channels()), first));
  index.loop(0, image.width(), [&](Value column) {
    // Neighbouring lanes: where an element's channel is not asked for but to
    // find its operands, all else is the same for them.
    index.loop(index.constant(0), count, [&](Value lane) {
      channelLane = lane;
      channel = index.add(first, lane);
      SmallVector<Value> at{index.constant(0), channel};
      if (image.shape.size() > 1)
        at.append({row, column});
      store(at);
    });
    channel = {};
    if (isFull)
      return;
    // The lanes past the channels stay finite.
    index.loop(count, index.constant(image.block), [&](Value lane) {
      clear({channelBlock, index.add(row, image.top),
             index.add(column, image.left), lane});
    });
  });
}

SmallVector<int64_t> ElementBuilder::getResultShape(unsigned result) const {
  return codeShape(network.get(op->getResult(result)));
}

Value ElementBuilder::load(unsigned operand, ValueRange at) {
  Value value = memref::LoadOp::create(b, arguments[operand],
                                       placeOf(op->getOperand(operand), at));
  Type element = tensorOf(op->getOperand(operand)).getElementType();
  if (element.isInteger(1)) {
    Value zero = arith::ConstantOp::create(b, b.getI8IntegerAttr(0));
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero);
  }
  Type scalar = scalarType(element);
  return scalar == value.getType() ? value
                                   : arith::ExtFOp::create(b, scalar, value);
}

Value ElementBuilder::loadBroadcast(unsigned operand, ValueRange at) {
  ArrayRef<int64_t> shape = getShape(operand);
  SmallVector<Value> own(at.take_back(shape.size()));
  for (auto [i, size] : llvm::zip_equal(own, shape))
    if (size == 1)
      i = index.constant(0);
  return load(operand, own);
}

Value ElementBuilder::reduce(
    ArrayRef<int64_t> shape, Value init,
    llvm::function_ref<Value(ArrayRef<Value>, Value)> body) {
  SmallVector<LoopRange> ranges;
  for (int64_t size : shape)
    ranges.push_back(LoopRange::all(size));
  return loopOver(index, ranges, init,
                  [&](ValueRange at, ValueRange carried) -> SmallVector<Value> {
                    return {body(llvm::to_vector(at), carried.front())};
                  })
      .front();
}
