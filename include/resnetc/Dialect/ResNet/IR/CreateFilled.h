//===- CreateFilled.h - A tensor of one value in a shape ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_CREATEFILLED_H
#define RESNETC_DIALECT_RESNET_IR_CREATEFILLED_H

#include "mlir/IR/Builders.h"

namespace resnetc::resnet {

/// Creates a tensor of the type of `like`, which is of floating point, with
/// `value` for every element: a constant if the shape is known, else of each
/// example what it has.
mlir::Value createFilled(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value like, double value);

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_IR_CREATEFILLED_H
