//===- FilterGradientTiling.h - Sums of a filter gradient ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_FILTERGRADIENTTILING_H
#define RESNETC_DIALECT_KERNEL_IR_FILTERGRADIENTTILING_H

#include "mlir/Support/LLVM.h"
#include <cstdint>

namespace resnetc::kernel {

class ConvFilterGradientOp;

/// How the sums of kernel.conv_filter_gradient are split into units.
struct FilterGradientTiling {
  explicit FilterGradientTiling(ConvFilterGradientOp op);
  /// Of `outputs` x `inputs` channels in blocks of `lanes`, of which each group
  /// has its share; the input may be planar.
  FilterGradientTiling(int64_t inputs, int64_t outputs, int64_t group,
                       int64_t lanes, bool planar,
                       mlir::ArrayRef<int64_t> kernelShape);

  /// Whether groups fill blocks, or blocks groups.
  static bool admits(int64_t inputs, int64_t outputs, int64_t group,
                     int64_t lanes, bool planar);

  int64_t lanes;
  int64_t outputBlocks;
  int64_t inputParts;    ///< Blocks, or groups of planes, of one output block.
  int64_t planesPerUnit; ///< 0 if the input is blocked.
  int64_t rows, columns; ///< Of taps.
  int64_t inputsOfGroup; ///< Input channels.
  int64_t group;

  int64_t vectors() const {
    return planesPerUnit ? planesPerUnit * columns : lanes;
  }
  int64_t tapsOutside() const { return planesPerUnit ? rows : rows * columns; }
  int64_t units() const { return outputBlocks * inputParts * tapsOutside(); }
  int64_t elements() const { return units() * vectors() * lanes; }
};

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_FILTERGRADIENTTILING_H
