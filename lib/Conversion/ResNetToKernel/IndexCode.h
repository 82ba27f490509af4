//===- IndexCode.h - Code for the coordinates of elements ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_INDEXCODE_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_INDEXCODE_H

#include "ElementBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

namespace resnetc {

/// Converts a scalar, of a tensor's element type `from`, to the element type
/// `to`. To integers numbers are truncated; those out of range become the
/// nearest, and what is not a number 0. Integers lose their upper bits.
mlir::Value convertScalar(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                          mlir::Type from, mlir::Type to);

/// The weights, of f64, of the four neighbours of a place that is `r` behind
/// the second of them: cubic convolution with the coefficient `a` (Keys, "Cubic
/// convolution interpolation for digital image processing", 1981).
llvm::SmallVector<mlir::Value> cubicWeights(mlir::ImplicitLocOpBuilder &b,
                                            mlir::Value r, double a);

/// Code that says where the elements are of which a result is made. Indices
/// that are read at run time can be anything; each is limited before memory is
/// addressed with it.
class IndexCode {
public:
  using Value = mlir::Value;
  using ValueRange = mlir::ValueRange;
  using Values = llvm::SmallVector<mlir::Value>;
  using Sizes = llvm::ArrayRef<int64_t>;

  explicit IndexCode(ElementBuilder &builder)
      : builder(builder), b(builder.b), index(builder.index) {}

  ElementBuilder &builder;
  mlir::ImplicitLocOpBuilder &b;
  IndexBuilder &index;

  Value constant(int64_t value) { return index.constant(value); }
  Value select(Value condition, Value x, Value y) {
    return b.createOrFold<mlir::arith::SelectOp>(condition, x, y);
  }
  Value less(Value x, Value y) {
    return b.createOrFold<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::slt,
                                               x, y);
  }
  Value equal(Value x, Value y) {
    return b.createOrFold<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::eq,
                                               x, y);
  }
  /// Whether 0 <= x < size.
  Value isWithin(Value x, int64_t size) {
    return b.createOrFold<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ult,
                                               x, constant(size));
  }
  Value both(Value x, Value y) {
    return b.createOrFold<mlir::arith::AndIOp>(x, y);
  }
  /// Limited to [low, high].
  Value clamp(Value x, int64_t low, int64_t high) {
    return index.min(index.max(x, constant(low)), constant(high));
  }
  /// Counted from the end where it is negative.
  Value fromEnd(Value x, int64_t size) {
    return select(less(x, constant(0)), index.add(x, size), x);
  }
  /// An index into a dimension: counted from the end where it is negative, and
  /// of those out of range the nearest.
  Value position(Value x, int64_t size) {
    return clamp(fromEnd(x, size), 0, size - 1);
  }
  /// The remainder that is not negative.
  Value modulo(Value x, int64_t size) {
    Value r = b.createOrFold<mlir::arith::RemSIOp>(x, constant(size));
    return select(less(r, constant(0)), index.add(r, size), r);
  }

  /// The position in row-major order, and back.
  Value linear(ValueRange at, Sizes shape) {
    Value result = constant(0);
    for (auto [i, size] : llvm::zip_equal(at, shape))
      result = index.add(index.mul(result, size), i);
    return result;
  }
  Values coordinates(Value linear, Sizes shape) {
    Values at(shape.size());
    for (size_t d = shape.size(); d-- > 0;) {
      bool isFirst = d == 0;
      at[d] = isFirst ? linear : index.rem(linear, shape[d]);
      linear = isFirst ? linear : index.div(linear, shape[d]);
    }
    return at;
  }

  /// An element of any type as an index.
  Value loadIndex(unsigned operand, ValueRange at);
  /// The elements of a vector, in code constants where they are known.
  Values loadIndices(unsigned operand);
  /// The only element of an operand.
  Value loadScalar(unsigned operand);
  /// A constant of what the code has for the element type.
  Value constantOf(mlir::Type element, double value);
  mlir::Type elementType(unsigned operand) const {
    return llvm::cast<mlir::ShapedType>(
               builder.getOperation()->getOperand(operand).getType())
        .getElementType();
  }
  bool isEmpty(unsigned operand) const {
    return llvm::is_contained(builder.getShape(operand), 0);
  }
  /// The element of an operand; zero if it has none.
  Value load(unsigned operand, ValueRange at) {
    return isEmpty(operand) ? constantOf(elementType(operand), 0)
                            : builder.load(operand, at);
  }
};

/// Whether all operands but the first are constants, or absent, and the first
/// dimension of the first and of the result are the same.
inline bool keepsBatchOfFirst(mlir::Operation *op) {
  auto from = llvm::cast<mlir::RankedTensorType>(op->getOperand(0).getType());
  auto to = llvm::cast<mlir::RankedTensorType>(op->getResult(0).getType());
  if (matchPattern(op->getOperand(0), mlir::m_Constant()))
    return false;
  return from.getRank() > 0 && to.getRank() > 0 &&
         from.getDimSize(0) == to.getDimSize(0) &&
         llvm::all_of(op->getOperands().drop_front(), [](mlir::Value operand) {
           return matchPattern(operand, mlir::m_Constant());
         });
}

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_INDEXCODE_H
