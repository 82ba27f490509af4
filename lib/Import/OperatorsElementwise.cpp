//===- OperatorsElementwise.cpp - Elementwise operators, constants --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "Tensors.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

Value alignAt(NodeImporter &node, Value value, int64_t axis, int64_t rank) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (node.isTainted() || !type)
    return value;
  if (axis < 0)
    axis += rank;
  int64_t behind = rank - axis - type.getRank();
  if (axis < 0 || behind < 0) {
    node.emitError() << "axis " << axis << " does not fit an operand of rank "
                     << type.getRank() << " to one of rank " << rank;
    return value;
  }
  if (behind == 0)
    return value;
  NodeImporter::Ints axes = llvm::to_vector(
      llvm::seq<int64_t>(type.getRank(), type.getRank() + behind));
  return node.createInner<UnsqueezeOp>(value, node.createInts(axes));
}

Value getRightOperand(NodeImporter &node) {
  Value right = node.getOperand(1);
  if (node.getOpset() >= 7)
    return right;
  // Only where the attribute says so, and the left operand's shape stays.
  bool broadcast = node.getBool("broadcast", false);
  bool hasAxis = node.hasAttr("axis");
  int64_t axis = node.getInt("axis", 0);
  std::optional<int64_t> rank = node.getRank(0);
  return broadcast && hasAxis && rank ? alignAt(node, right, axis, *rank)
                                      : right;
}

Value getSlope(NodeImporter &node) {
  Value slope = node.getOperand(1);
  std::optional<int64_t> rank = node.getRank(0);
  bool perChannel = node.getOpset() < 7 && rank && *rank > 1;
  return perChannel ? alignAt(node, slope, 1, *rank) : slope;
}

template <typename OpTy> static void importUnary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0));
}

template <typename OpTy> static void importBinary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0), getRightOperand(node));
}

/// Bounds were attributes before opset 11.
static void importClip(NodeImporter &node) {
  Value min = node.getOperand(1), max = node.getOperand(2);
  if (node.getOpset() < 11) {
    Type element = node.getElementType(0);
    if (!isa<FloatType>(element)) {
      node.emitError() << "elements of type " << element
                       << " are not supported before opset 11";
      return;
    }
    if (min || max)
      node.emitError() << "bounds are operands only from opset 11 on";
    if (node.hasAttr("min"))
      min = node.createFloat(element, node.getFloat("min", 0));
    if (node.hasAttr("max"))
      max = node.createFloat(element, node.getFloat("max", 0));
  }
  node.create<ClipOp>(node.getOperand(0), min, max);
}

static void importCast(NodeImporter &node) {
  int64_t to = node.getRequiredInt("to");
  node.ignoreAttr("saturate");   // of 8-bit floats
  node.ignoreAttr("round_mode"); // of 8-bit floats
  if (node.failed())
    return;
  Type type = to == static_cast<int32_t>(to)
                  ? convertElementType(node.getBuilder().getContext(), to)
                  : Type();
  if (!type) {
    node.emitError() << "casts to " << nameOfElementType(to)
                     << " are not supported";
    return;
  }
  node.create<CastOp>(node.getOperand(0), type);
}

//===----------------------------------------------------------------------===//
// Nodes that need no operation
//===----------------------------------------------------------------------===//

static void importIdentity(NodeImporter &node) {
  node.forward(node.getOperand(0));
}

static void importConstant(NodeImporter &node) {
  Builder &builder = node.getBuilder();
  ElementsAttr value;
  unsigned given = 0;
  for (StringRef name :
       {"value", "value_float", "value_floats", "value_int", "value_ints"}) {
    given += node.hasAttr(name);
    node.ignoreAttr(name);
  }
  if (given > 1 || !node.hasAttrs())
    node.emitError() << "has " << given << " values, not one";
  if (given != 1) // strings and sparse values are unknown attributes
    return;
  auto vector = [](auto &list, Type element) {
    return RankedTensorType::get({static_cast<int64_t>(list.size())}, element);
  };
  Type f32 = builder.getF32Type(), i64 = builder.getI64Type();
  if (node.hasAttr("value")) {
    value = node.getTensor("value");
  } else if (node.hasAttr("value_float")) {
    value = DenseElementsAttr::get(RankedTensorType::get({}, f32),
                                   node.getFloat("value_float", 0));
  } else if (node.hasAttr("value_int")) {
    value = DenseElementsAttr::get(RankedTensorType::get({}, i64),
                                   node.getInt("value_int", 0));
  } else if (auto floats = node.getFloats("value_floats")) {
    value = DenseElementsAttr::get(vector(*floats, f32), ArrayRef(*floats));
  } else if (auto ints = node.getInts("value_ints")) {
    value = DenseElementsAttr::get(vector(*ints, i64), ArrayRef(*ints));
  }
  if (!node.failed())
    node.forward(node.createConstant(value));
}

void addElementwiseOperators(OperatorTable &table) {
  table["Relu"] = {importUnary<ReluOp>};
  table["Sigmoid"] = {importUnary<SigmoidOp>};
  addDropoutOperators(table);
  addMathOperators(table);
  table["Clip"] = {importClip, 1, 3};
  table["Add"] = {importBinary<AddOp>, 2, 2};
  table["Sub"] = {importBinary<SubOp>, 2, 2};
  table["Mul"] = {importBinary<MulOp>, 2, 2};
  table["Div"] = {importBinary<DivOp>, 2, 2};
  table["Cast"] = {importCast};
  table["Identity"] = {importIdentity};
  table["Constant"] = {importConstant, 0, 0};
}

} // namespace resnetc::import
