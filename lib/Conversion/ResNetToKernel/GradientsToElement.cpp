//===- GradientsToElement.cpp - Code of gradients by the element ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What adds to elements of the result by definition is turned round here: each
// element gathers what there is for it.
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "WindowCode.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using Values = IndexCode::Values;

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

/// The windows, of those that `gradient` has elements for, that reach over the
/// element at `at`.
template <typename OpTy>
static SmallVector<LoopRange> windowsOver(ElementBuilder &builder, OpTy op,
                                          ArrayRef<int64_t> gradient,
                                          ValueRange at) {
  IndexBuilder &index = builder.index;
  SmallVector<LoopRange> ranges;
  for (auto [d, size] : llvm::enumerate(op.getKernelShape())) {
    int64_t stride = op.getStrides()[d];
    int64_t last = (size - 1) * op.getDilations()[d];
    Value place = index.add(at[2 + d], op.getPads()[d]);
    Value least = index.max(index.add(place, -last), index.constant(0));
    Value begin = index.div(index.add(least, stride - 1), stride);
    Value end = index.min(index.add(index.div(place, stride), 1),
                          index.constant(gradient[2 + d]));
    ranges.push_back(LoopRange::between(begin, end));
  }
  return ranges;
}

namespace {

struct MaxPoolGradientToElement
    : ElementOpInterface::ExternalModel<MaxPoolGradientToElement,
                                        MaxPoolGradientOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<MaxPoolGradientOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexCode c(builder);
    ArrayRef<int64_t> input = builder.getShape(0);
    SmallVector<LoopRange> kernel;
    for (int64_t size : op.getKernelShape())
      kernel.push_back(LoopRange::all(size));
    Value least = lowest(builder, op.getInput()), none = c.constant(-1);
    Value here = c.linear(at.drop_front(2), input.drop_front(2));
    auto gather = [&](ValueRange window,
                      ValueRange carried) -> SmallVector<Value> {
      // The largest element of the window, and its place in the plane.
      SmallVector<Value> found = loopOver(
          c.index, kernel, {least, none},
          [&](ValueRange k, ValueRange best) -> SmallVector<Value> {
            Tap tap = tapOf(builder, op, input, window, k);
            Value x = builder.load(0, join(at[0], at[1], tap.position));
            Value isFirst = c.equal(best[1], none);
            Value larger =
                arith::OrIOp::create(c.b, s.less(best[0], x), s.isNaN(x));
            larger = arith::OrIOp::create(c.b, larger, isFirst);
            larger = c.both(larger, tap.inside);
            return {s.select(larger, x, best[0]),
                    s.select(larger,
                             c.linear(tap.position, input.drop_front(2)),
                             best[1])};
          });
      Value g = builder.load(1, join(at[0], at[1], window));
      Value zero = s.constant(g, 0);
      return {
          s.add(carried.front(), s.select(c.equal(found[1], here), g, zero))};
    };
    return loopOver(c.index, windowsOver(builder, op, builder.getShape(1), at),
                    zeroOf(builder, op.getInput()), gather)
        .front();
  }
  bool keepsExamples(Operation *) const { return true; }
};

/// What the sums of windows are divided by.
class Divisor {
public:
  Divisor(IndexCode &c, AvgPoolGradientOp op, ArrayRef<int64_t> gradient)
      : c(c), op(op), gradient(gradient) {}

  /// That of the windows on dimension `d`, if it is the same for all.
  std::optional<int64_t> constant(size_t d) {
    int64_t size = op.getKernelShape()[d];
    int64_t last = (gradient[2 + d] - 1) * op.getStrides()[d] +
                   (size - 1) * op.getDilations()[d];
    bool countsAll = op.getCountIncludePad() || op.getPads()[d] == 0;
    return countsAll && last < end(d) ? std::optional(size) : std::nullopt;
  }
  /// That of window `at`.
  Value count(size_t d, Value at) {
    IndexBuilder &index = c.index;
    int64_t by = op.getDilations()[d];
    Value begin = index.mul(at, op.getStrides()[d]);
    // The first tap at `place` or behind.
    auto tapFrom = [&](int64_t place) {
      Value way = index.sub(c.constant(place), begin);
      way = index.max(way, c.constant(0));
      return index.min(index.div(index.add(way, by - 1), by),
                       c.constant(op.getKernelShape()[d]));
    };
    int64_t pad = op.getPads()[d];
    Value first = op.getCountIncludePad() ? c.constant(0) : tapFrom(pad);
    return index.sub(tapFrom(end(d)), first);
  }

private:
  /// Behind the last place that counts, from the begin of the padding.
  int64_t end(size_t d) {
    size_t rank = op.getKernelShape().size();
    int64_t padding = op.getCountIncludePad() ? op.getPads()[rank + d] : 0;
    return op.getPads()[d] + op.getInputShape()[d] + padding;
  }

  IndexCode &c;
  AvgPoolGradientOp op;
  ArrayRef<int64_t> gradient;
};

struct AvgPoolGradientToElement
    : ElementOpInterface::ExternalModel<AvgPoolGradientToElement,
                                        AvgPoolGradientOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<AvgPoolGradientOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getGradient());
    IndexCode c(builder);
    ArrayRef<int64_t> gradient = builder.getShape(0);
    Divisor divisor(c, op, gradient);
    Value zero = zeroOf(builder, op.getGradient());
    double known = 1;
    for (size_t d = 0; d < op.getKernelShape().size(); ++d)
      known *= static_cast<double>(divisor.constant(d).value_or(1));
    auto gather = [&](ValueRange window,
                      ValueRange carried) -> SmallVector<Value> {
      Value share = builder.load(0, join(at[0], at[1], window));
      Value holds;
      for (auto [d, by] : llvm::enumerate(op.getDilations())) {
        if (!divisor.constant(d)) {
          Value count = arith::IndexCastOp::create(c.b, c.b.getI64Type(),
                                                   divisor.count(d, window[d]));
          share = s.div(share,
                        arith::SIToFPOp::create(c.b, share.getType(), count));
        }
        if (by == 1)
          continue;
        Value place = c.index.add(at[2 + d], op.getPads()[d]);
        Value way =
            c.index.sub(place, c.index.mul(window[d], op.getStrides()[d]));
        holds = conjunction(builder, holds,
                            c.equal(c.index.rem(way, by), c.constant(0)));
      }
      if (holds)
        share = s.select(holds, share, zero);
      return {s.add(carried.front(), share)};
    };
    Value sum =
        loopOver(c.index, windowsOver(builder, op, gradient, at), zero, gather)
            .front();
    return known == 1 ? sum : s.div(sum, s.constant(sum, known));
  }
  bool keepsExamples(Operation *) const { return true; }
};

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

struct InsertSliceToElement
    : ElementOpInterface::ExternalModel<InsertSliceToElement, InsertSliceOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<InsertSliceOp>(operation);
    IndexCode c(builder);
    Value zero = c.constantOf(c.elementType(0), 0);
    if (c.isEmpty(0))
      return zero;
    ArrayRef<int64_t> input = builder.getShape(0);
    Values from(at);
    Value isInside;
    for (auto [axis, start, step] :
         llvm::zip_equal(op.getAxes(), op.getStarts(), op.getSteps())) {
      int64_t d = positiveAxis(axis, static_cast<int64_t>(input.size()));
      // A single element has no next one, however far.
      int64_t by = input[d] == 1 ? 1 : step < 0 ? -step : step;
      int64_t last = (input[d] - 1) * by;
      Value first = c.constant(start);
      Value way =
          step < 0 ? c.index.sub(first, at[d]) : c.index.sub(at[d], first);
      Value within = c.isWithin(way, last + 1);
      way = c.clamp(way, 0, last);
      if (by > 1)
        within = c.both(within, c.equal(c.index.rem(way, by), c.constant(0)));
      from[d] = c.index.div(way, by);
      isInside = isInside ? c.both(isInside, within) : within;
    }
    Value element = c.load(0, from);
    return isInside ? c.select(isInside, element, zero) : element;
  }

  bool keepsExamples(Operation *op) const {
    auto rank = cast<RankedTensorType>(op->getOperand(0).getType()).getRank();
    ArrayRef<int64_t> axes = cast<InsertSliceOp>(op).getAxes();
    return keepsBatchOfFirst(op) && !llvm::is_contained(axes, 0) &&
           !llvm::is_contained(axes, -rank);
  }
};

struct ResampleToElement
    : ElementOpInterface::ExternalModel<ResampleToElement, ResampleOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<ResampleOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexCode c(builder);
    Value zero = zeroOf(builder, op.getInput());
    ArrayRef<int64_t> input = builder.getShape(0);
    int64_t taps = builder.getShape(2)[1];
    if (c.isEmpty(0) || taps == 0)
      return zero;
    int64_t axis = positiveAxis(op.getAxis(), input.size());
    Value begin = c.clamp(c.loadIndex(1, at[axis]), 0, input[axis] - taps);
    return builder.reduce(taps, zero, [&](ArrayRef<Value> k, Value carried) {
      Values from(at);
      from[axis] = c.index.add(begin, k[0]);
      Value weight = c.load(2, {at[axis], k[0]});
      // What does not count may be infinite.
      Value part =
          s.select(s.equal(weight, zero), zero, s.mul(weight, c.load(0, from)));
      return s.add(carried, part);
    });
  }

  bool keepsExamples(Operation *op) const {
    auto rank = cast<RankedTensorType>(op->getOperand(0).getType()).getRank();
    return keepsBatchOfFirst(op) &&
           positiveAxis(cast<ResampleOp>(op).getAxis(), rank) != 0;
  }
};

//===----------------------------------------------------------------------===//
// Sums over the batch
//===----------------------------------------------------------------------===//

struct BatchSizeToElement
    : ElementOpInterface::ExternalModel<BatchSizeToElement, BatchSizeOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange) const {
    auto op = cast<BatchSizeOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getResult());
    return s.constant(zeroOf(builder, op.getResult()), 1);
  }
  bool keepsExamples(Operation *) const { return false; }
  bool sumsExamples(Operation *) const { return true; }
};

/// A copy, which processes add up when it is there.
struct AllReduceToElement
    : ElementOpInterface::ExternalModel<AllReduceToElement, AllReduceOp> {
  FailureOr<Value> buildElement(Operation *, ElementBuilder &builder, unsigned,
                                ValueRange at) const {
    return builder.load(0, at);
  }
  bool keepsExamples(Operation *) const { return false; }
};

struct ConvFilterGradientToElement
    : ElementOpInterface::ExternalModel<ConvFilterGradientToElement,
                                        ConvFilterGradientOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<ConvFilterGradientOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexBuilder &index = builder.index;
    ArrayRef<int64_t> input = builder.getShape(0);
    ArrayRef<int64_t> gradient = builder.getShape(1);
    // The group's input channels.
    int64_t outputs = gradient[1] / op.getGroup();
    int64_t inputs = input[1] / op.getGroup();
    Value channel =
        index.add(index.mul(index.div(at[0], outputs), inputs), at[1]);
    Value zero = zeroOf(builder, op.getInput()), image = index.constant(0);
    return builder.reduce(
        gradient.drop_front(2), zero,
        [&](ArrayRef<Value> window, Value carried) {
          Tap tap = tapOf(builder, op, input, window, at.drop_front(2));
          Value x = builder.load(0, join(image, channel, tap.position));
          Value g = builder.load(1, join(image, at[0], window));
          return s.add(carried, s.mul(s.select(tap.inside, x, zero), g));
        });
  }
  bool keepsExamples(Operation *) const { return false; }
  bool sumsExamples(Operation *) const { return true; }
};

} // namespace

void resnetc::registerGradientsToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    MaxPoolGradientOp::attachInterface<MaxPoolGradientToElement>(*context);
    AvgPoolGradientOp::attachInterface<AvgPoolGradientToElement>(*context);
    AllReduceOp::attachInterface<AllReduceToElement>(*context);
    BatchSizeOp::attachInterface<BatchSizeToElement>(*context);
    ConvFilterGradientOp::attachInterface<ConvFilterGradientToElement>(
        *context);
    InsertSliceOp::attachInterface<InsertSliceToElement>(*context);
    ResampleOp::attachInterface<ResampleToElement>(*context);
  });
}
