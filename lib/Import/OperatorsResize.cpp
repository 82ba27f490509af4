//===- OperatorsResize.cpp - Resize and Upsample --------------------------===//
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

/// Operand `i`, null if it is absent or, as it was written before opset 13, has
/// no elements.
static Value getFilledOperand(NodeImporter &node, size_t i) {
  Value operand = node.getOperand(i);
  auto type = operand ? dyn_cast<RankedTensorType>(operand.getType())
                      : RankedTensorType();
  return type && llvm::is_contained(type.getShape(), 0) ? Value() : operand;
}

/// What Resize does before opset 11, and Upsample.
static void createPlainResize(NodeImporter &node, Value scales) {
  StringRef mode = node.getString("mode", "nearest");
  node.create<ResizeOp>(node.getOperand(0), Value(), scales, Value(), mode,
                        "asymmetric", "floor", APFloat(-0.75f), false,
                        APFloat(0.0f), DenseI64ArrayAttr());
}

static void importUpsample(NodeImporter &node) {
  Value scales = node.getOperand(1);
  if (node.getOpset() < 9) {
    if (scales)
      node.emitError() << "scales are an operand only from opset 9 on";
    auto list = node.getFloats("scales");
    if (list)
      scales = node.createConstant(DenseElementsAttr::get(
          RankedTensorType::get({static_cast<int64_t>(list->size())},
                                node.getBuilder().getF32Type()),
          ArrayRef(*list)));
  }
  if (scales)
    createPlainResize(node, scales);
  else
    node.emitError() << "scales are missing";
}

static void importResize(NodeImporter &node) {
  if (node.getOpset() < 11) {
    if (!node.getOperand(1) || node.getOperand(2))
      node.emitError() << "must have two operands before opset 11";
    else
      createPlainResize(node, node.getOperand(1));
    return;
  }
  StringRef mode = node.getString("mode", "nearest");
  StringRef coordinates =
      node.getString("coordinate_transformation_mode", "half_pixel");
  StringRef nearest = node.getString("nearest_mode", "round_prefer_floor");
  float a = node.getFloat("cubic_coeff_a", -0.75f);
  bool exclude = node.getBool("exclude_outside", false);
  float extrapolation = node.getFloat("extrapolation_value", 0);
  DenseI64ArrayAttr axes;
  if (node.getOpset() >= 18) {
    if (auto list = node.getInts("axes"))
      axes = node.getBuilder().getDenseI64ArrayAttr(*list);
    if (node.getBool("antialias", false))
      node.emitError() << "antialias is not supported";
    if (node.getString("keep_aspect_ratio_policy", "stretch") != "stretch")
      node.emitError() << "keep_aspect_ratio_policy is not supported";
  }
  Value roi =
      coordinates == "tf_crop_and_resize" ? getFilledOperand(node, 1) : Value();
  Value sizes = getFilledOperand(node, 3);
  Value scales = sizes ? Value() : getFilledOperand(node, 2);
  if (!node.failed())
    node.create<ResizeOp>(node.getOperand(0), roi, scales, sizes, mode,
                          coordinates, nearest, APFloat(a), exclude,
                          APFloat(extrapolation), axes);
}

void addResizeOperators(OperatorTable &table) {
  table["Upsample"] = {importUpsample, 1, 2};
  table["Resize"] = {importResize, 1, 4};
}

} // namespace resnetc::import
