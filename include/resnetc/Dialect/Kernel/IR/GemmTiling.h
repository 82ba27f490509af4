//===- GemmTiling.h - A convolution as a product of matrices -- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_GEMMTILING_H
#define RESNETC_DIALECT_KERNEL_IR_GEMMTILING_H

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace resnetc::kernel {

class ImplicitGemmAttr;

/// A convolution on a GPU: the product of a matrix whose rows are the pixels of
/// a batch, and whose columns are the *steps* of the sum, with one that has a
/// row of steps for each output channel.
///
/// The steps of a group are its input channels at each tap: of a blocked input
/// in the order (block of channels, tap, channel in the block), so that a few
/// neighbours lie together in memory; of a planar input (channel, tap), where
/// the columns of taps may be one more, so that pairs of 16 bits lie together.
/// Behind them are steps with zero weights, up to whole slices of 128 bytes.
struct GemmTiling {
  GemmTiling(ConvOp op, ImplicitGemmAttr gemm);

  static constexpr int64_t sliceBytes = 128; ///< Of each row, at a time.
  static constexpr int64_t pieceBytes = 16;  ///< What a thread copies at once.
  static constexpr int64_t groupBytes = 4;   ///< The least that it can copy.

  ConvChannels channels;
  int64_t window;       ///< Taps.
  int64_t elementBytes; ///< Of the input and the weights.
  int64_t steps;        ///< That have weights.
  int64_t slices;
  /// Rows of weights: output channels of all groups, each padded to blocks.
  int64_t rows;
  int64_t pixelsPerImage;
  int64_t channelTile;   ///< Output channels of a thread block.
  int64_t tilesPerGroup; ///< Tiles of the output channels of a group.
  bool planar;
  /// Whether the inputs of a planar convolution can be copied in groups of 4
  /// bytes: the two columns of a group of 16 bits are then aligned.
  bool groups;

  int64_t groupThreads; ///< That multiply a tile together.
  int64_t threads;      ///< Of a block: one such group for each split.
  int64_t inFlight;     ///< Slices that are multiplied behind the last.
  int64_t stages;       ///< No more than there are slices, and those.
  int64_t stageBytes;   ///< Of a slice of pixels and channels.
  int64_t sumsBytes;    ///< Of a tile's sums.
  int64_t sharedBytes;  ///< Of a block.

  /// Of a pixel's sums in shared memory, in f32: two lanes whose sums are in
  /// neighbouring rows use different banks.
  int64_t sumsStride() const { return channelTile + 8; }
  int64_t sliceSteps() const { return sliceBytes / elementBytes; }
  int64_t pieceSteps() const { return pieceBytes / elementBytes; }
  int64_t groupSteps() const { return groupBytes / elementBytes; }
  int64_t paddedSteps() const { return slices * sliceSteps(); }
  int64_t columns() const { return channels.groups * tilesPerGroup; }
  int64_t packedWeights() const { return rows * paddedSteps(); }

  /// The place of a step's input relative to the pixel's first, in elements;
  /// -1 for steps without weights.
  int64_t inputOffset(int64_t step) const;
  /// The step of a channel of the group at a tap.
  int64_t stepOf(int64_t channel, int64_t tap) const;
  /// Where the first input channel of a group lies, in elements.
  int64_t groupOffset(int64_t group) const;
  /// Whether a slice has several steps of which only some have weights.
  bool hasPadding() const { return steps != paddedSteps(); }

private:
  int64_t rowStride, planeStride; ///< Of the input.
  int64_t kernelWidth, windowColumns, dilationRows, dilationColumns;
};

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_GEMMTILING_H
