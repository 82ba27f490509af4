//===- WinogradOps.cpp - Operations of Winograd's algorithm ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyOps.h"
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

/// Whether tiles at every `outputs` elements, and `beyond` them, read only what
/// there is.
static LogicalResult verifyReach(Operation *op, Value image,
                                 ArrayRef<int64_t> offset,
                                 ArrayRef<int64_t> tiles, int64_t outputs,
                                 int64_t beyond = 2) {
  for (int d : {0, 1})
    if (offset[d] < 0 || offset[d] + tiles[d] * outputs + beyond >
                             typeOf(image).getDimSize(1 + d))
      return op->emitOpError("reads outside its input in dimension ") << d;
  return success();
}

/// Of operations that transform tiles.
template <typename OpTy>
static LogicalResult verifyTransform(OpTy op, int64_t beyond) {
  if (failed(verifyOutputs(op, op.getOutputs())))
    return failure();
  ArrayRef<int64_t> in = typeOf(op.getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(op.getOutput()).getShape();
  if (in.size() != 4 || out.size() != 4)
    return op.emitOpError("needs a blocked input and an output of rank 4");
  if (op.getTiles().size() != 2 || op.getInputOffset().size() != 2)
    return op.emitOpError("needs attributes of two elements, rows and columns");
  int64_t points = op.getOutputs() + 2;
  if (out[1] != points * points || out[3] != in[3])
    return op.emitOpError("has an output that does not fit its input");
  for (int64_t tiles : op.getTiles())
    if (tiles < 1)
      return op.emitOpError("has a parameter tiles of ") << tiles;
  int64_t tiles = op.getTiles()[0] * op.getTiles()[1];
  if (out[0] < 1 || out[0] > tiles)
    return op.emitOpError("has an output that does not split its tiles evenly");
  EvenSplit split = WinogradTiling::splitInto(tiles, out[0]);
  if (split.pieces() != out[0] || out[2] < in[0] * split.size)
    return op.emitOpError("has an output that does not split its tiles evenly");
  return verifyReach(op, op.getInput(), op.getInputOffset(), op.getTiles(),
                     op.getOutputs(), beyond);
}

LogicalResult WinogradInputOp::verify() {
  return verifyTransform(*this, /*beyond=*/2);
}

int64_t WinogradInputOp::getNumUnits() {
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  return out[0] * typeOf(getInput()).getDimSize(0);
}

std::string WinogradInputOp::getKernelName() {
  return llvm::formatv("winograd{0}_input_f32", getOutputs());
}

//===----------------------------------------------------------------------===//
// WinogradGradientOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradGradientOp::verify() {
  return verifyTransform(*this, /*beyond=*/0);
}

int64_t WinogradGradientOp::getNumUnits() {
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  return out[0] * typeOf(getInput()).getDimSize(0);
}

std::string WinogradGradientOp::getKernelName() {
  return llvm::formatv("winograd{0}_gradient_f32", getOutputs());
}

//===----------------------------------------------------------------------===//
// WinogradConvOp
//===----------------------------------------------------------------------===//

LogicalResult WinogradConvOp::verify() {
  if (failed(verifyOutputs(*this, getOutputs())))
    return failure();
  if (failed(resnetc::kernel::detail::verifySchedule(*this, getSchedule())))
    return failure();
  if (getSchedule().getAlgorithm() !=
          WinogradTiling::algorithmOf(getOutputs(), isFused()) ||
      getSchedule().getDepth() != 0)
    return emitOpError("has a schedule for another algorithm");
  if (getInputChannels() < 1 || getOutputChannels() < 1)
    return emitOpError("has no channels");
  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  if (in.size() != 4 || out.size() != 4 ||
      (getImage() && typeOf(getImage()).getRank() != 4) ||
      (getResidual() && typeOf(getResidual()).getRank() != 4))
    return emitOpError("needs tiles, a blocked output, image and residual");
  if (getOutputSize().size() != 2 || getOutputOffset().size() != 2 ||
      getInputOffset().size() != 2 || getResidualOffset().size() != 2)
    return emitOpError("needs attributes of two elements, rows and columns");
  for (int64_t size : getOutputSize())
    if (size < 1)
      return emitOpError("has a parameter output_size of ") << size;
  // A point has a vector for each input channel's block.
  if (getInputChannels() > in[2] * in[3] ||
      getOutputChannels() > out[0] * out[3])
    return emitOpError("has more channels than its buffers");
  WinogradTiling tiling(*this);
  if (in[0] != tiling.tiles.pieces() || in[1] != tiling.points ||
      in[2] != tiling.pointVectors || in[3] != tiling.block)
    return emitOpError("has an input that does not fit its schedule");
  if (isFused()) {
    if (typeOf(getImage()).getDimSize(0) != tiling.inputBlocks ||
        typeOf(getImage()).getDimSize(3) != tiling.block)
      return emitOpError("has an image that does not fit its input");
    if (failed(verifyReach(*this, getImage(), getInputOffset(),
                           {tiling.tileRows, tiling.tileColumns},
                           getOutputs())))
      return failure();
  }
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
  return llvm::formatv("conv_f32_{0}winograd{1}_3x3_t{2}_o{3}",
                       isFused() ? "fused_" : "", getOutputs(),
                       getSchedule().getPixels(), getSchedule().getOcBlocks());
}

bool WinogradConvOp::canReuseForOutput(unsigned input) {
  // The epilogue reads a residual element just before it writes the same one.
  return getResidual() && getOperand(input) == getResidual() &&
         getUnderlyingBuffer(getResidual()) !=
             getUnderlyingBuffer(getInput()) &&
         (!isFused() || getUnderlyingBuffer(getResidual()) !=
                            getUnderlyingBuffer(getImage())) &&
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
  int64_t inputs = getInputChannels(), outputs = getOutputChannels();
  auto transform = [&](const BlockInTile &at, int64_t m, int64_t c) {
    const float *g = &from[(m * inputs + c) * 9];
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
  };
  // The channels of a block are neighbours in each of the points' lines.
  for (int64_t first = 0; first < outputs; first += lanes) {
    BlockInTile at(tiling.blocks, first / lanes);
    int64_t last = std::min<int64_t>(first + lanes, outputs);
    for (int64_t c = 0; c < inputs; ++c)
      for (int64_t m = first; m < last; ++m)
        transform(at, m, c);
  }
}

void WinogradConvOp::packBiases(ArrayRef<float> from,
                                MutableArrayRef<float> to) {
  llvm::copy(from.take_front(getOutputChannels()), to.begin());
}
