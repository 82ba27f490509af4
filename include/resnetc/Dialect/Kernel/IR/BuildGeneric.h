//===- BuildGeneric.h - Creates kernel.generic ---------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_BUILDGENERIC_H
#define RESNETC_DIALECT_KERNEL_IR_BUILDGENERIC_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"

namespace resnetc::kernel {

/// Creates a kernel.generic whose code for one unit `body` makes, from the
/// unit's number; `buffers` are the inputs, then the outputs, in the code.
GenericOp buildGeneric(
    mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
    mlir::ValueRange inputs, mlir::ValueRange outputs, int64_t units,
    llvm::function_ref<void(mlir::ImplicitLocOpBuilder &b,
                            mlir::ValueRange buffers, mlir::Value unit)>
        body);

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_BUILDGENERIC_H
