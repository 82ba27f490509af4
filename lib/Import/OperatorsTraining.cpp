//===- OperatorsTraining.cpp - Optimizers ---------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of the domain ai.onnx.preview.training. Each updates any number of tensors X
// by their gradients G; operands and results come in groups: all tensors, then
// all gradients, then all of each state.
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

namespace {

/// Arithmetic on the tensors of a node, all of the element type of the rate.
class Optimizer {
public:
  /// With so many groups of operands. Makes an error if that cannot be.
  Optimizer(NodeImporter &node, size_t groups) : node(node), groups(groups) {
    size_t count = node.getNumOperands() - 2;
    if (count == 0 || count % groups != 0)
      node.emitError() << "has " << count << " tensors, which is no multiple "
                       << "of " << groups;
    for (Value operand : node.getOperands())
      if (!operand && !node.failed())
        node.emitError() << "an operand is missing";
    numTensors = count / groups;
  }

  /// Whether there is something to compute.
  bool isValid() {
    return !node.isTainted() && !node.failed() && node.checkFloat(0);
  }

  /// Computes results for each tensor: `update` takes the tensor's operands,
  /// one of each group, and returns one of each group of results.
  void update(llvm::function_ref<SmallVector<Value>(ArrayRef<Value>)> update) {
    SmallVector<SmallVector<Value>> updated;
    for (size_t i = 0; i < numTensors; ++i) {
      SmallVector<Value> operands;
      for (size_t k = 0; k < groups; ++k)
        operands.push_back(node.getOperand(2 + k * numTensors + i));
      updated.push_back(update(operands));
    }
    SmallVector<Value> results;
    for (size_t k = 0; k < updated.front().size(); ++k)
      for (ArrayRef<Value> values : updated)
        results.push_back(values[k]);
    node.forward(results);
  }

  Value rate() { return node.getOperand(0); }
  Value number(double value) {
    return node.createFloat(node.getElementType(0), value);
  }
  Value add(Value a, Value b) { return node.createInner<AddOp>(a, b); }
  Value sub(Value a, Value b) { return node.createInner<SubOp>(a, b); }
  Value mul(Value a, Value b) { return node.createInner<MulOp>(a, b); }
  Value mul(double a, Value b) { return mul(number(a), b); }
  Value div(Value a, Value b) { return node.createInner<DivOp>(a, b); }
  Value sqrt(Value a) { return node.createInner<SqrtOp>(a); }
  /// `a`, to the power of how many updates there were before.
  Value powerOfCount(double a) {
    return node.createInner<PowOp>(number(a), node.getOperand(1));
  }
  Value count() {
    return node.createInner<CastOp>(node.getOperand(1), node.getElementType(0));
  }
  /// `first` in the first update, `later` in others.
  Value byCount(Value first, Value later) {
    Value zero = node.createFloat(node.getElementType(1), 0);
    Value isLater = node.createInner<GreaterOp>(node.getOperand(1), zero);
    return node.createInner<WhereOp>(isLater, later, first);
  }
  /// The gradient with that of the norm of the tensor.
  Value regularized(Value tensor, Value gradient, double coefficient) {
    return add(mul(coefficient, tensor), gradient);
  }

private:
  NodeImporter &node;
  size_t groups, numTensors = 0;
};

} // namespace

static void importAdagrad(NodeImporter &node) {
  double decay = node.getFloat("decay_factor", 0);
  double epsilon = node.getFloat("epsilon", 1e-6f);
  double norm = node.getFloat("norm_coefficient", 0);
  Optimizer o(node, 3);
  if (!o.isValid())
    return;
  Value rate = o.rate();
  if (decay != 0)
    rate = o.div(rate, o.add(o.number(1), o.mul(decay, o.count())));
  o.update([&](ArrayRef<Value> operands) -> SmallVector<Value> {
    Value x = operands[0];
    Value gradient = o.regularized(x, operands[1], norm);
    Value sum = o.add(operands[2], o.mul(gradient, gradient));
    Value scale = o.add(o.sqrt(sum), o.number(epsilon));
    return {o.sub(x, o.div(o.mul(rate, gradient), scale)), sum};
  });
}

static void importMomentum(NodeImporter &node) {
  if (!node.hasAttr("alpha") || !node.hasAttr("beta"))
    node.emitError() << "attributes 'alpha' and 'beta' must be given";
  double alpha = node.getFloat("alpha", 0), beta = node.getFloat("beta", 0);
  double norm = node.getFloat("norm_coefficient", 0);
  StringRef mode = node.getString("mode", "");
  if (mode != "standard" && mode != "nesterov")
    node.emitError() << "mode is '" << printable(mode)
                     << "', but must be standard or nesterov";
  Optimizer o(node, 3);
  if (!o.isValid())
    return;
  Value weight = o.byCount(o.number(1), o.number(beta));
  o.update([&](ArrayRef<Value> operands) -> SmallVector<Value> {
    Value x = operands[0];
    Value gradient = o.regularized(x, operands[1], norm);
    Value velocity = o.add(o.mul(alpha, operands[2]), o.mul(weight, gradient));
    Value step =
        mode == "nesterov" ? o.add(gradient, o.mul(alpha, velocity)) : velocity;
    return {o.sub(x, o.mul(o.rate(), step)), velocity};
  });
}

static void importAdam(NodeImporter &node) {
  double alpha = node.getFloat("alpha", 0.9f);
  double beta = node.getFloat("beta", 0.999f);
  double epsilon = node.getFloat("epsilon", 1e-6f);
  double norm = node.getFloat("norm_coefficient", 0);
  double normAfter = node.getFloat("norm_coefficient_post", 0);
  Optimizer o(node, 4);
  if (!o.isValid())
    return;
  auto complement = [&](double base) {
    return o.sub(o.number(1), o.powerOfCount(base));
  };
  Value scaled =
      o.mul(o.rate(), o.div(o.sqrt(complement(beta)), complement(alpha)));
  Value rate = o.byCount(o.rate(), scaled);
  o.update([&](ArrayRef<Value> operands) -> SmallVector<Value> {
    Value x = operands[0];
    Value gradient = o.regularized(x, operands[1], norm);
    Value velocity =
        o.add(o.mul(alpha, operands[2]), o.mul(1 - alpha, gradient));
    Value square = o.add(o.mul(beta, operands[3]),
                         o.mul(1 - beta, o.mul(gradient, gradient)));
    Value scale = o.add(o.sqrt(square), o.number(epsilon));
    Value next = o.sub(x, o.div(o.mul(rate, velocity), scale));
    return {o.mul(1 - normAfter, next), velocity, square};
  });
}

void addTrainingOperators(OperatorTable &table) {
  table["ai.onnx.preview.training::Adagrad"] = {importAdagrad, 5, maxVariadic};
  table["ai.onnx.preview.training::Adam"] = {importAdam, 6, maxVariadic};
  table["ai.onnx.preview.training::Momentum"] = {importMomentum, 5,
                                                 maxVariadic};
}

} // namespace resnetc::import
