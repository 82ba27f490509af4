//===- ReductionToElement.cpp - Code of reductions ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each element of a result is a loop over the elements that it is made of.
//
//===----------------------------------------------------------------------===//

#include "ElementBuilder.h"
#include "ElementLoops.h"
#include "ScalarBuilder.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

/// The type in which elements of `type` are reduced.
static Type accumulatorType(Reduction kind, Type type) {
  bool isReal = llvm::is_contained(
      {Reduction::l2, Reduction::log_sum, Reduction::log_sum_exp}, kind);
  return isReal && isa<IntegerType>(type) ? Float64Type::get(type.getContext())
                                          : type;
}

namespace {

/// A reduction of operand 0 whose element at certain coordinates is built.
class ReductionBuilder {
public:
  ReductionBuilder(ElementBuilder &builder, bool keepdims, ValueRange at)
      : builder(builder), b(builder.b), keepdims(keepdims), at(at),
        type(elementTypeOf(builder.getOperation()->getOperand(0))),
        s(builder.b, isUnsignedElement(type)) {}

  LogicalResult setAxes(Value operand, bool noop);

  Value reduce(Reduction kind);
  Value mean();

private:
  using Step = llvm::function_ref<Value(Value, Value)>;
  Value fold(Value init, Step step);
  Value sum(Type accumulator, llvm::function_ref<Value(Value)> function);
  Value extreme(bool largest, Type accumulator);
  Value number(Type accumulator, double value) {
    Value like = createZero(b, accumulator);
    return value == 0 ? like : s.constant(like, value);
  }

  ElementBuilder &builder;
  ImplicitLocOpBuilder &b;
  bool keepdims;
  ValueRange at;
  Type type;
  ScalarBuilder s;
  SmallVector<LoopRange> ranges; ///< Of the elements of the operand.
};

} // namespace

/// Axes that are no constant are read where the element is computed: they can
/// be, as the shape of the result is known.
LogicalResult ReductionBuilder::setAxes(Value operand, bool noop) {
  ArrayRef<int64_t> shape = builder.getShape(0);
  int64_t rank = shape.size();
  IndexBuilder &index = builder.index;
  if (auto axes = reducedAxes(operand, rank, noop)) {
    size_t next = 0;
    for (int64_t d = 0; d < rank; ++d) {
      bool reduced = llvm::is_contained(*axes, d);
      if (reduced)
        ranges.push_back(LoopRange::all(shape[d]));
      else
        ranges.push_back(LoopRange::one(at[keepdims ? d : next]));
      next += !reduced;
    }
    return success();
  }
  ArrayRef<int64_t> listShape = builder.getShape(1);
  if (listShape.size() != 1)
    return builder.getOperation()->emitError("has axes that are no vector");
  Value next = index.constant(0), one = index.constant(1);
  for (int64_t d = 0; d < rank; ++d) {
    // Whether one of the axes is this dimension.
    Value reduced = arith::ConstantOp::create(b, b.getBoolAttr(false));
    for (int64_t i = 0; i < listShape[0]; ++i) {
      Value axis = builder.load(1, index.constant(i));
      for (int64_t value : {d, d - rank}) {
        Value like = s.constant(axis, static_cast<double>(value));
        Value is =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, axis, like);
        reduced = arith::OrIOp::create(b, reduced, is);
      }
    }
    // Where it is kept, it is the dimension `next` of the result.
    Value place = index.constant(0);
    if (keepdims)
      place = at[d];
    else
      for (auto [i, coordinate] : llvm::enumerate(at)) {
        Value is =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, next,
                                  index.constant(static_cast<int64_t>(i)));
        place = s.select(is, coordinate, place);
      }
    // Other axes than the shape of the result is made for read nothing wrong.
    Value size = index.constant(shape[d]);
    ranges.push_back(LoopRange::between(
        s.select(reduced, index.constant(0), place),
        s.select(reduced, size, index.min(index.add(place, one), size))));
    next = s.select(reduced, next, index.add(next, one));
  }
  return success();
}

Value ReductionBuilder::fold(Value init, Step step) {
  return loopOver(builder.index, ranges, init,
                  [&](ValueRange from, ValueRange carried) {
                    Value x = builder.load(0, from);
                    if (x.getType() != init.getType())
                      x = convertScalar(b, x, init.getType(), s.hasUnsigned());
                    return SmallVector<Value>{step(carried[0], x)};
                  })
      .front();
}

Value ReductionBuilder::sum(Type accumulator,
                            llvm::function_ref<Value(Value)> function) {
  return fold(createZero(b, accumulator),
              [&](Value total, Value x) { return s.add(total, function(x)); });
}

Value ReductionBuilder::extreme(bool largest, Type accumulator) {
  Value init = createLimit(b, accumulator, s.hasUnsigned(), /*lowest=*/largest);
  return fold(init, [&](Value best, Value x) {
    return largest ? s.max(best, x) : s.min(best, x);
  });
}

Value ReductionBuilder::reduce(Reduction kind) {
  Type scalar = scalarType(type), wide = accumulatorType(kind, scalar);
  auto same = [](Value x) { return x; };
  auto square = [&](Value x) { return s.mul(x, x); };
  auto absolute = [&](Value x) -> Value {
    if (s.isFloat(x))
      return s.call<math::AbsFOp>(x);
    return s.hasUnsigned() ? x : s.call<math::AbsIOp>(x);
  };
  auto real = [&](Value result) {
    return convertScalar(b, result, scalar, s.hasUnsigned());
  };
  switch (kind) {
  case Reduction::sum:
    return sum(wide, same);
  case Reduction::prod:
    return fold(number(wide, 1),
                [&](Value total, Value x) { return s.mul(total, x); });
  case Reduction::max:
    return extreme(true, wide);
  case Reduction::min:
    return extreme(false, wide);
  case Reduction::l1:
    return sum(wide, absolute);
  case Reduction::l2:
    return real(s.call<math::SqrtOp>(sum(wide, square)));
  case Reduction::sum_square:
    return sum(wide, square);
  case Reduction::log_sum:
    return real(s.call<math::LogOp>(sum(wide, same)));
  case Reduction::log_sum_exp:
    break;
  }
  // Relative to the largest element, unless that is infinite.
  Value largest = extreme(true, wide);
  Value isInfinite =
      s.equal(s.call<math::AbsFOp>(largest), number(wide, HUGE_VAL));
  largest = s.select(isInfinite, number(wide, 0), largest);
  Value total = sum(
      wide, [&](Value x) { return s.call<math::ExpOp>(s.sub(x, largest)); });
  return real(s.add(largest, s.call<math::LogOp>(total)));
}

/// Of integers rounded towards zero, and 0 where there are none.
Value ReductionBuilder::mean() {
  Value total = sum(scalarType(type), [](Value x) { return x; });
  Value count = builder.index.constant(1);
  for (const LoopRange &range : ranges)
    count = b.createOrFold<arith::MulIOp>(count, range.count(builder.index));
  if (!s.isFloat(total))
    count = builder.index.max(count, builder.index.constant(1));
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), count);
  return s.div(total, convertScalar(b, integer, total.getType(), false));
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

namespace {

template <typename OpTy>
struct ReductionToElement
    : ElementOpInterface::ExternalModel<ReductionToElement<OpTy>, OpTy> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<OpTy>(operation);
    ReductionBuilder reduction(builder, op.getKeepdims(), at);
    if (failed(reduction.setAxes(op.getAxes(), op.getNoopWithEmptyAxes())))
      return failure();
    if constexpr (std::is_same_v<OpTy, ReduceOp>)
      return reduction.reduce(op.getKind());
    else
      return reduction.mean();
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<OpTy>(operation);
    int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
    auto axes = reducedAxes(op.getAxes(), rank, op.getNoopWithEmptyAxes());
    return rank > 0 && axes && !llvm::is_contained(*axes, 0);
  }

  bool sumsExamples(Operation *operation) const {
    if constexpr (std::is_same_v<OpTy, ReduceOp>) {
      auto op = cast<ReduceOp>(operation);
      int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
      auto axes = reducedAxes(op.getAxes(), rank, op.getNoopWithEmptyAxes());
      return op.getKind() == Reduction::sum && axes &&
             llvm::is_contained(*axes, 0);
    }
    return false;
  }
};

template <typename OpTy, bool largest>
struct ArgToElement
    : ElementOpInterface::ExternalModel<ArgToElement<OpTy, largest>, OpTy> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<OpTy>(operation);
    ImplicitLocOpBuilder &b = builder.b;
    IndexBuilder &index = builder.index;
    ScalarBuilder s(b, isUnsignedElement(elementTypeOf(op.getInput())));
    ArrayRef<int64_t> shape = builder.getShape(0);
    int64_t axis = positiveAxis(op.getAxis(), shape.size());
    SmallVector<Value> from(at);
    if (!op.getKeepdims())
      from.insert(from.begin() + axis, Value());
    from[axis] = index.constant(0);
    Value first = builder.load(0, from);
    SmallVector<Value> found =
        index.reduce(index.constant(1), index.constant(shape[axis]),
                     {first, from[axis]}, [&](Value k, ValueRange best) {
                       from[axis] = k;
                       Value x = builder.load(0, from), low = best[0], high = x;
                       if (!largest)
                         std::swap(low, high);
                       Value wins = op.getSelectLastIndex()
                                        ? s.lessOrEqual(low, high)
                                        : s.less(low, high);
                       return SmallVector<Value>{s.select(wins, x, best[0]),
                                                 s.select(wins, k, best[1])};
                     });
    return Value(arith::IndexCastOp::create(b, b.getI64Type(), found[1]));
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<OpTy>(operation);
    int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
    return positiveAxis(op.getAxis(), rank) != 0;
  }
};

} // namespace

void resnetc::registerReductionToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ReduceOp::attachInterface<ReductionToElement<ReduceOp>>(*context);
    ReduceMeanOp::attachInterface<ReductionToElement<ReduceMeanOp>>(*context);
    ArgMaxOp::attachInterface<ArgToElement<ArgMaxOp, true>>(*context);
    ArgMinOp::attachInterface<ArgToElement<ArgMinOp, false>>(*context);
  });
}
