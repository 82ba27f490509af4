//===- ShapeInference.h - Helpers of type inference --------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_IR_SHAPEINFERENCE_H
#define RESNETC_LIB_DIALECT_RESNET_IR_SHAPEINFERENCE_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include <optional>

namespace resnetc::resnet {

using Shape = llvm::SmallVector<int64_t>;

/// The shape of a tensor, if its rank is known.
std::optional<Shape> shapeOf(mlir::Value value);

/// The elements of a constant vector (or scalar) of integers.
std::optional<Shape> constantInts(mlir::Value value);

mlir::Type elementTypeOf(mlir::Value value);

/// A tensor type of `shape`, or an unranked one.
mlir::Type tensorType(const std::optional<Shape> &shape, mlir::Type element);

/// The non-negative form of an axis of a tensor of `rank` dimensions. Fails,
/// with an error, when there is no such axis.
llvm::FailureOr<int64_t> normalizeAxis(std::optional<mlir::Location> loc,
                                       int64_t axis, int64_t rank);

/// What a convolution and a pool have in common.
struct Window {
  llvm::ArrayRef<int64_t> kernel, strides, pads, dilations;
  llvm::StringRef autoPad;
  bool ceilMode = false;
};

/// Begin and end padding of each spatial dimension, in ONNX's order: those
/// given, or those that `auto_pad` stands for. Unknown sizes with SAME give
/// kDynamic. Fails, with an error, for attributes that make no sense.
llvm::FailureOr<Shape> resolvePads(std::optional<mlir::Location> loc,
                                   llvm::ArrayRef<int64_t> input,
                                   const Window &window);

/// Sizes of the spatial dimensions of the result (ONNX Conv and MaxPool).
llvm::FailureOr<Shape> inferWindow(std::optional<mlir::Location> loc,
                                   llvm::ArrayRef<int64_t> input,
                                   const Window &window);

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_IR_SHAPEINFERENCE_H
