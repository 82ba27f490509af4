//===- FlatGraph.cpp - A graph without calls of functions -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatGraph.h"
#include "mlir/IR/Diagnostics.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <google/protobuf/unknown_field_set.h>

using namespace mlir;
using onnx::AttributeProto;
using onnx::FunctionProto;
using onnx::NodeProto;

namespace resnetc::import {

/// Of functions that call others twice, the number of nodes doubles with each.
static constexpr size_t maxNodes = 65536;
/// Branches within branches.
static constexpr unsigned maxBranchDepth = 32;
/// Of the names of calls that a message repeats.
static constexpr size_t maxLabel = 160;

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Location FlatNode::getLoc(StringAttr fileName) const {
  MLIRContext *context = fileName.getContext();
  Location place = FileLineColLoc::get(fileName, index, 0);
  auto type = StringAttr::get(context, opType.empty() ? "?" : opType);
  return NameLoc::get(StringAttr::get(context, label),
                      NameLoc::get(type, place));
}

void FlatNode::forEachUse(llvm::function_ref<void(StringRef)> use) const {
  for (const std::string &input : inputs)
    use(input);
  for (const auto &[name, unique] : references)
    use(unique);
  for (const FlatBranch &branch : branches) {
    for (const FlatNode &node : branch.nodes)
      node.forEachUse(use);
    for (const std::string &output : branch.outputs)
      use(output);
  }
}

void FlatNode::forEachDefinition(
    llvm::function_ref<void(StringRef)> def) const {
  for (const std::string &output : outputs)
    def(output);
  for (const FlatBranch &branch : branches)
    for (const FlatNode &node : branch.nodes)
      node.forEachDefinition(def);
}

/// A string that the ONNX schema has and the installed one does not know yet.
static std::string getUnknownString(const google::protobuf::Message &message,
                                    int number) {
  const auto &fields = message.GetReflection()->GetUnknownFields(message);
  for (int i = 0; i < fields.field_count(); ++i)
    if (const auto &field = fields.field(i);
        field.number() == number &&
        field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      return field.length_delimited();
  return "";
}

/// `overload`, since IR version 10.
static std::string getOverload(const NodeProto &node) {
  return getUnknownString(node, 8);
}
static std::string getOverload(const FunctionProto &function) {
  return getUnknownString(function, 13);
}

static std::string getKey(StringRef domain, StringRef name,
                          StringRef overload) {
  if (domain == "ai.onnx")
    domain = "";
  return (domain + llvm::Twine('\0') + name + llvm::Twine('\0') + overload)
      .str();
}

//===----------------------------------------------------------------------===//
// Flattening
//===----------------------------------------------------------------------===//

namespace {

/// The names in a graph, in a branch of one, or in a call of a function.
struct Scope {
  const Scope *outer = nullptr;       ///< Of a branch.
  bool isGraph = false;               ///< Whose names stay what they are.
  llvm::StringMap<std::string> names; ///< What stands for them outside.
  llvm::StringMap<const AttributeProto *> attributes; ///< Of the call.
  std::string label;                                  ///< Of the calls.
  int index = 0;                                      ///< Of the first call.
  int64_t opset = 0;
};

class GraphFlattener {
public:
  GraphFlattener(const onnx::ModelProto &model, int64_t opset,
                 StringAttr fileName)
      : model(model), opset(opset), fileName(fileName) {}

  FailureOr<FlatGraph> run();

private:
  /// A list of nodes that is being read, innermost call last.
  struct Frame {
    const google::protobuf::RepeatedPtrField<NodeProto> *nodes;
    int next;
    std::shared_ptr<Scope> scope;
    const FunctionProto *function; ///< Null for graphs.
  };

  LogicalResult collectFunctions();
  LogicalResult flatten(Frame first, std::vector<FlatNode> &to);
  FlatNode makeNode(const NodeProto &proto, int index, const Scope &scope);
  /// Looks up what a Gradient names.
  void addReferences(FlatNode &node, const Scope &scope);
  /// Nothing, and the call has an error, if it does not fit.
  std::optional<Frame> enter(FlatNode &call, const FunctionProto &function,
                             std::vector<FlatNode> &to);
  LogicalResult addBranches(FlatNode &node, const Scope &scope);
  void addAttributes(FlatNode &call, const FunctionProto &function,
                     Scope &scope);
  LogicalResult addBranch(FlatBranch &branch, const onnx::GraphProto &graph,
                          FlatNode &node, const Scope &outer);
  /// Gives what the nodes compute names that nothing else has.
  void
  declareOutputs(const google::protobuf::RepeatedPtrField<NodeProto> &nodes,
                 Scope &scope);
  std::string lookup(const std::string &name, const Scope &scope);
  std::string makeUnique(StringRef name);

  const onnx::ModelProto &model;
  int64_t opset;
  StringAttr fileName;
  llvm::StringMap<const FunctionProto *> functions;
  FlatGraph result;
  llvm::DenseSet<const FunctionProto *> active; ///< Being read.
  llvm::StringSet<> allNames;
  llvm::StringMap<unsigned> suffixes; ///< The last one that a name was given.
  size_t numNodes = 0;
  unsigned branchDepth = 0;
};

} // namespace

LogicalResult GraphFlattener::collectFunctions() {
  for (const FunctionProto &function : model.functions()) {
    std::string key =
        getKey(function.domain(), function.name(), getOverload(function));
    if (!functions.try_emplace(key, &function).second)
      return mlir::emitError(FileLineColLoc::get(fileName, 0, 0))
             << "function '" << printable(function.name())
             << "' is defined twice";
  }
  return success();
}

std::string GraphFlattener::makeUnique(StringRef name) {
  std::string candidate = name.str();
  while (!allNames.insert(candidate).second)
    candidate = (name + "#" + llvm::Twine(++suffixes[name])).str();
  return candidate;
}

std::string GraphFlattener::lookup(const std::string &name,
                                   const Scope &scope) {
  if (name.empty())
    return name;
  for (const Scope *s = &scope; s; s = s->outer) {
    if (auto known = s->names.find(name); known != s->names.end())
      return known->second;
    if (s->isGraph)
      return name;
  }
  // A function sees no names but its own: nothing has this one.
  return makeUnique(name);
}

void GraphFlattener::declareOutputs(
    const google::protobuf::RepeatedPtrField<NodeProto> &nodes, Scope &scope) {
  for (const NodeProto &node : nodes)
    for (const std::string &output : node.output())
      if (!output.empty() && !scope.names.contains(output))
        scope.names[output] = makeUnique(output);
}

static std::string join(StringRef outer, StringRef inner) {
  std::string label = outer.empty() ? inner.str() : (outer + "/" + inner).str();
  if (label.size() > maxLabel)
    label = "..." + label.substr(label.size() - maxLabel);
  return label;
}

FlatNode GraphFlattener::makeNode(const NodeProto &proto, int index,
                                  const Scope &scope) {
  FlatNode node;
  node.opType = proto.op_type();
  node.domain = proto.domain();
  node.index = scope.isGraph ? index : scope.index;
  node.opset = scope.opset;
  std::string name = proto.name();
  for (const std::string &output : proto.output())
    if (name.empty())
      name = output;
  if (name.empty())
    name = "#" + std::to_string(index);
  node.label = join(scope.label, name);
  for (const std::string &input : proto.input())
    node.inputs.push_back(lookup(input, scope));
  for (const std::string &output : proto.output())
    node.outputs.push_back(lookup(output, scope));
  for (const AttributeProto &attr : proto.attribute()) {
    const AttributeProto *value = &attr;
    if (!attr.ref_attr_name().empty() && !scope.isGraph) {
      const Scope *call = &scope;
      while (call->outer)
        call = call->outer;
      // The call may leave out an attribute; then the node has none.
      auto known = call->attributes.find(attr.ref_attr_name());
      if (!call->isGraph && known == call->attributes.end())
        continue;
      if (!call->isGraph)
        value = known->second;
    }
    node.attributes.push_back({attr.name(), value});
  }
  if (node.opType == "Gradient" && node.domain == "ai.onnx.preview.training")
    addReferences(node, scope);
  return node;
}

void GraphFlattener::addReferences(FlatNode &node, const Scope &scope) {
  auto add = [&](const std::string &name) {
    node.references.emplace_back(name, lookup(name, scope));
  };
  for (const auto &[name, attr] : node.attributes) {
    if (name == "xs" || name == "zs")
      llvm::for_each(attr->strings(), add);
    else if (name == "y")
      add(attr->s());
  }
}

/// Gives a call's scope the function's attributes: the call's, or defaults.
void GraphFlattener::addAttributes(FlatNode &call,
                                   const FunctionProto &function,
                                   Scope &scope) {
  // `attribute_proto`, since IR version 9.
  const auto &fields = function.GetReflection()->GetUnknownFields(function);
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto &field = fields.field(i);
    if (field.number() != 11 ||
        field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      continue;
    AttributeProto value;
    if (!value.ParseFromString(field.length_delimited())) {
      call.error = "its function has an attribute that cannot be read";
      return;
    }
    // Tensors refer to the file's memory, which this is not.
    if (value.type() == AttributeProto::TENSOR ||
        value.type() == AttributeProto::GRAPH) {
      call.error = "the default of its function's attribute '" +
                   printable(value.name()) + "' is no number or string";
      return;
    }
    result.defaults.push_back(std::move(value));
    const AttributeProto &kept = result.defaults.back();
    scope.attributes[kept.name()] = &kept;
  }
  for (const FlatNode::Attribute &attr : call.attributes) {
    bool isKnown = scope.attributes.contains(attr.name) ||
                   llvm::is_contained(function.attribute(), attr.name);
    if (!isKnown)
      call.error =
          "its function has no attribute '" + printable(attr.name) + "'";
    scope.attributes[attr.name] = attr.proto;
  }
}

std::optional<GraphFlattener::Frame>
GraphFlattener::enter(FlatNode &call, const FunctionProto &function,
                      std::vector<FlatNode> &to) {
  if (active.contains(&function))
    call.error = "its function calls itself";
  if (static_cast<int>(call.inputs.size()) > function.input_size() ||
      static_cast<int>(call.outputs.size()) > function.output_size())
    call.error = llvm::formatv(
        "has {0} operands and {1} results, but its function {2} and {3}",
        call.inputs.size(), call.outputs.size(), function.input_size(),
        function.output_size());
  auto scope = std::make_shared<Scope>();
  scope->label = call.label;
  scope->index = call.index;
  scope->opset = call.opset;
  for (const auto &import : function.opset_import())
    if (import.domain().empty() || import.domain() == "ai.onnx")
      scope->opset = import.version();
  addAttributes(call, function, *scope);
  if (!call.error.empty())
    return std::nullopt;
  for (int i = 0; i < function.input_size(); ++i)
    scope->names[function.input(i)] =
        i < static_cast<int>(call.inputs.size()) ? call.inputs[i] : "";
  for (auto [i, actual] : llvm::enumerate(call.outputs)) {
    const std::string &formal = function.output(static_cast<int>(i));
    if (actual.empty())
      continue;
    auto [known, isNew] = scope->names.try_emplace(formal, actual);
    if (isNew)
      continue;
    // What the function is given, or a result that it gives twice.
    FlatNode identity;
    identity.opType = "Identity";
    identity.index = call.index;
    identity.label = call.label;
    identity.opset = call.opset;
    identity.inputs = {known->second};
    identity.outputs = {actual};
    to.push_back(std::move(identity));
  }
  declareOutputs(function.node(), *scope);
  active.insert(&function);
  return Frame{&function.node(), 0, std::move(scope), &function};
}

LogicalResult GraphFlattener::addBranch(FlatBranch &branch,
                                        const onnx::GraphProto &graph,
                                        FlatNode &node, const Scope &outer) {
  if (graph.input_size())
    node.error = "a branch has inputs";
  auto scope = std::make_shared<Scope>();
  scope->outer = &outer;
  scope->label = node.label;
  scope->index = node.index;
  scope->opset = node.opset;
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    std::string name = makeUnique(tensor.name());
    scope->names[tensor.name()] = name;
    branch.initializers.emplace_back(name, &tensor);
  }
  declareOutputs(graph.node(), *scope);
  if (failed(flatten({&graph.node(), 0, scope, nullptr}, branch.nodes)))
    return failure();
  for (const onnx::ValueInfoProto &output : graph.output())
    branch.outputs.push_back(lookup(output.name(), *scope));
  if (branch.outputs.size() < node.outputs.size())
    node.error = llvm::formatv("a branch has {0} results instead of {1}",
                               branch.outputs.size(), node.outputs.size());
  return success();
}

/// Reads the branches of an `If` that has them.
LogicalResult GraphFlattener::addBranches(FlatNode &node, const Scope &scope) {
  if (node.opType != "If" || !isOwnDomain(node.domain))
    return success();
  if (branchDepth == maxBranchDepth) {
    node.error =
        llvm::formatv("has more than {0} branches around it", maxBranchDepth);
    return success();
  }
  ++branchDepth;
  auto leave = llvm::scope_exit([&] { --branchDepth; });
  for (StringRef name : {"then_branch", "else_branch"}) {
    const auto *attr = llvm::find_if(
        node.attributes, [&](const auto &a) { return a.name == name; });
    if (attr == node.attributes.end() ||
        attr->proto->type() != AttributeProto::GRAPH) {
      node.error = ("attribute '" + name + "' is missing").str();
      return success();
    }
    node.branches.emplace_back();
    if (failed(addBranch(node.branches.back(), attr->proto->g(), node, scope)))
      return failure();
  }
  return success();
}

/// Functions may call functions to any depth: the calls are a list.
LogicalResult GraphFlattener::flatten(Frame first, std::vector<FlatNode> &to) {
  SmallVector<Frame> frames;
  frames.push_back(std::move(first));
  while (!frames.empty()) {
    Frame &frame = frames.back();
    if (frame.next == frame.nodes->size()) {
      active.erase(frame.function);
      frames.pop_back();
      continue;
    }
    int index = frame.next++;
    std::shared_ptr<Scope> scope = frame.scope;
    const NodeProto &proto = frame.nodes->Get(index);
    FlatNode node = makeNode(proto, index, *scope);
    if (++numNodes > maxNodes)
      return mlir::emitError(node.getLoc(fileName))
             << "is the " << maxNodes
             << "th node, counting those of the functions that "
                "are called; more are not supported";
    auto function = functions.find(
        getKey(proto.domain(), proto.op_type(), getOverload(proto)));
    if (function != functions.end()) {
      if (auto callee = enter(node, *function->second, to))
        frames.push_back(std::move(*callee));
      else
        to.push_back(std::move(node));
      continue;
    }
    if (failed(addBranches(node, *scope)))
      return failure();
    to.push_back(std::move(node));
  }
  return success();
}

FailureOr<FlatGraph> GraphFlattener::run() {
  if (failed(collectFunctions()))
    return failure();
  const onnx::GraphProto &graph = model.graph();
  for (const auto &input : graph.input())
    allNames.insert(input.name());
  for (const auto &output : graph.output())
    allNames.insert(output.name());
  for (const auto &tensor : graph.initializer())
    allNames.insert(tensor.name());
  for (const NodeProto &node : graph.node()) {
    allNames.insert(node.input().begin(), node.input().end());
    allNames.insert(node.output().begin(), node.output().end());
  }
  auto scope = std::make_shared<Scope>();
  scope->isGraph = true;
  scope->opset = opset;
  if (failed(flatten({&graph.node(), 0, scope, nullptr}, result.nodes)))
    return failure();
  return std::move(result);
}

FailureOr<FlatGraph> flattenGraph(const onnx::ModelProto &model, int64_t opset,
                                  StringAttr fileName) {
  return GraphFlattener(model, opset, fileName).run();
}

} // namespace resnetc::import
