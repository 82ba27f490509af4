//===- GraphImporter.h - From GraphProto to a function -------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_GRAPHIMPORTER_H
#define RESNETC_LIB_IMPORT_GRAPHIMPORTER_H

#include "NodeImporter.h"
#include "resnetc/Dialect/ResNet/Transforms/KnownValues.h"
#include "resnetc/Import/ImportONNX.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace resnetc::import {

/// Fills a module with the function of a model's graph.
class GraphImporter {
public:
  GraphImporter(ModelFile &file, int64_t opset, mlir::ModuleOp module,
                llvm::StringRef fileName, const ImportOptions &options);

  /// Fails after errors for everything that is wrong.
  llvm::LogicalResult run(llvm::StringRef functionName);

private:
  /// What an ONNX name stands for. An initializer becomes a constant when it
  /// is first used.
  struct Named {
    mlir::Value value;
    const onnx::TensorProto *initializer = nullptr;
    bool tainted = false; ///< its node, or one before it, failed
  };

  mlir::InFlightDiagnostic emitError() { return mlir::emitError(fileLoc); }

  void collectInitializers();
  /// Reads the shapes that the file declares for what nodes compute.
  void collectDeclaredShapes();
  void createFunction(llvm::StringRef name);
  /// Makes the first dimension of all inputs the batch, if one is given. An
  /// error unless it was the same for all.
  void setBatch(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs,
                llvm::MutableArrayRef<mlir::Type> types);
  /// The type of an input, of the sizes that the user gave or the file says.
  mlir::Type convertInputType(const onnx::ValueInfoProto &input);
  /// Puts the sizes that the user gave in place of the file's; fails for
  /// another rank.
  bool overrideShape(const onnx::ValueInfoProto &input,
                     std::optional<llvm::SmallVector<int64_t>> &shape);
  /// Errors for shapes that the user gave of what is no input.
  void checkInputShapes(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs);
  /// Imports nodes, each after those that it needs: in the file's order where
  /// that is such an order. A cycle is an error.
  void importNodes(llvm::ArrayRef<FlatNode> nodes);
  std::optional<llvm::SmallVector<int>>
  orderNodes(llvm::ArrayRef<FlatNode> nodes);
  void reportCycle(llvm::ArrayRef<FlatNode> nodes,
                   llvm::ArrayRef<unsigned> missing,
                   const llvm::StringMap<int> &producers);
  void importNode(const FlatNode &node);
  /// An operator of the table.
  void importOperator(const FlatNode &node,
                      llvm::ArrayRef<mlir::Value> operands, bool tainted,
                      llvm::MutableArrayRef<mlir::Value> results);
  bool checkOperands(const Operator &info, NodeImporter &node);
  void createReturn();

  /// If, opset 1: the branch that is taken if that is known, both and a choice
  /// between their results otherwise.
  void importIf(const FlatNode &node, llvm::ArrayRef<mlir::Value> operands,
                bool tainted, llvm::MutableArrayRef<mlir::Value> results);
  /// The values that a branch computes; nothing after an error.
  std::optional<llvm::SmallVector<mlir::Value>>
  importBranch(const FlatNode &node, const FlatBranch &branch);

  /// The value of an ONNX name that is defined, as a constant if need be.
  mlir::Value materialize(llvm::StringRef name, Named &named);
  /// A value in place of one that could not be made.
  mlir::Value getPoison();
  ModelFile &file;
  const onnx::GraphProto &graph;
  int64_t opset;
  FlatGraph flat;
  mlir::ModuleOp module;
  mlir::OpBuilder builder;
  mlir::StringAttr fileName;
  mlir::Location fileLoc;
  mlir::func::FuncOp function;
  OperatorTable operators;
  llvm::StringMap<Named> names;
  llvm::StringSet<> usedNames; ///< by nodes and as graph outputs
  /// With a batch that is not the file's, none.
  DeclaredShapes declaredShapes;
  std::unique_ptr<resnet::KnownValues> knownValues; ///< Once a node asked.
  mlir::Value poison;
  mlir::Operation *lastConstant = nullptr; ///< of an initializer
  const ImportOptions &options;
  bool failed = false;
  bool hasCycle = false; ///< Then the rest is not worth a look.
};

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_GRAPHIMPORTER_H
