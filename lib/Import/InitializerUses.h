//===- InitializerUses.h - Which nodes take an initializer ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_INITIALIZERUSES_H
#define RESNETC_LIB_IMPORT_INITIALIZERUSES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <onnx/onnx_pb.h>

namespace resnetc::import {

/// Who takes an initializer of a graph, directly or through `Identity` nodes,
/// by which exporters give layers the same one.
struct InitializerUses {
  struct NodeInput {
    int node;
    int input;
  };
  /// Of nodes of the graph itself, but `Identity`.
  llvm::SmallVector<NodeInput> inputs;
  /// Whether it is an output of the graph or used in a branch of a node.
  bool hasOthers = false;
};

/// The uses of all initializers of a graph, by name.
llvm::StringMap<InitializerUses>
findInitializerUses(const onnx::GraphProto &graph);

/// Names of values in a graph and in branches of its nodes.
llvm::StringSet<> findNames(const onnx::GraphProto &graph);

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_INITIALIZERUSES_H
