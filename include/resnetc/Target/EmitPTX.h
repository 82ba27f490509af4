//===- EmitPTX.h - Code of GPUs ------------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_EMITPTX_H
#define RESNETC_TARGET_EMITPTX_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"
#include "resnetc/Target/GPUModel.h"
#include <string>

namespace resnetc {

/// Lowers the kernels of a gpu.module (gpu, nvvm, vector, scf, memref, arith,
/// math) to the LLVM dialect.
void buildGPUToLLVMPipeline(mlir::OpPassManager &manager);

/// NVIDIA's portable assembly of a gpu.module in the LLVM dialect. Fails if a
/// kernel calls a function that no GPU has.
llvm::Expected<std::string> emitPTX(mlir::gpu::GPUModuleOp module,
                                    const GPUModel &model);

/// The path of NVIDIA's assembler, or nothing: $CUDA_HOME/bin, then the search
/// path, then where CUDA installs itself.
std::optional<std::string> findAssembler();

/// Machine code for one GPU, as an ELF file. The error has what the assembler
/// says.
llvm::Expected<std::string> assemblePTX(llvm::StringRef assembler,
                                        llvm::StringRef ptx,
                                        const GPUModel &model);

} // namespace resnetc

#endif // RESNETC_TARGET_EMITPTX_H
