//===- NetworkTable.h - A planned network as data ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TARGET_NETWORKTABLE_H
#define RESNETC_TARGET_NETWORKTABLE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "resnetc/Runtime/ModelABI.h"
#include <string>
#include <vector>

namespace resnetc {

/// The ONNX node that an operation came from: the innermost name.
std::string layerOf(mlir::Location location);

/// What a compiled object says about its network as one CPU computes it: the
/// C++ side of resnetc_rt_model. Read off the network's function once its
/// kernels are launches and its memory is planned; independent of LLVM IR.
struct NetworkTable {
  struct Tensor {
    std::string name;
    int32_t elementType = RESNETC_FLOAT32;
    std::vector<int64_t> dims; ///< -1 for the batch.
  };
  struct Step {
    std::string kernel;
    std::string layer;
    std::vector<resnetc_rt_operand> operands;
    int64_t units = 0;
    int64_t macs = 0;
    int32_t flags = 0;
    int64_t reduced = 0; ///< Floats that are added up over processes.
  };
  /// The base of an argument of the network's function: an input or output, or
  /// memory that the caller keeps.
  struct ArgumentPlace {
    int32_t space = RESNETC_RT_INPUT;
    int32_t index = 0;
    int64_t offset = 0;
  };
  struct Weight {
    int64_t offset = 0;
    mlir::ElementsAttr value;
  };

  std::string name;
  std::vector<Tensor> inputs, outputs;
  std::vector<ArgumentPlace> arguments;
  std::vector<Step> steps;
  std::vector<Weight> weights;
  int64_t fixedBatch = 0;
  int64_t workspaceShared = 0;
  int64_t workspacePerImage = 0;
  int64_t workspaceLocal = 0;
  int64_t weightBytes = 0; ///< Of this CPU's weights.

  /// Fails, with an error on the function or an operation, when a step's
  /// operand has no place yet.
  static llvm::FailureOr<NetworkTable> get(mlir::func::FuncOp network);
};

} // namespace resnetc

#endif // RESNETC_TARGET_NETWORKTABLE_H
