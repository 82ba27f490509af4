//===- KernelToVector.h - Kernels as vector code -------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_CONVERSION_KERNELTOVECTOR_KERNELTOVECTOR_H
#define RESNETC_CONVERSION_KERNELTOVECTOR_KERNELTOVECTOR_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace resnetc {

/// Registers how each operation of the kernel dialect generates its CPU code.
/// Of functions whose loops LLVM may vectorize; others come as vectors.
inline constexpr llvm::StringLiteral vectorizeAttribute = "resnetc-vectorize";

void registerVectorLowerings(mlir::DialectRegistry &registry);

} // namespace resnetc

#endif // RESNETC_CONVERSION_KERNELTOVECTOR_KERNELTOVECTOR_H
