//===- OperatorsReduction.cpp - Reductions, softmax, sums along axes ------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

using Ints = NodeImporter::Ints;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

namespace {
struct ReductionAttributes {
  Value axes;
  bool keepdims, noop;
};
} // namespace

/// Axes were an attribute before `opset`, an operand from then on.
static ReductionAttributes getReduction(NodeImporter &node, int64_t opset) {
  ReductionAttributes result{node.getOperand(1), node.getBool("keepdims", true),
                             false};
  if (node.getOpset() >= opset) {
    result.noop = node.getBool("noop_with_empty_axes", false);
  } else if (result.axes) {
    node.emitError() << "axes are an operand only from opset " << opset
                     << " on";
  } else if (std::optional<Ints> list = node.getInts("axes")) {
    result.axes = node.createInts(*list);
  }
  return result;
}

static void importReduceMean(NodeImporter &node) {
  auto [axes, keepdims, noop] = getReduction(node, 18);
  node.create<ReduceMeanOp>(node.getOperand(0), axes, keepdims, noop);
}

template <Reduction kind, int64_t opset = 18>
static void importReduce(NodeImporter &node) {
  auto [axes, keepdims, noop] = getReduction(node, opset);
  node.create<ReduceOp>(node.getOperand(0), axes, kind, keepdims, noop);
}

template <typename OpTy> static void importArg(NodeImporter &node) {
  int64_t axis = node.getInt("axis", 0);
  bool keepdims = node.getBool("keepdims", true);
  bool last = node.getBool("select_last_index", false);
  node.create<OpTy>(node.getOperand(0), axis, keepdims, last);
}

//===----------------------------------------------------------------------===//
// Softmax and its like
//===----------------------------------------------------------------------===//

namespace {
struct RowAttributes {
  int64_t axis;
  bool flatten;
};
} // namespace

/// Before opset 13, the operators worked on a matrix of the dimensions before
/// and from `axis`. With the last axis both forms are the same.
static RowAttributes getRow(NodeImporter &node) {
  bool flatten = node.getOpset() < 13;
  int64_t axis = node.getInt("axis", flatten ? 1 : -1);
  std::optional<int64_t> rank = node.getRank(0);
  if (axis == -1 || (rank && axis == *rank - 1))
    flatten = false;
  return {axis, flatten};
}

template <typename OpTy> static void importRow(NodeImporter &node) {
  auto [axis, flatten] = getRow(node);
  node.create<OpTy>(node.getOperand(0), axis, flatten);
}

Value createLogSoftmax(NodeImporter &node, Value input,
                       ArrayRef<int64_t> axes) {
  Value list = node.createInts(axes);
  auto reduce = [&](Value value, Reduction kind) {
    return node.createInner<ReduceOp>(value, list, kind, /*keepdims=*/true,
                                      /*noop_with_empty_axes=*/true);
  };
  // What the logarithm of the sum is small beside does not reach it.
  Value largest = reduce(input, Reduction::max);
  Value shifted = node.createInner<SubOp>(input, largest);
  return node.createInner<SubOp>(shifted,
                                 reduce(shifted, Reduction::log_sum_exp));
}

static void importLogSoftmax(NodeImporter &node) {
  auto [axis, flatten] = getRow(node);
  Ints axes = {axis};
  if (flatten) {
    std::optional<int64_t> rank = node.getRankOrError(0);
    if (!rank)
      return;
    if (axis < -*rank || axis > *rank) {
      node.emitError() << "axis " << axis
                       << " does not exist in a tensor of rank " << *rank;
      return;
    }
    axes.clear();
    for (int64_t d = axis < 0 ? axis + *rank : axis; d < *rank; ++d)
      axes.push_back(d);
  }
  if (node.checkFloat(0))
    node.forward(createLogSoftmax(node, node.getOperand(0), axes));
}

static void importCumSum(NodeImporter &node) {
  bool exclusive = node.getBool("exclusive", false);
  bool reverse = node.getBool("reverse", false);
  node.create<CumSumOp>(node.getOperand(0), node.getOperand(1), exclusive,
                        reverse);
}

void addReductionOperators(OperatorTable &table) {
  table["ReduceMean"] = {importReduceMean, 1, 2};
  table["ReduceSum"] = {importReduce<Reduction::sum, 13>, 1, 2};
  table["ReduceProd"] = {importReduce<Reduction::prod>, 1, 2};
  table["ReduceMax"] = {importReduce<Reduction::max>, 1, 2};
  table["ReduceMin"] = {importReduce<Reduction::min>, 1, 2};
  table["ReduceL1"] = {importReduce<Reduction::l1>, 1, 2};
  table["ReduceL2"] = {importReduce<Reduction::l2>, 1, 2};
  table["ReduceSumSquare"] = {importReduce<Reduction::sum_square>, 1, 2};
  table["ReduceLogSum"] = {importReduce<Reduction::log_sum>, 1, 2};
  table["ReduceLogSumExp"] = {importReduce<Reduction::log_sum_exp>, 1, 2};
  table["ArgMax"] = {importArg<ArgMaxOp>};
  table["ArgMin"] = {importArg<ArgMinOp>};
  table["Softmax"] = {importRow<SoftmaxOp>};
  table["LogSoftmax"] = {importLogSoftmax};
  table["Hardmax"] = {importRow<HardmaxOp>};
  table["CumSum"] = {importCumSum, 2, 2};
}

} // namespace resnetc::import
