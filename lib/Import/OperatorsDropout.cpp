//===- OperatorsDropout.cpp - Dropout -------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

/// The second result says what is kept: all.
static Value createFullMask(NodeImporter &node) {
  Builder &builder = node.getBuilder();
  Type element =
      node.getOpset() < 10 ? node.getElementType(0) : Type(builder.getI1Type());
  auto one = RankedTensorType::get({1}, element);
  Attribute yes = isa<FloatType>(element)
                      ? Attribute(builder.getFloatAttr(element, 1))
                      : builder.getIntegerAttr(element, 1);
  Value shape = node.createInner<ShapeOp>(
      node.getOperand(0), builder.getI64IntegerAttr(0), IntegerAttr());
  return node.createInner<ConstantOfShapeOp>(shape,
                                             DenseElementsAttr::get(one, yes));
}

/// Of which the seed says whether they are dropped; what it says is a constant.
static constexpr int64_t maxElements = 1 << 24;

/// Whether a shape has no more elements than that.
static bool isSmall(ArrayRef<int64_t> shape) {
  int64_t elements = 1;
  return llvm::all_of(shape, [&](int64_t size) {
    return !llvm::MulOverflow(elements, size, elements) &&
           elements <= maxElements;
  });
}

/// Numbers in [0, 1) of 53 bits, as numpy.random.uniform makes them from a
/// seed, which is what ONNX's reference draws from: two outputs of MT19937
/// each.
static Value createUniform(NodeImporter &node, ArrayRef<int64_t> shape,
                           uint32_t seed) {
  std::mt19937 generator(seed);
  ReferenceTensor tensor;
  tensor.elementType = node.getBuilder().getF64Type();
  tensor.resize(shape);
  for (double &value : tensor.values) {
    uint64_t high = generator() >> 5, low = generator() >> 6;
    value = std::ldexp(static_cast<double>((high << 26) + low), -53);
  }
  return node.createConstant(tensor.toAttr());
}

/// Where training drops, and nothing else does: what the model says of the mode
/// it was exported in does not count.
static void markDropout(NodeImporter &node) {
  Builder &builder = node.getBuilder();
  double ratio = 0.5;
  if (node.getOpset() < 12) {
    ratio = node.getFloat("ratio", 0.5);
  } else if (Value operand = node.getOperand(1); operand && !node.isTainted()) {
    auto numbers = constantNumbers(operand);
    if (!numbers || numbers->size() != 1) {
      node.emitError() << "the ratio has to be a constant for training";
      return;
    }
    ratio = numbers->front();
  }
  if (!(ratio >= 0) || ratio >= 1) {
    node.emitError() << "the ratio is " << ratio
                     << ", but must be from 0 and less than 1";
    return;
  }
  if (node.usesResult(1)) {
    node.emitError() << "the mask cannot be used in training";
    return;
  }
  SmallVector<Value> results = {node.createInner<DropoutOp>(
      node.getOperand(0), Value(), Value(),
      builder.getF32FloatAttr(static_cast<float>(ratio)),
      builder.getI64IntegerAttr(0))};
  if (node.getNumResults() > 1)
    results.push_back(createFullMask(node));
  node.forward(results);
}

/// Dropout that drops: the seed says which elements, so that the model remains
/// a function of its inputs.
static void createTraining(NodeImporter &node, Value training) {
  Builder &builder = node.getBuilder();
  Value x = node.getOperand(0), ratio = node.getOperand(1);
  if (!node.hasAttr("seed")) {
    node.emitError() << "training_mode other than a constant false needs a "
                        "seed: export the model for inference, or with one";
    return;
  }
  auto type = dyn_cast<RankedTensorType>(x.getType());
  if (!type || !type.hasStaticShape()) {
    node.emitError() << "training_mode other than a constant false needs an "
                        "operand of a known shape";
    return;
  }
  if (!isSmall(type.getShape())) {
    node.emitError() << "training_mode other than a constant false needs an "
                        "operand of at most "
                     << maxElements << " elements";
    return;
  }
  Type element = type.getElementType(), f64 = builder.getF64Type();
  if (!node.checkFloat(0))
    return;
  ratio =
      ratio ? node.createInner<CastOp>(ratio, f64) : node.createFloat(f64, 0.5);
  Value uniform = createUniform(node, type.getShape(),
                                static_cast<uint32_t>(node.getInt("seed", 0)));
  Value keeps = node.createInner<GreaterOrEqualOp>(uniform, ratio);
  Value one = node.createFloat(f64, 1);
  Value scale =
      node.createInner<DivOp>(one, node.createInner<SubOp>(one, ratio));
  Value scaled =
      node.createInner<MulOp>(x, node.createInner<CastOp>(scale, element));
  Value dropped =
      node.createInner<WhereOp>(keeps, scaled, node.createFloat(element, 0));
  SmallVector<Value> results = {
      node.createInner<WhereOp>(training, dropped, x)};
  if (node.getNumResults() > 1)
    results.push_back(
        node.createInner<OrOp>(keeps, node.createInner<NotOp>(training)));
  node.forward(results);
}

static void importDropout(NodeImporter &node) {
  node.ignoreAttr("ratio");
  node.ignoreAttr("seed");
  node.ignoreAttr("is_test"); // before opset 7
  if (node.isTraining()) {
    if (node.checkFloat(0))
      markDropout(node);
    return;
  }
  if (Value training = node.getOperand(2); training && !node.isTainted()) {
    Attribute value;
    matchPattern(training, m_Constant(&value));
    std::optional<SmallVector<int64_t>> mode = integersOf(value);
    if (!mode || mode->size() != 1 || mode->front() != 0) {
      createTraining(node, training);
      return;
    }
  }
  SmallVector<Value> results = {node.getOperand(0)};
  if (node.getNumResults() > 1)
    results.push_back(createFullMask(node));
  node.forward(results);
}

void addDropoutOperators(OperatorTable &table) {
  table["Dropout"] = {importDropout, 1, 3};
}

} // namespace resnetc::import
