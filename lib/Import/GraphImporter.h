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
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace resnetc::import {

/// Whether operators of a domain are ONNX's own, and whether some of it are
/// supported.
inline bool isOwnDomain(llvm::StringRef domain) {
  return domain.empty() || domain == "ai.onnx";
}
inline bool isKnownDomain(llvm::StringRef domain) {
  return isOwnDomain(domain) || domain == "ai.onnx.preview.training";
}

/// Fills a module with the function of a model's graph.
class GraphImporter {
public:
  GraphImporter(ModelFile &file, int64_t opset, mlir::ModuleOp module,
                llvm::StringRef fileName, std::optional<int64_t> batch);

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
  /// Fails unless the first dimensions of all inputs, where they are to become
  /// the batch, are the same in the file.
  void checkBatch(llvm::ArrayRef<const onnx::ValueInfoProto *> inputs);
  /// The type of an input; its first dimension is `batch`, if that is given.
  mlir::Type convertInputType(const onnx::ValueInfoProto &input);
  /// The nodes, each after those that it needs: the file's order where that is
  /// such an order. Nothing if there is a cycle.
  std::optional<llvm::SmallVector<int>> orderNodes();
  void reportCycle(llvm::ArrayRef<unsigned> missing,
                   const llvm::StringMap<int> &producers);
  void importNode(int index);
  bool checkOperands(const Operator &info, NodeImporter &node);
  void createReturn();

  /// The value of an ONNX name that is defined, as a constant if need be.
  mlir::Value materialize(llvm::StringRef name, Named &named);
  /// A value in place of one that could not be made.
  mlir::Value getPoison();
  mlir::Location getNodeLoc(int index);

  ModelFile &file;
  const onnx::GraphProto &graph;
  int64_t opset;
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
  mlir::Value poison;
  mlir::Operation *lastConstant = nullptr; ///< of an initializer
  std::optional<int64_t> batch;
  bool failed = false;
};

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_GRAPHIMPORTER_H
