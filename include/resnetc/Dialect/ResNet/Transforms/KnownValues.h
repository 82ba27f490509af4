//===- KnownValues.h - Values that do not depend on inputs ----- -*- C++
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_KNOWNVALUES_H
#define RESNETC_DIALECT_RESNET_TRANSFORMS_KNOWNVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"
#include <memory>
#include <optional>

namespace resnetc::resnet {

class SymbolicShapes;

/// Finds values of a function, while it is built from its begin to its end,
/// that are the same for all inputs: of constants and of shapes, whatever the
/// batch.
class KnownValues {
public:
  explicit KnownValues(mlir::func::FuncOp function);
  ~KnownValues();

  /// Nothing if the value depends on inputs, or is not a small tensor.
  std::optional<ReferenceTensor> evaluate(mlir::Value value);

private:
  void visitNewOperations();
  std::optional<ReferenceTensor> evaluateOperation(mlir::Operation *op);

  mlir::func::FuncOp function;
  std::unique_ptr<SymbolicShapes> shapes;
  mlir::Operation *last = nullptr; ///< That was visited.
  llvm::DenseMap<mlir::Value, std::optional<ReferenceTensor>> values;
};

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_KNOWNVALUES_H
