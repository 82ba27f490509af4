//===- ResNetToKernel.h - Networks on memory ------------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_CONVERSION_RESNETTOKERNEL_RESNETTOKERNEL_H
#define RESNETC_CONVERSION_RESNETTOKERNEL_RESNETTOKERNEL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace resnetc {

/// Registers what each operation of the resnet dialect becomes in the kernel
/// dialect.
void registerKernelConversions(mlir::DialectRegistry &registry);

} // namespace resnetc

#endif // RESNETC_CONVERSION_RESNETTOKERNEL_RESNETTOKERNEL_H
