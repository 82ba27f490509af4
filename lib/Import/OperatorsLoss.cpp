//===- OperatorsLoss.cpp - Losses -----------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

/// The sum, or the mean, of all elements.
static Value createSum(NodeImporter &node, Value value) {
  return node.createInner<ReduceOp>(value, /*axes=*/Value(), Reduction::sum,
                                    /*keepdims=*/false,
                                    /*noop_with_empty_axes=*/false);
}

/// Whether the operands are logits N x C x ..., targets and weights of C.
static bool checkOperands(NodeImporter &node) {
  if (node.isTainted() || !node.checkFloat(0))
    return !node.isTainted() && !node.failed();
  std::optional<int64_t> rank = node.getRankOrError(0);
  if (!rank)
    return false;
  if (*rank < 2) {
    node.emitError() << "the input has rank " << *rank
                     << ", but at least 2 is needed";
    return false;
  }
  if (!node.getElementType(1).isInteger(32) &&
      !node.getElementType(1).isInteger(64)) {
    node.emitError() << "the target has elements of type "
                     << node.getElementType(1);
    return false;
  }
  Value weight = node.getOperand(2);
  if (!weight)
    return true;
  auto type = dyn_cast<RankedTensorType>(weight.getType());
  auto input = cast<RankedTensorType>(node.getOperand(0).getType());
  bool fits = type && type.getRank() == 1 &&
              (type.isDynamicDim(0) || input.isDynamicDim(1) ||
               type.getDimSize(0) == input.getDimSize(1));
  if (!fits)
    node.emitError() << "the weight is " << weight.getType()
                     << ", but the input is " << input;
  return fits;
}

/// 0 where the target is `ignored`, 1 elsewhere.
static Value createIsCounted(NodeImporter &node, int64_t ignored) {
  auto type = RankedTensorType::get({}, node.getElementType(1));
  Value constant = node.createConstant(
      DenseElementsAttr::get(type, Attribute(node.getBuilder().getIntegerAttr(
                                       type.getElementType(), ignored))));
  Value is = node.createInner<EqualOp>(node.getOperand(1), constant);
  Type element = node.getElementType(0);
  return node.createInner<WhereOp>(is, node.createFloat(element, 0),
                                   node.createFloat(element, 1));
}

/// The loss of logarithms of probabilities: -weight[t] * input[t], for the
/// class t that the target names.
static Value createLoss(NodeImporter &node, Value input, StringRef reduction,
                        std::optional<int64_t> ignored) {
  Value target = node.getOperand(1), weight = node.getOperand(2);
  Builder &builder = node.getBuilder();
  // What the targets cannot be is ignored nowhere.
  if (ignored && node.getElementType(1).isInteger(32) &&
      !llvm::isInt<32>(*ignored))
    ignored = std::nullopt;
  auto attr = ignored ? builder.getI64IntegerAttr(*ignored) : IntegerAttr();
  Value loss = node.createInner<NegOp>(
      node.createInner<PickClassOp>(input, target, attr));
  if (weight) {
    weight = node.createInner<PickClassOp>(weight, target, attr);
    loss = node.createInner<MulOp>(loss, weight);
  }
  if (reduction == "none")
    return loss;
  if (reduction == "sum")
    return createSum(node, loss);
  if (!weight && !ignored)
    return node.createInner<ReduceMeanOp>(loss, /*axes=*/Value(),
                                          /*keepdims=*/false,
                                          /*noop_with_empty_axes=*/false);
  if (!weight)
    weight = createIsCounted(node, *ignored);
  Value sum = createSum(node, loss);
  return node.createInner<DivOp>(sum, createSum(node, weight));
}

/// With `logits`, the input is those; the logarithms of their probabilities
/// are the second result.
template <bool logits> static void importLoss(NodeImporter &node) {
  StringRef reduction = node.getString("reduction", "mean");
  std::optional<int64_t> ignored;
  if (node.hasAttr("ignore_index"))
    ignored = node.getInt("ignore_index", 0);
  if (!llvm::is_contained({"none", "sum", "mean"}, reduction))
    node.emitError() << "reduction is '" << printable(reduction)
                     << "', but must be none, sum or mean";
  if (node.failed() || !checkOperands(node))
    return;
  Value input = node.getOperand(0);
  if (!logits) {
    node.forward(createLoss(node, input, reduction, ignored));
    return;
  }
  input = createLogSoftmax(node, input, {1});
  node.forward({createLoss(node, input, reduction, ignored), input});
}

void addLossOperators(OperatorTable &table) {
  table["NegativeLogLikelihoodLoss"] = {importLoss<false>, 2, 3};
  table["SoftmaxCrossEntropyLoss"] = {importLoss<true>, 2, 3};
}

} // namespace resnetc::import
