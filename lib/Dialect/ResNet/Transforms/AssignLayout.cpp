//===- AssignLayout.cpp - Choose how activations lie in memory ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-assign-layout pass. It asks every operation
// for its choice, in order; then gives values their layouts, and inserts a
// reorder where a reader wants another one.
//
//===----------------------------------------------------------------------===//

#include "ChannelBlock.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETASSIGNLAYOUT
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

static void widen(OperandLayout &layout, const OperandLayout &other) {
  for (auto [width, least] : llvm::zip_equal(layout.halo, other.halo))
    width = std::max(width, least);
}

static RankedTensorType withLayout(Value value, const OperandLayout &layout) {
  auto type = cast<RankedTensorType>(value.getType());
  if (layout.block == 1 && !layout.hasHalo())
    return RankedTensorType::get(type.getShape(), type.getElementType());
  return RankedTensorType::get(
      type.getShape(), type.getElementType(),
      LayoutAttr::get(type.getContext(), layout.block, layout.halo));
}

namespace {

struct AssignLayout
    : resnetc::resnet::impl::ResNetAssignLayoutBase<AssignLayout> {
  using Base::Base;

  void runOnOperation() override;

private:
  /// The layout a value is given, and whether its producer can write a halo.
  struct ValueLayout {
    OperandLayout layout;
    bool takesHalo = false;
  };

  bool hasLayout(Value value);
  void choose(Operation &op);
  void setLayouts(Value value);

  llvm::DenseMap<Value, ValueLayout> values;
  llvm::DenseMap<OpOperand *, OperandLayout> wanted;
};

} // namespace

/// Whether a value has a layout at all. In a network that is computed as a
/// whole only what is one example has, as kernels compute examples.
bool AssignLayout::hasLayout(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  bool isWhole = getOperation()->hasAttr("resnet.whole");
  return type && (type.getRank() == 2 || type.getRank() == 4) &&
         type.getElementType().isF32() &&
         (!isWhole || type.getDimSize(0) == 1) && !isShared(value);
}

void AssignLayout::choose(Operation &op) {
  auto chooser = dyn_cast<LayoutOpInterface>(op);
  LayoutChoice choice(op.getNumOperands());
  if (chooser && op.getNumOperands() > 0) {
    SmallVector<int64_t> blocks;
    for (Value operand : op.getOperands())
      blocks.push_back(hasLayout(operand) ? values[operand].layout.block : 0);
    choice = chooser.chooseLayout(blocks, block);
  }
  for (auto [operand, layout] :
       llvm::zip_equal(op.getOpOperands(), choice.operands))
    if (hasLayout(operand.get()))
      wanted[&operand] = layout;
  for (Value result : op.getResults())
    if (hasLayout(result))
      values[result] = {OperandLayout{choice.resultBlock},
                        choice.resultTakesHalo};
}

/// Sets the type of `value`, and gives readers that want another layout a
/// reorder: one for all that want the same blocks. What is plain has no halo
/// for those that do not want one, among them the function's results.
void AssignLayout::setLayouts(Value value) {
  ValueLayout &own = values[value];
  // By the width of blocks; 0 for what is plain and has no halo.
  llvm::MapVector<int64_t, std::pair<OperandLayout, SmallVector<OpOperand *>>>
      reorders;
  for (OpOperand &use : value.getUses()) {
    const OperandLayout &want = wanted[&use];
    bool fits =
        want.block == own.layout.block && (own.takesHalo || !want.hasHalo());
    if (fits) {
      widen(own.layout, want);
      continue;
    }
    bool isPlain = want.block == 1 && !want.hasHalo();
    auto &[layout, users] = reorders[isPlain ? 0 : want.block];
    layout.block = want.block;
    widen(layout, want);
    users.push_back(&use);
  }
  if (!isa<BlockArgument>(value))
    value.setType(withLayout(value, own.layout));
  OpBuilder builder(&getContext());
  builder.setInsertionPointAfterValue(value);
  for (auto &[kind, reorder] : reorders) {
    auto &[layout, users] = reorder;
    auto reordered = ReorderOp::create(builder, value.getLoc(),
                                       withLayout(value, layout), value);
    ++numReorders;
    for (OpOperand *use : users)
      use->set(reordered);
  }
}

void AssignLayout::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal())
    return;
  values.clear();
  wanted.clear();
  if (gpu)
    block = chooseChannelBlock(function);
  Block &body = function.getBody().front();
  SmallVector<Value> order;
  for (Value argument : body.getArguments())
    order.push_back(argument);
  for (Operation &op : body) {
    choose(op);
    llvm::append_range(order, op.getResults());
  }
  for (Value value : order)
    if (hasLayout(value))
      setLayouts(value);
}
