//===- TrainableParameters.h - What of a network is learned --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAINABLEPARAMETERS_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAINABLEPARAMETERS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

/// An initializer of a model that becomes an argument.
struct Parameter {
  ConstantOp constant;
  mlir::StringAttr name;
  /// Whether it is a matrix of weights, which is kept small: no bias, and
  /// nothing that scales channels.
  bool isMatrix = false;
};

/// What is learned, in the order of the function.
struct TrainableParameters {
  llvm::SmallVector<Parameter> parameters;
  /// Running statistics of `batchNorms`.
  llvm::SmallVector<Parameter> buffers;
  /// Whose scale or offset is learned, with statistics that are initializers.
  llvm::SmallVector<BatchNormOp> batchNorms;
};

/// Finds the parameters whose names match one of `patterns` (globs); all if
/// there is none. Fails, with an error on the function, if there is no
/// parameter, and if a pattern matches none.
llvm::FailureOr<TrainableParameters>
findTrainableParameters(mlir::func::FuncOp function,
                        llvm::ArrayRef<std::string> patterns);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAINABLEPARAMETERS_H
