//===- KnownValues.cpp - Values that do not depend on inputs --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/Transforms/KnownValues.h"
#include "FoldOperation.h"
#include "SymbolicShapes.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace resnetc::resnet {

/// Conditions and shapes are small; larger tensors are data.
static constexpr int64_t maxElements = 1024;
/// Operations that a value is computed by, one of the other's result.
static constexpr unsigned maxDepth = 64;

static bool isSmall(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getNumElements() <= maxElements;
}

KnownValues::KnownValues(func::FuncOp function)
    : function(function), shapes(std::make_unique<SymbolicShapes>()) {
  for (BlockArgument argument : function.getArguments())
    shapes->visitArgument(argument);
}

KnownValues::~KnownValues() = default;

void KnownValues::visitNewOperations() {
  Block &body = function.getBody().front();
  for (auto op = last ? std::next(Block::iterator(last)) : body.begin();
       op != body.end(); ++op) {
    // Constants are put before what was visited.
    for (Value operand : op->getOperands())
      if (auto constant = operand.getDefiningOp<ConstantOp>();
          constant && !shapes->lookup(operand))
        shapes->visit(constant);
    shapes->visit(&*op);
    last = &*op;
  }
}

std::optional<ReferenceTensor>
KnownValues::evaluateOperation(Operation *operation) {
  auto op = dyn_cast<ReferenceOpInterface>(operation);
  if (!op || op->getNumResults() != 1 || !isSmall(op->getResult(0).getType()))
    return std::nullopt;
  // What cannot be evaluated is not known; its error is for when it must be.
  ScopedDiagnosticHandler ignore(op->getContext(),
                                 [](Diagnostic &) { return success(); });
  std::optional<ReferenceTensor> known;
  if (auto results = resnet::evaluateOperation(
          op, [&](Value operand) { return values.lookup(operand); });
      succeeded(results) && !results->empty())
    known.emplace(std::move(results->front()));
  return known;
}

std::optional<ReferenceTensor> KnownValues::evaluate(Value value) {
  visitNewOperations();
  // Operands before what is computed from them.
  SmallVector<Value> stack{value};
  while (!stack.empty()) {
    Value next = stack.back();
    if (values.contains(next)) {
      stack.pop_back();
      continue;
    }
    auto set = [&](std::optional<ReferenceTensor> tensor) {
      values[next] = std::move(tensor);
      stack.pop_back();
    };
    Operation *op = next.getDefiningOp();
    if (matchPattern(next, m_Constant())) {
      set(isSmall(next.getType()) ? constantTensor(next) : std::nullopt);
      continue;
    }
    if (auto known = shapes->lookupKnown(next)) {
      auto type = cast<RankedTensorType>(next.getType());
      ReferenceTensor tensor;
      tensor.elementType = type.getElementType();
      tensor.shape.assign(type.getShape().begin(), type.getShape().end());
      tensor.values.assign(known->begin(), known->end());
      set(std::move(tensor));
      continue;
    }
    if (!op || stack.size() > maxDepth) {
      set(std::nullopt);
      continue;
    }
    size_t before = stack.size();
    for (Value operand : op->getOperands())
      if (!values.contains(operand))
        stack.push_back(operand);
    if (stack.size() == before)
      set(evaluateOperation(op));
  }
  return values[value];
}

} // namespace resnetc::resnet
