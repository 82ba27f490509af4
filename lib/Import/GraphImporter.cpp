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
                             StringRef name, const ImportOptions &options)
    : file(file), graph(file.getModel()->graph()), opset(opset), module(module),
      builder(module.getContext()), fileName(builder.getStringAttr(name)),
      fileLoc(FileLineColLoc::get(fileName, 0, 0)), options(options) {
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
  FailureOr<FlatGraph> flattened =
      flattenGraph(*file.getModel(), opset, fileName);
  if (llvm::failed(flattened))
    return failure();
  flat = std::move(*flattened);
  for (const FlatNode &node : flat.nodes)
    node.forEachUse([&](StringRef name) { usedNames.insert(name); });
  for (const onnx::ValueInfoProto &output : graph.output())
    usedNames.insert(output.name());

  collectInitializers();
  collectDeclaredShapes();
  createFunction(functionName);
  importNodes(flat.nodes);
  if (hasCycle)
    return failure();
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
  if (options.batch || !options.inputShapes.empty())
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
  if (tensor.shape().dim_size() > maxRank) {
    fail() << "has rank " << tensor.shape().dim_size();
    return {};
  }
  std::optional<SmallVector<int64_t>> shape;
  if (tensor.has_shape())
    shape.emplace();
  for (const auto &dim : tensor.shape().dim()) {
    // -1 is no size in ONNX, but some exporters mean "unknown" by it.
    if (!dim.has_dim_value() || dim.dim_value() == -1) {
      shape->push_back(ShapedType::kDynamic);
    } else if (dim.dim_value() < 0 || dim.dim_value() > INT32_MAX) {
      fail() << "has a dimension of " << dim.dim_value();
      return {};
    } else {
      shape->push_back(dim.dim_value());
    }
  }
  if (!overrideShape(input, shape))
    return {};
  if (!shape)
    return UnrankedTensorType::get(element);
  return RankedTensorType::get(*shape, element);
}

bool GraphImporter::overrideShape(const onnx::ValueInfoProto &input,
                                  std::optional<SmallVector<int64_t>> &shape) {
  for (const InputShape &given : options.inputShapes) {
    if (!given.name.empty() && given.name != input.name())
      continue;
    if (!shape)
      shape.emplace(given.sizes.size(), ShapedType::kDynamic);
    if (shape->size() != given.sizes.size()) {
      emitError() << "input '" << printable(input.name()) << "' has rank "
                  << shape->size() << ", but the shape that is given for it "
                  << given.sizes.size();
      failed = true;
      return false;
    }
    for (auto [size, own] : llvm::zip_equal(given.sizes, *shape))
      if (!ShapedType::isDynamic(size))
        own = size;
  }
  return true;
}

void GraphImporter::checkInputShapes(
    ArrayRef<const onnx::ValueInfoProto *> inputs) {
  for (const InputShape &given : options.inputShapes) {
    bool isKnown =
        given.name.empty()
            ? inputs.size() == 1
            : llvm::any_of(inputs, [&](const onnx::ValueInfoProto *input) {
                return input->name() == given.name;
              });
    if (isKnown)
      continue;
    failed = true;
    InFlightDiagnostic error = emitError();
    if (given.name.empty())
      error << "a shape is given without a name, but there are "
            << inputs.size() << " inputs:";
    else
      error << "a shape is given for '" << printable(given.name)
            << "', which is none of the inputs:";
    for (const onnx::ValueInfoProto *input : inputs)
      error << " '" << printable(input->name()) << "'";
  }
}

void GraphImporter::setBatch(ArrayRef<const onnx::ValueInfoProto *> inputs,
                             MutableArrayRef<Type> types) {
  if (!options.batch)
    return;
  std::optional<int64_t> first;
  for (auto [input, type] : llvm::zip_equal(inputs, types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0)
      continue;
    SmallVector<int64_t> shape(tensor.getShape());
    if (shape.front() != first.value_or(shape.front())) {
      emitError() << "input '" << printable(input->name())
                  << "' has another batch than others";
      failed = true;
      continue;
    }
    first = shape.front();
    shape.front() = *options.batch;
    type = tensor.clone(shape);
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
  checkInputShapes(inputs);
  setBatch(inputs, types);
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

std::optional<SmallVector<int>>
GraphImporter::orderNodes(ArrayRef<FlatNode> nodes) {
  int count = static_cast<int>(nodes.size());
  llvm::StringMap<int> producers;
  for (auto [i, node] : llvm::enumerate(nodes))
    for (const std::string &output : node.outputs) {
      if (output.empty())
        continue;
      if (!names.contains(output) &&
          producers.try_emplace(output, static_cast<int>(i)).second)
        continue;
      mlir::emitError(node.getLoc(fileName))
          << "its output '" << printable(output) << "' is defined twice";
      failed = true;
    }

  SmallVector<unsigned> missing(count, 0); // operands that are not there yet
  std::vector<SmallVector<int, 2>> users(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < count; ++i) {
    nodes[i].forEachUse([&](StringRef name) {
      auto producer = producers.find(name);
      if (producer == producers.end() || names.contains(name))
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
  reportCycle(nodes, missing, producers);
  return std::nullopt;
}

void GraphImporter::reportCycle(ArrayRef<FlatNode> nodes,
                                ArrayRef<unsigned> missing,
                                const llvm::StringMap<int> &producers) {
  // From any node that waits, one that it waits for: this ends in a cycle.
  SmallVector<int> path;
  llvm::SmallDenseMap<int, size_t> position;
  int node = llvm::find_if(missing, [](unsigned n) { return n != 0; }) -
             missing.begin();
  while (position.try_emplace(node, path.size()).second) {
    path.push_back(node);
    std::optional<int> next;
    nodes[node].forEachUse([&](StringRef name) {
      auto producer = producers.find(name);
      if (!next && producer != producers.end() &&
          missing[producer->second] != 0)
        next = producer->second;
    });
    node = next.value_or(node);
  }
  ArrayRef<int> cycle = ArrayRef(path).drop_front(position[node]);
  InFlightDiagnostic error = mlir::emitError(
      nodes[cycle.front()].getLoc(fileName), "needs its own result");
  if (cycle.size() > 1)
    error << ", through '" << printable(nodes[cycle[1]].label) << "'";
  if (cycle.size() > 2)
    error << " and " << cycle.size() - 2 << " more";
}

void GraphImporter::importNodes(ArrayRef<FlatNode> nodes) {
  std::optional<SmallVector<int>> order = orderNodes(nodes);
  if (!order) {
    failed = hasCycle = true;
    return;
  }
  for (int i : *order)
    importNode(nodes[i]);
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

void GraphImporter::importOperator(const FlatNode &flatNode,
                                   ArrayRef<Value> operands, bool tainted,
                                   MutableArrayRef<Value> results) {
  Location loc = flatNode.getLoc(fileName);
  bool isOwn = isOwnDomain(flatNode.domain);
  auto known = operators.find(isOwn ? flatNode.opType
                                    : flatNode.domain + "::" + flatNode.opType);
  if (!isOwn && !isKnownDomain(flatNode.domain)) {
    failed = true;
    mlir::emitError(loc) << "operators of domain '"
                         << printable(flatNode.domain) << "' are not supported";
    return;
  }
  if (known == operators.end()) {
    failed = true;
    mlir::emitError(loc) << "the operator is not supported";
    return;
  }
  NodeImporter node(flatNode, file, builder, loc, operands, tainted,
                    declaredShapes, usedNames, options.training);
  auto lookup = [&](StringRef name) {
    auto named = names.find(name);
    bool isThere = named != names.end() && !named->second.tainted;
    return isThere ? materialize(name, named->second) : Value();
  };
  node.setNames(lookup);
  if (node.getOpset() < 6)
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

void GraphImporter::importNode(const FlatNode &node) {
  Location loc = node.getLoc(fileName);
  auto report = [&]() {
    failed = true;
    return mlir::emitError(loc);
  };

  SmallVector<Value> operands;
  bool tainted = false;
  for (const std::string &input : node.inputs) {
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

  SmallVector<Value> results(node.outputs.size());
  if (!node.error.empty())
    report() << node.error;
  else if (node.branches.empty())
    importOperator(node, operands, tainted, results);
  else
    importIf(node, operands, tainted, results);

  for (auto [i, output] : llvm::enumerate(node.outputs)) {
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
