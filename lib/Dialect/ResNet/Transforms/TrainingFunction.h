//===- TrainingFunction.h - Builds functions that train ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFUNCTION_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace resnetc::resnet {

/// A function whose arguments and results say what they are (Training.h). It
/// is complete when `finish` was called.
class TrainingFunction {
public:
  /// Goes on with what is there of a function: its arguments, and its body
  /// without the results.
  explicit TrainingFunction(mlir::func::FuncOp function);
  /// Starts an empty one behind `after`.
  TrainingFunction(mlir::func::FuncOp after, llvm::StringRef name);

  /// Adds an argument behind the others.
  mlir::BlockArgument addArgument(mlir::Type type, llvm::StringRef name,
                                  llvm::StringRef role = "",
                                  mlir::ElementsAttr value = {});
  /// The gradient of a parameter, which is an argument of this function.
  mlir::BlockArgument addGradient(mlir::BlockArgument parameter);
  /// A number that is given at run time, with a default.
  mlir::BlockArgument addSetting(llvm::StringRef name, double value);

  /// Adds a result behind the others; `updates`, if any, is the argument that
  /// it overwrites, whose name and role it has.
  void addResult(mlir::Value value, llvm::StringRef name);
  void addUpdate(mlir::Value value, mlir::BlockArgument updates);

  /// Returns the results.
  void finish();

  /// Where the body ends.
  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::func::FuncOp getFunction() { return function; }

private:
  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  llvm::SmallVector<mlir::Value> results;
  llvm::SmallVector<mlir::DictionaryAttr> resultAttrs;
};

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_TRAININGFUNCTION_H
