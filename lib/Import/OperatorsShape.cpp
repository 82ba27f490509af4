//===- OperatorsShape.cpp - Operators on shapes, and data movement --------===//
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

using Ints = NodeImporter::Ints;

/// Operand `i` of operators that had attribute `name` in its place before
/// opset `since`; null if there is neither.
static Value getOperandOrAttr(NodeImporter &node, size_t i, StringRef name,
                              int64_t since) {
  Value operand = node.getOperand(i);
  if (node.getOpset() >= since)
    return operand;
  if (operand)
    node.emitError() << name << " are an operand only from opset " << since
                     << " on";
  std::optional<Ints> list = node.getInts(name);
  return list ? node.createInts(*list) : Value();
}

static Value getRequired(NodeImporter &node, size_t i, StringRef name,
                         int64_t since) {
  Value value = getOperandOrAttr(node, i, name, since);
  if (!value && !node.failed())
    node.emitError() << (node.getOpset() < since ? "attribute '" : "operand '")
                     << name << "' is missing";
  return value;
}

static void importShape(NodeImporter &node) {
  int64_t start = node.getOpset() >= 15 ? node.getInt("start", 0) : 0;
  IntegerAttr end;
  if (node.getOpset() >= 15 && node.hasAttr("end"))
    end = node.getBuilder().getI64IntegerAttr(node.getInt("end", 0));
  Builder &builder = node.getBuilder();
  node.create<ShapeOp>(node.getOperand(0), builder.getI64IntegerAttr(start),
                       end);
}

static void importReshape(NodeImporter &node) {
  bool allowzero = node.getOpset() >= 14 && node.getBool("allowzero", false);
  if (Value shape = getRequired(node, 1, "shape", 5))
    node.create<ReshapeOp>(node.getOperand(0), shape, allowzero);
}

static void importFlatten(NodeImporter &node) {
  node.create<FlattenOp>(node.getOperand(0), node.getInt("axis", 1));
}

static void importSqueeze(NodeImporter &node) {
  Value axes = getOperandOrAttr(node, 1, "axes", 13);
  node.create<SqueezeOp>(node.getOperand(0), axes);
}

static void importUnsqueeze(NodeImporter &node) {
  if (Value axes = getRequired(node, 1, "axes", 13))
    node.create<UnsqueezeOp>(node.getOperand(0), axes);
}

static void importTranspose(NodeImporter &node) {
  std::optional<Ints> perm = node.getInts("perm");
  if (!perm) {
    std::optional<int64_t> rank = node.getRank(0);
    if (!rank && !node.isTainted())
      node.emitError() << "perm is missing, and the operand's rank is unknown";
    perm =
        llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, rank.value_or(0))));
  }
  node.create<TransposeOp>(node.getOperand(0), *perm);
}

static void importConcat(NodeImporter &node) {
  int64_t axis = node.getOpset() < 4 ? node.getInt("axis", 1)
                                     : node.getRequiredInt("axis");
  for (Value operand : node.getOperands())
    if (!operand) {
      node.emitError() << "an operand is missing";
      return;
    }
  node.create<ConcatOp>(node.getOperands(), axis);
}

static void importGather(NodeImporter &node) {
  node.create<GatherOp>(node.getOperand(0), node.getOperand(1),
                        node.getInt("axis", 0));
}

static void importSlice(NodeImporter &node) {
  Value starts = getRequired(node, 1, "starts", 10);
  Value ends = getRequired(node, 2, "ends", 10);
  Value axes = getOperandOrAttr(node, 3, "axes", 10);
  if (node.getOperand(4) && node.getOpset() < 10)
    node.emitError() << "steps are an operand only from opset 10 on";
  if (starts && ends)
    node.create<SliceOp>(node.getOperand(0), starts, ends, axes,
                         node.getOperand(4));
}

static void importPad(NodeImporter &node) {
  StringRef mode = node.getString("mode", "constant");
  if (!llvm::is_contained({"constant", "reflect", "edge", "wrap"}, mode))
    node.emitError() << "mode '" << printable(mode) << "' is not supported";
  Value pads = getRequired(node, 1, "pads", 11);
  Value value = node.getOperand(2);
  if (value && node.getOpset() < 11)
    node.emitError() << "value is an operand only from opset 11 on";
  if (node.getOpset() < 11 && node.hasAttr("value")) {
    Type element = node.getElementType(0);
    float number = node.getFloat("value", 0);
    if (isa<FloatType>(element))
      value = node.createFloat(element, number);
    else if (!node.isTainted())
      node.emitError() << "elements of type " << element
                       << " are not supported before opset 11";
  }
  if (node.getOperand(3) && node.getOpset() < 18)
    node.emitError() << "axes are an operand only from opset 18 on";
  if (pads)
    node.create<PadOp>(node.getOperand(0), pads, value, node.getOperand(3),
                       mode);
}

static void importConstantOfShape(NodeImporter &node) {
  ElementsAttr value = node.getTensor("value");
  if (node.failed())
    return;
  if (!value)
    value = DenseElementsAttr::get(
        RankedTensorType::get({1}, node.getBuilder().getF32Type()), 0.0f);
  node.create<ConstantOfShapeOp>(node.getOperand(0), value);
}

void addShapeOperators(OperatorTable &table) {
  addMovementOperators(table);
  addResizeOperators(table);
  addSamplingOperators(table);
  table["Shape"] = {importShape};
  table["Reshape"] = {importReshape, 1, 2};
  table["Flatten"] = {importFlatten};
  table["Squeeze"] = {importSqueeze, 1, 2};
  table["Unsqueeze"] = {importUnsqueeze, 1, 2};
  table["Transpose"] = {importTranspose};
  table["Concat"] = {importConcat, 1, ~0u};
  table["Gather"] = {importGather, 2, 2};
  table["Slice"] = {importSlice, 1, 5};
  table["Pad"] = {importPad, 1, 4};
  table["ConstantOfShape"] = {importConstantOfShape};
}

} // namespace resnetc::import
