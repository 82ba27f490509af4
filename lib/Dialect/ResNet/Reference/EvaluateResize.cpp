//===- EvaluateResize.cpp - Other resolutions -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace {

/// What an element of one dimension of the result is made of.
struct Taps {
  bool isOutside = false; ///< The result is the value of extrapolation.
  Coordinates from;
  SmallVector<double> weights;
};

/// One dimension of a resize.
struct ResizedDimension {
  ResizeOp op;
  int64_t size;     ///< Of the input.
  bool isKept;      ///< For it is none of those that change.
  double scale;     ///< Of the result to the input.
  double begin = 0; ///< Of the region of interest.
  double end = 1;

  double positionOf(int64_t i);
  Taps tapsOf(int64_t i);
};

} // namespace

/// The place in the input of element `i` of the result.
double ResizedDimension::positionOf(int64_t i) {
  StringRef how = op.getCoordinates();
  double at = static_cast<double>(i), last = static_cast<double>(size - 1);
  // As in ONNX's reference, not rounded down to the result's size.
  double length = scale * static_cast<double>(size);
  if (how == "asymmetric")
    return at / scale;
  if (how == "align_corners")
    return length == 1 ? 0 : at * last / (length - 1);
  if (how == "tf_half_pixel_for_nn")
    return (at + 0.5) / scale;
  if (how == "tf_crop_and_resize")
    return length == 1
               ? (begin + end) * last / 2
               : begin * last + at * (end - begin) * last / (length - 1);
  if (how == "pytorch_half_pixel" && length == 1)
    return -0.5;
  return (at + 0.5) / scale - 0.5;
}

static double roundAs(StringRef mode, double x) {
  if (mode == "floor")
    return std::floor(x);
  if (mode == "ceil")
    return std::ceil(x);
  return mode == "round_prefer_ceil" ? std::floor(x + 0.5) : std::ceil(x - 0.5);
}

Taps ResizedDimension::tapsOf(int64_t i) {
  Taps taps;
  if (isKept) {
    taps.from = {i};
    taps.weights = {1};
    return taps;
  }
  double x = positionOf(i), last = static_cast<double>(size - 1);
  taps.isOutside =
      op.getCoordinates() == "tf_crop_and_resize" && !(x >= 0 && x <= last);
  // Far outside all is the edge.
  x = std::clamp(std::isnan(x) ? 0.0 : x, -8.0, last + 8);
  if (op.getMode() == "nearest") {
    taps.from = {static_cast<int64_t>(roundAs(op.getNearestMode(), x))};
    taps.weights = {1};
  } else {
    auto left = static_cast<int64_t>(std::floor(x));
    double r = x - std::floor(x);
    if (op.getMode() == "linear") {
      taps.from = {left, left + 1};
      taps.weights = {1 - r, r};
    } else {
      double a = op.getCubicA().convertToDouble();
      auto near = [&](double t) { return ((a + 2) * t - (a + 3)) * t * t + 1; };
      auto far = [&](double t) {
        return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
      };
      taps.from = {left - 1, left, left + 1, left + 2};
      taps.weights = {far(1 + r), near(r), near(1 - r), far(2 - r)};
    }
  }
  double sum = 0;
  for (auto [from, weight] : llvm::zip_equal(taps.from, taps.weights)) {
    if (op.getExcludeOutside() && (from < 0 || from >= size))
      weight = 0;
    sum += weight;
    from = std::clamp<int64_t>(from, 0, size - 1);
  }
  if (op.getExcludeOutside() && sum != 0)
    for (double &weight : taps.weights)
      weight /= sum;
  return taps;
}

LogicalResult ResizeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t rank = input.rank();
  const ReferenceTensor *roi = operands[1], *scales = operands[2];
  Coordinates shape;
  SmallVector<ResizedDimension> dimensions;
  for (int64_t d = 0; d < rank; ++d) {
    std::optional<int64_t> at = getPosition(d, rank);
    ResizedDimension dimension{*this, input.shape[d], !at, 1};
    if (!at) {
      shape.push_back(dimension.size);
      dimensions.push_back(dimension);
      continue;
    }
    double size = static_cast<double>(dimension.size);
    if (scales) {
      dimension.scale = scales->values[*at];
      shape.push_back(static_cast<int64_t>(
          static_cast<float>(size) * static_cast<float>(dimension.scale)));
    } else {
      shape.push_back(operands[3]->asInt(*at));
      dimension.scale = static_cast<double>(shape.back()) / size;
    }
    if (roi) {
      dimension.begin = roi->values[*at];
      dimension.end = roi->values[*at + roi->values.size() / 2];
    }
    if (shape.back() < 0 || (dimension.size == 0 && shape.back() != 0))
      return emitError("has a size of ") << shape.back();
    dimensions.push_back(dimension);
  }
  results[0].resize(shape);
  bool toInteger = isa<IntegerType>(results[0].elementType);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    bool isOutside = false;
    SmallVector<Taps> taps;
    Coordinates counts;
    for (auto [dimension, i] : llvm::zip_equal(dimensions, at)) {
      taps.push_back(dimension.tapsOf(i));
      isOutside |= taps.back().isOutside;
      counts.push_back(static_cast<int64_t>(taps.back().from.size()));
    }
    double sum = 0;
    forEach(counts, [&](ArrayRef<int64_t> which) {
      double weight = 1;
      Coordinates from;
      for (auto [tap, t] : llvm::zip_equal(taps, which)) {
        weight *= tap.weights[t];
        from.push_back(tap.from[t]);
      }
      // What does not count may be infinite.
      if (weight != 0)
        sum += weight * elementAt(input, from);
    });
    double value = isOutside ? getExtrapolation().convertToDouble() : sum;
    results[0].values[offsetOf(shape, at)] =
        toInteger ? std::trunc(value) : value;
  });
  return success();
}
