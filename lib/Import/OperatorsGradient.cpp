//===- OperatorsGradient.cpp - Gradient -----------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of the domain ai.onnx.preview.training. Its attributes name a value `y` of
// the graph and the variables `xs` and `zs` that it is a function of; its
// operands are the values of these, at which the gradients with respect to `xs`
// are taken.
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "resnetc/Dialect/ResNet/Transforms/Gradients.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

static void importGradient(NodeImporter &node) {
  SmallVector<StringRef> names =
      node.getStrings("xs").value_or(SmallVector<StringRef>());
  size_t count = names.size();
  if (!count)
    node.emitError() << "attribute 'xs' names no variables";
  if (auto others = node.getStrings("zs"))
    names.append(*others);
  if (!node.hasAttr("y"))
    node.emitError() << "attribute 'y' is missing";
  StringRef yName = node.getString("y", "");
  if (!node.failed() && names.size() != node.getNumOperands())
    node.emitError() << "has " << node.getNumOperands() << " operands for "
                     << names.size() << " variables";
  if (!node.failed() && node.getNumListedResults() > count)
    node.emitError() << "has " << node.getNumListedResults() << " results for "
                     << count << " variables";
  if (node.failed() || node.isTainted())
    return;

  Value y = node.getNamed(yName);
  SmallVector<Value> variables, values;
  for (auto [i, name] : llvm::enumerate(names)) {
    variables.push_back(node.getNamed(name));
    values.push_back(node.getOperand(i));
    if (!variables.back() || !values.back()) {
      node.emitError() << "variable '" << printable(name)
                       << "' is not known or has no value";
      return;
    }
    Type type = variables.back().getType();
    if (type != values.back().getType())
      node.emitError() << "variable '" << printable(name) << "' is of type "
                       << type << ", but its value " << values.back().getType();
    if (i < count && !isa<FloatType>(cast<ShapedType>(type).getElementType()))
      node.emitError() << "variable '" << printable(name)
                       << "' is not of floating point";
  }
  if (!y)
    node.emitError() << "'" << printable(yName) << "' is not known";
  else if (!isa<FloatType>(cast<ShapedType>(y.getType()).getElementType()))
    node.emitError() << "'" << printable(yName) << "' is not of floating point";
  if (node.failed())
    return;
  FailureOr<SmallVector<Value>> gradients =
      buildGradientsAt(node.getBuilder(), node.getLoc(), y, variables, values);
  if (succeeded(gradients))
    node.forward(ArrayRef(*gradients).take_front(count));
  else
    node.fail();
}

void addGradientOperators(OperatorTable &table) {
  table["ai.onnx.preview.training::Gradient"] = {importGradient, 1,
                                                 maxVariadic};
}

} // namespace resnetc::import
