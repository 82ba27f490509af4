//===- ChooseLayout.h - Layouts of elementwise operations ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_IR_CHOOSELAYOUT_H
#define RESNETC_LIB_DIALECT_RESNET_IR_CHOOSELAYOUT_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// Whatever the first operand has.
LayoutChoice keepLayout(mlir::Operation *op, llvm::ArrayRef<int64_t> blocks);

/// Blocks if an operand has them and all can.
LayoutChoice chooseForBroadcast(mlir::Operation *op,
                                llvm::ArrayRef<int64_t> blocks, int64_t lanes);

/// The same, but plain where a last block would be padded: of the zeros there
/// (0 / 0, log 0) would come what is not finite, and a later convolution would
/// carry it into its sums.
LayoutChoice keepLayoutIfFull(mlir::Operation *op,
                              llvm::ArrayRef<int64_t> blocks, int64_t lanes);
LayoutChoice chooseForBroadcastIfFull(mlir::Operation *op,
                                      llvm::ArrayRef<int64_t> blocks,
                                      int64_t lanes);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_IR_CHOOSELAYOUT_H
