//===- ChannelAffine.h - Scale and shift by channel ----------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELAFFINE_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELAFFINE_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include <optional>
#include <vector>

namespace resnetc::resnet {

/// `scale[c] * input + shift[c]`, for each channel c of dimension 1: what a
/// batch normalization computes, and a product or sum with a constant by
/// channel, as some exporters write it.
struct ChannelAffine {
  mlir::Value input;
  std::vector<double> scale;
  std::vector<double> shift;

  /// Nothing if `op` is none or its parameters are not constants of f32.
  static std::optional<ChannelAffine> match(mlir::Operation *op);

  bool scales() const;
  bool shifts() const;
};

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELAFFINE_H
