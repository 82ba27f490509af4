//===- OperatorsQuantization.cpp - Quantized operators by arithmetic ------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ONNX defines of quantized tensors, in the operations of others: integers
// are widened to 32 bits, and results are scaled in floating point.
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include <cmath>

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

static Value castTo(NodeImporter &node, Value value, Type type) {
  if (cast<ShapedType>(value.getType()).getElementType() == type)
    return value;
  return node.createInner<CastOp>(value, type);
}

/// A scale or zero point as it is broadcast to a tensor of rank `rank`: a
/// number, or one for each place in dimension `axis`.
static Value alongAxis(NodeImporter &node, Value value, int64_t axis,
                       std::optional<int64_t> rank) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  bool isNumber = !type || type.getRank() == 0 || type.getDimSize(0) == 1;
  return isNumber || !rank ? value : alignAt(node, value, axis, *rank);
}

/// The range of an integer type, in floating point.
static std::pair<double, double> rangeOf(Type type) {
  double width = type.getIntOrFloatBitWidth();
  if (type.isUnsignedInteger())
    return {0, std::exp2(width) - 1};
  return {-std::exp2(width - 1), std::exp2(width - 1) - 1};
}

/// saturate(round(x) + zeroPoint) as `type`, for x in units of the scale.
static Value saturate(NodeImporter &node, Value x, Value zeroPoint, Type type) {
  Type real = cast<ShapedType>(x.getType()).getElementType();
  Value rounded = node.createInner<RoundOp>(x);
  if (zeroPoint)
    rounded = node.createInner<AddOp>(rounded, castTo(node, zeroPoint, real));
  auto [low, high] = rangeOf(type);
  Value clipped = node.createInner<ClipOp>(rounded, node.createFloat(real, low),
                                           node.createFloat(real, high));
  return castTo(node, clipped, type);
}

/// An integer tensor as 32-bit integers without its zero point.
static Value centred(NodeImporter &node, Value value, Value zeroPoint) {
  Type wide = node.getBuilder().getI32Type();
  Value result = castTo(node, value, wide);
  return zeroPoint
             ? node.createInner<SubOp>(result, castTo(node, zeroPoint, wide))
             : result;
}

static bool isQuantized(NodeImporter &node, Value value) {
  Type type = cast<ShapedType>(value.getType()).getElementType();
  if (isa<IntegerType>(type) && type.getIntOrFloatBitWidth() <= 32)
    return true;
  if (!node.isTainted())
    node.emitError() << "elements of type " << type
                     << " are not those of a quantized tensor";
  return false;
}

static void importQuantizeLinear(NodeImporter &node) {
  int64_t axis = node.getInt("axis", 1);
  Value x = node.getOperand(0), scale = node.getOperand(1),
        zero = node.getOperand(2);
  Type type = IntegerType::get(x.getContext(), 8, IntegerType::Unsigned);
  if (zero && !isQuantized(node, zero))
    return;
  if (zero)
    type = node.getElementType(2);
  std::optional<int64_t> rank = node.getRank(0);
  // Integers of 32 bits can be quantized, too.
  Type real = cast<ShapedType>(scale.getType()).getElementType();
  Value scaled = node.createInner<DivOp>(castTo(node, x, real),
                                         alongAxis(node, scale, axis, rank));
  node.forward(saturate(node, scaled,
                        zero ? alongAxis(node, zero, axis, rank) : zero, type));
}

static void importDynamicQuantizeLinear(NodeImporter &node) {
  Value x = node.getOperand(0);
  if (!node.checkFloat(0))
    return;
  Type real = node.getElementType(0);
  Type type = IntegerType::get(x.getContext(), 8, IntegerType::Unsigned);
  Value zero = node.createFloat(real, 0), one = node.createFloat(real, 1);
  auto extreme = [&](Reduction kind) {
    return node.createInner<ReduceOp>(x, Value(), kind, /*keepdims=*/false,
                                      /*noop_with_empty_axes=*/false);
  };
  // The range has 0 in it, which is a quantized number, too.
  Value low = node.createInner<MinOp>(extreme(Reduction::min), zero);
  Value high = node.createInner<MaxOp>(extreme(Reduction::max), zero);
  Value range = node.createInner<SubOp>(high, low);
  Value step = node.createInner<DivOp>(range, node.createFloat(real, 255));
  // Of zeros alone any scale is right but 0.
  Value isEmpty = node.createInner<EqualOp>(range, zero);
  Value scale = node.createInner<WhereOp>(isEmpty, one, step);
  Value zeroPoint = saturate(
      node, node.createInner<DivOp>(node.createInner<NegOp>(low), scale),
      Value(), type);
  Value y = saturate(node, node.createInner<DivOp>(x, scale), zeroPoint, type);
  node.forward({y, scale, zeroPoint});
}

static void importDequantizeLinear(NodeImporter &node) {
  int64_t axis = node.getInt("axis", 1);
  Value scale = node.getOperand(1), zero = node.getOperand(2);
  if (!isQuantized(node, node.getOperand(0)))
    return;
  std::optional<int64_t> rank = node.getRank(0);
  if (zero)
    zero = alongAxis(node, zero, axis, rank);
  Type real = cast<ShapedType>(scale.getType()).getElementType();
  Value steps = castTo(node, centred(node, node.getOperand(0), zero), real);
  node.create<MulOp>(steps, alongAxis(node, scale, axis, rank));
}

/// A zero point of rows is a column.
static Value ofRows(NodeImporter &node, Value zero,
                    std::optional<int64_t> rank) {
  return zero ? alongAxis(node, zero, -2, rank) : zero;
}

static void importMatMulInteger(NodeImporter &node) {
  Value a = node.getOperand(0), b = node.getOperand(1);
  if (!isQuantized(node, a) || !isQuantized(node, b))
    return;
  Value left =
      centred(node, a, ofRows(node, node.getOperand(2), node.getRank(0)));
  Value right = centred(node, b, node.getOperand(3));
  node.create<MatMulOp>(left, right);
}

/// The product of quantized tensors, in units of the result's scale.
static Value rescale(NodeImporter &node, Value sums, Value scaleA, Value scaleB,
                     Value scaleY) {
  Type real = cast<ShapedType>(scaleY.getType()).getElementType();
  Value scale =
      node.createInner<DivOp>(node.createInner<MulOp>(scaleA, scaleB), scaleY);
  return node.createInner<MulOp>(castTo(node, sums, real), scale);
}

static void importQLinearMatMul(NodeImporter &node) {
  Value a = node.getOperand(0), b = node.getOperand(3);
  if (!isQuantized(node, a) || !isQuantized(node, b) ||
      !isQuantized(node, node.getOperand(7)))
    return;
  std::optional<int64_t> rank = node.getRank(0);
  Value left = centred(node, a, ofRows(node, node.getOperand(2), rank));
  Value right = centred(node, b, node.getOperand(5));
  Value sums = node.createInner<MatMulOp>(left, right);
  Value scaled = rescale(node, sums, ofRows(node, node.getOperand(1), rank),
                         node.getOperand(4), node.getOperand(6));
  node.forward(
      saturate(node, scaled, node.getOperand(7), node.getElementType(7)));
}

/// The convolution of centred operands.
static Value convolve(NodeImporter &node, Value x, Value xZero, Value w,
                      Value wZero, Value bias) {
  auto weight = dyn_cast<RankedTensorType>(w.getType());
  int64_t rank = weight ? std::max<int64_t>(weight.getRank() - 2, 0) : 2;
  Window window = getWindow(node, rank);
  int64_t group = node.getInt("group", 1);
  node.ignoreAttr("kernel_shape"); // the weight has it
  if (wZero)
    wZero = alongAxis(node, wZero, 0, rank + 2);
  return node.createInner<ConvOp>(
      centred(node, x, xZero), centred(node, w, wZero), bias,
      /*residual=*/Value(), window.strides, window.pads, window.dilations,
      group, window.autoPad, Activation::none);
}

static void importConvInteger(NodeImporter &node) {
  if (isQuantized(node, node.getOperand(0)) &&
      isQuantized(node, node.getOperand(1)))
    node.forward(convolve(node, node.getOperand(0), node.getOperand(2),
                          node.getOperand(1), node.getOperand(3), Value()));
}

static void importQLinearConv(NodeImporter &node) {
  for (size_t i : {0, 3, 7})
    if (!isQuantized(node, node.getOperand(i)))
      return;
  Value sums =
      convolve(node, node.getOperand(0), node.getOperand(2), node.getOperand(3),
               node.getOperand(5), node.getOperand(8));
  std::optional<int64_t> rank = node.getRank(0);
  Value scaled =
      rescale(node, sums, node.getOperand(1),
              alongAxis(node, node.getOperand(4), 1, rank), node.getOperand(6));
  node.forward(
      saturate(node, scaled, node.getOperand(7), node.getElementType(7)));
}

void addQuantizationOperators(OperatorTable &table) {
  table["QuantizeLinear"] = {importQuantizeLinear, 2, 3};
  table["DynamicQuantizeLinear"] = {importDynamicQuantizeLinear};
  table["DequantizeLinear"] = {importDequantizeLinear, 2, 3};
  table["MatMulInteger"] = {importMatMulInteger, 2, 4};
  table["QLinearMatMul"] = {importQLinearMatMul, 8, 8};
  table["ConvInteger"] = {importConvInteger, 2, 4};
  table["QLinearConv"] = {importQLinearConv, 8, 9};
}

} // namespace resnetc::import
