//===- SamplingToElement.cpp - Code of places between elements ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Places are read at run time and can be anything: each is limited, in double
// precision, before it becomes an index.
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "ScalarBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using Values = IndexCode::Values;

namespace {

/// What both operations need.
class SamplingCode {
public:
  explicit SamplingCode(IndexCode &c)
      : c(c), s(c.b, /*isUnsigned=*/false), f64(c.b.getF64Type()) {}

protected:
  Value number(double value) {
    return arith::ConstantOp::create(c.b, c.b.getFloatAttr(f64, value));
  }
  Value number(Value index) {
    Value integer = arith::IndexCastOp::create(c.b, c.b.getI64Type(), index);
    return arith::SIToFPOp::create(c.b, f64, integer);
  }
  Value load(unsigned operand, ValueRange at) {
    return convertScalar(c.b, c.load(operand, at), c.elementType(operand), f64);
  }
  /// At least `low` and at most `high`; `low` for what is no number.
  Value clamp(Value x, Value low, Value high) {
    x = s.select(s.less(low, x), x, low);
    return s.select(s.less(x, high), x, high);
  }
  /// Of a number that was limited.
  Value asIndex(Value x) {
    Value integer = arith::FPToSIOp::create(c.b, c.b.getI64Type(), x);
    return arith::IndexCastOp::create(c.b, c.b.getIndexType(), integer);
  }
  Value narrow(Value x) { return convertScalar(c.b, x, f64, c.elementType(0)); }

  IndexCode &c;
  ScalarBuilder s;
  Type f64;
};

} // namespace

//===----------------------------------------------------------------------===//
// GridSample
//===----------------------------------------------------------------------===//

namespace {

class GridSampleCode : SamplingCode {
public:
  GridSampleCode(IndexCode &c, GridSampleOp op) : SamplingCode(c), op(op) {}
  Value element(ValueRange at);

private:
  /// The elements along a dimension that count. The weight of one that is not
  /// there is zero.
  struct Taps {
    Values from, weights;
  };

  double low() { return op.getAlignCorners() ? 0 : -0.5; }
  double high(int64_t size) { return static_cast<double>(size - 1) - low(); }
  Value reflect(Value x, int64_t size);
  Value positionOf(Value x, int64_t size);
  Taps tapsOf(Value x, int64_t size);

  GridSampleOp op;
};

} // namespace

/// Mirrored at the edges until it is inside. What is not finite becomes no
/// number.
Value GridSampleCode::reflect(Value x, int64_t size) {
  double range = high(size) - low();
  if (range == 0)
    return number(low());
  Value from = s.call<math::AbsFOp>(s.sub(x, number(low())));
  Value r = s.rem(from, number(2 * range));
  Value back = s.sub(number(2 * range), r);
  return s.add(s.select(s.less(r, back), r, back), number(low()));
}

/// The place of a coordinate of the grid, limited.
Value GridSampleCode::positionOf(Value x, int64_t size) {
  auto length = static_cast<double>(size);
  Value shifted = s.add(x, number(1)), at;
  if (op.getAlignCorners())
    at = s.mul(s.mul(shifted, number(0.5)), number(length - 1));
  else
    at = s.mul(s.sub(s.mul(shifted, number(length)), number(1)), number(0.5));
  if (op.getMode() == "nearest")
    at = s.call<math::RoundEvenOp>(at);
  if (op.getPadding() == "reflection") {
    Value first = number(low()), last = number(high(size));
    Value isInside = c.both(s.lessOrEqual(first, at), s.lessOrEqual(at, last));
    at = clamp(s.select(isInside, at, reflect(at, size)), first, last);
  }
  // Further outside there is nothing else.
  return clamp(at, number(-4), number(length + 4));
}

GridSampleCode::Taps GridSampleCode::tapsOf(Value x, int64_t size) {
  Value floor = s.call<math::FloorOp>(x), r = s.sub(x, floor);
  Value one = number(1), rest = s.sub(one, r);
  int64_t first = 0;
  Taps taps;
  if (op.getMode() == "nearest") {
    taps.weights = {one};
  } else if (op.getMode() == "linear") {
    taps.weights = {rest, r};
  } else {
    taps.weights = cubicWeights(c.b, r, /*a=*/-0.75);
    first = -1;
  }
  Value begin = asIndex(floor);
  for (auto [t, weight] : llvm::enumerate(taps.weights)) {
    Value from = c.index.add(begin, first + static_cast<int64_t>(t));
    if (op.getPadding() == "zeros")
      weight = s.select(c.isWithin(from, size), weight, number(0));
    if (op.getPadding() == "reflection")
      from = asIndex(reflect(number(from), size));
    taps.from.push_back(c.clamp(from, 0, size - 1));
  }
  return taps;
}

Value GridSampleCode::element(ValueRange at) {
  if (c.isEmpty(0))
    return c.constantOf(c.elementType(0), 0);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  SmallVector<Taps> taps;
  for (int64_t axis : {1, 0}) {
    Value x = load(1, {at[0], at[2], at[3], c.constant(axis)});
    int64_t size = shape[3 - axis];
    taps.push_back(tapsOf(positionOf(x, size), size));
  }
  Value sum = number(0);
  for (auto [row, rowWeight] : llvm::zip_equal(taps[0].from, taps[0].weights))
    for (auto [column, columnWeight] :
         llvm::zip_equal(taps[1].from, taps[1].weights)) {
      Value weight = s.mul(rowWeight, columnWeight);
      Value part = s.mul(weight, load(0, {at[0], at[1], row, column}));
      // What does not count may be infinite.
      Value isNone = s.equal(weight, number(0));
      sum = s.add(sum, s.select(isNone, number(0), part));
    }
  return narrow(sum);
}

//===----------------------------------------------------------------------===//
// RoiAlign
//===----------------------------------------------------------------------===//

namespace {

class RoiAlignCode : SamplingCode {
public:
  RoiAlignCode(IndexCode &c, RoiAlignOp op) : SamplingCode(c), op(op) {}
  Value element(ValueRange at);

private:
  /// One dimension of a bin: those samples that can be inside of the image.
  struct Bin {
    Value begin, step;         ///< Of the samples.
    Value count;               ///< Of all samples; a whole number.
    Value firstSample, behind; ///< Of those inside, as indices.
    Value misses;              ///< Whether there are others.
    int64_t size;              ///< Of the image.
  };
  /// The two elements next to a sample.
  struct Neighbours {
    Values from, weights; ///< Zero outside.
  };

  Bin binOf(Value roi, unsigned axis, Value bin);
  Neighbours neighboursOf(const Bin &bin, Value sample);

  RoiAlignOp op;
};

} // namespace

RoiAlignCode::Bin RoiAlignCode::binOf(Value roi, unsigned axis, Value bin) {
  Bin result;
  result.size = c.builder.getShape(0)[3 - axis];
  auto bound = [&](int64_t i) {
    Value scale = number(op.getSpatialScale().convertToDouble());
    Value x = s.mul(load(1, {roi, c.constant(i)}), scale);
    return op.getHalfPixel() ? s.sub(x, number(0.5)) : x;
  };
  Value begin = bound(axis), length = s.sub(bound(axis + 2), begin);
  if (!op.getHalfPixel())
    length = s.select(s.less(length, number(1)), number(1), length);
  int64_t bins = axis == 0 ? op.getOutputWidth() : op.getOutputHeight();
  length = s.div(length, number(static_cast<double>(bins)));
  int64_t ratio = op.getSamplingRatio();
  Value zero = number(0);
  result.count = ratio ? number(static_cast<double>(ratio))
                       : clamp(s.call<math::CeilOp>(length), zero,
                               number(std::ldexp(1.0, 52)));
  result.step = s.div(length, result.count);
  result.begin = s.add(begin, s.mul(length, number(bin)));
  // Samples at begin + (i + 0.5) * step in [-1, size]. Where there are as many
  // as elements fit, a step is at least half an element, so these are few.
  if (ratio) {
    result.firstSample = c.constant(0);
    result.behind = c.constant(ratio);
  } else {
    Value most = number(2.0 * static_cast<double>(result.size) + 8);
    auto sampleAt = [&](double x) {
      return s.div(s.sub(number(x), result.begin), result.step);
    };
    Value first = clamp(s.call<math::FloorOp>(s.sub(sampleAt(-1), number(1))),
                        zero, result.count);
    Value last =
        s.call<math::CeilOp>(sampleAt(static_cast<double>(result.size)));
    Value number =
        clamp(s.sub(clamp(last, zero, result.count), first), zero, most);
    result.misses = s.less(number, result.count);
    result.firstSample = asIndex(first);
    result.behind = c.index.add(result.firstSample, asIndex(number));
  }
  return result;
}

RoiAlignCode::Neighbours RoiAlignCode::neighboursOf(const Bin &bin,
                                                    Value sample) {
  Value x =
      s.add(bin.begin, s.mul(s.add(number(sample), number(0.5)), bin.step));
  Value zero = number(0), last = number(static_cast<double>(bin.size - 1));
  Value isInside =
      c.both(s.lessOrEqual(number(-1), x),
             s.lessOrEqual(x, number(static_cast<double>(bin.size))));
  x = clamp(x, zero, last);
  Value floor = s.call<math::FloorOp>(x), r = s.sub(x, floor);
  Value low = asIndex(floor);
  Value high = c.clamp(c.index.add(low, 1), 0, bin.size - 1);
  return {{low, high},
          {s.select(isInside, s.sub(number(1), r), zero),
           s.select(isInside, r, zero)}};
}

Value RoiAlignCode::element(ValueRange at) {
  if (c.isEmpty(0))
    return c.constantOf(c.elementType(0), 0);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  Value image = c.clamp(c.loadIndex(2, at[0]), 0, shape[0] - 1);
  Bin rows = binOf(at[0], 1, at[2]), columns = binOf(at[0], 0, at[3]);
  bool isMax = op.getMode() == "max";
  Value zero = number(0);
  Value lowest = number(-std::numeric_limits<double>::infinity());
  Value result = c.index.reduce(
      rows.firstSample, rows.behind, {isMax ? lowest : zero},
      [&](Value i, ValueRange outer) -> Values {
        Neighbours y = neighboursOf(rows, i);
        return c.index.reduce(
            columns.firstSample, columns.behind, outer,
            [&](Value j, ValueRange inner) -> Values {
              Neighbours x = neighboursOf(columns, j);
              Value next = inner.front();
              for (auto [row, rowWeight] : llvm::zip_equal(y.from, y.weights))
                for (auto [column, columnWeight] :
                     llvm::zip_equal(x.from, x.weights)) {
                  Value part = s.mul(s.mul(rowWeight, columnWeight),
                                     load(0, {image, at[1], row, column}));
                  next = isMax ? s.max(next, part) : s.add(next, part);
                }
              return {next};
            });
      })[0];
  Value count = s.mul(rows.count, columns.count);
  Value isNone = s.equal(count, zero);
  if (!isMax)
    return narrow(s.select(isNone, zero, s.div(result, count)));
  // What is not computed is zero.
  for (const Bin &bin : {rows, columns})
    if (bin.misses)
      result = s.select(bin.misses, s.max(result, zero), result);
  return narrow(s.select(isNone, zero, result));
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

namespace {

template <typename OpTy, typename Code>
struct SamplingToElement
    : ElementOpInterface::ExternalModel<SamplingToElement<OpTy, Code>, OpTy> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    IndexCode index(builder);
    return Code(index, cast<OpTy>(op)).element(at);
  }

  /// An image has a grid of its own, but regions are of any image.
  bool keepsExamples(Operation *op) const {
    return isa<GridSampleOp>(op) &&
           llvm::none_of(op->getOperands(),
                         [](Value operand) { return isShared(operand); });
  }
};

} // namespace

void resnetc::registerSamplingToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    GridSampleOp::attachInterface<
        SamplingToElement<GridSampleOp, GridSampleCode>>(*context);
    RoiAlignOp::attachInterface<SamplingToElement<RoiAlignOp, RoiAlignCode>>(
        *context);
  });
}
