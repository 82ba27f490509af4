//===- Training.h - What training functions are called by ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `resnet-generate-backward` leaves for those who read its functions.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_TRAINING_H
#define RESNETC_DIALECT_RESNET_TRANSFORMS_TRAINING_H

#include "llvm/ADT/StringRef.h"

namespace resnetc::resnet {

enum class LossKind {
  SoftmaxCrossEntropy,
  BinaryCrossEntropy,
  MeanSquaredError
};

enum class OptimizerKind { SGD, AdamW, LARS };

/// Attributes of arguments and results.
inline constexpr llvm::StringLiteral nameAttr = "resnet.name";
inline constexpr llvm::StringLiteral roleAttr = "resnet.role";
inline constexpr llvm::StringLiteral valueAttr = "resnet.value";
inline constexpr llvm::StringLiteral placeAttr = "resnet.place";
inline constexpr llvm::StringLiteral trainingAttr = "resnet.training";
inline constexpr llvm::StringLiteral updatesAttr = "resnet.updates";
/// Of an input of labels: how many classes there are, and a label that is no
/// class but does not count.
inline constexpr llvm::StringLiteral classesAttr = "resnet.classes";
inline constexpr llvm::StringLiteral ignoreIndexAttr = "resnet.ignore_index";

/// What `roleAttr` says.
namespace role {
inline constexpr llvm::StringLiteral parameter = "parameter";
inline constexpr llvm::StringLiteral buffer = "buffer";
inline constexpr llvm::StringLiteral gradient = "gradient";
inline constexpr llvm::StringLiteral state = "state";
inline constexpr llvm::StringLiteral setting = "setting";
/// The seed of random numbers and the number of the next batch.
inline constexpr llvm::StringLiteral random = "random";
/// The number of each example, which nobody keeps: the runtime counts them.
inline constexpr llvm::StringLiteral example = "example";
} // namespace role

/// The functions made of a network `@NAME` are `@NAME_backward` and
/// `@NAME_update`.
inline constexpr llvm::StringLiteral backwardSuffix = "_backward";
inline constexpr llvm::StringLiteral updateSuffix = "_update";

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_TRAINING_H
