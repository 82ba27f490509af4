//===- InitializerUses.cpp - Which nodes take an initializer --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InitializerUses.h"
#include "FlatGraph.h"

using namespace llvm;

namespace resnetc::import {

static bool isIdentity(const onnx::NodeProto &node) {
  return node.op_type() == "Identity" && isOwnDomain(node.domain()) &&
         node.input_size() == 1 && node.output_size() == 1;
}

/// Calls `visit` with each graph that an attribute of a node is.
static void forEachBranch(const onnx::NodeProto &node,
                          function_ref<void(const onnx::GraphProto &)> visit) {
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      visit(attribute.g());
    for (const onnx::GraphProto &branch : attribute.graphs())
      visit(branch);
  }
}

/// Calls `visit` with what the nodes of a graph, and its outputs, take.
static void forEachRead(const onnx::GraphProto &graph,
                        function_ref<void(StringRef)> visit) {
  for (const onnx::ValueInfoProto &output : graph.output())
    visit(output.name());
  for (const onnx::NodeProto &node : graph.node()) {
    for (const std::string &name : node.input())
      visit(name);
    forEachBranch(node, [&](const onnx::GraphProto &branch) {
      forEachRead(branch, visit);
    });
  }
}

StringMap<InitializerUses> findInitializerUses(const onnx::GraphProto &graph) {
  StringMap<InitializerUses> uses;
  for (const onnx::TensorProto &tensor : graph.initializer())
    uses.try_emplace(tensor.name());
  StringMap<StringRef> sources;
  for (const onnx::NodeProto &node : graph.node())
    if (isIdentity(node))
      sources[node.output(0)] = node.input(0);
  /// The uses of the initializer that a value is; null for another value.
  auto find = [&](StringRef name) -> InitializerUses * {
    // A cycle ends, too.
    for (unsigned steps = 0; steps <= sources.size(); ++steps) {
      if (auto found = uses.find(name); found != uses.end())
        return &found->second;
      auto source = sources.find(name);
      if (source == sources.end())
        return nullptr;
      name = source->second;
    }
    return nullptr;
  };
  auto addOther = [&](StringRef name) {
    if (InitializerUses *found = find(name))
      found->hasOthers = true;
  };
  for (const onnx::ValueInfoProto &output : graph.output())
    addOther(output.name());
  for (int i = 0; i < graph.node_size(); ++i) {
    const onnx::NodeProto &node = graph.node(i);
    if (isIdentity(node))
      continue;
    for (int input = 0; input < node.input_size(); ++input)
      if (InitializerUses *found = find(node.input(input)))
        found->inputs.push_back({i, input});
    forEachBranch(node, [&](const onnx::GraphProto &branch) {
      forEachRead(branch, addOther);
    });
  }
  return uses;
}

StringSet<> findNames(const onnx::GraphProto &graph) {
  StringSet<> names;
  std::function<void(const onnx::GraphProto &)> collect =
      [&](const onnx::GraphProto &graph) {
        for (const onnx::ValueInfoProto &input : graph.input())
          names.insert(input.name());
        for (const onnx::TensorProto &tensor : graph.initializer())
          names.insert(tensor.name());
        for (const onnx::NodeProto &node : graph.node()) {
          names.insert_range(node.input());
          names.insert_range(node.output());
          forEachBranch(node, collect);
        }
      };
  collect(graph);
  return names;
}

} // namespace resnetc::import
