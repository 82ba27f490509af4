//===- Evaluator.h - Runs functions of the resnet dialect ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_REFERENCE_EVALUATOR_H
#define RESNETC_DIALECT_RESNET_REFERENCE_EVALUATOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"
#include <vector>

namespace resnetc::resnet {

/// Runs a function of one block in double precision, operation by operation.
/// Results are not rounded in between, unless an operation's type is of
/// integers. Fails, with an error at the operation, if one cannot be evaluated.
llvm::FailureOr<std::vector<ReferenceTensor>>
evaluate(mlir::func::FuncOp function, llvm::ArrayRef<ReferenceTensor> inputs);

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_REFERENCE_EVALUATOR_H
