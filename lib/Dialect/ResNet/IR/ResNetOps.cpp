//===- ResNetOps.cpp - Verifiers and folders --------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeInference.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace resnetc::resnet;

void ConstantOp::getAsmResultNames(
    function_ref<void(Value, StringRef)> setName) {
  setName(getResult(), "cst");
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

/// Whether `value` has shape [size], as far as both are known.
static bool isVectorOf(Value value, int64_t size) {
  std::optional<Shape> shape = shapeOf(value);
  if (!shape)
    return true;
  return shape->size() == 1 && (ShapedType::isDynamic(size) ||
                                ShapedType::isDynamic((*shape)[0]) ||
                                (*shape)[0] == size);
}

LogicalResult ConvOp::verify() {
  std::optional<Shape> weight = shapeOf(getWeight());
  if (weight && getBias() && !isVectorOf(getBias(), (*weight)[0]))
    return emitOpError("has a bias that is no vector of ")
           << (*weight)[0] << " elements";
  if (getResidual() &&
      failed(verifyCompatibleShape(getResidual().getType(),
                                   getResult().getType())))
    return emitOpError("has a residual of another shape than its result");
  return success();
}

LogicalResult GemmOp::verify() {
  for (Value matrix : {getA(), getB()})
    if (std::optional<Shape> shape = shapeOf(matrix);
        shape && shape->size() != 2)
      return emitOpError("needs matrices, not a tensor of rank ")
             << shape->size();
  return success();
}

LogicalResult BatchNormOp::verify() {
  std::optional<Shape> input = shapeOf(getInput());
  if (!input)
    return success();
  if (input->size() < 2)
    return emitOpError("needs an input with channels, not one of rank ")
           << input->size();
  for (Value parameter : {getScale(), getOffset(), getMean(), getVariance()})
    if (!isVectorOf(parameter, (*input)[1]))
      return emitOpError("has a parameter that is no vector of ")
             << (*input)[1] << " elements";
  return success();
}

LogicalResult MaxPoolOp::verify() { return success(); }
LogicalResult AvgPoolOp::verify() { return success(); }

#define GET_OP_CLASSES
#include "resnetc/Dialect/ResNet/IR/ResNetOps.cpp.inc"
