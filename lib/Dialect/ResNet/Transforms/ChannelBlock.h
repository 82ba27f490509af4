//===- ChannelBlock.h - How many channels lie together on a GPU - -*- C++
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELBLOCK_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELBLOCK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace resnetc::resnet {

/// The block of channels with which a GPU has the least to multiply: wide
/// blocks are copied best, but what does not fill them is padded with zeros.
int64_t chooseChannelBlock(mlir::func::FuncOp function);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_CHANNELBLOCK_H
