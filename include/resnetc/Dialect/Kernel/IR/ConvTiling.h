//===- ConvTiling.h - How a convolution divides into tiles ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic that the schedule, the packing of weights and the generated
// code of a convolution share. It decides nothing: it unfolds what a schedule
// says for one operation.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_CONVTILING_H
#define RESNETC_DIALECT_KERNEL_IR_CONVTILING_H

#include <cstdint>

namespace resnetc::kernel {

class ConvOp;
class ScheduleAttr;

/// `total` things in as few pieces of at most `limit` as possible, as even as
/// possible: `large` pieces of `size`, then `small` pieces of `size - 1`.
/// 56 by 6 gives 6 of 6 and 4 of 5, where 9 of 6 would leave one of 2 that
/// keeps too few multipliers busy.
struct EvenSplit {
  int64_t size = 0;
  int64_t large = 0;
  int64_t small = 0;

  EvenSplit() = default;
  EvenSplit(int64_t total, int64_t limit);
  int64_t pieces() const { return large + small; }
};

/// The tile of output blocks that holds a block.
struct BlockInTile {
  BlockInTile(const EvenSplit &blocks, int64_t block);

  int64_t size;  ///< Blocks of the tile.
  int64_t place; ///< The block's place among them.
  int64_t first; ///< The tile's first block.
};

/// What of a convolution's channels goes together, whatever its schedule.
struct ConvChannels {
  ConvChannels(int64_t inputChannels, int64_t outputChannels, int64_t group,
               int64_t block, bool planar);

  int64_t block;          ///< Lanes of a vector: channels of a block.
  int64_t groups;         ///< Groups left after merging narrow ones.
  int64_t mergedGroups;   ///< ONNX groups in each of them.
  int64_t inputChannels;  ///< Input channels of one (merged) group.
  int64_t outputChannels; ///< Output channels of one (merged) group.
  int64_t inputBlocks;    ///< Outer trips over input channels of a group.
  int64_t inputUnroll;    ///< Channels in each trip: block, or 1 if planar.
  int64_t outputBlocks;   ///< Blocks of output channels of a group.

  /// Whether groups are narrower than a vector and fit it exactly, so that the
  /// `diagonal` algorithm applies.
  static bool isDiagonal(int64_t inputChannels, int64_t outputChannels,
                         int64_t group, int64_t block, bool planar);
};

/// One operation under one schedule.
struct ConvTiling {
  ConvTiling(ConvOp op, ScheduleAttr schedule);

  ConvChannels channels;
  EvenSplit columns;       ///< A row of pixels into register tiles.
  EvenSplit blocks;        ///< Output blocks of a group into register tiles.
  EvenSplit passes;        ///< Trips over input channels into passes.
  int64_t rows;            ///< Rows of a chunk.
  int64_t chunks;          ///< Chunks of rows.
  int64_t tiles;           ///< Tiles of output blocks, all groups.
  int64_t windowColumns;   ///< Kernel width; even if pairs are of columns.
  int64_t window;          ///< Kernel height times windowColumns.
  int64_t weightsPerBlock; ///< Packed weights of one output block.
  bool diagonal;
  bool pairs; ///< Two channels or columns lie together, as bf16.

  /// Bytes of a packed weight.
  int64_t weightBytes() const { return pairs ? 2 : 4; }
  /// Where the weights of step `step` lie for `lane` of block `block` of a tile
  /// of `size` blocks. A step is a channel at a place of the window.
  int64_t placeOf(int64_t step, int64_t size, int64_t block,
                  int64_t lane) const {
    int64_t together = pairs ? 2 : 1;
    return ((step / together * size + block) * channels.block + lane) *
               together +
           step % together;
  }
  /// With several passes over its input channels a chunk is not divided.
  int64_t units() const {
    return chunks * tiles * (passes.pieces() == 1 ? rows : 1);
  }
  /// Elements of the packed weights, and of the packed bias.
  int64_t packedWeights() const;
  int64_t packedBias() const;
};

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_CONVTILING_H
