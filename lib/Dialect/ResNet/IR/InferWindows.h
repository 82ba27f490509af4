//===- InferWindows.h - How windows lie ----------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_IR_INFERWINDOWS_H
#define RESNETC_LIB_DIALECT_RESNET_IR_INFERWINDOWS_H

#include "InferCommon.h"

namespace resnetc::resnet {

/// No attribute or dimension of a window may exceed this, so that products of
/// two of them stay below 2^62.
inline constexpr int64_t maxWindowNumber = int64_t(1) << 30;

/// The attributes that convolutions and pools have in common.
struct WindowAttributes {
  llvm::ArrayRef<int64_t> kernel; // a dimension may be kDynamic
  llvm::ArrayRef<int64_t> strides;
  llvm::ArrayRef<int64_t> pads;
  llvm::ArrayRef<int64_t> dilations;
  llvm::StringRef autoPad;
  bool ceilMode = false;
  bool kernelMayBeUnknown = false;
};

/// Checks the length of an attribute, and that its elements are not below
/// `least`.
llvm::LogicalResult checkList(MaybeLoc loc, llvm::StringRef name,
                              llvm::ArrayRef<int64_t> list, size_t length,
                              int64_t least, bool mayBeUnknown = false);

/// The spatial dimensions of the result, appended to `result`. `input` has at
/// least three dimensions.
llvm::LogicalResult inferWindows(MaybeLoc loc, llvm::ArrayRef<int64_t> input,
                                 const WindowAttributes &attrs, Dims &result);

/// Checks that no window lies in the padding alone, where it has no maximum and
/// no mean.
llvm::LogicalResult verifyPoolPads(mlir::Operation *op,
                                   llvm::ArrayRef<int64_t> kernel,
                                   llvm::ArrayRef<int64_t> pads,
                                   llvm::ArrayRef<int64_t> dilations);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_IR_INFERWINDOWS_H
