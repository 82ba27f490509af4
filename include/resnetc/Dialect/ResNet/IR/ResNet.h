//===- ResNet.h - The resnet dialect -------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNET_H
#define RESNETC_DIALECT_RESNET_IR_RESNET_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "resnetc/Dialect/ResNet/IR/LayoutChoice.h"
#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"

namespace resnetc {
class ElementBuilder;
class NetworkBuilder;
} // namespace resnetc

namespace resnetc::resnet {

/// Whether two lists of types differ only in how well dimensions are known and
/// in layout encodings.
bool areCompatible(mlir::TypeRange a, mlir::TypeRange b);

/// Whether a value is the same for all examples of the batch: a constant or, in
/// a function for training, what has no batch (parameters, and what is computed
/// of these or summed up over the examples). Null is, too.
bool isShared(mlir::Value value);

namespace OpTrait {
/// See ResNet_Elementwise. Operations inherit it through mlir::Op, which no
/// private constructor could name as a friend.
template <typename ConcreteType>
// NOLINTNEXTLINE(bugprone-crtp-constructor-accessibility)
class Elementwise : public mlir::OpTrait::TraitBase<ConcreteType, Elementwise> {
};
} // namespace OpTrait

} // namespace resnetc::resnet

#include "resnetc/Dialect/ResNet/IR/ResNetDialect.h.inc"
#include "resnetc/Dialect/ResNet/IR/ResNetEnums.h.inc"
#include "resnetc/Dialect/ResNet/IR/ResNetInterfaces.h.inc"
#define GET_ATTRDEF_CLASSES
#include "resnetc/Dialect/ResNet/IR/ResNetAttrs.h.inc"
#define GET_OP_CLASSES
#include "resnetc/Dialect/ResNet/IR/ResNetOps.h.inc"

#endif // RESNETC_DIALECT_RESNET_IR_RESNET_H
