//===- EmitOutput.h - Writes what was asked for --------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DRIVER_EMITOUTPUT_H
#define RESNETC_LIB_DRIVER_EMITOUTPUT_H

#include "mlir/IR/BuiltinOps.h"
#include "resnetc/Driver/Compile.h"
#include "resnetc/Driver/OutputFiles.h"
#include "resnetc/Target/EmitObject.h"

namespace resnetc {

/// Writes a lowered network to the files that the options name.
class EmitOutput {
public:
  /// `modules` are the kernels of each variant, or what the kind of output asks
  /// for. `lowerKernels` takes one to the LLVM dialect, for its target.
  EmitOutput(const CompileOptions &options, CompiledNetwork &network,
             llvm::ArrayRef<mlir::ModuleOp> modules,
             llvm::function_ref<llvm::LogicalResult(mlir::ModuleOp,
                                                    const TargetModel &)>
                 lowerKernels)
      : options(options), network(network), modules(modules),
        lowerKernels(lowerKernels) {}

  llvm::Error run();

private:
  llvm::Error printIR();
  llvm::Error
  printText(llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> writer);
  llvm::Error writeNative(llvm::Module &code);
  llvm::Error linkNative(llvm::Module &code);
  llvm::Error takeGPUCode(mlir::ModuleOp module);

  const CompileOptions &options;
  CompiledNetwork &network;
  llvm::ArrayRef<mlir::ModuleOp> modules;
  llvm::function_ref<llvm::LogicalResult(mlir::ModuleOp, const TargetModel &)>
      lowerKernels;
  OutputFiles files;
};

} // namespace resnetc

#endif // RESNETC_LIB_DRIVER_EMITOUTPUT_H
