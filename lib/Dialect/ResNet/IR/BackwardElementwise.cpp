//===- BackwardElementwise.cpp - Gradients of functions of elements -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

namespace {

/// What the gradient of a function of one operand is made of.
struct Unary {
  BackwardBuilder b;
  Value x, y, g;

  template <typename OpTy>
  Unary(OpBuilder &builder, OpTy op, ValueRange gradients)
      : b(builder, op), x(op.getInput()), y(op.getResult()),
        g(gradients.front()) {}

  Value number(double value) { return b.number(x, value); }
  Value isPositive() { return b.create<GreaterOp>(x, number(0)); }
  Value square() { return b.mul(x, x); }
  Value root(Value value) { return b.create<SqrtOp>(value); }
  /// The gradient of a function with one over this as its derivative.
  Gradients over(Value inverse) {
    return SmallVector<Value>{b.div(g, inverse)};
  }
  /// The gradient of a function with this derivative.
  Gradients times(Value derivative) {
    return SmallVector<Value>{b.mul(g, derivative)};
  }
};

} // namespace

Gradients ReluOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  // Of the result, which what comes after it keeps anyway.
  return u.times(u.b.create<SignOp>(u.y));
}

Gradients SigmoidOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.mul(u.y, u.b.sub(u.number(1), u.y)));
}

Gradients AbsOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.create<SignOp>(u.x));
}

Gradients NegOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return SmallVector<Value>{u.b.neg(u.g)};
}

Gradients ExpOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.y);
}

Gradients SqrtOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return SmallVector<Value>{u.b.div(u.g, u.b.add(u.y, u.y))};
}

Gradients ErfOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  Value bell = u.b.create<ExpOp>(u.b.neg(u.b.mul(u.x, u.x)));
  return u.times(u.b.mul(u.number(2 * llvm::numbers::inv_sqrtpi), bell));
}

Gradients SinOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.create<CosOp>(u.x));
}

Gradients CosOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.neg(u.b.create<SinOp>(u.x)));
}

Gradients TanOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.add(u.number(1), u.b.mul(u.y, u.y)));
}

Gradients AsinOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.root(u.b.sub(u.number(1), u.square())));
}

Gradients AcosOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.b.neg(u.root(u.b.sub(u.number(1), u.square()))));
}

Gradients AtanOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.b.add(u.square(), u.number(1)));
}

Gradients SinhOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.create<CoshOp>(u.x));
}

Gradients CoshOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.create<SinhOp>(u.x));
}

Gradients AsinhOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.root(u.b.add(u.square(), u.number(1))));
}

Gradients AcoshOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.root(u.b.sub(u.square(), u.number(1))));
}

Gradients AtanhOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.over(u.b.sub(u.number(1), u.square()));
}

Gradients TanhOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.sub(u.number(1), u.b.mul(u.y, u.y)));
}

Gradients SoftplusOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.create<SigmoidOp>(u.x));
}

Gradients LogOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return SmallVector<Value>{u.b.div(u.g, u.x)};
}

Gradients ReciprocalOp::buildBackward(OpBuilder &builder,
                                      ValueRange gradients) {
  Unary u(builder, *this, gradients);
  return u.times(u.b.neg(u.b.mul(u.y, u.y)));
}

Gradients EluOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  Value slope = u.b.add(u.y, u.number(getAlpha().convertToDouble()));
  return u.times(u.b.where(u.isPositive(), u.number(1), slope));
}

Gradients LeakyReluOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Unary u(builder, *this, gradients);
  Value slope = u.number(getAlpha().convertToDouble());
  return u.times(u.b.where(u.isPositive(), u.number(1), slope));
}

Gradients CastOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Type from = elementType(getInput());
  // What is rounded to integers does not change in small steps.
  if (!isa<FloatType>(from) || !isa<FloatType>(getTo()))
    return SmallVector<Value>{Value()};
  return SmallVector<Value>{b.create<CastOp>(gradients.front(), from)};
}

// Steps, which are flat between them.
Gradients CeilOp::buildBackward(OpBuilder &, ValueRange) {
  return SmallVector<Value>{Value()};
}
Gradients FloorOp::buildBackward(OpBuilder &, ValueRange) {
  return SmallVector<Value>{Value()};
}
Gradients RoundOp::buildBackward(OpBuilder &, ValueRange) {
  return SmallVector<Value>{Value()};
}
Gradients SignOp::buildBackward(OpBuilder &, ValueRange) {
  return SmallVector<Value>{Value()};
}

//===----------------------------------------------------------------------===//
// Several operands
//===----------------------------------------------------------------------===//

Gradients AddOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Value g = gradients.front();
  return BackwardBuilder(builder, *this).sumToOperands({g, g});
}

Gradients SubOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front();
  return b.sumToOperands({g, b.neg(g)});
}

Gradients MulOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front();
  return b.sumToOperands({b.mul(g, getRhs()), b.mul(g, getLhs())});
}

Gradients DivOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value part = b.div(gradients.front(), getRhs());
  return b.sumToOperands({part, b.neg(b.mul(part, getResult()))});
}

/// Of equal operands the left one counts.
static Gradients choose(Operation *op, OpBuilder &builder, Value isLeft,
                        Value g) {
  BackwardBuilder b(builder, op);
  Value zero = b.number(g, 0);
  return b.sumToOperands({b.where(isLeft, g, zero), b.where(isLeft, zero, g)});
}

Gradients MaxOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Value isLeft = BackwardBuilder(builder, *this)
                     .create<GreaterOrEqualOp>(getLhs(), getRhs());
  return choose(*this, builder, isLeft, gradients.front());
}

Gradients MinOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  Value isLeft =
      BackwardBuilder(builder, *this).create<LessOrEqualOp>(getLhs(), getRhs());
  return choose(*this, builder, isLeft, gradients.front());
}

Gradients PReluOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value x = getLhs(), g = gradients.front(), zero = b.number(x, 0);
  Value isPositive = b.create<GreaterOp>(x, zero);
  return b.sumToOperands({b.where(isPositive, g, b.mul(g, getRhs())),
                          b.where(isPositive, zero, b.mul(g, x))});
}

Gradients PowOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value x = getLhs(), exponent = getRhs(), g = gradients.front();
  Type element = elementType(x);
  bool isSmooth = isa<FloatType>(elementType(exponent));
  if (elementType(exponent) != element)
    exponent = b.create<CastOp>(exponent, element);
  Value zero = b.number(x, 0);
  // Where one factor is 0, the other may be infinite.
  Value less = b.create<PowOp>(x, b.sub(exponent, b.number(x, 1)));
  Value slope =
      b.where(b.create<EqualOp>(exponent, zero), zero, b.mul(exponent, less));
  Value forBase = b.mul(g, slope), forExponent;
  if (isSmooth) {
    Value growth = b.where(b.create<EqualOp>(x, zero), zero,
                           b.mul(getResult(), b.create<LogOp>(x)));
    forExponent = b.mul(g, growth);
    if (elementType(getRhs()) != element)
      forExponent = b.create<CastOp>(forExponent, elementType(getRhs()));
  }
  return b.sumToOperands({forBase, forExponent});
}

Gradients WhereOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front(), zero = b.number(g, 0);
  return b.sumToOperands({Value(), b.where(getCondition(), g, zero),
                          b.where(getCondition(), zero, g)});
}

Gradients ClipOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front(), zero = b.number(g, 0), x = getInput();
  Value forMin, forMax;
  // First max limits, then min: backward the other way round.
  if (Value max = getMax()) {
    Value limited = getMin() ? b.create<MaxOp>(x, getMin()) : x;
    Value isFree = b.create<LessOrEqualOp>(limited, max);
    forMax = b.where(isFree, zero, g);
    g = b.where(isFree, g, zero);
  }
  if (Value min = getMin()) {
    Value isFree = b.create<GreaterOrEqualOp>(x, min);
    forMin = b.where(isFree, zero, g);
    g = b.where(isFree, g, zero);
  }
  SmallVector<Value> results = {g};
  if (getMin())
    results.push_back(forMin);
  if (getMax())
    results.push_back(forMax);
  return b.sumToOperands(results);
}
