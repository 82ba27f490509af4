//===- EachPass.h - Whether passes keep what is computed ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNET_EVALUATE_EACHPASS_H
#define RESNETC_TOOLS_RESNET_EVALUATE_EACHPASS_H

#include "Values.h"
#include "mlir/IR/BuiltinOps.h"

namespace resnetc {

/// Runs all passes of a compilation that leave the module in the resnet
/// dialect. After each, every function must give the results that it gave
/// before the first; a line says whether it does. `inputs` and `expected` are
/// of each function of the module, in order.
bool evaluateAfterEachPass(mlir::ModuleOp module, llvm::ArrayRef<Values> inputs,
                           llvm::ArrayRef<Values> expected, double tolerance);

} // namespace resnetc

#endif // RESNETC_TOOLS_RESNET_EVALUATE_EACHPASS_H
