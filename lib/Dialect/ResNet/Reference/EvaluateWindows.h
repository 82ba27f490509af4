//===- EvaluateWindows.h - Windows of convolutions and pools  -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATEWINDOWS_H
#define RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATEWINDOWS_H

#include "EvaluateCommon.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

namespace resnetc::resnet {

/// The windows of an operation on all spatial dimensions.
struct Windows {
  llvm::SmallVector<WindowDimension> dimensions;
  Coordinates counts;

  /// Fails, with an error on the operation, for what does not fit `inputShape`,
  /// which is N x C x ....
  static llvm::FailureOr<Windows>
  get(mlir::Operation *op, llvm::ArrayRef<int64_t> inputShape,
      llvm::ArrayRef<int64_t> kernel, llvm::ArrayRef<int64_t> strides,
      llvm::ArrayRef<int64_t> pads, llvm::ArrayRef<int64_t> dilations,
      llvm::StringRef autoPad, bool ceilMode);

  /// The input coordinate that tap `tap` of window `at` reads.
  int64_t position(size_t d, llvm::ArrayRef<int64_t> at,
                   llvm::ArrayRef<int64_t> tap) const {
    const WindowDimension &w = dimensions[d];
    return at[d] * w.stride + tap[d] * w.dilation - w.padBegin;
  }
  Coordinates kernel() const {
    Coordinates sizes;
    for (const WindowDimension &window : dimensions)
      sizes.push_back(window.kernel);
    return sizes;
  }
  /// What the sum of window `at` is divided by for a mean.
  int64_t divisor(llvm::ArrayRef<int64_t> at, bool countIncludePad) const;
};

/// Calls `body` with the coordinates of the input's elements under window `at`
/// and of their taps; what is in the padding is left out.
void forEachInside(
    const Windows &windows, llvm::ArrayRef<int64_t> at,
    llvm::function_ref<void(llvm::ArrayRef<int64_t>, llvm::ArrayRef<int64_t>)>
        body);

inline Coordinates join(int64_t a, int64_t b, llvm::ArrayRef<int64_t> rest) {
  Coordinates result = {a, b};
  result.append(rest.begin(), rest.end());
  return result;
}

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATEWINDOWS_H
