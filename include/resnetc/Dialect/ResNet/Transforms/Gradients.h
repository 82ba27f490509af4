//===- Gradients.h - Reverse-mode differentiation ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_GRADIENTS_H
#define RESNETC_DIALECT_RESNET_TRANSFORMS_GRADIENTS_H

#include "mlir/IR/Builders.h"

namespace resnetc::resnet {

/// Creates the gradients of `y` (of the sum of its elements, if it has several)
/// with respect to `xs`, in the shapes of these, where the builder stands.
///
/// The operations on the way from `xs` to `y`, which are in one block, tell
/// what they add (DifferentiableOpInterface). `xs` are independent variables:
/// gradients do not flow further back. For one that `y` does not depend on,
/// the gradient is zero; for one of integers there is none (null). Fails, with
/// an error on each operation that cannot be differentiated.
llvm::FailureOr<llvm::SmallVector<mlir::Value>>
buildGradients(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value y,
               llvm::ArrayRef<mlir::Value> xs);

/// The same where the variables have other `values`, of the same types: what
/// depends on those that differ is computed again.
llvm::FailureOr<llvm::SmallVector<mlir::Value>>
buildGradientsAt(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value y,
                 llvm::ArrayRef<mlir::Value> xs,
                 llvm::ArrayRef<mlir::Value> values);

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_GRADIENTS_H
