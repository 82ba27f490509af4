//===- ReferenceTensor.h - A tensor of the reference evaluator  -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_REFERENCE_REFERENCETENSOR_H
#define RESNETC_DIALECT_RESNET_REFERENCE_REFERENCETENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <cstdint>
#include <vector>

namespace resnetc::resnet {

/// A dense, row-major tensor of any ONNX element type, held in double
/// precision. Integers up to 2^53 are exact; INT64_MAX, with which exporters
/// mean "to the end", saturates and comes back as INT64_MAX.
struct ReferenceTensor {
  mlir::Type elementType;
  llvm::SmallVector<int64_t> shape;
  std::vector<double> values;

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t size() const;
  /// The element at `i`, for tensors of integers.
  int64_t asInt(int64_t i) const;
  /// Sets the shape and fills with `value`.
  void resize(llvm::ArrayRef<int64_t> newShape, double value = 0);

  /// Reads a constant: splat, dense or resource. Fails for element types that
  /// are no numbers.
  static llvm::FailureOr<ReferenceTensor> fromAttr(mlir::ElementsAttr attr);
  /// The constant that holds this tensor, rounded to its element type: dense
  /// when small, a resource (never uniqued, never printed) when large.
  mlir::ElementsAttr toAttr() const;
};

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_REFERENCE_REFERENCETENSOR_H
