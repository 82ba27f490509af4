//===- FilterGradientOp.cpp - kernel.conv_filter_gradient -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/FilterGradientTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

/// More sums than this do not stay in registers.
static constexpr int64_t maxVectors = 24;
/// Sums that stay in the second cache while an image goes by.
static constexpr int64_t maxBytesAtOnce = 512 << 10;

/// Channels of a block or planes.
static int64_t channelsIn(MemRefType type) {
  return type.getRank() == 3 ? type.getDimSize(0)
                             : type.getDimSize(0) * type.getDimSize(3);
}

FilterGradientTiling::FilterGradientTiling(ConvFilterGradientOp op)
    : FilterGradientTiling(channelsIn(typeOf(op.getInput())),
                           channelsIn(typeOf(op.getGradient())), op.getGroup(),
                           typeOf(op.getGradient()).getDimSize(3),
                           op.isPlanar(), op.getKernelShape()) {}

FilterGradientTiling::FilterGradientTiling(int64_t inputs, int64_t outputs,
                                           int64_t group, int64_t lanes,
                                           bool planar,
                                           ArrayRef<int64_t> kernelShape)
    : lanes(lanes), outputBlocks(llvm::divideCeilSigned(outputs, lanes)),
      planesPerUnit(0), rows(kernelShape[0]), columns(kernelShape[1]),
      inputsOfGroup(inputs / group), group(group) {
  if (planar) {
    planesPerUnit = inputs * columns <= maxVectors ? inputs : 1;
    inputParts = inputs / planesPerUnit;
  } else {
    inputParts = llvm::divideCeilSigned(inputsOfGroup, lanes);
  }
}

bool FilterGradientTiling::admits(int64_t inputs, int64_t outputs,
                                  int64_t group, int64_t lanes, bool planar) {
  if (group == 1)
    return true;
  int64_t width = inputs / group;
  return !planar && inputs == outputs &&
         (lanes % width == 0 || width % lanes == 0);
}

LogicalResult ConvFilterGradientOp::verify() {
  MemRefType input = typeOf(getInput()), gradient = typeOf(getGradient());
  if ((input.getRank() != 3 && input.getRank() != 4) || gradient.getRank() != 4)
    return emitOpError("needs a blocked gradient, and a blocked or planar "
                       "input");
  for (ArrayRef<int64_t> list :
       {getKernelShape(), getStrides(), getDilations(), getGradientSize()})
    if (list.size() != 2 || list[0] < 1 || list[1] < 1)
      return emitOpError("needs attributes of two positive elements, rows and "
                         "columns");
  if (getGradientOffset().size() != 2 || getInputOffset().size() != 2)
    return emitOpError("needs offsets of two elements, rows and columns");
  if (!isPlanar() && input.getDimSize(3) != gradient.getDimSize(3))
    return emitOpError("has blocks of different sizes");
  int64_t inputs = channelsIn(input), outputs = channelsIn(gradient);
  if (getGroup() < 1 || inputs % getGroup() != 0 || outputs % getGroup() != 0 ||
      !FilterGradientTiling::admits(inputs, outputs, getGroup(),
                                    gradient.getDimSize(3), isPlanar()))
    return emitOpError("has groups that do not fit blocks");
  for (int d : {0, 1}) {
    int64_t last = getInputOffset()[d] +
                   (getGradientSize()[d] - 1) * getStrides()[d] +
                   (getKernelShape()[d] - 1) * getDilations()[d];
    if (getInputOffset()[d] < 0 || last >= input.getDimSize(1 + d))
      return emitOpError("reads outside its input in dimension ") << d;
    if (getGradientOffset()[d] < 0 ||
        getGradientOffset()[d] + getGradientSize()[d] >
            gradient.getDimSize(1 + d))
      return emitOpError("reads outside its gradient in dimension ") << d;
  }
  if (getDot() && !admitsDot())
    return emitOpError("has dot products of what is not bf16 in blocks, or of "
                       "too many columns");
  int64_t window = 0, elements = 0;
  FilterGradientTiling tiling(*this);
  if (llvm::MulOverflow(tiling.rows, tiling.columns, window) ||
      llvm::MulOverflow(tiling.outputBlocks * tiling.inputParts * window,
                        tiling.lanes * tiling.lanes, elements) ||
      typeOf(getOutput()).getNumElements() != tiling.elements())
    return emitOpError("has an output of the wrong size");
  return success();
}

bool ConvFilterGradientOp::admitsDot() {
  // A row's pairs of inputs wait in the first cache, on the stack.
  constexpr int64_t maxColumns = 256;
  return !isPlanar() && typeOf(getInput()).getElementType().isBF16() &&
         typeOf(getGradient()).getElementType().isBF16() &&
         getGradientSize()[1] > 1 && getGradientSize()[1] <= maxColumns;
}

int64_t ConvFilterGradientOp::getNumUnits() {
  return FilterGradientTiling(*this).units();
}

int64_t ConvFilterGradientOp::getNumMacs() {
  return FilterGradientTiling(*this).elements() * getGradientSize()[0] *
         getGradientSize()[1];
}

std::string ConvFilterGradientOp::getKernelName() {
  return llvm::formatv("conv_filter_gradient_{0}{1}_{2}x{3}",
                       getElementName(getInput()), getDot() ? "_dot" : "",
                       getKernelShape()[0], getKernelShape()[1]);
}

bool ConvFilterGradientOp::prefersImagesInnermost() {
  return typeOf(getOutput()).getNumElements() * 4 > maxBytesAtOnce;
}
