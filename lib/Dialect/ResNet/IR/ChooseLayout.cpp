//===- ChooseLayout.cpp - The layouts operations work on ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LayoutOpInterface of the operations that can work on blocks of channels.
//
//===----------------------------------------------------------------------===//

#include "ChooseLayout.h"

using namespace mlir;
using namespace resnetc::resnet;

static RankedTensorType typeOf(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

static bool hasRank(Value value, int64_t rank) {
  RankedTensorType type = typeOf(value);
  return type && type.getRank() == rank;
}

/// All in blocks of the result's width.
static LayoutChoice blocked(Operation *op, int64_t block) {
  LayoutChoice choice(op->getNumOperands(), block);
  choice.resultTakesHalo = block > 1 && hasRank(op->getResult(0), 4);
  return choice;
}

//===----------------------------------------------------------------------===//
// Convolution, matrix product, windows
//===----------------------------------------------------------------------===//

LayoutChoice ConvOp::chooseLayout(ArrayRef<int64_t>, int64_t lanes) {
  RankedTensorType input = typeOf(getInput());
  if (!input || input.getRank() != 4 || !isShared(getWeight()) ||
      !isShared(getBias()))
    return LayoutChoice(getNumOperands());
  LayoutChoice choice = blocked(*this, lanes);
  OperandLayout &layout = choice.operands.front();
  // Blocks of a stem's few channels would be mostly padding.
  if (getGroup() == 1 && input.getDimSize(1) < lanes)
    layout.block = 1;
  llvm::copy(getPads(), layout.halo.begin());
  return choice;
}

LayoutChoice ConvFilterGradientOp::chooseLayout(ArrayRef<int64_t>,
                                                int64_t lanes) {
  if (!hasRank(getInput(), 4) || !hasRank(getGradient(), 4))
    return LayoutChoice(getNumOperands());
  LayoutChoice choice(getNumOperands(), lanes);
  // The convolution's own input.
  OperandLayout &layout = choice.operands.front();
  if (getGroup() == 1 && typeOf(getInput()).getDimSize(1) < lanes)
    layout.block = 1;
  llvm::copy(getPads(), layout.halo.begin());
  return choice;
}

LayoutChoice GemmOp::chooseLayout(ArrayRef<int64_t>, int64_t lanes) {
  bool isLayer = !getTransA() && isShared(getB()) && isShared(getC());
  return LayoutChoice(getNumOperands(), isLayer ? lanes : 1);
}

static LayoutChoice chooseForWindows(Operation *op, int64_t lanes) {
  if (!hasRank(op->getOperand(0), 4))
    return LayoutChoice(op->getNumOperands());
  return blocked(op, lanes);
}

LayoutChoice MaxPoolOp::chooseLayout(ArrayRef<int64_t>, int64_t lanes) {
  return chooseForWindows(*this, lanes);
}
LayoutChoice AvgPoolOp::chooseLayout(ArrayRef<int64_t>, int64_t lanes) {
  return chooseForWindows(*this, lanes);
}
LayoutChoice GlobalAvgPoolOp::chooseLayout(ArrayRef<int64_t>, int64_t lanes) {
  return chooseForWindows(*this, lanes);
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

LayoutChoice resnetc::resnet::keepLayout(Operation *op,
                                         ArrayRef<int64_t> blocks) {
  return blocked(op, std::max<int64_t>(blocks.front(), 1));
}

/// Whether the channels of the result fill blocks of `lanes`.
static bool fillsBlocks(Operation *op, int64_t lanes) {
  RankedTensorType type = typeOf(op->getResult(0));
  return type && type.getRank() >= 2 && type.getDimSize(1) % lanes == 0;
}

LayoutChoice resnetc::resnet::keepLayoutIfFull(Operation *op,
                                               ArrayRef<int64_t> blocks,
                                               int64_t lanes) {
  return fillsBlocks(op, lanes) ? keepLayout(op, blocks)
                                : LayoutChoice(op->getNumOperands());
}

/// Blocks are for the kernel, whose parameters are shared.
LayoutChoice BatchNormOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  if (!llvm::all_of(getOperands().drop_front(), isShared))
    return LayoutChoice(getNumOperands());
  return keepLayout(*this, blocks);
}
LayoutChoice DropoutOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  LayoutChoice choice(getNumOperands());
  choice.operands.front().block = choice.resultBlock =
      std::max<int64_t>(blocks.front(), 1);
  choice.resultTakesHalo = choice.resultBlock > 1 && hasRank(getInput(), 4);
  return choice;
}
LayoutChoice ClipOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return keepLayout(*this, blocks);
}

LayoutChoice resnetc::resnet::chooseForBroadcast(Operation *op,
                                                 ArrayRef<int64_t> blocks,
                                                 int64_t lanes) {
  RankedTensorType type = typeOf(op->getResult(0));
  bool canBlock = type && (type.getRank() == 2 || type.getRank() == 4);
  for (auto [operand, block] : llvm::zip_equal(op->getOperands(), blocks))
    canBlock &= block == 0 ? isShared(operand)
                           : typeOf(operand).getRank() == type.getRank();
  bool wantsBlock = llvm::is_contained(blocks, lanes);
  LayoutChoice choice = blocked(op, canBlock && wantsBlock ? lanes : 1);
  // One channel for all is no block: its lanes would be padding.
  for (auto [operand, layout] :
       llvm::zip_equal(op->getOperands(), choice.operands))
    if (canBlock && !isShared(operand) && typeOf(operand).getDimSize(1) == 1 &&
        type.getDimSize(1) != 1)
      layout.block = 1;
  return choice;
}

LayoutChoice resnetc::resnet::chooseForBroadcastIfFull(Operation *op,
                                                       ArrayRef<int64_t> blocks,
                                                       int64_t lanes) {
  return fillsBlocks(op, lanes) ? chooseForBroadcast(op, blocks, lanes)
                                : LayoutChoice(op->getNumOperands());
}

//===----------------------------------------------------------------------===//
// Shape and data movement
//===----------------------------------------------------------------------===//

/// Whether both are N x C with any number of ones behind.
static bool isSameVector(RankedTensorType from, RankedTensorType to) {
  auto isVector = [](RankedTensorType type) {
    return type && (type.getRank() == 2 || type.getRank() == 4) &&
           llvm::all_of(type.getShape().drop_front(2),
                        [](int64_t size) { return size == 1; });
  };
  return isVector(from) && isVector(to) &&
         from.getDimSize(1) == to.getDimSize(1);
}

static LayoutChoice chooseForReshape(Operation *op, ArrayRef<int64_t> blocks) {
  Value input = op->getOperand(0);
  LayoutChoice choice(op->getNumOperands());
  if (isSameVector(typeOf(input), typeOf(op->getResult(0))) && blocks[0] > 1)
    choice.operands[0].block = choice.resultBlock = blocks[0];
  return choice;
}

LayoutChoice ReshapeOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return chooseForReshape(*this, blocks);
}
LayoutChoice FlattenOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return chooseForReshape(*this, blocks);
}

LayoutChoice ConcatOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  int64_t block = *llvm::max_element(blocks);
  bool isImage = hasRank(getResult(), 4) && !llvm::is_contained(blocks, 0);
  return blocked(*this, isImage ? std::max<int64_t>(block, 1) : 1);
}
LayoutChoice SliceOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return hasRank(getInput(), 4) ? keepLayout(*this, blocks)
                                : LayoutChoice(getNumOperands());
}
/// Images whose channels stay what they are, computed by the element: lanes of
/// a block have the same operands, at the same places.
static LayoutChoice keepChannels(Operation *op, ArrayRef<int64_t> blocks) {
  RankedTensorType from = typeOf(op->getOperand(0));
  RankedTensorType to = typeOf(op->getResult(0));
  bool keeps = from && to && from.getRank() == 4 && to.getRank() == 4 &&
               from.getDimSize(1) == to.getDimSize(1) &&
               llvm::all_of(op->getOperands().drop_front(), isShared);
  if (!keeps)
    return LayoutChoice(op->getNumOperands());
  LayoutChoice choice(op->getNumOperands());
  choice.operands.front().block = choice.resultBlock =
      std::max<int64_t>(blocks.front(), 1);
  choice.resultTakesHalo = choice.resultBlock > 1;
  return choice;
}

LayoutChoice MaxPoolGradientOp::chooseLayout(ArrayRef<int64_t> blocks,
                                             int64_t) {
  bool areImages = hasRank(getInput(), 4) && hasRank(getGradient(), 4) &&
                   !llvm::is_contained(blocks, 0);
  return areImages ? blocked(*this, *llvm::max_element(blocks))
                   : LayoutChoice(getNumOperands());
}
LayoutChoice AvgPoolGradientOp::chooseLayout(ArrayRef<int64_t> blocks,
                                             int64_t) {
  return keepChannels(*this, blocks);
}
LayoutChoice InsertSliceOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return keepChannels(*this, blocks);
}
LayoutChoice ResizeOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  return keepChannels(*this, blocks);
}
/// Whole blocks become pixels where the channels of a pixel are neighbours.
LayoutChoice DepthToSpaceOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  RankedTensorType type = typeOf(getResult());
  int64_t block = std::max<int64_t>(blocks.front(), 1);
  if (!type || type.getRank() != 4 || getColumnsFirst() ||
      type.getDimSize(1) % block != 0)
    return LayoutChoice(1);
  return blocked(*this, block);
}
LayoutChoice PadOp::chooseLayout(ArrayRef<int64_t> blocks, int64_t) {
  if (getMode() != "constant")
    return keepChannels(*this, blocks);
  return hasRank(getInput(), 4) ? keepLayout(*this, blocks)
                                : LayoutChoice(getNumOperands());
}
