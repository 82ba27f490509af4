//===- GraphImporter.cpp - From GraphProto to a function ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"
#include "Tensors.h"
#include "resnetc/Support/Diagnostics.h"
#include <queue>

using namespace mlir;

namespace resnetc::import {

GraphImporter::GraphImporter(ModelFile &file, int64_t opset, ModuleOp module,
                             StringRef name, std::optional<int64_t> batch)
    : file(file), graph(file.getModel()->graph()), opset(opset), module(module),
      builder(module.getContext()), fileName(builder.getStringAttr(name)),
      fileLoc(FileLineColLoc::get(fileName, 0, 0)), batch(batch) {
  addComputeOperators(operators);
  addElementwiseOperators(operators);
  addGradientOperators(operators);
  addLossOperators(operators);
  addNormalizationOperators(operators);
  addReductionOperators(operators);
  addShapeOperators(operators);
  addTrainingOperators(operators);
}

LogicalResult GraphImporter::run(StringRef functionName) {
  if (graph.node().empty())
    emitError() << "the graph has no nodes", failed = true;
  if (graph.output().empty())
    emitError() << "the graph has no outputs", failed = true;
  if (graph.sparse_initializer_size())
    emitError() << "sparse initializers are not supported", failed = true;
  for (const onnx::NodeProto &node : graph.node())
    forEachRead(node, [&](const std::string &name) { usedNames.insert(name); });
  for (const onnx::ValueInfoProto &output : graph.output())
    usedNames.insert(output.name());

  collectInitializers();
  collectDeclaredShapes();
  createFunction(functionName);
  std::optional<SmallVector<int>> order = orderNodes();
  if (!order)
    return failure();
  for (int index : *order)
    importNode(index);
  createReturn();
  return success(!failed);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

void GraphImporter::collectInitializers() {
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    Named named;
    named.initializer = &tensor;
    if (names.try_emplace(tensor.name(), named).second)
      continue;
    emitError() << "initializer '" << printable(tensor.name())
                << "' is defined twice";
    failed = true;
  }
}

void GraphImporter::collectDeclaredShapes() {
  if (batch)
    return;
  auto collect = [&](const auto &infos) {
    for (const onnx::ValueInfoProto &info : infos) {
      if (!info.type().has_tensor_type() ||
          !info.type().tensor_type().has_shape())
        continue;
      SmallVector<int64_t> shape;
      for (const auto &dim : info.type().tensor_type().shape().dim())
        shape.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
      if (shape.size() <= maxRank && llvm::all_of(shape, [](int64_t size) {
            return size >= 0 && size <= INT32_MAX;
          }))
        declaredShapes[info.name()] = shape;
    }
  };
  collect(graph.value_info());
  collect(graph.output());
}

Value GraphImporter::getPoison() {
  if (!poison) {
    Type type = UnrankedTensorType::get(builder.getF32Type());
    poison =
        UnrealizedConversionCastOp::create(builder, fileLoc, type, ValueRange())
            .getResult(0);
  }
  return poison;
}

Value GraphImporter::materialize(StringRef name, Named &named) {
  if (named.value)
    return named.value;
  auto value =
      convertTensor(builder.getContext(), file, *named.initializer, name);
  if (value) {
    Location loc = NameLoc::get(builder.getStringAttr(name), fileLoc);
    // At the top, in the order of their first uses.
    OpBuilder::InsertionGuard guard(builder);
    if (lastConstant)
      builder.setInsertionPointAfter(lastConstant);
    else
      builder.setInsertionPointToStart(&function.getBody().front());
    lastConstant = resnet::ConstantOp::create(builder, loc, *value);
    return named.value = lastConstant->getResult(0);
  }
  emitError() << "initializer '" << printable(name)
              << "': " << llvm::toString(value.takeError());
  failed = named.tainted = true;
  return named.value = getPoison();
}

Location GraphImporter::getNodeLoc(int index) {
  const onnx::NodeProto &node = graph.node(index);
  std::string name = node.name();
  for (const std::string &output : node.output())
    if (name.empty())
      name = output;
  if (name.empty())
    name = "#" + std::to_string(index);
  Location place = FileLineColLoc::get(fileName, index, 0);
  StringRef opType = node.op_type().empty() ? "?" : StringRef(node.op_type());
  return NameLoc::get(builder.getStringAttr(name),
                      NameLoc::get(builder.getStringAttr(opType), place));
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

Type GraphImporter::convertInputType(const onnx::ValueInfoProto &input) {
  auto fail = [&]() {
    failed = true;
    return emitError() << "input '" << printable(input.name()) << "' ";
  };
  if (!input.type().has_tensor_type()) {
    fail() << "is not a tensor";
    return {};
  }
  const auto &tensor = input.type().tensor_type();
  Type element = convertElementType(builder.getContext(), tensor.elem_type());
  if (!element) {
    fail() << "has elements of " << nameOfElementType(tensor.elem_type())
           << ", which are not supported";
    return {};
  }
  if (!tensor.has_shape())
    return UnrankedTensorType::get(element);
  if (tensor.shape().dim_size() > maxRank) {
    fail() << "has rank " << tensor.shape().dim_size();
    return {};
  }
  SmallVector<int64_t> shape;
  for (const auto &dim : tensor.shape().dim()) {
    // -1 is no size in ONNX, but some exporters mean "unknown" by it.
    if (!dim.has_dim_value() || dim.dim_value() == -1) {
      shape.push_back(ShapedType::kDynamic);
    } else if (dim.dim_value() < 0 || dim.dim_value() > INT32_MAX) {
      fail() << "has a dimension of " << dim.dim_value();
      return {};
    } else {
      shape.push_back(dim.dim_value());
    }
  }
  if (batch && !shape.empty())
    shape.front() = *batch;
  return RankedTensorType::get(shape, element);
}

void GraphImporter::checkBatch(ArrayRef<const onnx::ValueInfoProto *> inputs) {
  if (!batch)
    return;
  std::optional<int64_t> first; // -1 where it is not known
  for (const onnx::ValueInfoProto *input : inputs) {
    const auto &shape = input->type().tensor_type().shape();
    if (shape.dim_size() == 0)
      continue;
    int64_t size = shape.dim(0).has_dim_value() ? shape.dim(0).dim_value() : -1;
    if (size == first.value_or(size)) {
      first = size;
      continue;
    }
    emitError() << "input '" << printable(input->name())
                << "' has another batch than others";
    failed = true;
  }
}

void GraphImporter::createFunction(StringRef name) {
  SmallVector<Type> types;
  SmallVector<Location> locs;
  SmallVector<const onnx::ValueInfoProto *> inputs;
  StringSet<> seen;
  for (const onnx::ValueInfoProto &input : graph.input()) {
    if (input.name().empty() || !seen.insert(input.name()).second) {
      emitError() << "input '" << printable(input.name())
                  << "' is defined twice or has no name";
      failed = true;
      continue;
    }
    // Before IR version 4, initializers had to be inputs as well.
    if (names.contains(input.name()))
      continue;
    Type type = convertInputType(input);
    types.push_back(type ? type
                         : UnrankedTensorType::get(builder.getF32Type()));
    locs.push_back(NameLoc::get(builder.getStringAttr(input.name()), fileLoc));
    inputs.push_back(&input);
    names[input.name()].tainted = !type;
  }
  checkBatch(inputs);
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, fileLoc, name,
                                  builder.getFunctionType(types, {}));
  Block *entry = function.addEntryBlock();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    names[input->name()].value = entry->getArgument(i);
    entry->getArgument(i).setLoc(locs[i]);
    function.setArgAttr(i, "resnet.name", builder.getStringAttr(input->name()));
  }
  builder.setInsertionPointToStart(entry);
}

void GraphImporter::createReturn() {
  SmallVector<Value> values;
  SmallVector<Type> types;
  StringSet<> seen;
  for (const onnx::ValueInfoProto &output : graph.output()) {
    auto named = names.find(output.name());
    if (named == names.end() || output.name().empty()) {
      emitError() << "output '" << printable(output.name())
                  << "' is not defined";
      failed = true;
      continue;
    }
    if (!seen.insert(output.name()).second) {
      emitError() << "output '" << printable(output.name()) << "' is listed "
                  << "twice";
      failed = true;
    }
    values.push_back(materialize(output.name(), named->second));
    types.push_back(values.back().getType());
  }
  func::ReturnOp::create(builder, fileLoc, values);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  if (failed)
    return;
  for (auto [i, output] : llvm::enumerate(graph.output()))
    function.setResultAttr(i, "resnet.name",
                           builder.getStringAttr(output.name()));
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

std::optional<SmallVector<int>> GraphImporter::orderNodes() {
  int count = graph.node_size();
  llvm::StringMap<int> producers;
  for (int i = 0; i < count; ++i)
    for (const std::string &output : graph.node(i).output()) {
      if (output.empty())
        continue;
      if (!names.contains(output) && producers.try_emplace(output, i).second)
        continue;
      mlir::emitError(getNodeLoc(i))
          << "its output '" << printable(output) << "' is defined twice";
      failed = true;
    }

  SmallVector<unsigned> missing(count, 0); // operands that are not there yet
  std::vector<SmallVector<int, 2>> users(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < count; ++i) {
    forEachRead(graph.node(i), [&](const std::string &input) {
      auto producer = producers.find(input);
      if (producer == producers.end() || names.contains(input))
        return;
      ++missing[i];
      users[producer->second].push_back(i);
    });
    if (missing[i] == 0)
      ready.push(i);
  }
  SmallVector<int> order;
  while (!ready.empty()) {
    int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (int user : users[next])
      if (--missing[user] == 0)
        ready.push(user);
  }
  if (static_cast<int>(order.size()) == count)
    return order;
  reportCycle(missing, producers);
  return std::nullopt;
}

void GraphImporter::reportCycle(ArrayRef<unsigned> missing,
                                const llvm::StringMap<int> &producers) {
  // From any node that waits, one that it waits for: this ends in a cycle.
  SmallVector<int> path;
  llvm::SmallDenseMap<int, size_t> position;
  int node = llvm::find_if(missing, [](unsigned n) { return n != 0; }) -
             missing.begin();
  while (position.try_emplace(node, path.size()).second) {
    path.push_back(node);
    std::optional<int> next;
    forEachRead(graph.node(node), [&](const std::string &input) {
      auto producer = producers.find(input);
      if (!next && producer != producers.end() &&
          missing[producer->second] != 0)
        next = producer->second;
    });
    node = next.value_or(node);
  }
  ArrayRef<int> cycle = ArrayRef(path).drop_front(position[node]);
  InFlightDiagnostic error =
      mlir::emitError(getNodeLoc(cycle.front()), "needs its own result");
  if (cycle.size() > 1)
    error << ", through '"
          << printable(cast<NameLoc>(getNodeLoc(cycle[1])).getName()) << "'";
  if (cycle.size() > 2)
    error << " and " << cycle.size() - 2 << " more";
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

bool GraphImporter::checkOperands(const Operator &info, NodeImporter &node) {
  for (unsigned i = 0; i < info.minOperands; ++i)
    if (!node.getOperand(i)) {
      node.emitError() << "operand " << i << " is missing";
      return false;
    }
  for (size_t i = info.maxOperands; i < node.getNumOperands(); ++i)
    if (node.getOperand(i)) {
      node.emitError() << "has " << node.getNumOperands()
                       << " operands, but at most " << info.maxOperands
                       << " are supported";
      return false;
    }
  return true;
}

void GraphImporter::importNode(int index) {
  const onnx::NodeProto &proto = graph.node(index);
  Location loc = getNodeLoc(index);
  auto report = [&]() {
    failed = true;
    return mlir::emitError(loc);
  };

  SmallVector<Value> operands;
  bool tainted = false;
  for (const std::string &input : proto.input()) {
    if (input.empty()) {
      operands.push_back({});
      continue;
    }
    auto named = names.find(input);
    if (named == names.end()) {
      report() << "its input '" << printable(input)
               << "' is not defined: no input, initializer or node has that "
                  "name";
      tainted = true;
      operands.push_back(getPoison());
      continue;
    }
    operands.push_back(materialize(input, named->second));
    tainted |= named->second.tainted;
  }

  SmallVector<Value> results(proto.output_size());
  bool isOwn = isOwnDomain(proto.domain());
  auto known = operators.find(isOwn ? proto.op_type()
                                    : proto.domain() + "::" + proto.op_type());
  if (!isOwn && !isKnownDomain(proto.domain())) {
    report() << "operators of domain '" << printable(proto.domain())
             << "' are not supported";
  } else if (known == operators.end()) {
    report() << "the operator is not supported";
  } else {
    NodeImporter node(proto, file, opset, builder, loc, operands, tainted,
                      declaredShapes, usedNames);
    auto lookup = [&](StringRef name) {
      auto named = names.find(name);
      bool isThere = named != names.end() && !named->second.tainted;
      return isThere ? materialize(name, named->second) : Value();
    };
    node.setNames(lookup);
    if (opset < 6)
      node.ignoreAttr("consumed_inputs"); // of memory that could be reused
    if (checkOperands(known->second, node)) {
      known->second.import(node);
      node.applyDeclaredShapes();
      node.reportUnknownAttrs();
    }
    for (auto [i, result] : llvm::enumerate(results))
      result = node.getResult(i);
    failed |= node.failed();
  }

  for (auto [i, output] : llvm::enumerate(proto.output())) {
    if (output.empty())
      continue;
    Value result = results[i];
    bool isUsed = usedNames.contains(output);
    if (!result && results.front() && !isUsed)
      continue;
    if (!result && results.front())
      report() << "its output " << i << ", '" << printable(output)
               << "', is used, but only the first "
               << (i == 1 ? "is" : "ones are") << " supported";
    Named &named = names[output];
    named.value = result ? result : getPoison();
    named.tainted = tainted || !result;
  }
}

} // namespace resnetc::import
