//===- ElementLoops.h - Loops over elements of operands ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTLOOPS_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTLOOPS_H

#include "ElementBuilder.h"

namespace resnetc {

/// The coordinates on one dimension that a loop takes: all of a known size, or
/// what lies between two values.
class LoopRange {
public:
  static LoopRange all(int64_t size) { return {size, {}, {}}; }
  static LoopRange one(mlir::Value at) { return {1, at, {}}; }
  static LoopRange between(mlir::Value begin, mlir::Value end) {
    return {0, begin, end};
  }

  /// How many there are.
  mlir::Value count(IndexBuilder &index) const {
    return end ? index.sub(end, begin) : index.constant(size);
  }
  /// The loop, with values that are carried from trip to trip.
  llvm::SmallVector<mlir::Value>
  loop(IndexBuilder &index, mlir::ValueRange init,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                         mlir::ValueRange)>
           body) const;

private:
  LoopRange(int64_t size, mlir::Value begin, mlir::Value end)
      : size(size), begin(begin), end(end) {}

  int64_t size;
  mlir::Value begin, end;
};

/// Loops over all coordinates in the ranges, row-major.
llvm::SmallVector<mlir::Value>
loopOver(IndexBuilder &index, llvm::ArrayRef<LoopRange> ranges,
         mlir::ValueRange init,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange,
                                                           mlir::ValueRange)>
             body);

/// A negative axis counts from the end.
inline int64_t positiveAxis(int64_t axis, int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

inline mlir::Type elementTypeOf(mlir::Value tensor) {
  return llvm::cast<mlir::ShapedType>(tensor.getType()).getElementType();
}

/// Whether elements are compared without a sign; booleans are.
inline bool isUnsignedElement(mlir::Type element) {
  return element.isUnsignedInteger() || element.isInteger(1);
}

/// The zero of a type in code.
mlir::Value createZero(mlir::ImplicitLocOpBuilder &b, mlir::Type type);

/// The lowest or the highest number of a type in code.
mlir::Value createLimit(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                        bool isUnsigned, bool lowest);

/// A number as one of another type in code; `isUnsigned` is said of integers.
mlir::Value convertScalar(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                          mlir::Type type, bool isUnsigned);

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_ELEMENTLOOPS_H
