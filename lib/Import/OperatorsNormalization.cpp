//===- OperatorsNormalization.cpp - Normalizations ------------------------===//
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

static Ints axesFrom(int64_t begin, int64_t end) {
  Ints axes;
  for (int64_t axis = begin; axis < end; ++axis)
    axes.push_back(axis);
  return axes;
}

/// The mean along axes, which stay as dimensions of 1.
static Value createMean(NodeImporter &node, Value value, Value axes) {
  return node.createInner<ReduceMeanOp>(value, axes, /*keepdims=*/true,
                                        /*noop_with_empty_axes=*/true);
}

namespace {
/// What a tensor is along axes.
struct Moments {
  Value mean, variance;
  Value centered; ///< The tensor without its mean.
};
} // namespace

static Moments createMoments(NodeImporter &node, Value value,
                             ArrayRef<int64_t> axes) {
  Value list = node.createInts(axes);
  Moments moments;
  moments.mean = createMean(node, value, list);
  moments.centered = node.createInner<SubOp>(value, moments.mean);
  Value square = node.createInner<MulOp>(moments.centered, moments.centered);
  moments.variance = createMean(node, square, list);
  return moments;
}

/// sqrt(variance + epsilon).
static Value createDeviation(NodeImporter &node, Value variance, Type element,
                             double epsilon) {
  Value sum =
      node.createInner<AddOp>(variance, node.createFloat(element, epsilon));
  return node.createInner<SqrtOp>(sum);
}

/// value * scale + offset by channel: a normalization to what it is already.
static Value createChannelAffine(NodeImporter &node, Value value, Value scale,
                                 Value offset) {
  auto type = dyn_cast<RankedTensorType>(scale.getType());
  if (!type || !type.hasStaticShape() || node.isTainted()) {
    if (!node.isTainted())
      node.emitError() << "the shape of the scale is not known";
    return value;
  }
  if (!isa<FloatType>(type.getElementType())) {
    node.emitError() << "elements of type " << type.getElementType()
                     << " are not supported";
    return value;
  }
  auto constant = [&](double number) {
    Attribute element =
        node.getBuilder().getFloatAttr(type.getElementType(), number);
    return node.createConstant(DenseElementsAttr::get(type, element));
  };
  return node.createInner<BatchNormOp>(value, scale, offset, constant(0),
                                       constant(1), APFloat(0.0f));
}

//===----------------------------------------------------------------------===//
// Batch normalization
//===----------------------------------------------------------------------===//

/// Normalizes by the statistics of the batch, which are mixed into those given:
/// momentum * old + (1 - momentum) * new.
static void importTraining(NodeImporter &node, float epsilon, float momentum) {
  std::optional<int64_t> rank = node.getRankOrError(0);
  if (!rank || !node.checkFloat(0))
    return;
  if (*rank < 2) {
    node.emitError() << "the input has rank " << *rank
                     << ", but at least 2 is needed";
    return;
  }
  Value input = node.getOperand(0);
  Ints axes = axesFrom(1, *rank);
  axes.front() = 0;
  Type element = node.getElementType(0);
  Moments moments = createMoments(node, input, axes);
  Value deviation = createDeviation(node, moments.variance, element, epsilon);
  Value normal = node.createInner<DivOp>(moments.centered, deviation);
  SmallVector<Value> results = {createChannelAffine(
      node, normal, node.getOperand(1), node.getOperand(2))};
  // The statistics by channel, without the dimensions of 1.
  auto byChannel = [&](Value value) {
    return node.createInner<ReduceMeanOp>(value, node.createInts(axes),
                                          /*keepdims=*/false,
                                          /*noop_with_empty_axes=*/true);
  };
  auto mix = [&](size_t operand, Value statistic) {
    Type type = node.getElementType(operand);
    if (type != element)
      statistic = node.createInner<CastOp>(statistic, type);
    Value before = node.createInner<MulOp>(node.getOperand(operand),
                                           node.createFloat(type, momentum));
    Value now = node.createInner<MulOp>(statistic,
                                        node.createFloat(type, 1.0 - momentum));
    return node.createInner<AddOp>(before, now);
  };
  results.push_back(mix(3, byChannel(input)));
  results.push_back(mix(4, byChannel(moments.variance)));
  node.forward(results);
}

static void importBatchNormalization(NodeImporter &node) {
  float epsilon = node.getFloat("epsilon", 1e-5f);
  float momentum = node.getFloat("momentum", 0.9f);
  if (node.getOpset() < 9 && !node.getBool("spatial", true))
    node.emitError() << "statistics by element (spatial = 0) are not supported";
  // Until opset 14, to have the statistics as results meant to train.
  if (node.getOpset() < 14 && node.getNumResults() > 1)
    node.emitError() << "the training form, with " << node.getNumResults()
                     << " results, is not supported: export the model for "
                        "inference";
  if (node.getOpset() < 7)
    node.ignoreAttr("is_test");
  if (node.getOpset() >= 14 && node.getBool("training_mode", false)) {
    importTraining(node, epsilon, momentum);
    return;
  }
  node.create<BatchNormOp>(node.getOperand(0), node.getOperand(1),
                           node.getOperand(2), node.getOperand(3),
                           node.getOperand(4), APFloat(epsilon));
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

static void importInstanceNormalization(NodeImporter &node) {
  float epsilon = node.getFloat("epsilon", 1e-5f);
  std::optional<int64_t> rank = node.getRankOrError(0);
  if (!rank || !node.checkFloat(0))
    return;
  Moments moments = createMoments(node, node.getOperand(0), axesFrom(2, *rank));
  Value deviation =
      createDeviation(node, moments.variance, node.getElementType(0), epsilon);
  Value normal = node.createInner<DivOp>(moments.centered, deviation);
  node.forward(createChannelAffine(node, normal, node.getOperand(1),
                                   node.getOperand(2)));
}

/// Like instance normalization of groups of channels; until opset 20 the
/// parameters are by group.
static void importGroupNormalization(NodeImporter &node) {
  float epsilon = node.getFloat("epsilon", 1e-5f);
  int64_t groups = node.getRequiredInt("num_groups");
  node.ignoreAttr("stash_type"); // of the precision within
  if (!node.checkFloat(0) || node.failed())
    return;
  if (groups < 1) {
    node.emitError() << "num_groups is " << groups;
    return;
  }
  Value input = node.getOperand(0);
  bool byGroup = node.getOpset() < 21;
  Value shape = node.createInner<ShapeOp>(input, /*start=*/0, IntegerAttr());
  Value grouped = node.createInner<ReshapeOp>(
      input, node.createInts({0, groups, -1}), /*allowzero=*/false);
  Moments moments = createMoments(node, grouped, {2});
  Value deviation =
      createDeviation(node, moments.variance, node.getElementType(0), epsilon);
  Value normal = node.createInner<DivOp>(moments.centered, deviation);
  auto scaled = [&](Value value) {
    return createChannelAffine(node, value, node.getOperand(1),
                               node.getOperand(2));
  };
  if (byGroup)
    normal = scaled(normal);
  normal = node.createInner<ReshapeOp>(normal, shape, /*allowzero=*/false);
  node.forward(byGroup ? normal : scaled(normal));
}

/// The results are the tensor, the mean, and 1 / sqrt(variance + epsilon).
static void importLayerNormalization(NodeImporter &node) {
  int64_t axis = node.getInt("axis", -1);
  float epsilon = node.getFloat("epsilon", 1e-5f);
  bool stash = node.getInt("stash_type", 1) == 1;
  std::optional<int64_t> rank = node.getRankOrError(0);
  if (!rank || !node.checkFloat(0))
    return;
  if (axis < -*rank || axis >= *rank) {
    node.emitError() << "axis " << axis
                     << " does not exist in a tensor of rank " << *rank;
    return;
  }
  axis += axis < 0 ? *rank : 0;
  Value input = node.getOperand(0);
  Type element = node.getElementType(0), inner = element;
  if (stash && element.getIntOrFloatBitWidth() < 32) {
    inner = node.getBuilder().getF32Type();
    input = node.createInner<CastOp>(input, inner);
  }
  Moments moments = createMoments(node, input, axesFrom(axis, *rank));
  Value inverse = node.createInner<ReciprocalOp>(
      createDeviation(node, moments.variance, inner, epsilon));
  Value result = node.createInner<MulOp>(moments.centered, inverse);
  if (inner != element)
    result = node.createInner<CastOp>(result, element);
  result = node.createInner<MulOp>(result, node.getOperand(1));
  if (Value offset = node.getOperand(2))
    result = node.createInner<AddOp>(result, offset);
  node.forward({result, moments.mean, inverse});
}

static void importLpNormalization(NodeImporter &node) {
  int64_t axis = node.getInt("axis", -1), p = node.getInt("p", 2);
  if (p != 1 && p != 2)
    node.emitError() << "p is " << p << ", but must be 1 or 2";
  Value norm = node.createInner<ReduceOp>(
      node.getOperand(0), node.createInts(axis),
      p == 1 ? Reduction::l1 : Reduction::l2, /*keepdims=*/true,
      /*noop_with_empty_axes=*/false);
  node.create<DivOp>(node.getOperand(0), norm);
}

/// ONNX adds its epsilon to the deviation, not to the variance.
static void importMeanVarianceNormalization(NodeImporter &node) {
  Ints axes = node.getInts("axes").value_or(Ints{0, 2, 3});
  if (!node.checkFloat(0))
    return;
  Type element = node.getElementType(0);
  Moments moments = createMoments(node, node.getOperand(0), axes);
  Value deviation = node.createInner<SqrtOp>(moments.variance);
  deviation =
      node.createInner<AddOp>(deviation, node.createFloat(element, 1e-9));
  node.create<DivOp>(moments.centered, deviation);
}

static void importLRN(NodeImporter &node) {
  int64_t size = node.getRequiredInt("size");
  APFloat alpha(node.getFloat("alpha", 1e-4f)),
      beta(node.getFloat("beta", 0.75f)), bias(node.getFloat("bias", 1.0f));
  node.create<LrnOp>(node.getOperand(0), size, alpha, beta, bias);
}

void addNormalizationOperators(OperatorTable &table) {
  table["BatchNormalization"] = {importBatchNormalization, 5, 5};
  table["InstanceNormalization"] = {importInstanceNormalization, 3, 3};
  table["GroupNormalization"] = {importGroupNormalization, 3, 3};
  table["LayerNormalization"] = {importLayerNormalization, 2, 3};
  table["LpNormalization"] = {importLpNormalization};
  table["MeanVarianceNormalization"] = {importMeanVarianceNormalization};
  table["LRN"] = {importLRN};
}

} // namespace resnetc::import
