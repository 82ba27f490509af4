//===- FoldOperation.h - Evaluates an operation on constants -- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_FOLDOPERATION_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_FOLDOPERATION_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"

namespace resnetc::resnet {

/// Computes an operation with the reference evaluator, on what `lookup` knows
/// of its operands: no results if one is unknown. Fails, with an error on the
/// operation, for values that it does not accept.
llvm::FailureOr<std::vector<ReferenceTensor>> evaluateOperation(
    ReferenceOpInterface op,
    llvm::function_ref<std::optional<ReferenceTensor>(mlir::Value)> lookup);

/// The constant that a value is; nothing if it is none, or none of numbers.
std::optional<ReferenceTensor> constantTensor(mlir::Value value);

/// Replaces the results of an operation by constants, which the reference
/// evaluator computes, and returns these: none unless all operands are
/// constants, and operands and results have at most so many elements each.
/// Fails, with an error on the operation, for values that it does not accept.
llvm::FailureOr<llvm::SmallVector<mlir::Value>>
foldOperation(mlir::Operation *op, int64_t maxElements);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_FOLDOPERATION_H
