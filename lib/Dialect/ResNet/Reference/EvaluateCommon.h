//===- EvaluateCommon.h - Helpers of the evaluator ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The evaluator is meant to be obviously right, not fast: every operation is
// written as its definition, over the coordinates of its result.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATECOMMON_H
#define RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATECOMMON_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include <algorithm>
#include <cmath>
#include <optional>

namespace resnetc::resnet {

using Operands = llvm::ArrayRef<const ReferenceTensor *>;
using Results = llvm::MutableArrayRef<ReferenceTensor>;
using Coordinates = llvm::SmallVector<int64_t>;

/// Where the element at `at` lies in a row-major tensor.
inline int64_t offsetOf(llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> at) {
  int64_t offset = 0;
  for (auto [size, i] : llvm::zip_equal(shape, at))
    offset = offset * size + i;
  return offset;
}

inline double elementAt(const ReferenceTensor &tensor,
                        llvm::ArrayRef<int64_t> at) {
  return tensor.values[offsetOf(tensor.shape, at)];
}

/// Calls `body` for all coordinates of a shape, in row-major order.
inline void forEach(llvm::ArrayRef<int64_t> shape,
                    llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body) {
  if (llvm::is_contained(shape, 0))
    return;
  Coordinates at(shape.size(), 0);
  for (;;) {
    body(at);
    size_t d = shape.size();
    while (d > 0 && ++at[d - 1] == shape[d - 1])
      at[--d] = 0;
    if (d == 0)
      return;
  }
}

/// The shape that NumPy broadcasts two shapes to; nothing if it cannot.
inline std::optional<Coordinates> broadcastShapes(llvm::ArrayRef<int64_t> a,
                                                  llvm::ArrayRef<int64_t> b) {
  Coordinates result(std::max(a.size(), b.size()), 1);
  for (llvm::ArrayRef<int64_t> shape : {a, b})
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t &size = result[result.size() - shape.size() + i];
      if (size != 1 && shape[i] != 1 && size != shape[i])
        return std::nullopt;
      if (size == 1)
        size = shape[i];
    }
  return result;
}

/// The element that a tensor broadcast to the shape of `at` has there.
inline double broadcastAt(const ReferenceTensor &tensor,
                          llvm::ArrayRef<int64_t> at) {
  Coordinates own(at.take_back(tensor.shape.size()));
  for (auto [i, size] : llvm::zip_equal(own, tensor.shape))
    if (size == 1)
      i = 0;
  return elementAt(tensor, own);
}

/// Computes each element of the result from that of `input`.
inline llvm::LogicalResult map(const ReferenceTensor &input,
                               ReferenceTensor &result,
                               llvm::function_ref<double(double)> function) {
  result.resize(input.shape);
  llvm::transform(input.values, result.values.begin(), function);
  return mlir::success();
}

/// The same from two operands, broadcast to each other.
inline llvm::LogicalResult
mapPairs(mlir::Operation *op, Operands operands, ReferenceTensor &result,
         llvm::function_ref<double(double, double)> function) {
  const ReferenceTensor &a = *operands[0], &b = *operands[1];
  std::optional<Coordinates> shape = broadcastShapes(a.shape, b.shape);
  if (!shape)
    return op->emitError("has operands that do not broadcast");
  result.resize(*shape);
  forEach(*shape, [&](llvm::ArrayRef<int64_t> at) {
    result.values[offsetOf(*shape, at)] =
        function(broadcastAt(a, at), broadcastAt(b, at));
  });
  return mlir::success();
}

/// Not a number stays one, unlike with std::max.
inline double maximum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
}
inline double minimum(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::min(a, b);
}

/// All elements of an integer tensor.
inline Coordinates integers(const ReferenceTensor &tensor) {
  Coordinates result;
  for (int64_t i = 0; i < tensor.size(); ++i)
    result.push_back(tensor.asInt(i));
  return result;
}

/// Makes a negative axis positive; fails outside [-rank, rank).
inline llvm::LogicalResult normalizeAxisOf(mlir::Operation *op, int64_t &axis,
                                           int64_t rank) {
  if (axis < -rank || axis >= rank)
    return op->emitError("has an axis of ") << axis << " on rank " << rank;
  axis += axis < 0 ? rank : 0;
  return mlir::success();
}

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_REFERENCE_EVALUATECOMMON_H
