//===- RewriteUtils.h - What rewrites of shapes share --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_REWRITEUTILS_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_REWRITEUTILS_H

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Support/FloatConstant.h"

namespace resnetc::resnet {

inline mlir::Value createInts(mlir::OpBuilder &builder, mlir::Location loc,
                              llvm::ArrayRef<int64_t> values) {
  return ConstantOp::create(builder, loc, builder.getI64TensorAttr(values));
}

/// A reshape to a shape of which the first dimension, the batch, may be
/// dynamic.
inline mlir::Value createReshape(mlir::OpBuilder &builder, mlir::Location loc,
                                 mlir::Value value,
                                 llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> constant(shape);
  if (mlir::ShapedType::isDynamic(shape.front()))
    constant.front() = -1;
  auto type = llvm::cast<mlir::RankedTensorType>(value.getType()).clone(shape);
  return ReshapeOp::create(builder, loc, type, value,
                           createInts(builder, loc, constant));
}

/// The constant of f32 that a value is; nothing if it is none, or null.
inline std::optional<FloatConstant> getFloatConstant(mlir::Value value) {
  mlir::Attribute attr;
  if (!value || !matchPattern(value, mlir::m_Constant(&attr)))
    return std::nullopt;
  return FloatConstant::get(attr);
}

/// Whether a tensor has this rank and only its batch may be unknown.
inline bool isKnownOfRank(mlir::Type type, int64_t rank) {
  auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type);
  return tensor && tensor.getRank() == rank &&
         llvm::none_of(tensor.getShape().drop_front(),
                       mlir::ShapedType::isDynamic);
}

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_REWRITEUTILS_H
