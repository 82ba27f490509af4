//===- VerifyOps.h - What verifiers of kernels share ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_KERNEL_IR_VERIFYOPS_H
#define RESNETC_LIB_DIALECT_KERNEL_IR_VERIFYOPS_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"

namespace resnetc::kernel::detail {

/// Whether the numbers of a schedule are positive and not too large.
llvm::LogicalResult verifySchedule(mlir::Operation *op, ScheduleAttr schedule);

} // namespace resnetc::kernel::detail

#endif // RESNETC_LIB_DIALECT_KERNEL_IR_VERIFYOPS_H
