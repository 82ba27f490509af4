//===- WinogradFilterOps.cpp - Gradients of filters by Winograd -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

/// Sums that stay in the second cache while an image goes by.
static constexpr int64_t maxBytesAtOnce = 512 << 10;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

//===----------------------------------------------------------------------===//
// WinogradFilterProductsOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradFilterProductsOp::verify() {
  ArrayRef<int64_t> input = typeOf(getInput()).getShape();
  ArrayRef<int64_t> gradient = typeOf(getGradient()).getShape();
  ArrayRef<int64_t> sums = typeOf(getOutput()).getShape();
  if (input.size() != 4 || gradient.size() != 4 || sums.size() != 5)
    return emitOpError("needs transformed tiles, and sums of rank 5");
  if (getTiles() < 1)
    return emitOpError("has a parameter tiles of ") << getTiles();
  if (input[0] != 1 || gradient[0] != 1 || input[1] != sums[0] ||
      gradient[1] != sums[0])
    return emitOpError("needs all tiles of a point together");
  if (input[2] < sums[2] * getTiles() || gradient[2] < sums[1] * getTiles() ||
      input[3] != sums[3] || gradient[3] != sums[4])
    return emitOpError("has sums that do not fit its tiles");
  return success();
}

int64_t WinogradFilterProductsOp::getBlocksOfUnit() {
  // So that a gradient's tiles, once read, serve several blocks of inputs.
  constexpr int64_t maxBlocks = 8;
  int64_t blocks = typeOf(getOutput()).getDimSize(2);
  int64_t size = std::min(blocks, maxBlocks);
  while (blocks % size != 0)
    --size;
  return size;
}

int64_t WinogradFilterProductsOp::getNumUnits() {
  ArrayRef<int64_t> sums = typeOf(getOutput()).getShape();
  return sums[0] * sums[1] * (sums[2] / getBlocksOfUnit());
}

int64_t WinogradFilterProductsOp::getNumMacs() {
  return typeOf(getOutput()).getNumElements() * getTiles();
}

std::string WinogradFilterProductsOp::getKernelName() {
  return "winograd_filter_products_f32";
}

bool WinogradFilterProductsOp::prefersImagesInnermost() {
  return typeOf(getOutput()).getNumElements() * 4 > maxBytesAtOnce;
}

//===----------------------------------------------------------------------===//
// WinogradFilterOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradFilterOp::verify() {
  ArrayRef<int64_t> sums = typeOf(getInput()).getShape();
  if (getOutputs() != 2 && getOutputs() != 4)
    return emitOpError("knows tiles of 2 or 4 results, not ") << getOutputs();
  int64_t side = getOutputs() + 2;
  if (sums.size() != 5 || sums[0] != side * side)
    return emitOpError("needs sums of rank 5 for each point");
  if (typeOf(getOutput()).getRank() != 1 ||
      typeOf(getOutput()).getNumElements() / 9 * sums[0] !=
          typeOf(getInput()).getNumElements() ||
      typeOf(getOutput()).getNumElements() % 9 != 0)
    return emitOpError("has an output of the wrong size");
  return success();
}

int64_t WinogradFilterOp::getNumUnits() {
  ArrayRef<int64_t> sums = typeOf(getInput()).getShape();
  return sums[1] * sums[2];
}

std::string WinogradFilterOp::getKernelName() { return "winograd_filter_f32"; }
