//===- Passes.h - Passes on the kernel dialect ---------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_H
#define RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/IR/WinogradError.h"

namespace resnetc::kernel {

#define GEN_PASS_DECL
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_H
