//===- ResNetDialect.cpp - The resnet dialect -----------------------------===//
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
  if (!elements || !isa<RankedTensorType>(elements.getType()) ||
      !areCompatible(elements.getType(), type))
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

LogicalResult
LayoutAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   int64_t block, ArrayRef<int64_t> halo) {
  if (block < 1)
    return emitError() << "block must be positive, but is " << block;
  if (halo.size() != 4)
    return emitError() << "halo must have 4 elements, but has " << halo.size();
  for (int64_t width : halo)
    if (width < 0)
      return emitError() << "halo contains " << width;
  return success();
}

LogicalResult LayoutAttr::verifyEncoding(
    ArrayRef<int64_t> shape, Type,
    llvm::function_ref<InFlightDiagnostic()> emitError) const {
  if (shape.size() != 4 && shape.size() != 2)
    return emitError()
           << "a layout needs a tensor of rank 2 or 4, but the rank is "
           << shape.size();
  return success();
}
