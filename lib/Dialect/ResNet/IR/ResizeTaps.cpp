//===- ResizeTaps.cpp - What elements of a resize are made of -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/IR/ResizeTaps.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace resnetc::resnet;

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

ResizeTaps ResizedDimension::tapsOf(int64_t i) {
  ResizeTaps taps;
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
