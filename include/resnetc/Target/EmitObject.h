//===- EmitObject.h - Native code and data -------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_EMITOBJECT_H
#define RESNETC_TARGET_EMITOBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "resnetc/Target/CompiledNetwork.h"
#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace resnetc {

/// Lowers a module of kernels (vector, scf, memref, arith, math) to the LLVM
/// dialect. Memrefs are static, so each becomes one pointer. Without `hasBF16`,
/// rounding to bf16 becomes arithmetic on integers: LLVM would call a function.
void buildKernelToLLVMPipeline(mlir::OpPassManager &manager,
                               bool hasBF16 = false);

/// The LLVM module of a network: the kernels of each variant, translated, and
/// the tables. Each function has the CPU of its variant, and what runs before a
/// variant is chosen that of every machine. The section of weights is a
/// placeholder until the object is written.
llvm::Expected<std::unique_ptr<llvm::Module>>
buildLLVMModule(llvm::ArrayRef<mlir::ModuleOp> kernels,
                const CompiledNetwork &network, llvm::LLVMContext &context);

/// Optimizes and writes a relocatable object with the network's weights.
llvm::Error emitObject(llvm::Module &module, const CompiledNetwork &network,
                       llvm::raw_pwrite_stream &os);

/// Optimizes and writes assembly, which includes the weights from
/// `weightsFile`.
llvm::Error emitAssembly(llvm::Module &module, const CompiledNetwork &network,
                         llvm::StringRef weightsFile,
                         llvm::raw_pwrite_stream &os);

/// Writes LLVM IR, which includes the weights from `weightsFile`. If that is
/// empty, the weights are a symbol that is not defined.
llvm::Error emitLLVMIR(llvm::Module &module, const CompiledNetwork &network,
                       llvm::StringRef weightsFile,
                       llvm::raw_pwrite_stream &os);

/// The self-contained C99 header of a network.
void emitHeader(const CompiledNetwork &network, llvm::raw_ostream &os);

/// LLVM IR, as text, of what a network's object has besides its kernels: a
/// resnetc_rt_model for each variant, the exported functions, and an entry
/// point for each kernel, which loads the pointers that the kernel takes.
std::string emitTableIR(const CompiledNetwork &network);

/// The version of resnetc, for headers and objects.
llvm::StringRef getVersion();

} // namespace resnetc

#endif // RESNETC_TARGET_EMITOBJECT_H
