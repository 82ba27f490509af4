//===- TrainingTable.h - What trains a network, as data ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_TRAININGTABLE_H
#define RESNETC_TARGET_TRAININGTABLE_H

#include "mlir/IR/BuiltinOps.h"
#include "resnetc/Target/NetworkTable.h"

namespace resnetc {

/// What has this `resnet.role`, as enum resnetc_kept_kind; -1 for no role.
int32_t kindOfRole(llvm::StringRef role);
/// Where what is of a kind lies, of enum resnetc_rt_space.
int32_t spaceOfKind(int32_t kind);

/// What the caller keeps of a network in training: a parameter, its gradient,
/// the running statistics of a layer, a state of the optimizer or a setting.
struct KeptTensor {
  std::string name;
  int32_t kind = RESNETC_PARAMETER; ///< enum resnetc_kept_kind
  std::vector<int64_t> dims;
  int64_t place = 0; ///< Bytes from the start of its space.
  int64_t bytes = 0;
  mlir::ElementsAttr value;    ///< At first; null is zeros.
  int64_t valueOffset = -1;    ///< Of that in the section of weights.
  std::vector<float> defaults; ///< The elements of a setting's value.
};

/// The input of a step that says what class each example (or pixel) is of.
struct LabelInput {
  int32_t index = -1; ///< Among the inputs; -1 if there is none.
  int64_t classes = 0;
  int64_t ignoreIndex = -1; ///< A label that does not count.
};

/// When a gradient is complete.
struct GradientStep {
  int64_t step = 0; ///< Of the function for loss and gradients.
  int64_t kept = 0; ///< Its place in the list of what is kept.
};

/// The C++ side of resnetc_rt_trainer.
struct TrainingTable {
  NetworkTable backward, update;
  std::vector<KeptTensor> kept;
  LabelInput label;
  bool isParallel = false; ///< Whether processes train it together.

  /// The bytes of all that is kept in a space.
  int64_t bytesOf(int32_t space) const;

  /// All gradients, those first that are complete first.
  std::vector<GradientStep> findGradientSteps() const;

  /// What functions of the resnet dialect have for arguments, placed by
  /// resnet-place-parameters. Fails, with an error, if one is not of f32.
  static llvm::FailureOr<std::vector<KeptTensor>>
  findKept(mlir::ModuleOp module);
  /// The input of the function for loss and gradients that has labels.
  static LabelInput findLabel(mlir::ModuleOp module);
};

} // namespace resnetc

#endif // RESNETC_TARGET_TRAININGTABLE_H
