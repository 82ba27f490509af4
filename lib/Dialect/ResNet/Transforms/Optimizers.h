//===- Optimizers.h - What makes a step of gradients ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_OPTIMIZERS_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_OPTIMIZERS_H

#include "TrainingFunction.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

namespace resnetc::resnet {

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::SGD;
  bool nesterov = false;
};

/// A parameter as the optimizer sees it.
struct OptimizedParameter {
  mlir::RankedTensorType type;
  llvm::StringRef name;
  mlir::ElementsAttr value; ///< At first.
  bool decays = false;
};

/// Fills a function: its arguments are the parameters, their gradients, the
/// states and the settings; its results overwrite all but the settings.
void buildUpdate(TrainingFunction &function, const OptimizerOptions &options,
                 llvm::ArrayRef<OptimizedParameter> parameters);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_OPTIMIZERS_H
