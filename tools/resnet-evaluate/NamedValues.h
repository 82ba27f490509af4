//===- NamedValues.h - Inputs and results in files of their own  -*- C++ -*-==//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An argument or a result is called by its name, `x`, or if it has a role by
// this and its name: `gradient.conv1.weight`.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNET_EVALUATE_NAMEDVALUES_H
#define RESNETC_TOOLS_RESNET_EVALUATE_NAMEDVALUES_H

#include "Values.h"
#include "llvm/ADT/StringMap.h"

namespace resnetc {

/// Reads tensors from `NAME=FILE.npy`. Errors are fatal.
llvm::StringMap<resnet::ReferenceTensor>
readTensors(llvm::ArrayRef<std::string> files);

/// The value that is given for an argument, or that the argument says that it
/// holds at first; nothing if there is none. An error at the function if what
/// is given does not fit.
llvm::FailureOr<std::optional<resnet::ReferenceTensor>>
findGiven(mlir::func::FuncOp function, unsigned argument,
          const llvm::StringMap<resnet::ReferenceTensor> &given);

/// An error at the function if a tensor is given for none of its arguments.
llvm::LogicalResult
checkAllTaken(mlir::func::FuncOp function,
              const llvm::StringMap<resnet::ReferenceTensor> &given);

/// Writes `NAME.npy` in a folder for each result, as float64; a slash in a name
/// becomes an underscore. Errors of writing are fatal.
llvm::LogicalResult writeNamedResults(mlir::func::FuncOp function,
                                      llvm::ArrayRef<resnet::ReferenceTensor>,
                                      llvm::StringRef directory);

} // namespace resnetc

#endif // RESNETC_TOOLS_RESNET_EVALUATE_NAMEDVALUES_H
