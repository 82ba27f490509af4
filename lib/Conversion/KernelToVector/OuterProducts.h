//===- OuterProducts.h - The innermost loop of convolutions --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the direct algorithm and Winograd's have in common: a register tile of
// sums, to which products of broadcast input elements with vectors of weights
// are added, channel after channel.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOVECTOR_OUTERPRODUCTS_H
#define RESNETC_LIB_CONVERSION_KERNELTOVECTOR_OUTERPRODUCTS_H

#include "VectorLowering.h"

namespace resnetc::kernel {

/// Multiply-adds of a trip of the innermost loop, at most: enough to hide the
/// loop, and few enough that LLVM's scheduler, which moves loads up within a
/// block as far as it can, does not spill the sums. With 384 of them, 12x2
/// tiles of AVX-512 spilled 300 vectors a trip and ran at half their speed.
constexpr int64_t maxProductsOfTrip = 64;

/// How a step multiplies.
enum class ProductKind {
  single, ///< One channel; weights in the order c, o, lane.
  pairs,  ///< Two channels of bf16; weights in the order c / 2, o, lane, c % 2.
  dot     ///< The same with the target's instruction for it.
};

/// sums[p][o] += broadcast(input[p][c]) * weight[c][o] for `channels` channels
/// c of each of `pixels` pixels, `pixelDistance` elements apart, and vectors of
/// weights for `blocks` blocks.
struct OuterProducts {
  const FlatBuffer &input;
  const FlatBuffer &weight;
  int64_t pixelDistance;
  int64_t pixels;
  int64_t blocks;
  int64_t channels;
  int64_t lanes;
  ProductKind kind = ProductKind::single;
  /// Of each pair only the first input counts; the second may be anything.
  bool onlyFirst = false;

  /// The sums, blocks within pixels, after the products of input from
  /// `inputIndex` and weights from `weightIndex`.
  llvm::SmallVector<mlir::Value> add(mlir::ImplicitLocOpBuilder &b,
                                     mlir::Value inputIndex,
                                     mlir::Value weightIndex,
                                     mlir::ValueRange sums) const;

private:
  /// Channels of a step, of whose products a tile has one for each sum.
  int64_t channelsOfStep() const { return kind == ProductKind::single ? 1 : 2; }
  int64_t channelsOfTrip() const;
  void addStep(mlir::ImplicitLocOpBuilder &b, mlir::Value inputIndex,
               mlir::Value weightIndex,
               llvm::MutableArrayRef<mlir::Value> sums) const;
};

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOVECTOR_OUTERPRODUCTS_H
