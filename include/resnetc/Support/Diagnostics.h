//===- Diagnostics.h - Errors for people who run a tool ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_DIAGNOSTICS_H
#define RESNETC_SUPPORT_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

namespace resnetc {

/// Prints a model's errors in one line each, while it lives:
///
///     error: model.onnx: node 'layer1.0/conv1' (Conv): reason
///
/// The node is found in the location that the importer gives operations,
/// `loc("node name"("OpType"("model.onnx":index:0)))`. Notes follow
/// indented, but not the one with which MLIR shows the operation.
class ModelDiagnosticHandler : public mlir::ScopedDiagnosticHandler {
public:
  explicit ModelDiagnosticHandler(mlir::MLIRContext *context,
                                  llvm::raw_ostream &os = llvm::errs());

  /// How many errors were printed.
  unsigned getNumErrors() const { return numErrors; }

private:
  unsigned numErrors = 0;
};

/// "model.onnx: node 'name' (OpType)", or as much of it as the location knows.
std::string describeLocation(mlir::Location loc);

/// `name` without characters that would break a line or drive a terminal.
std::string printable(llvm::StringRef name);

} // namespace resnetc

#endif // RESNETC_SUPPORT_DIAGNOSTICS_H
