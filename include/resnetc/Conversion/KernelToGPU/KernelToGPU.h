//===- KernelToGPU.h - Kernels as code of a GPU --------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_CONVERSION_KERNELTOGPU_KERNELTOGPU_H
#define RESNETC_CONVERSION_KERNELTOGPU_KERNELTOGPU_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace resnetc {

/// Registers how operations of the kernel dialect generate code of a GPU. Those
/// that do not are computed as on a CPU, a work unit by each thread.
void registerGPULowerings(mlir::DialectRegistry &registry);

} // namespace resnetc

#endif // RESNETC_CONVERSION_KERNELTOGPU_KERNELTOGPU_H
