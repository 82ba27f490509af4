//===- WinogradTiling.h - How Winograd's algorithm divides ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Winograd's minimal filtering, F(m x m, 3 x 3), as in Lavin and Gray, "Fast
// Algorithms for Convolutional Neural Networks" (2015): a tile of m x m results
// is A^T [(G g G^T) . (B^T d B)] A, where d is the (m + 2) x (m + 2) elements
// that it sees, g the weights, and the product in the middle elementwise.
// Summed over channels, that product is (m + 2)^2 matrix products of tiles by
// channels with channels by output channels.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_WINOGRADTILING_H
#define RESNETC_DIALECT_KERNEL_IR_WINOGRADTILING_H

#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "llvm/ADT/ArrayRef.h"

namespace resnetc::kernel {

class WinogradConvOp;
enum class Algorithm : uint32_t;

/// The matrices of F(m, 3), row-major.
struct WinogradMatrices {
  int64_t outputs;                 ///< m
  int64_t points;                  ///< m + 2
  llvm::ArrayRef<double> input;    ///< B^T, points x points
  llvm::ArrayRef<double> weight;   ///< G, points x 3
  llvm::ArrayRef<double> output;   ///< A^T, outputs x points
  llvm::ArrayRef<double> gradient; ///< A, points x outputs
  llvm::ArrayRef<double> filter;   ///< G^T, 3 x points

  /// For m = 2 (points 0, 1, -1 and infinity) and m = 4 (2 and -2 as well).
  static const WinogradMatrices &get(int64_t outputs);
};

/// At least `count` vectors that are an odd number of cache lines. The
/// transforms read or write a vector of each of up to 36 points, so far apart;
/// 48 lines apart, say, these would share 4 sets of the first cache.
int64_t padToOddLines(int64_t count, int64_t block);

/// How a `kernel.winograd_conv` divides.
struct WinogradTiling {
  explicit WinogradTiling(WinogradConvOp op);
  WinogradTiling(int64_t outputs, llvm::ArrayRef<int64_t> outputSize,
                 int64_t inputChannels, int64_t outputChannels, int64_t block,
                 ScheduleAttr schedule);

  /// The algorithm with tiles of `outputs` x `outputs`, in one step or two.
  static Algorithm algorithmOf(int64_t outputs, bool fused);
  static bool isFused(Algorithm algorithm);

  /// Tiles of `outputs` x `outputs` that cover `size`.
  static int64_t tilesOf(int64_t outputs, int64_t size) {
    return (size + outputs - 1) / outputs;
  }

  bool fused;              ///< Whether the input is transformed by units.
  int64_t block;           ///< Lanes of a vector: channels of a block.
  int64_t points;          ///< Matrix products: (m + 2)^2.
  int64_t tileRows;        ///< Rows of tiles.
  int64_t tileColumns;     ///< Tiles of a row of tiles.
  int64_t inputBlocks;     ///< Blocks of input channels.
  int64_t pointVectors;    ///< Of a register tile's input for a point.
  int64_t productVectors;  ///< Of a unit's products for a point.
  EvenSplit tiles;         ///< All tiles of an image into register tiles.
  EvenSplit blocks;        ///< Blocks of output channels into register tiles.
  EvenSplit chunks;        ///< Register tiles of tiles into chunks.
  int64_t weightsPerBlock; ///< Packed weights of one output block.

  /// The split of `tiles` into so many register tiles.
  static EvenSplit splitInto(int64_t tiles, int64_t pieces) {
    return EvenSplit(tiles, (tiles + pieces - 1) / pieces);
  }

  int64_t units() const {
    return chunks.pieces() * (fused ? 1 : blocks.pieces());
  }
  /// Products that a unit keeps until it transforms them.
  int64_t products() const { return points * productVectors * block; }
  int64_t outputBlocks() const {
    return blocks.large * blocks.size + blocks.small * (blocks.size - 1);
  }
};

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_WINOGRADTILING_H
