//===- InferCommon.h - Helpers of the inferTypes files -------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the InferTypes*.cpp files share. Sizes come from files that anyone can
// write, so all arithmetic is on numbers that were bounded first.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_IR_INFERCOMMON_H
#define RESNETC_LIB_DIALECT_RESNET_IR_INFERCOMMON_H

#include "mlir/IR/BuiltinTypes.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc::resnet {

using Types = llvm::SmallVectorImpl<mlir::Type>;
using Dims = llvm::SmallVector<int64_t>;
using MaybeLoc = std::optional<mlir::Location>;

inline bool isDynamic(int64_t size) {
  return mlir::ShapedType::isDynamic(size);
}

inline mlir::Type elementType(mlir::Value value) {
  return llvm::cast<mlir::ShapedType>(value.getType()).getElementType();
}

/// The shape, if the rank is known.
inline std::optional<llvm::ArrayRef<int64_t>> shapeOf(mlir::Value value) {
  auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
  if (!type)
    return std::nullopt;
  return type.getShape();
}

/// Appends the tensor type of `shape`. Fails if its elements cannot be counted.
llvm::LogicalResult addTensor(Types &types, MaybeLoc loc,
                              llvm::ArrayRef<int64_t> shape,
                              mlir::Type elementType);

inline llvm::LogicalResult addUnranked(Types &types, mlir::Type elementType) {
  types.push_back(mlir::UnrankedTensorType::get(elementType));
  return mlir::success();
}

/// Appends a type of which at most the rank is known.
llvm::LogicalResult addUnknown(Types &types, std::optional<int64_t> rank,
                               mlir::Type elementType);

/// The length of a shape operand, which must be a vector; nothing if unknown.
llvm::FailureOr<std::optional<int64_t>>
lengthOf(MaybeLoc loc, llvm::StringRef name, mlir::Value operand);

/// Appends the type of `value` without its layout.
llvm::LogicalResult addLike(Types &types, mlir::Value value);

/// Appends a tensor of booleans of the shape of `value`.
llvm::LogicalResult addBooleanLike(Types &types, MaybeLoc loc,
                                   mlir::Value value);

/// Appends the type of two values broadcast to each other: of the same element
/// type; of any, with that of the left; of the same, with booleans.
llvm::LogicalResult addBroadcast(Types &types, MaybeLoc loc, mlir::Value lhs,
                                 mlir::Value rhs);
llvm::LogicalResult addBroadcastLikeLhs(Types &types, MaybeLoc loc,
                                        mlir::Value lhs, mlir::Value rhs);
llvm::LogicalResult addBroadcastBoolean(Types &types, MaybeLoc loc,
                                        mlir::Value lhs, mlir::Value rhs);

/// Checks that `value`, called `name`, has the element type of `reference`.
llvm::LogicalResult sameElementType(MaybeLoc loc, llvm::StringRef name,
                                    mlir::Value value, mlir::Value reference);

/// Makes a negative axis positive; an error unless it is in [-rank, limit).
llvm::LogicalResult normalizeAxis(MaybeLoc loc, int64_t &axis, int64_t rank,
                                  int64_t limit);
inline llvm::LogicalResult normalizeAxis(MaybeLoc loc, int64_t &axis,
                                         int64_t rank) {
  return normalizeAxis(loc, axis, rank, rank);
}
/// The same for a list, in which no axis may be twice.
llvm::LogicalResult normalizeAxes(MaybeLoc loc, Dims &axes, int64_t rank);

/// Whether two sizes can be equal.
inline bool mayAgree(int64_t a, int64_t b) {
  return a == b || isDynamic(a) || isDynamic(b);
}

/// The product of known sizes; nothing if it overflows.
std::optional<int64_t> product(llvm::ArrayRef<int64_t> sizes);

/// Elements of a constant of one value, which takes no memory here, but does
/// later: 1 GB of f32.
constexpr int64_t maxSplat = 1 << 28;

/// NumPy's broadcast of two shapes, aligned at the end.
llvm::FailureOr<Dims> broadcast(MaybeLoc loc, llvm::ArrayRef<int64_t> a,
                                llvm::ArrayRef<int64_t> b);

/// "2x3x?" for messages.
std::string toString(llvm::ArrayRef<int64_t> shape);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_IR_INFERCOMMON_H
