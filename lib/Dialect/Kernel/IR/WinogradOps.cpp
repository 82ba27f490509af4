//===- WinogradOps.cpp - Operations of Winograd's algorithm ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace resnetc::kernel;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

static LogicalResult verifyOutputs(Operation *op, int64_t outputs) {
  if (outputs != 2 && outputs != 4)
    return op->emitOpError("knows tiles of 2 or 4 results, not ") << outputs;
  return success();
}

//===----------------------------------------------------------------------===//
// WinogradInputOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradInputOp::verify() {
  if (failed(verifyOutputs(*this, getOutputs())))
    return failure();
  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  if (in.size() != 4 || out.size() != 5)
    return emitOpError("needs a blocked input and an output of rank 5");
  if (getTiles().size() != 2 || getInputOffset().size() != 2)
    return emitOpError("needs attributes of two elements, rows and columns");
  int64_t points = getOutputs() + 2;
  if (out[1] != points * points || out[2] != in[0] || out[4] != in[3])
    return emitOpError("has an output that does not fit its input");
  EvenSplit split(getTiles()[0] * getTiles()[1], out[3]);
  if (split.pieces() != out[0] || split.size != out[3])
    return emitOpError("has an output that does not split its tiles evenly");
  for (int d : {0, 1})
    if (getInputOffset()[d] < 0 ||
        getInputOffset()[d] + getTiles()[d] * getOutputs() + 2 > in[1 + d])
      return emitOpError("reads outside its input in dimension ") << d;
  return success();
}

int64_t WinogradInputOp::getNumUnits() {
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  return out[0] * out[2];
}

std::string WinogradInputOp::getKernelName() {
  return llvm::formatv("winograd{0}_input_f32", getOutputs());
}

//===----------------------------------------------------------------------===//
// WinogradConvOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradConvOp::verify() {
  if (failed(verifyOutputs(*this, getOutputs())))
    return failure();
  Algorithm algorithm =
      getOutputs() == 2 ? Algorithm::winograd_f2 : Algorithm::winograd_f4;
  if (getSchedule().getAlgorithm() != algorithm ||
      getSchedule().getPixels() < 1 || getSchedule().getOcBlocks() < 1 ||
      getSchedule().getRows() < 1 || getSchedule().getDepth() != 0)
    return emitOpError("has a schedule for another algorithm");
  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  if (in.size() != 5 || out.size() != 4 ||
      (getResidual() && typeOf(getResidual()).getRank() != 4))
    return emitOpError("needs tiles, a blocked output and residual");
  if (getOutputSize().size() != 2 || getOutputOffset().size() != 2 ||
      getResidualOffset().size() != 2)
    return emitOpError("needs attributes of two elements, rows and columns");
  WinogradTiling tiling(*this);
  if (in[0] != tiling.tiles.pieces() || in[1] != tiling.points ||
      in[2] != tiling.inputBlocks || in[3] != tiling.tiles.size ||
      in[4] != tiling.block)
    return emitOpError("has an input that does not fit its schedule");

  for (int d : {0, 1})
    if (getOutputOffset()[d] < 0 ||
        getOutputOffset()[d] + getOutputSize()[d] > out[1 + d])
      return emitOpError("writes outside its output in dimension ") << d;
  return success();
}

int64_t WinogradConvOp::getNumUnits() { return WinogradTiling(*this).units(); }

int64_t WinogradConvOp::getNumMacs() {
  // Of the convolution, so that speeds compare with those of other algorithms.
  return getNumWeights() * getOutputSize()[0] * getOutputSize()[1];
}

std::string WinogradConvOp::getKernelName() {
  return llvm::formatv("conv_f32_winograd{0}_3x3_t{1}_o{2}", getOutputs(),
                       getSchedule().getPixels(), getSchedule().getOcBlocks());
}

bool WinogradConvOp::canReuseForOutput(unsigned input) {
  // The epilogue reads a residual element just before it writes the same one.
  return getResidual() && getOperand(input) == getResidual() &&
         getUnderlyingBuffer(getResidual()) !=
             getUnderlyingBuffer(getInput()) &&
         getResidual().getType() == getOutput().getType() &&
         getResidualOffset() == getOutputOffset();
}

int64_t WinogradConvOp::getNumWeights() {
  return getOutputChannels() * getInputChannels() * 9;
}

int64_t WinogradConvOp::getNumPackedWeights() {
  WinogradTiling tiling(*this);
  return tiling.outputBlocks() * tiling.weightsPerBlock;
}

int64_t WinogradConvOp::getNumPackedBiases() {
  WinogradTiling tiling(*this);
  return tiling.outputBlocks() * tiling.block;
}

/// G g G^T of each pair of channels, from (m, c, i, j) to
/// (tile of blocks, point, c, block of tile, lane).
void WinogradConvOp::packWeights(ArrayRef<float> from,
                                 MutableArrayRef<float> to) {
  WinogradTiling tiling(*this);
  const WinogradMatrices &matrices = WinogradMatrices::get(getOutputs());
  int64_t points = matrices.points, lanes = tiling.block;
  int64_t channels = tiling.inputBlocks * lanes;
  for (int64_t m = 0; m < getOutputChannels(); ++m) {
    BlockInTile at(tiling.blocks, m / lanes);
    for (int64_t c = 0; c < getInputChannels(); ++c) {
      const float *g = &from[(m * getInputChannels() + c) * 9];
      for (int64_t i = 0; i < points; ++i) {
        double row[3] = {0, 0, 0};
        for (int64_t k = 0; k < 3; ++k)
          for (int64_t l = 0; l < 3; ++l)
            row[l] += matrices.weight[i * 3 + k] * g[k * 3 + l];
        for (int64_t j = 0; j < points; ++j) {
          double sum = 0;
          for (int64_t l = 0; l < 3; ++l)
            sum += row[l] * matrices.weight[j * 3 + l];
          int64_t step = (i * points + j) * channels + c;
          to[at.first * tiling.weightsPerBlock +
             (step * at.size + at.place) * lanes + m % lanes] =
              static_cast<float>(sum);
        }
      }
    }
  }
}

void WinogradConvOp::packBiases(ArrayRef<float> from,
                                MutableArrayRef<float> to) {
  llvm::copy(from.take_front(getOutputChannels()), to.begin());
}
