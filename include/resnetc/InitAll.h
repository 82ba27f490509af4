//===- InitAll.h - Registers dialects and passes -------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_INITALL_H
#define RESNETC_INITALL_H

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "resnetc/Conversion/KernelToGPU/KernelToGPU.h"
#include "resnetc/Conversion/KernelToVector/KernelToVector.h"
#include "resnetc/Conversion/Passes.h"
#include "resnetc/Conversion/ResNetToKernel/ResNetToKernel.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc {

/// Registers all dialects a compilation passes through, and the external
/// models on them.
inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<kernel::KernelDialect, mlir::arith::ArithDialect,
                  mlir::func::FuncDialect, mlir::gpu::GPUDialect,
                  mlir::LLVM::LLVMDialect, mlir::NVVM::NVVMDialect,
                  mlir::math::MathDialect, mlir::memref::MemRefDialect,
                  resnet::ResNetDialect, mlir::scf::SCFDialect,
                  mlir::vector::VectorDialect>();
  registerKernelConversions(registry);
  registerVectorLowerings(registry);
  registerGPULowerings(registry);
  // What convert-to-llvm converts.
  mlir::arith::registerConvertArithToLLVMInterface(registry);
  mlir::registerConvertNVVMToLLVMInterface(registry);
  mlir::vector::registerConvertVectorToLLVMInterface(registry);
  mlir::cf::registerConvertControlFlowToLLVMInterface(registry);
  mlir::registerConvertMemRefToLLVMInterface(registry);
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::registerGPUDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
}

/// Registers the passes of resnetc for use by name.
inline void registerAllPasses() {
  resnet::registerResNetPasses();
  kernel::registerKernelPasses();
  registerConversionPasses();
}

} // namespace resnetc

#endif // RESNETC_INITALL_H
