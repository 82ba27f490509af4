//===- ResNetOps.cpp - Operations of the resnet dialect -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChooseLayout.h"
#include "InferCommon.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace resnetc::resnet;

#include "resnetc/Dialect/ResNet/IR/ResNetInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "resnetc/Dialect/ResNet/IR/ResNetOps.cpp.inc"

bool resnetc::resnet::isShared(Value value) {
  if (!value || matchPattern(value, m_Constant()))
    return true;
  Operation *function = value.getParentBlock()->getParentOp();
  if (!function || !function->hasAttr("resnet.training"))
    return false;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && (type.getRank() == 0 || !type.isDynamicDim(0));
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

/// `%cst`, or the name of the resource: `%conv1.weight`.
void ConstantOp::getAsmResultNames(
    llvm::function_ref<void(Value, StringRef)> setName) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(getValue());
  setName(getResult(), resource ? resource.getRawHandle().getKey() : "cst");
}
