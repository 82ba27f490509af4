//===- ResizeToElement.cpp - Code of other resolutions --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Coordinates are computed in double precision, as ONNX's reference does:
// rounding decides which element is the nearest one.
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "ScalarBuilder.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using Values = IndexCode::Values;

/// More loads for one element would make code without end.
static constexpr size_t maxTaps = 512;

namespace {

/// What an element is made of along one dimension.
struct Taps {
  Values from;
  Values weights; ///< Empty for a single one that counts in full.
};

class ResizeCode {
public:
  ResizeCode(IndexCode &c, ResizeOp op)
      : c(c), op(op), s(c.b, /*isUnsigned=*/false), f64(c.b.getF64Type()),
        size(c.builder.getShape(0)), resized(c.builder.getResultShape(0)),
        scales(operandOf(2)), roi(operandOf(1)),
        knownScales(constantNumbers(op.getScales())) {
    Type element = c.elementType(0);
    compute = isa<IntegerType>(element) ? f64 : scalarType(element);
  }

  FailureOr<Value> element(ValueRange at);

private:
  std::optional<unsigned> operandOf(unsigned i) {
    auto [begin, count] = op.getODSOperandIndexAndLength(i);
    return count ? std::optional<unsigned>(begin) : std::nullopt;
  }
  Value number(double value) {
    return arith::ConstantOp::create(c.b, c.b.getFloatAttr(f64, value));
  }
  /// Where scales and regions say what becomes of dimension `d`.
  int64_t positionIn(size_t d) {
    return *op.getPosition(static_cast<int64_t>(d),
                           static_cast<int64_t>(size.size()));
  }
  /// How many dimensions change.
  int64_t countAxes() {
    return static_cast<int64_t>(op.getAxes() ? op.getAxes()->size()
                                             : size.size());
  }
  Value load(unsigned operand, int64_t i) {
    return convertScalar(c.b, c.load(operand, c.constant(i)),
                         c.elementType(operand), f64);
  }
  bool isIdentity(size_t d);
  Value scaleOf(size_t d);
  Value positionOf(size_t d, Value i);
  Value roundAs(StringRef mode, Value x);
  Taps tapsOf(size_t d, Value x);
  Value sum(ArrayRef<Taps> taps, Values &from);

  IndexCode &c;
  ResizeOp op;
  ScalarBuilder s;
  Type f64, compute;
  ArrayRef<int64_t> size;
  SmallVector<int64_t> resized;
  std::optional<unsigned> scales, roi;
  std::optional<SmallVector<double>> knownScales;
};

} // namespace

/// Whether elements stay where they are in a dimension.
bool ResizeCode::isIdentity(size_t d) {
  auto rank = static_cast<int64_t>(size.size());
  auto position = op.getPosition(static_cast<int64_t>(d), rank);
  if (!position)
    return true;
  if (op.getCoordinates() == "tf_crop_and_resize") {
    auto known = constantNumbers(op.getRoi());
    if (!known || (*known)[*position] != 0 ||
        (*known)[*position + countAxes()] != 1)
      return false;
  }
  // Between two elements, of which some modes take the next.
  if (op.getCoordinates() == "tf_half_pixel_for_nn" &&
      (op.getMode() != "nearest" || op.getNearestMode().contains("ceil")))
    return false;
  return size[d] == resized[d] &&
         (!scales || (knownScales && (*knownScales)[*position] == 1));
}

Value ResizeCode::scaleOf(size_t d) {
  if (knownScales)
    return number((*knownScales)[positionIn(d)]);
  if (scales)
    return load(*scales, positionIn(d));
  return number(static_cast<double>(resized[d]) / static_cast<double>(size[d]));
}

/// The place in the input of element `i` of the result.
Value ResizeCode::positionOf(size_t d, Value i) {
  StringRef how = op.getCoordinates();
  Value index = arith::IndexCastOp::create(c.b, c.b.getI64Type(), i);
  Value at = arith::SIToFPOp::create(c.b, f64, index), scale = scaleOf(d);
  Value half = number(0.5), one = number(1);
  Value last = number(static_cast<double>(size[d] - 1));
  // As in ONNX's reference, not rounded down to the result's size.
  Value length = s.mul(scale, number(static_cast<double>(size[d])));
  Value isSingle = s.equal(length, one);
  // By 1 instead of 0, where it does not matter.
  Value steps = s.select(isSingle, one, s.sub(length, one));
  if (how == "asymmetric")
    return s.div(at, scale);
  if (how == "align_corners")
    return s.select(isSingle, number(0), s.div(s.mul(at, last), steps));
  if (how == "tf_half_pixel_for_nn")
    return s.div(s.add(at, half), scale);
  if (how == "tf_crop_and_resize") {
    Value begin = load(*roi, positionIn(d));
    Value end = load(*roi, positionIn(d) + countAxes());
    Value middle = s.mul(s.mul(s.add(begin, end), last), half);
    Value way = s.div(s.mul(s.mul(at, s.sub(end, begin)), last), steps);
    return s.select(isSingle, middle, s.add(s.mul(begin, last), way));
  }
  Value x = s.sub(s.div(s.add(at, half), scale), half);
  return how == "pytorch_half_pixel" ? s.select(isSingle, number(-0.5), x) : x;
}

Value ResizeCode::roundAs(StringRef mode, Value x) {
  if (mode == "floor")
    return math::FloorOp::create(c.b, x);
  if (mode == "ceil")
    return math::CeilOp::create(c.b, x);
  Value half = number(0.5);
  if (mode == "round_prefer_ceil")
    return math::FloorOp::create(c.b, s.add(x, half));
  return math::CeilOp::create(c.b, s.sub(x, half));
}

Taps ResizeCode::tapsOf(size_t d, Value x) {
  // Far outside all is the edge; this also bounds what is not a number.
  Value low = number(-8), high = number(static_cast<double>(size[d]) + 8);
  x = s.select(s.less(low, x), x, low);
  x = s.select(s.less(x, high), x, high);
  auto asIndex = [&](Value value) -> Value {
    Value integer = arith::FPToSIOp::create(c.b, c.b.getI64Type(), value);
    return arith::IndexCastOp::create(c.b, c.b.getIndexType(), integer);
  };
  Taps taps;
  if (op.getMode() == "nearest") {
    Value nearest = asIndex(roundAs(op.getNearestMode(), x));
    taps.from = {c.clamp(nearest, 0, size[d] - 1)};
    return taps;
  }
  Value floor = math::FloorOp::create(c.b, x), left = asIndex(floor);
  Value one = number(1), r = s.sub(x, floor), rest = s.sub(one, r);
  if (op.getMode() == "linear") {
    taps.from = {left, c.index.add(left, 1)};
    taps.weights = {rest, r};
  } else {
    taps.from = {c.index.add(left, -1), left, c.index.add(left, 1),
                 c.index.add(left, 2)};
    taps.weights = cubicWeights(c.b, r, op.getCubicA().convertToDouble());
  }
  if (op.getExcludeOutside()) {
    Value total = number(0);
    for (auto [from, weight] : llvm::zip_equal(taps.from, taps.weights)) {
      weight = s.select(c.isWithin(from, size[d]), weight, number(0));
      total = s.add(total, weight);
    }
    // Where all is outside, nothing remains.
    total = s.select(s.equal(total, number(0)), one, total);
    for (Value &weight : taps.weights)
      weight = s.div(weight, total);
  }
  for (Value &from : taps.from)
    from = c.clamp(from, 0, size[d] - 1);
  for (Value &weight : taps.weights)
    weight = convertScalar(c.b, weight, f64, compute);
  return taps;
}

/// The weighted sum over the dimensions from that on which `from` lacks.
Value ResizeCode::sum(ArrayRef<Taps> taps, Values &from) {
  if (from.size() == taps.size()) {
    Value element = c.load(0, from);
    return op.getMode() == "nearest"
               ? element
               : convertScalar(c.b, element, c.elementType(0), compute);
  }
  const Taps &here = taps[from.size()];
  Value result;
  for (auto [t, index] : llvm::enumerate(here.from)) {
    from.push_back(index);
    Value part = sum(taps, from);
    from.pop_back();
    if (here.weights.empty())
      return part;
    // What does not count may be infinite.
    Value weight = here.weights[t], zero = s.constant(weight, 0);
    part = s.select(s.equal(weight, zero), zero, s.mul(weight, part));
    result = result ? s.add(result, part) : part;
  }
  return result;
}

FailureOr<Value> ResizeCode::element(ValueRange at) {
  Type type = c.elementType(0);
  if (c.isEmpty(0))
    return c.constantOf(type, 0);
  SmallVector<Taps> taps;
  Value isInside;
  size_t count = 1;
  for (size_t d = 0; d < size.size(); ++d) {
    if (isIdentity(d)) {
      taps.push_back({{at[d]}, {}});
      continue;
    }
    Value x = positionOf(d, at[d]);
    if (op.getCoordinates() == "tf_crop_and_resize") {
      Value last = number(static_cast<double>(size[d] - 1));
      Value within =
          c.both(s.lessOrEqual(number(0), x), s.lessOrEqual(x, last));
      isInside = isInside ? c.both(isInside, within) : within;
    }
    taps.push_back(tapsOf(d, x));
    count *= taps.back().from.size();
    if (count > maxTaps)
      return op.emitError("interpolates in too many dimensions");
  }
  Values from;
  Value result = sum(taps, from);
  if (op.getMode() != "nearest" && isa<IntegerType>(type))
    result = convertScalar(c.b, result, f64, type);
  if (!isInside)
    return result;
  return c.select(isInside, result,
                  c.constantOf(type, op.getExtrapolation().convertToDouble()));
}

namespace {

struct ResizeToElement
    : ElementOpInterface::ExternalModel<ResizeToElement, ResizeOp> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    IndexCode index(builder);
    return ResizeCode(index, cast<ResizeOp>(op)).element(at);
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<ResizeOp>(operation);
    if (!keepsBatchOfFirst(operation))
      return false;
    auto rank = cast<RankedTensorType>(op.getInput().getType()).getRank();
    auto position = op.getPosition(0, rank);
    if (!position)
      return true;
    if (op.getCoordinates() == "tf_crop_and_resize")
      return false;
    if (auto scales = constantNumbers(op.getScales()))
      return (*scales)[*position] == 1;
    return true;
  }
};

} // namespace

void resnetc::registerResizeToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ResizeOp::attachInterface<ResizeToElement>(*context);
  });
}
