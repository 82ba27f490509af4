//===- SeparateConstants.h - Initializers that were merged ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_SEPARATECONSTANTS_H
#define RESNETC_DIALECT_RESNET_TRANSFORMS_SEPARATECONSTANTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// The name of the initializer that a constant is; none for a constant that a
/// node made.
mlir::StringAttr getInitializerName(ConstantOp constant);

/// Undoes what exporters do to a model that was never trained: initializers of
/// the same value are merged, so that scales, variances and biases of different
/// layers are one constant. Each use of an initializer that repeats one value
/// gets its own; of others, only statistics are separated from parameters.
/// Further ones are called `NAME_1`, `NAME_2` and so on.
void separateConstants(mlir::func::FuncOp function);

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_SEPARATECONSTANTS_H
