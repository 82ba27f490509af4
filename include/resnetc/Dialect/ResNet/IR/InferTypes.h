//===- InferTypes.h - Result types of resnet operations ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_INFERTYPES_H
#define RESNETC_DIALECT_RESNET_IR_INFERTYPES_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace resnetc::resnet {

/// Infers the result types of a resnet operation again and sets them where
/// they say more than the present ones; a dimension that is known stays known,
/// and so do layouts. Fails, with an error at the operation's location, if the
/// operation does not fit its operands. Does nothing for operations that
/// cannot infer their types.
llvm::LogicalResult refineResultTypes(mlir::Operation *op);

/// The elements of an integer vector or scalar that is a constant, or has none;
/// nothing for any other value, and for an absent one.
std::optional<llvm::SmallVector<int64_t>> constantIntegers(mlir::Value value);

/// The elements of a constant of numbers of any type, which are few; nothing
/// for any other value, and for an absent one.
std::optional<llvm::SmallVector<double>> constantNumbers(mlir::Value value);

/// The elements of a constant of 8, 16, 32 or 64-bit integers (or booleans)
/// with at most `limit` elements.
std::optional<llvm::SmallVector<int64_t>> integersOf(mlir::Attribute attr,
                                                     int64_t limit = 1 << 16);

/// The axes that a reduction along `axes` of a tensor of rank `rank` runs over:
/// all for an absent or empty operand, or none with `noop`. Nothing if they are
/// not known. Those of the operand must exist.
std::optional<llvm::SmallVector<int64_t>> reducedAxes(mlir::Value axes,
                                                      int64_t rank, bool noop);

/// How a window (of a convolution or a pool) lies on one spatial dimension.
struct WindowDimension {
  int64_t size = 0; ///< of the input; may be kDynamic
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padBegin = 0;
  int64_t padEnd = 0;

  /// What the dilated kernel covers.
  int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

/// Sets the padding that ONNX's `autoPad` asks for, given a known input size:
/// as much as makes ceil(size / stride) windows for SAME_UPPER and SAME_LOWER
/// (the odd one at the end or at the beginning), and none for VALID.
void resolveAutoPad(llvm::StringRef autoPad, WindowDimension &window);

/// The number of windows: floor or ceil((size + pads - extent) / stride) + 1;
/// with `ceilMode` without a last window that would begin in the end padding.
/// Not positive when not even one fits.
int64_t countWindows(const WindowDimension &window, bool ceilMode);

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_IR_INFERTYPES_H
