//===- TrainingForward.h - Layers that train otherwise -------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFORWARD_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFORWARD_H

#include "Arithmetic.h"
#include "TrainingFunction.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// Makes batch normalizations take the statistics of the batch, and computes
/// what the running ones, which are arguments, become. The batch may be the
/// share of a process, whose statistics are those of all processes' shares.
llvm::SmallVector<mlir::Value>
useBatchStatistics(TrainingFunction &function, const mlir::IRMapping &values,
                   llvm::ArrayRef<BatchNormOp> batchNorms,
                   llvm::ArrayRef<mlir::BlockArgument> buffers, bool isShare);

/// `next`, or `running` where the loss is no finite number: a batch with one
/// number that is none must not spoil statistics for ever.
mlir::Value keepFinite(Arithmetic &arithmetic, mlir::Value loss,
                       mlir::Value next, mlir::Value running);

/// Makes dropouts drop, each with a stream of random numbers of its own.
/// Returns the argument with seed and number of the batch; null without
/// dropouts.
mlir::BlockArgument
useRandomNumbers(TrainingFunction &function,
                 llvm::function_ref<std::string(llvm::StringRef)> makeUnique);

/// What `random` is for the next batch.
mlir::Value countBatch(Arithmetic &arithmetic, mlir::BlockArgument random);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFORWARD_H
