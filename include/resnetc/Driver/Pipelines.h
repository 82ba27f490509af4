//===- Pipelines.h - The order of passes ---------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_PIPELINES_H
#define RESNETC_DRIVER_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "resnetc/Target/TargetModel.h"

namespace resnetc {

/// What a network computes, in the fewest operations: shapes known, constants
/// and batch normalization folded, skip connections fused.
void buildSimplifyPipeline(mlir::OpPassManager &manager);

/// How it is computed on `target`: on memory, as steps that launch kernels,
/// whose names start with `prefix`.
void buildKernelPipeline(mlir::OpPassManager &manager,
                         const TargetModel &target, llvm::StringRef prefix);

/// Registers the pipelines for resnet-opt: `resnet-simplify`,
/// `resnet-to-kernel` (for the host) and `kernel-to-llvm`.
void registerPipelines();

} // namespace resnetc

#endif // RESNETC_DRIVER_PIPELINES_H
