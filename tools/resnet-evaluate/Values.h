//===- Values.h - Inputs and results of functions ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNET_EVALUATE_VALUES_H
#define RESNETC_TOOLS_RESNET_EVALUATE_VALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <vector>

namespace resnetc {

using Values = std::vector<resnet::ReferenceTensor>;

/// The values of arguments: those `given` by name (NamedValues.h), else what
/// the argument says that it holds at first (`resnet.value`), zeros for
/// gradients, and normally distributed numbers for others, with `batch` for
/// unknown dimensions. Seeded, so that two functions of a type get the same. An
/// error at the function if an argument is no tensor of floats and not given,
/// and if what is given does not fit.
llvm::FailureOr<Values>
makeInputs(mlir::func::FuncOp function, int64_t batch,
           const llvm::StringMap<resnet::ReferenceTensor> &given = {});

/// The numbers for the arguments from a file: float32, one argument after the
/// other.
llvm::Expected<Values> readInputs(mlir::func::FuncOp function, int64_t batch,
                                  llvm::StringRef path);

/// Writes all results one after the other, as float64.
llvm::Error writeResults(llvm::ArrayRef<resnet::ReferenceTensor> results,
                         llvm::StringRef path);

/// The relative L2 distance of all results; nothing if shapes differ.
std::optional<double> getDistance(llvm::ArrayRef<resnet::ReferenceTensor> a,
                                  llvm::ArrayRef<resnet::ReferenceTensor> b);

/// Prints a line with the results' distance, which starts with `what`, and says
/// whether it is at most the tolerance.
bool printComparison(const llvm::Twine &what,
                     llvm::ArrayRef<resnet::ReferenceTensor> results,
                     llvm::ArrayRef<resnet::ReferenceTensor> expected,
                     double tolerance);

} // namespace resnetc

#endif // RESNETC_TOOLS_RESNET_EVALUATE_VALUES_H
