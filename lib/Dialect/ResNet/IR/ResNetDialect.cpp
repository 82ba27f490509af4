//===- ResNetDialect.cpp - The resnet dialect -------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace resnetc::resnet;

#include "resnetc/Dialect/ResNet/IR/ResNetDialect.cpp.inc"
#include "resnetc/Dialect/ResNet/IR/ResNetEnums.cpp.inc"
#include "resnetc/Dialect/ResNet/IR/ResNetInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "resnetc/Dialect/ResNet/IR/ResNetAttrs.cpp.inc"

void ResNetDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "resnetc/Dialect/ResNet/IR/ResNetAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "resnetc/Dialect/ResNet/IR/ResNetOps.cpp.inc"
      >();
}

Operation *ResNetDialect::materializeConstant(OpBuilder &builder,
                                              Attribute value, Type type,
                                              Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

LogicalResult
LayoutAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                           function_ref<InFlightDiagnostic()> emitError) const {
  if (getBlock() < 1)
    return emitError() << "a layout's block must be positive";
  if (getHalo().size() != 4 ||
      llvm::any_of(getHalo(), [](int64_t width) { return width < 0; }))
    return emitError() << "a layout's halo must be four widths";
  if (shape.size() != 4 && shape.size() != 2)
    return emitError() << "a layout is for tensors N x C x H x W or N x C";
  return success();
}

bool resnetc::resnet::areCompatible(TypeRange a, TypeRange c) {
  if (a.size() != c.size())
    return false;
  for (auto [x, y] : llvm::zip_equal(a, c)) {
    auto left = dyn_cast<ShapedType>(x), right = dyn_cast<ShapedType>(y);
    if (!left || !right || left.getElementType() != right.getElementType())
      return false;
    if (!left.hasRank() || !right.hasRank())
      continue;
    if (failed(verifyCompatibleShape(left.getShape(), right.getShape())))
      return false;
  }
  return true;
}
