//===- ElementwiseToElement.cpp - Code of elementwise operations ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an elementwise operation makes of the elements of its operands. The same
// code serves `kernel.map`, where elements become vectors, and loops over
// single ones (ElementBuilder).
//
//===----------------------------------------------------------------------===//

#include "ElementBuilder.h"
#include "ElementwiseToKernel.h"
#include "ScalarBuilder.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

static Value code(ScalarBuilder &s, ReluOp, ValueRange v) {
  return s.max(v[0], s.constant(v[0], 0));
}

static Value code(ScalarBuilder &s, SigmoidOp, ValueRange v) {
  Value one = s.constant(v[0], 1);
  return s.div(one, s.add(one, s.call<math::ExpOp>(s.neg(v[0]))));
}

static Value code(ScalarBuilder &s, AbsOp, ValueRange v) {
  if (s.isFloat(v[0]))
    return s.call<math::AbsFOp>(v[0]);
  return s.hasUnsigned() ? v[0] : s.call<math::AbsIOp>(v[0]);
}

static Value code(ScalarBuilder &s, NegOp, ValueRange v) { return s.neg(v[0]); }

static Value code(ScalarBuilder &s, ReciprocalOp, ValueRange v) {
  return s.div(s.constant(v[0], 1), v[0]);
}

static Value code(ScalarBuilder &s, SignOp, ValueRange v) {
  Value zero = s.constant(v[0], 0);
  Value negative = s.hasUnsigned() ? v[0]
                                   : s.select(s.less(v[0], zero),
                                              s.constant(v[0], -1), v[0]);
  return s.select(s.less(zero, v[0]), s.constant(v[0], 1), negative);
}

static Value code(ScalarBuilder &s, SoftplusOp, ValueRange v) {
  // Without overflow: max(x, 0) + log(1 + e^-|x|).
  Value small = s.call<math::ExpOp>(s.neg(s.call<math::AbsFOp>(v[0])));
  return s.add(s.max(v[0], s.constant(v[0], 0)), s.call<math::Log1pOp>(small));
}

static Value code(ScalarBuilder &s, EluOp op, ValueRange v) {
  Value alpha = s.constant(v[0], op.getAlpha().convertToDouble());
  Value negative = s.mul(alpha, s.call<math::ExpM1Op>(v[0]));
  return s.select(s.less(s.constant(v[0], 0), v[0]), v[0], negative);
}

static Value code(ScalarBuilder &s, LeakyReluOp op, ValueRange v) {
  Value alpha = s.constant(v[0], op.getAlpha().convertToDouble());
  return s.select(s.less(v[0], s.constant(v[0], 0)), s.mul(alpha, v[0]), v[0]);
}

static Value code(ScalarBuilder &s, IsNaNOp, ValueRange v) {
  return s.isNaN(v[0]);
}

static Value code(ScalarBuilder &s, IsInfOp op, ValueRange v) {
  auto is = [&](double value) {
    return s.equal(v[0], s.constant(v[0], value));
  };
  Value none = arith::ConstantOp::create(s.b, s.b.getBoolAttr(false));
  Value positive = op.getDetectPositive() ? is(HUGE_VAL) : none;
  Value negative = op.getDetectNegative() ? is(-HUGE_VAL) : none;
  return arith::OrIOp::create(s.b, positive, negative);
}

static Value code(ScalarBuilder &s, NotOp, ValueRange v) {
  Value yes = arith::ConstantOp::create(s.b, s.b.getBoolAttr(true));
  return arith::XOrIOp::create(s.b, v[0], yes);
}

/// Functions of the math dialect.
template <typename OpTy, typename MathOp>
static Value function(ScalarBuilder &s, OpTy, ValueRange v) {
  return s.call<MathOp>(v[0]);
}

//===----------------------------------------------------------------------===//
// Two and three operands
//===----------------------------------------------------------------------===//

static Value code(ScalarBuilder &s, AddOp, ValueRange v) {
  return s.add(v[0], v[1]);
}

static Value code(ScalarBuilder &s, SubOp, ValueRange v) {
  return s.sub(v[0], v[1]);
}

static Value code(ScalarBuilder &s, MulOp, ValueRange v) {
  return s.mul(v[0], v[1]);
}

static Value code(ScalarBuilder &s, DivOp, ValueRange v) {
  return s.div(v[0], v[1]);
}

static Value code(ScalarBuilder &s, MaxOp, ValueRange v) {
  return s.max(v[0], v[1]);
}

static Value code(ScalarBuilder &s, MinOp, ValueRange v) {
  return s.min(v[0], v[1]);
}

static Value code(ScalarBuilder &s, PReluOp, ValueRange v) {
  return s.select(s.less(v[0], s.constant(v[0], 0)), s.mul(v[1], v[0]), v[0]);
}

static Value code(ScalarBuilder &s, EqualOp, ValueRange v) {
  return s.equal(v[0], v[1]);
}

static Value code(ScalarBuilder &s, LessOp, ValueRange v) {
  return s.less(v[0], v[1]);
}

static Value code(ScalarBuilder &s, LessOrEqualOp, ValueRange v) {
  return s.lessOrEqual(v[0], v[1]);
}

static Value code(ScalarBuilder &s, GreaterOp, ValueRange v) {
  return s.less(v[1], v[0]);
}

static Value code(ScalarBuilder &s, GreaterOrEqualOp, ValueRange v) {
  return s.lessOrEqual(v[1], v[0]);
}

static Value code(ScalarBuilder &s, AndOp, ValueRange v) {
  return arith::AndIOp::create(s.b, v[0], v[1]);
}

static Value code(ScalarBuilder &s, OrOp, ValueRange v) {
  return arith::OrIOp::create(s.b, v[0], v[1]);
}

static Value code(ScalarBuilder &s, XorOp, ValueRange v) {
  return arith::XOrIOp::create(s.b, v[0], v[1]);
}

static Value code(ScalarBuilder &s, ShiftOp op, ValueRange v) {
  // A shift by the width or more leaves nothing.
  int64_t width = v[0].getType().getIntOrFloatBitWidth();
  Value shifted = op.getLeft() ? Value(arith::ShLIOp::create(s.b, v[0], v[1]))
                               : Value(arith::ShRUIOp::create(s.b, v[0], v[1]));
  return s.select(s.less(v[1], s.constant(v[1], static_cast<double>(width))),
                  shifted, s.constant(v[0], 0));
}

static Value code(ScalarBuilder &s, ModOp op, ValueRange v) {
  Value remainder = s.rem(v[0], v[1]), zero = s.constant(v[0], 0);
  if (op.getFmod() || s.hasUnsigned())
    return remainder;
  // Of the divisor's sign.
  Value otherSign =
      arith::XOrIOp::create(s.b, s.less(remainder, zero), s.less(v[1], zero));
  Value isZero = s.equal(remainder, zero);
  return s.select(isZero, remainder,
                  s.select(otherSign, s.add(remainder, v[1]), remainder));
}

static Value code(ScalarBuilder &s, WhereOp, ValueRange v) {
  return s.select(v[0], v[1], v[2]);
}

/// In double precision where a power of integers is asked for, or of types that
/// differ.
static Value code(ScalarBuilder &s, PowOp op, ValueRange v) {
  Type type = v[0].getType();
  if (s.isFloat(v[0]) && v[1].getType() == type)
    return math::PowFOp::create(s.b, v[0], v[1]);
  Type wide = s.b.getF64Type();
  auto widen = [&](Value value, Value operand) -> Value {
    if (value.getType() == wide)
      return value;
    if (s.isFloat(value))
      return arith::ExtFOp::create(s.b, wide, value);
    auto tensor = cast<ShapedType>(operand.getType());
    if (tensor.getElementType().isUnsignedInteger())
      return arith::UIToFPOp::create(s.b, wide, value);
    return arith::SIToFPOp::create(s.b, wide, value);
  };
  Value power = math::PowFOp::create(s.b, widen(v[0], op.getLhs()),
                                     widen(v[1], op.getRhs()));
  if (type == wide)
    return power;
  if (isa<FloatType>(type))
    return arith::TruncFOp::create(s.b, type, power);
  if (s.hasUnsigned())
    return arith::FPToUIOp::create(s.b, type, power);
  return arith::FPToSIOp::create(s.b, type, power);
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

namespace {

template <typename OpTy, auto code>
struct ElementwiseToElement
    : ElementOpInterface::ExternalModel<ElementwiseToElement<OpTy, code>,
                                        OpTy> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    SmallVector<Value> values;
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      values.push_back(builder.loadBroadcast(i, at));
    auto type = cast<ShapedType>(op->getOperands().back().getType());
    ScalarBuilder scalar(builder.b, type.getElementType().isUnsignedInteger());
    return code(scalar, cast<OpTy>(op), values);
  }

  /// Where the batch is not broadcast.
  bool keepsExamples(Operation *op) const {
    int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      auto type = cast<RankedTensorType>(operand.getType());
      if (isShared(operand))
        return rank == 0 || type.getRank() < rank || type.getDimSize(0) == 1;
      return type.getRank() == rank;
    });
  }
};

template <typename OpTy, auto code>
struct ElementwiseToMap
    : KernelConversionOpInterface::ExternalModel<ElementwiseToMap<OpTy, code>,
                                                 OpTy> {
  bool acceptsShared(Operation *) const { return true; }
  bool makesShared(Operation *) const { return true; }
  LogicalResult buildKernels(Operation *op, NetworkBuilder &builder) const {
    return buildMap(op, builder, [&](ImplicitLocOpBuilder &b, ValueRange v) {
      ScalarBuilder scalar(b, /*isUnsigned=*/false);
      return code(scalar, cast<OpTy>(op), v);
    });
  }
};

/// Limits may be computed.
struct ClipToElement
    : ElementOpInterface::ExternalModel<ClipToElement, ClipOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<ClipOp>(operation);
    auto type = cast<ShapedType>(op.getInput().getType());
    ScalarBuilder s(builder.b, type.getElementType().isUnsignedInteger());
    Value value = builder.load(0, at);
    unsigned next = 1;
    if (op.getMin())
      value = s.max(value, builder.loadBroadcast(next++, at));
    if (op.getMax())
      value = s.min(value, builder.loadBroadcast(next, at));
    return value;
  }
  bool keepsExamples(Operation *operation) const {
    return llvm::all_of(operation->getOperands().drop_front(),
                        [](Value limit) { return isShared(limit); });
  }
};

template <typename OpTy, auto code> void attachBoth(MLIRContext *context) {
  OpTy::template attachInterface<ElementwiseToElement<OpTy, code>,
                                 ElementwiseToMap<OpTy, code>>(*context);
}

template <typename OpTy> void attach(MLIRContext *context) {
  constexpr Value (*body)(ScalarBuilder &, OpTy, ValueRange) = code;
  attachBoth<OpTy, body>(context);
}

template <typename OpTy, typename MathOp>
void attachMath(MLIRContext *context) {
  attachBoth<OpTy, function<OpTy, MathOp>>(context);
}

} // namespace

void resnetc::registerElementwiseToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ClipOp::attachInterface<ClipToElement>(*context);
    attach<ReluOp>(context);
    attach<SigmoidOp>(context);
    attach<AbsOp>(context);
    attach<NegOp>(context);
    attach<ReciprocalOp>(context);
    attach<SignOp>(context);
    attach<SoftplusOp>(context);
    attach<EluOp>(context);
    attach<LeakyReluOp>(context);
    attach<IsNaNOp>(context);
    attach<IsInfOp>(context);
    attach<NotOp>(context);
    attach<AddOp>(context);
    attach<SubOp>(context);
    attach<MulOp>(context);
    attach<DivOp>(context);
    attach<MaxOp>(context);
    attach<MinOp>(context);
    attach<PReluOp>(context);
    attach<EqualOp>(context);
    attach<LessOp>(context);
    attach<LessOrEqualOp>(context);
    attach<GreaterOp>(context);
    attach<GreaterOrEqualOp>(context);
    attach<AndOp>(context);
    attach<OrOp>(context);
    attach<XorOp>(context);
    attach<ShiftOp>(context);
    attach<ModOp>(context);
    attach<WhereOp>(context);
    attach<PowOp>(context);
    attachMath<ExpOp, math::ExpOp>(context);
    attachMath<LogOp, math::LogOp>(context);
    attachMath<SqrtOp, math::SqrtOp>(context);
    attachMath<CeilOp, math::CeilOp>(context);
    attachMath<FloorOp, math::FloorOp>(context);
    attachMath<RoundOp, math::RoundEvenOp>(context);
    attachMath<ErfOp, math::ErfOp>(context);
    attachMath<SinOp, math::SinOp>(context);
    attachMath<CosOp, math::CosOp>(context);
    attachMath<TanOp, math::TanOp>(context);
    attachMath<AsinOp, math::AsinOp>(context);
    attachMath<AcosOp, math::AcosOp>(context);
    attachMath<AtanOp, math::AtanOp>(context);
    attachMath<SinhOp, math::SinhOp>(context);
    attachMath<CoshOp, math::CoshOp>(context);
    attachMath<TanhOp, math::TanhOp>(context);
    attachMath<AsinhOp, math::AsinhOp>(context);
    attachMath<AcoshOp, math::AcoshOp>(context);
    attachMath<AtanhOp, math::AtanhOp>(context);
  });
}
