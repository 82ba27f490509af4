//===- ScalarBuilder.h - Arithmetic on elements of any type --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_RESNETTOKERNEL_SCALARBUILDER_H
#define RESNETC_LIB_CONVERSION_RESNETTOKERNEL_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace resnetc {

/// Builds arithmetic on elements, of floating point or of integers as their
/// type says; the type does not say whether integers have a sign.
class ScalarBuilder {
public:
  ScalarBuilder(mlir::ImplicitLocOpBuilder &b, bool isUnsigned)
      : b(b), isUnsigned(isUnsigned) {}

  using Value = mlir::Value;

  /// Whether the elements are integers without a sign.
  bool hasUnsigned() const { return isUnsigned; }

  /// A constant of the type of `like`.
  Value constant(Value like, double value) {
    mlir::Type type = like.getType();
    if (llvm::isa<mlir::FloatType>(type))
      return mlir::arith::ConstantOp::create(b, b.getFloatAttr(type, value));
    return mlir::arith::ConstantOp::create(
        b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
  }

  Value add(Value x, Value y) {
    return either<mlir::arith::AddFOp, mlir::arith::AddIOp>(x, y);
  }
  Value sub(Value x, Value y) {
    return either<mlir::arith::SubFOp, mlir::arith::SubIOp>(x, y);
  }
  Value mul(Value x, Value y) {
    return either<mlir::arith::MulFOp, mlir::arith::MulIOp>(x, y);
  }
  /// Integers truncate towards zero. What would trap does not: an integer
  /// divided by 0 is 0, and the lowest one divided by -1 itself.
  Value div(Value x, Value y) {
    if (isFloat(x))
      return mlir::arith::DivFOp::create(b, x, y);
    Value divisor = safeDivisor(y);
    Value quotient = isUnsigned
                         ? Value(mlir::arith::DivUIOp::create(b, x, divisor))
                         : Value(mlir::arith::DivSIOp::create(b, x, divisor));
    if (!isUnsigned)
      quotient = select(equal(y, constant(y, -1)), neg(x), quotient);
    return select(equal(y, constant(y, 0)), constant(x, 0), quotient);
  }
  /// With the sign of the dividend; of a division by 0, 0.
  Value rem(Value x, Value y) {
    if (isFloat(x))
      return mlir::arith::RemFOp::create(b, x, y);
    Value divisor = safeDivisor(y);
    if (isUnsigned)
      return mlir::arith::RemUIOp::create(b, x, divisor);
    return mlir::arith::RemSIOp::create(b, x, divisor);
  }
  Value max(Value x, Value y) {
    return isUnsigned
               ? either<mlir::arith::MaximumFOp, mlir::arith::MaxUIOp>(x, y)
               : either<mlir::arith::MaximumFOp, mlir::arith::MaxSIOp>(x, y);
  }
  Value min(Value x, Value y) {
    return isUnsigned
               ? either<mlir::arith::MinimumFOp, mlir::arith::MinUIOp>(x, y)
               : either<mlir::arith::MinimumFOp, mlir::arith::MinSIOp>(x, y);
  }
  Value neg(Value x) {
    if (isFloat(x))
      return mlir::arith::NegFOp::create(b, x);
    return sub(constant(x, 0), x);
  }
  Value select(Value condition, Value x, Value y) {
    return mlir::arith::SelectOp::create(b, condition, x, y);
  }

  Value equal(Value x, Value y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OEQ,
                   mlir::arith::CmpIPredicate::eq,
                   mlir::arith::CmpIPredicate::eq);
  }
  Value less(Value x, Value y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OLT,
                   mlir::arith::CmpIPredicate::slt,
                   mlir::arith::CmpIPredicate::ult);
  }
  Value lessOrEqual(Value x, Value y) {
    return compare(x, y, mlir::arith::CmpFPredicate::OLE,
                   mlir::arith::CmpIPredicate::sle,
                   mlir::arith::CmpIPredicate::ule);
  }
  /// Whether x is not a number.
  Value isNaN(Value x) {
    return mlir::arith::CmpFOp::create(b, mlir::arith::CmpFPredicate::UNO, x,
                                       x);
  }
  /// A function of the math dialect.
  template <typename OpTy> Value call(Value x) { return OpTy::create(b, x); }

  static bool isFloat(Value x) {
    return llvm::isa<mlir::FloatType>(x.getType());
  }

  mlir::ImplicitLocOpBuilder &b;

private:
  /// A divisor of integers with 1 in place of 0 and -1, which can trap.
  Value safeDivisor(Value y) {
    Value traps = equal(y, constant(y, 0));
    if (!isUnsigned)
      traps = mlir::arith::OrIOp::create(b, traps, equal(y, constant(y, -1)));
    return select(traps, constant(y, 1), y);
  }
  template <typename FloatOp, typename IntegerOp>
  Value either(Value x, Value y) {
    if (isFloat(x))
      return FloatOp::create(b, x, y);
    return IntegerOp::create(b, x, y);
  }
  Value compare(Value x, Value y, mlir::arith::CmpFPredicate forFloat,
                mlir::arith::CmpIPredicate forSigned,
                mlir::arith::CmpIPredicate forUnsigned) {
    if (isFloat(x))
      return mlir::arith::CmpFOp::create(b, forFloat, x, y);
    return mlir::arith::CmpIOp::create(b, isUnsigned ? forUnsigned : forSigned,
                                       x, y);
  }

  bool isUnsigned;
};

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_RESNETTOKERNEL_SCALARBUILDER_H
