//===- ElementwiseToKernel.h - Elementwise operations on memory -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTWISETOKERNEL_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTWISETOKERNEL_H

#include "NetworkBuilder.h"

namespace resnetc {

/// Computes the element of the result from those of the operands: f32, or a
/// boolean.
using MapBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                               mlir::ValueRange)>;

/// Makes an elementwise operation a `kernel.map`. Fails, with an error on the
/// operation, where its operands lie in ways that a map does not take.
llvm::LogicalResult buildMap(mlir::Operation *op, NetworkBuilder &builder,
                             MapBody body);

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTWISETOKERNEL_H
