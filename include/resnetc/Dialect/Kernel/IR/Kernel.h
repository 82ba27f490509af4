//===- Kernel.h - The kernel dialect -------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_KERNEL_H
#define RESNETC_DIALECT_KERNEL_IR_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace resnetc::kernel::detail {
/// What ComputeOpInterface says of buffers and parameters.
llvm::LogicalResult verifyComputeOp(mlir::Operation *op);
} // namespace resnetc::kernel::detail

#include "resnetc/Dialect/Kernel/IR/KernelDialect.h.inc"
#include "resnetc/Dialect/Kernel/IR/KernelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "resnetc/Dialect/Kernel/IR/KernelAttrs.h.inc"
// After the attributes that interfaces return.
#include "resnetc/Dialect/Kernel/IR/KernelInterfaces.h.inc"
#define GET_OP_CLASSES
#include "resnetc/Dialect/Kernel/IR/KernelOps.h.inc"

namespace resnetc::kernel {

/// The memory that `ViewOp`s give other shapes to.
mlir::Value getUnderlyingBuffer(mlir::Value buffer);

/// Whether memory is the same for all images of the batch.
bool isSharedMemory(mlir::Value buffer);

/// Whether an operation writes such memory: images wait for each other there.
bool writesSharedMemory(mlir::Operation *op);

/// Of what a buffer holds, for the names of kernels: f32 or bf16.
std::string getElementName(mlir::Value buffer);

/// How many bytes memory has.
int64_t getNumBytes(mlir::Value buffer);

/// Copies memory that lies the same way: a kernel.generic "copy".
void buildFlatCopy(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value from, mlir::Value to);

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_KERNEL_H
