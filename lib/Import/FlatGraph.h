//===- FlatGraph.h - A graph without calls of functions ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_FLATGRAPH_H
#define RESNETC_LIB_IMPORT_FLATGRAPH_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <deque>
#include <onnx/onnx_pb.h>

namespace resnetc::import {

struct FlatNode;

/// Whether operators of a domain are ONNX's own, and whether some of it are
/// supported.
inline bool isOwnDomain(llvm::StringRef domain) {
  return domain.empty() || domain == "ai.onnx";
}
inline bool isKnownDomain(llvm::StringRef domain) {
  return isOwnDomain(domain) || domain == "ai.onnx.preview.training";
}

/// One branch of an `If`: nodes, and the names of what it computes.
struct FlatBranch {
  std::vector<FlatNode> nodes;
  std::vector<std::string> outputs;
  std::vector<std::pair<std::string, const onnx::TensorProto *>> initializers;
};

/// A node of the graph, or of the body of a function that it calls. Names of
/// values are unique; those of bodies and branches are made so.
struct FlatNode {
  /// An attribute by its name in the node. In the body of a function it may be
  /// one of the call's, which has another name there.
  struct Attribute {
    llvm::StringRef name;
    const onnx::AttributeProto *proto;
  };

  std::string opType, domain;
  int index = 0;     ///< In the graph; of a function's node, the call's.
  std::string label; ///< Its name behind those of the calls, for messages.
  int64_t opset = 0; ///< Of ONNX's own operators.
  std::vector<std::string> inputs, outputs; ///< Empty names are none.
  llvm::SmallVector<Attribute, 4> attributes;
  /// Of a `Gradient`: values that its attributes name, and their unique names.
  std::vector<std::pair<std::string, std::string>> references;
  std::string error; ///< Why it is not what it should be; empty if it is.
  /// Of an `If`: then, else.
  std::vector<FlatBranch> branches;

  mlir::Location getLoc(mlir::StringAttr fileName) const;
  /// What the node and its branches read, by names.
  void forEachUse(llvm::function_ref<void(llvm::StringRef)> use) const;
  /// What the node and its branches define.
  void forEachDefinition(llvm::function_ref<void(llvm::StringRef)> def) const;
};

struct FlatGraph {
  std::vector<FlatNode> nodes;
  std::deque<onnx::AttributeProto> defaults; ///< Of functions' attributes.
};

/// Replaces calls of a model's functions by the nodes of their bodies, with the
/// attributes of the calls, and reads the branches of `If`. Calls that do not
/// fit their function stay nodes with an error, as do calls of functions by
/// themselves. Fails, with an error, for functions that expand to more nodes
/// than is sane.
///
/// ONNX functions, IR version 8: https://onnx.ai/onnx/repo-docs/IR.html
llvm::FailureOr<FlatGraph> flattenGraph(const onnx::ModelProto &model,
                                        int64_t opset,
                                        mlir::StringAttr fileName);

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_FLATGRAPH_H
