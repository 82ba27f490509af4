//===- ImportIf.cpp - Branches of a graph ---------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most branches in files ask for shapes: exporters leave them where a dimension
// may be 1. Only the one that is taken is imported, as the other may not fit.
// A condition on values is a choice between the results of both, which have no
// effects.
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;

namespace resnetc::import {

std::optional<SmallVector<Value>>
GraphImporter::importBranch(const FlatNode &node, const FlatBranch &branch) {
  for (const auto &[name, tensor] : branch.initializers)
    names[name].initializer = tensor;
  importNodes(branch.nodes);
  SmallVector<Value> values;
  for (const std::string &output :
       ArrayRef(branch.outputs).take_front(node.outputs.size())) {
    auto named = names.find(output);
    if (named == names.end()) {
      mlir::emitError(node.getLoc(fileName))
          << "the output '" << printable(output)
          << "' of a branch is not defined";
      failed = true;
      return std::nullopt;
    }
    values.push_back(materialize(output, named->second));
    if (named->second.tainted)
      return std::nullopt;
  }
  return values;
}

/// A condition of one element for tensors of a rank, so that it is broadcast;
/// with a batch, one element for each example. Null if it has more.
static Value alignCondition(NodeImporter &node, Value condition, int64_t rank) {
  auto type = dyn_cast<RankedTensorType>(condition.getType());
  if (!type || !type.getElementType().isInteger(1))
    return {};
  auto isOne = [](int64_t size) { return size == 1; };
  ArrayRef<int64_t> shape = type.getShape();
  bool hasBatch = !shape.empty() && type.isDynamicDim(0) && rank > 0;
  if (!llvm::all_of(shape.drop_front(hasBatch ? 1 : 0), isOne))
    return {};
  if (type.getRank() == rank)
    return condition;
  SmallVector<int64_t> to(rank, 1);
  if (rank > 0)
    to.front() = -1;
  return node.createInner<resnet::ReshapeOp>(condition, node.createInts(to));
}

void GraphImporter::importIf(const FlatNode &flatNode, ArrayRef<Value> operands,
                             bool tainted, MutableArrayRef<Value> results) {
  NodeImporter node(flatNode, file, builder, flatNode.getLoc(fileName),
                    operands, tainted, declaredShapes, usedNames,
                    options.training);
  node.ignoreAttr("then_branch");
  node.ignoreAttr("else_branch");
  node.reportUnknownAttrs();
  if (operands.size() != 1 || !operands[0])
    node.emitError() << "has no condition";
  failed |= node.failed();
  if (node.failed() || tainted)
    return;

  if (!knownValues)
    knownValues = std::make_unique<resnet::KnownValues>(function);
  if (auto condition = knownValues->evaluate(operands[0])) {
    if (condition->size() != 1) {
      node.emitError() << "has a condition of " << condition->size()
                       << " elements";
      failed = true;
      return;
    }
    bool isTaken = condition->values[0] != 0;
    if (auto values =
            importBranch(flatNode, flatNode.branches[isTaken ? 0 : 1]))
      llvm::copy(*values, results.begin());
    return;
  }

  auto yes = importBranch(flatNode, flatNode.branches[0]);
  auto no = importBranch(flatNode, flatNode.branches[1]);
  if (!yes || !no)
    return;
  for (auto [result, a, b] : llvm::zip_equal(results, *yes, *no)) {
    auto type = dyn_cast<RankedTensorType>(a.getType());
    Value condition = type && a.getType() == b.getType()
                          ? alignCondition(node, operands[0], type.getRank())
                          : Value();
    if (!condition) {
      node.emitError() << "depends on values that are not known at compile "
                          "time, and cannot be a choice between "
                       << a.getType() << " and " << b.getType() << " by "
                       << operands[0].getType();
      failed = true;
      return;
    }
    result = node.createInner<resnet::WhereOp>(condition, a, b);
    failed |= node.failed();
  }
}

} // namespace resnetc::import
