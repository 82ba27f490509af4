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
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Target/TargetModel.h"

namespace resnetc {

/// What activations are kept as, and convolutions multiply.
enum class Precision { F32, BF16, F16 };

/// What a network computes, in the fewest operations: shapes known, constants
/// and batch normalization folded, skip connections fused.
void buildSimplifyPipeline(mlir::OpPassManager &manager);

/// Of a network as it was imported, functions that train it.
void buildTrainingPipeline(
    mlir::OpPassManager &manager,
    const resnet::ResNetGenerateBackwardOptions &options);

/// Kernels on blocked memory for `target`, without schedules. With `training`,
/// what is cheap to compute does not wait in memory for the backward pass.
void buildLayoutPipeline(mlir::OpPassManager &manager,
                         const TargetModel &target, Precision precision,
                         bool training = false);

/// How they are computed on `target`: kernels with schedules on planned memory.
/// With `exact`, no algorithm rounds otherwise than the sum of products. The
/// table in file `schedules`, if any, goes before the model of the target. With
/// `releaseConstants` this is the last use of the network's constants, whose
/// memory is freed as soon as can be.
void buildKernelPipeline(mlir::OpPassManager &manager,
                         const TargetModel &target, bool exact = false,
                         llvm::StringRef schedules = "",
                         bool releaseConstants = false);

/// Vector code for each distinct kernel, in functions whose names start with
/// `prefix`, and a network of steps that launch them.
void buildVectorPipeline(mlir::OpPassManager &manager, llvm::StringRef prefix);

/// The same for a GPU, in place of the three before: layouts and buffers of the
/// batch's images.
void buildGPULayoutPipeline(mlir::OpPassManager &manager, Precision precision);
/// Schedules for runs of mostly `batch` images, or all with `tile` if that is
/// not empty; weights, memory.
void buildGPUKernelPipeline(mlir::OpPassManager &manager, llvm::StringRef chip,
                            int64_t batch, llvm::StringRef tile,
                            bool releaseConstants);
/// A gpu.module.
void buildGPUCodePipeline(mlir::OpPassManager &manager, llvm::StringRef prefix,
                          llvm::StringRef chip);

/// Registers the pipelines for resnet-opt: `resnet-simplify`,
/// `resnet-to-kernel` (for the host) and `kernel-to-llvm`.
void registerPipelines();

} // namespace resnetc

#endif // RESNETC_DRIVER_PIPELINES_H
