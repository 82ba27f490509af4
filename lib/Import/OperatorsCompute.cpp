//===- OperatorsCompute.cpp - Convolutions, pools, products, norms --------===//
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
// Windows
//===----------------------------------------------------------------------===//

namespace {
/// The attributes of convolutions and pools, with ONNX's defaults filled in.
struct Window {
  Ints strides, pads, dilations;
  StringRef autoPad;
};
} // namespace

static Window getWindow(NodeImporter &node, int64_t spatialRank) {
  Window window;
  window.strides = node.getInts("strides").value_or(Ints(spatialRank, 1));
  window.dilations = node.getInts("dilations").value_or(Ints(spatialRank, 1));
  window.pads = node.getInts("pads").value_or(Ints(2 * spatialRank, 0));
  window.autoPad = node.getString("auto_pad", "NOTSET");
  if (window.autoPad != "NOTSET")
    window.pads.assign(2 * spatialRank, 0); // ONNX: not both
  return window;
}

static void importConv(NodeImporter &node) {
  Value weight = node.getOperand(1);
  std::optional<Ints> kernel = node.getInts("kernel_shape");
  std::optional<int64_t> rank = node.getRank(1);
  if (!rank)
    rank = node.getRank(0);
  int64_t spatialRank = rank ? *rank - 2 : kernel ? kernel->size() : 2;
  // All attributes are asked for before giving up: those that were not would be
  // called unknown.
  Window window = getWindow(node, std::max<int64_t>(spatialRank, 0));
  int64_t group = node.getInt("group", 1);
  if (spatialRank < 1) {
    node.emitError() << "an operand of rank " << spatialRank + 2
                     << " has no spatial dimensions";
    return;
  }
  auto weightType = dyn_cast<RankedTensorType>(weight.getType());
  if (kernel && weightType) {
    ArrayRef<int64_t> actual = weightType.getShape().drop_front(2);
    bool fits = kernel->size() == actual.size();
    for (size_t i = 0; fits && i < actual.size(); ++i)
      fits = ShapedType::isDynamic(actual[i]) || (*kernel)[i] == actual[i];
    if (!fits)
      node.emitError() << "kernel_shape is [" << *kernel
                       << "], but the weight's is [" << actual << "]";
  }
  node.create<ConvOp>(node.getOperand(0), weight, node.getOperand(2),
                      /*residual=*/Value(), window.strides, window.pads,
                      window.dilations, group, window.autoPad,
                      Activation::none);
}

static void importMaxPool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  Window window = getWindow(node, kernel.size());
  bool ceilMode = node.getBool("ceil_mode", false);
  node.ignoreAttr("storage_order"); // of the indices, a second result
  node.create<MaxPoolOp>(node.getOperand(0), kernel, window.strides,
                         window.pads, window.dilations, ceilMode,
                         window.autoPad);
}

static void importAveragePool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  Window window = getWindow(node, kernel.size());
  bool ceilMode = node.getBool("ceil_mode", false);
  bool countIncludePad = node.getBool("count_include_pad", false);
  node.create<AvgPoolOp>(node.getOperand(0), kernel, window.strides,
                         window.pads, window.dilations, ceilMode,
                         window.autoPad, countIncludePad);
}

static void importGlobalAveragePool(NodeImporter &node) {
  node.create<GlobalAvgPoolOp>(node.getOperand(0));
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

static void importGemm(NodeImporter &node) {
  bool transA = node.getBool("transA", false);
  bool transB = node.getBool("transB", false);
  APFloat alpha(node.getFloat("alpha", 1)), beta(node.getFloat("beta", 1));
  node.create<GemmOp>(node.getOperand(0), node.getOperand(1),
                      node.getOperand(2), transA, transB, alpha, beta);
}

static void importMatMul(NodeImporter &node) {
  node.create<MatMulOp>(node.getOperand(0), node.getOperand(1));
}

//===----------------------------------------------------------------------===//
// Normalization and reduction
//===----------------------------------------------------------------------===//

static void importBatchNormalization(NodeImporter &node) {
  APFloat epsilon(node.getFloat("epsilon", 1e-5f));
  node.ignoreAttr("momentum"); // of training
  if (node.getOpset() < 9 && !node.getBool("spatial", true))
    node.emitError() << "statistics by element (spatial = 0) are not supported";
  // Until opset 14, to have the statistics as results meant to train.
  if (node.getOpset() < 14 && node.getNumResults() > 1)
    node.emitError() << "the training form, with " << node.getNumResults()
                     << " results, is not supported: export the model for "
                        "inference";
  if (node.getOpset() >= 14 && node.getBool("training_mode", false))
    node.emitError() << "training_mode = 1 is not supported: export the model "
                        "for inference";
  node.create<BatchNormOp>(node.getOperand(0), node.getOperand(1),
                           node.getOperand(2), node.getOperand(3),
                           node.getOperand(4), epsilon);
}

/// Before opset 13, the operator worked on a matrix of the dimensions before
/// and from `axis`. With the last axis both forms are the same.
static void importSoftmax(NodeImporter &node) {
  bool flatten = node.getOpset() < 13;
  int64_t axis = node.getInt("axis", flatten ? 1 : -1);
  std::optional<int64_t> rank = node.getRank(0);
  if (axis == -1 || (rank && axis == *rank - 1))
    flatten = false;
  node.create<SoftmaxOp>(node.getOperand(0), axis, flatten);
}

static void importReduceMean(NodeImporter &node) {
  bool keepdims = node.getBool("keepdims", true);
  bool noop = false;
  Value axes = node.getOperand(1);
  if (node.getOpset() >= 18) {
    noop = node.getBool("noop_with_empty_axes", false);
  } else if (axes) {
    node.emitError() << "axes are an operand only from opset 18 on";
  } else if (std::optional<Ints> list = node.getInts("axes")) {
    axes = node.createInts(*list);
  }
  node.create<ReduceMeanOp>(node.getOperand(0), axes, keepdims, noop);
}

void addComputeOperators(OperatorTable &table) {
  table["Conv"] = {importConv, 2, 3};
  table["MaxPool"] = {importMaxPool};
  table["AveragePool"] = {importAveragePool};
  table["GlobalAveragePool"] = {importGlobalAveragePool};
  table["Gemm"] = {importGemm, 2, 3};
  table["MatMul"] = {importMatMul, 2, 2};
  table["BatchNormalization"] = {importBatchNormalization, 5, 5};
  table["Softmax"] = {importSoftmax};
  table["ReduceMean"] = {importReduceMean, 1, 2};
}

} // namespace resnetc::import
