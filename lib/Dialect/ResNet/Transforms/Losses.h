//===- Losses.h - What training makes small ------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_LOSSES_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_LOSSES_H

#include "Arithmetic.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

namespace resnetc::resnet {

struct LossOptions {
  LossKind kind = LossKind::SoftmaxCrossEntropy;
  double labelSmoothing = 0;
  int64_t ignoreIndex = -100;
  /// Whether the mean is over the examples of all processes, of which the loss
  /// is this process's share.
  bool isParallel = false;
};

/// What the loss is of, given an output of a network: the output, or what went
/// into the softmax or sigmoid that made it.
mlir::Value getLogits(LossKind kind, mlir::Value output);

/// The type of the labels or targets that outputs are compared with.
mlir::RankedTensorType getTargetType(LossKind kind,
                                     mlir::RankedTensorType output);

/// Creates the loss, a `tensor<f32>`: the mean over the examples. The first
/// dimension of all values but the class weights, a vector or null, is the
/// batch.
mlir::Value buildLoss(Arithmetic &arithmetic, const LossOptions &options,
                      mlir::Value logits, mlir::Value target,
                      mlir::Value classWeights);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_LOSSES_H
