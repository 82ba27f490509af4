//===- ResizeTaps.h - What elements of a resize are made of --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESIZETAPS_H
#define RESNETC_DIALECT_RESNET_IR_RESIZETAPS_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// What an element of one dimension of the result is made of.
struct ResizeTaps {
  bool isOutside = false; ///< The result is the value of extrapolation.
  llvm::SmallVector<int64_t> from;
  llvm::SmallVector<double> weights;
};

/// One dimension of a resize.
struct ResizedDimension {
  ResizeOp op;
  int64_t size;     ///< Of the input.
  bool isKept;      ///< For it is none of those that change.
  double scale = 1; ///< Of the result to the input.
  double begin = 0; ///< Of the region of interest.
  double end = 1;

  /// The place in the input of element `i` of the result.
  double positionOf(int64_t i);
  ResizeTaps tapsOf(int64_t i);
};

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_IR_RESIZETAPS_H
