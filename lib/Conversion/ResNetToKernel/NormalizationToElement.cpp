//===- NormalizationToElement.cpp - Code of norms and losses --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementLoops.h"
#include "ScalarBuilder.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

/// The elements beside one along an axis, or along all from it on.
static SmallVector<LoopRange> rowRanges(ElementBuilder &builder, int64_t axis,
                                        bool flatten, ValueRange at) {
  SmallVector<LoopRange> ranges;
  for (auto [d, size] : llvm::enumerate(builder.getShape(0))) {
    bool isAlong = static_cast<int64_t>(d) == axis ||
                   (flatten && static_cast<int64_t>(d) > axis);
    ranges.push_back(isAlong ? LoopRange::all(size) : LoopRange::one(at[d]));
  }
  return ranges;
}

namespace {

/// For ops with `axis` and `flatten`.
template <typename Model, typename OpTy>
// NOLINTNEXTLINE(bugprone-crtp-constructor-accessibility)
struct RowToElement : ElementOpInterface::ExternalModel<Model, OpTy> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<OpTy>(operation);
    int64_t axis = positiveAxis(op.getAxis(), builder.getShape(0).size());
    return Model::build(builder, rowRanges(builder, axis, op.getFlatten(), at),
                        at);
  }
  bool keepsExamples(Operation *operation) const {
    auto op = cast<OpTy>(operation);
    int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
    return positiveAxis(op.getAxis(), rank) != 0;
  }
};

struct SoftmaxToElement : RowToElement<SoftmaxToElement, SoftmaxOp> {
  static Value build(ElementBuilder &builder, ArrayRef<LoopRange> row,
                     ValueRange at) {
    ScalarBuilder s(builder.b, /*isUnsigned=*/false);
    Value own = builder.load(0, at);
    Value lowest = s.constant(own, -HUGE_VAL);
    Value largest = loopOver(builder.index, row, lowest,
                             [&](ValueRange from, ValueRange best) {
                               Value x = builder.load(0, from);
                               return SmallVector<Value>{s.max(best[0], x)};
                             })
                        .front();
    auto power = [&](Value x) {
      return s.call<math::ExpOp>(s.sub(x, largest));
    };
    Value sum = loopOver(builder.index, row, s.constant(own, 0),
                         [&](ValueRange from, ValueRange total) {
                           Value x = power(builder.load(0, from));
                           return SmallVector<Value>{s.add(total[0], x)};
                         })
                    .front();
    return s.div(power(own), sum);
  }
};

struct HardmaxToElement : RowToElement<HardmaxToElement, HardmaxOp> {
  static Value build(ElementBuilder &builder, ArrayRef<LoopRange> row,
                     ValueRange at) {
    ScalarBuilder s(builder.b, /*isUnsigned=*/false);
    ImplicitLocOpBuilder &b = builder.b;
    // Largest element, whether it is this one. The first one counts, whichever
    // follows: each that is larger than those before takes its place.
    Value own = builder.load(0, at);
    Value none = arith::ConstantOp::create(b, b.getBoolAttr(false));
    Value isFirst = arith::ConstantOp::create(b, b.getBoolAttr(true));
    SmallVector<Value> best = loopOver(
        builder.index, row, {own, none, isFirst},
        [&](ValueRange from, ValueRange carried) {
          Value x = builder.load(0, from);
          Value wins =
              arith::OrIOp::create(b, carried[2], s.less(carried[0], x));
          Value isOwn = arith::ConstantOp::create(b, b.getBoolAttr(true));
          for (auto [i, j] : llvm::zip_equal(from, at))
            if (i != j)
              isOwn = arith::AndIOp::create(
                  b, isOwn,
                  arith::CmpIOp::create(b, arith::CmpIPredicate::eq, i, j));
          return SmallVector<Value>{s.select(wins, x, carried[0]),
                                    s.select(wins, isOwn, carried[1]), none};
        });
    return s.select(best[1], s.constant(own, 1), s.constant(own, 0));
  }
};

struct CumSumToElement
    : ElementOpInterface::ExternalModel<CumSumToElement, CumSumOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<CumSumOp>(operation);
    ImplicitLocOpBuilder &b = builder.b;
    IndexBuilder &index = builder.index;
    ScalarBuilder s(b, isUnsignedElement(elementTypeOf(op.getInput())));
    ArrayRef<int64_t> shape = builder.getShape(0);
    int64_t rank = shape.size();
    Value zero = index.constant(0);
    auto along = [&](int64_t d) {
      Value self = at[d], behind = index.add(self, 1);
      Value begin = op.getExclusive() ? behind : self;
      Value end = op.getExclusive() ? self : behind;
      return op.getReverse() ? std::pair(begin, index.constant(shape[d]))
                             : std::pair(zero, end);
    };
    SmallVector<LoopRange> ranges;
    auto known = constantIntegers(op.getAxis());
    Value axis;
    if (!known) {
      SmallVector<Value> first(builder.getShape(1).size(), zero);
      axis = builder.load(1, first);
    }
    for (int64_t d = 0; d < rank; ++d) {
      auto [begin, end] = along(d);
      if (known) {
        bool isAxis = positiveAxis(known->front(), rank) == d;
        ranges.push_back(isAxis ? LoopRange::between(begin, end)
                                : LoopRange::one(at[d]));
        continue;
      }
      // The axis is a number that is known where this runs.
      auto is = [&](int64_t value) -> Value {
        Value like = s.constant(axis, static_cast<double>(value));
        return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, axis, like);
      };
      Value isAxis = arith::OrIOp::create(b, is(d), is(d - rank));
      ranges.push_back(
          LoopRange::between(s.select(isAxis, begin, at[d]),
                             s.select(isAxis, end, index.add(at[d], 1))));
    }
    Value init = createZero(b, scalarType(elementTypeOf(op.getInput())));
    return loopOver(index, ranges, init,
                    [&](ValueRange from, ValueRange total) {
                      Value x = builder.load(0, from);
                      return SmallVector<Value>{s.add(total[0], x)};
                    })
        .front();
  }

  /// The axis may be computed.
  bool keepsExamples(Operation *) const { return false; }
};

struct LrnToElement : ElementOpInterface::ExternalModel<LrnToElement, LrnOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<LrnOp>(operation);
    IndexBuilder &index = builder.index;
    ScalarBuilder s(builder.b, /*isUnsigned=*/false);
    int64_t before = (op.getSize() - 1) / 2;
    Value begin = index.max(index.add(at[1], -before), index.constant(0));
    Value end = index.min(index.add(at[1], op.getSize() - before),
                          index.constant(builder.getShape(0)[1]));
    Value own = builder.load(0, at);
    SmallVector<Value> from(at);
    Value sum =
        index
            .reduce(begin, end, s.constant(own, 0),
                    [&](Value c, ValueRange total) {
                      from[1] = c;
                      Value x = builder.load(0, from);
                      return SmallVector<Value>{s.add(total[0], s.mul(x, x))};
                    })
            .front();
    double scale = op.getAlpha().convertToFloat();
    scale /= static_cast<double>(op.getSize());
    Value base = s.add(s.constant(own, op.getBias().convertToFloat()),
                       s.mul(s.constant(own, scale), sum));
    Value beta = s.constant(own, op.getBeta().convertToFloat());
    return s.div(own, math::PowFOp::create(builder.b, base, beta));
  }
  bool keepsExamples(Operation *) const { return true; }
};

/// With parameters of any kind.
struct BatchNormToElement
    : ElementOpInterface::ExternalModel<BatchNormToElement, BatchNormOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<BatchNormOp>(operation);
    ScalarBuilder s(builder.b, /*isUnsigned=*/false);
    Value x = builder.load(0, at), parameters[4];
    for (auto [i, parameter] : llvm::enumerate(parameters))
      parameter = convertScalar(builder.b, builder.load(i + 1, at[1]),
                                x.getType(), /*isUnsigned=*/false);
    auto [scale, offset, mean, variance] = parameters;
    Value epsilon = s.constant(x, op.getEpsilon().convertToFloat());
    Value deviation = s.call<math::SqrtOp>(s.add(variance, epsilon));
    Value normal = s.div(s.sub(x, mean), deviation);
    return s.add(s.mul(normal, scale), offset);
  }
  bool keepsExamples(Operation *op) const {
    return llvm::all_of(op->getOperands().drop_front(),
                        [](Value parameter) { return isShared(parameter); });
  }
};

struct PickClassToElement
    : ElementOpInterface::ExternalModel<PickClassToElement, PickClassOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<PickClassOp>(operation);
    ImplicitLocOpBuilder &b = builder.b;
    IndexBuilder &index = builder.index;
    ScalarBuilder s(b, /*isUnsigned=*/false);
    bool isWeight = builder.getShape(0).size() == 1;
    int64_t classes = builder.getShape(0)[isWeight ? 0 : 1];
    Value target = builder.load(1, at);
    Value chosen = arith::IndexCastOp::create(b, b.getIndexType(), target);
    // What is no class must not read outside of the operand.
    chosen = index.max(chosen, index.constant(0));
    chosen = index.min(chosen, index.constant(classes - 1));
    SmallVector<Value> from = {chosen};
    if (!isWeight) {
      from.assign(at.begin(), at.end());
      from.insert(from.begin() + 1, chosen);
    }
    Value x = builder.load(0, from);
    if (!op.getIgnoreIndex())
      return x;
    Value wide = convertScalar(b, target, b.getI64Type(), /*isUnsigned=*/false);
    Value ignored =
        arith::ConstantOp::create(b, b.getI64IntegerAttr(*op.getIgnoreIndex()));
    return s.select(s.equal(wide, ignored), s.constant(x, 0), x);
  }
  bool keepsExamples(Operation *operation) const {
    auto op = cast<PickClassOp>(operation);
    int64_t rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
    return !isShared(op.getTarget()) && isShared(op.getInput()) == (rank == 1);
  }
};

} // namespace

void resnetc::registerNormalizationToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    SoftmaxOp::attachInterface<SoftmaxToElement>(*context);
    HardmaxOp::attachInterface<HardmaxToElement>(*context);
    CumSumOp::attachInterface<CumSumToElement>(*context);
    LrnOp::attachInterface<LrnToElement>(*context);
    BatchNormOp::attachInterface<BatchNormToElement>(*context);
    PickClassOp::attachInterface<PickClassToElement>(*context);
  });
}
