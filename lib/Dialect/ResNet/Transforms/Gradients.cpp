//===- Gradients.cpp - Reverse-mode differentiation -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/Transforms/Gradients.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Dialect/ResNet/IR/CreateFilled.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace {

/// What lies between independent variables and a value.
struct Path {
  llvm::DenseSet<Value> active;        ///< Variables, and what depends on them.
  SmallVector<Operation *> operations; ///< In order.
};

} // namespace

static Path findPath(Value y, ArrayRef<Value> xs) {
  Path path;
  path.active.insert(xs.begin(), xs.end());
  // What y depends on, without going behind the variables.
  llvm::DenseSet<Operation *> needed;
  SmallVector<Value> waiting = {y};
  while (!waiting.empty()) {
    Value value = waiting.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (op && !llvm::is_contained(xs, value) && needed.insert(op).second)
      llvm::append_range(waiting, op->getOperands());
  }
  if (Operation *last = y.getDefiningOp())
    for (Operation &op : *last->getBlock()) {
      bool isActive = llvm::any_of(op.getOperands(), [&](Value operand) {
        return path.active.contains(operand);
      });
      if (!needed.contains(&op) || !isActive)
        continue;
      path.operations.push_back(&op);
      path.active.insert(op.result_begin(), op.result_end());
    }
  return path;
}

FailureOr<SmallVector<Value>>
resnetc::resnet::buildGradients(OpBuilder &builder, Location loc, Value y,
                                ArrayRef<Value> xs) {
  Path path = findPath(y, xs);
  llvm::DenseMap<Value, Value> gradients;
  if (path.active.contains(y))
    gradients[y] = createFilled(builder, loc, y, 1);
  bool hasFailed = false;
  for (Operation *op : llvm::reverse(path.operations)) {
    if (llvm::none_of(op->getResults(),
                      [&](Value value) { return gradients.count(value); }))
      continue;
    auto differentiable = dyn_cast<DifferentiableOpInterface>(op);
    if (!differentiable) {
      op->emitError("has no gradient");
      hasFailed = true;
      continue;
    }
    SmallVector<Value> ofResults;
    for (Value result : op->getResults()) {
      Value gradient = gradients.lookup(result);
      ofResults.push_back(gradient ? gradient
                                   : createFilled(builder, loc, result, 0));
    }
    FailureOr<SmallVector<Value>> ofOperands =
        differentiable.buildBackward(builder, ofResults);
    if (failed(ofOperands)) {
      hasFailed = true;
      continue;
    }
    for (auto [operand, gradient] :
         llvm::zip_equal(op->getOperands(), *ofOperands)) {
      if (!gradient || !path.active.contains(operand))
        continue;
      Value &sum = gradients[operand];
      sum = sum ? Value(AddOp::create(builder, loc, sum, gradient)) : gradient;
    }
  }
  if (hasFailed)
    return failure();
  SmallVector<Value> results;
  for (Value x : xs) {
    results.push_back(gradients.lookup(x));
    bool isNumber =
        isa<FloatType>(cast<ShapedType>(x.getType()).getElementType());
    if (!results.back() && isNumber)
      results.back() = createFilled(builder, loc, x, 0);
  }
  return results;
}

FailureOr<SmallVector<Value>>
resnetc::resnet::buildGradientsAt(OpBuilder &builder, Location loc, Value y,
                                  ArrayRef<Value> xs, ArrayRef<Value> values) {
  // Values in place of variables could be equal, or be in y otherwise, too:
  // until gradients are built, each is one of its own.
  IRMapping mapping;
  llvm::DenseSet<Value> stale;
  SmallVector<Value> variables(xs);
  SmallVector<UnrealizedConversionCastOp> standIns;
  for (auto [x, value, variable] : llvm::zip_equal(xs, values, variables)) {
    if (x == value)
      continue;
    standIns.push_back(UnrealizedConversionCastOp::create(
        builder, loc, TypeRange(value.getType()), value));
    variable = standIns.back().getResult(0);
    mapping.map(x, variable);
    stale.insert(x);
  }
  for (Operation *op : findPath(y, xs).operations) {
    if (llvm::none_of(op->getOperands(),
                      [&](Value operand) { return stale.contains(operand); }))
      continue;
    builder.clone(*op, mapping);
    stale.insert(op->result_begin(), op->result_end());
  }
  FailureOr<SmallVector<Value>> gradients =
      buildGradients(builder, loc, mapping.lookupOrDefault(y), variables);
  for (UnrealizedConversionCastOp standIn : standIns) {
    Value value = standIn.getOperand(0);
    if (succeeded(gradients))
      llvm::replace(*gradients, standIn.getResult(0), value);
    standIn.getResult(0).replaceAllUsesWith(value);
    standIn.erase();
  }
  return gradients;
}
