//===- EvaluateSampling.cpp - Places between elements ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// GridSample
//===----------------------------------------------------------------------===//

namespace {

/// A dimension of an image that is sampled.
struct SampledDimension {
  GridSampleOp op;
  int64_t size;

  /// The edges of the image, in elements.
  double low() { return op.getAlignCorners() ? 0 : -0.5; }
  double high() { return static_cast<double>(size - 1) - low(); }
  double reflect(double x);
  double positionOf(double x);
  std::optional<int64_t> elementOf(int64_t i);
};

} // namespace

/// Mirrored at the edges until it is inside.
double SampledDimension::reflect(double x) {
  double range = high() - low();
  if (!(range > 0) || !std::isfinite(x))
    return low();
  double r = std::fmod(std::abs(x - low()), 2 * range);
  return low() + std::min(r, 2 * range - r);
}

/// The place of a coordinate of the grid.
double SampledDimension::positionOf(double x) {
  double length = static_cast<double>(size);
  double at = op.getAlignCorners() ? (x + 1) / 2 * (length - 1)
                                   : ((x + 1) * length - 1) / 2;
  if (op.getMode() == "nearest")
    at = std::nearbyint(at);
  if (op.getPadding() == "reflection" && !(at >= low() && at <= high()))
    at = reflect(at);
  // Further outside there is nothing else; what is no number is there, too.
  return std::isnan(at) ? -4 : std::clamp(at, -4.0, length + 4);
}

/// The element at an index that may be outside; nothing if zeros are.
std::optional<int64_t> SampledDimension::elementOf(int64_t i) {
  if (op.getPadding() == "reflection")
    i = static_cast<int64_t>(reflect(static_cast<double>(i)));
  else if (op.getPadding() == "zeros" && (i < 0 || i >= size))
    return std::nullopt;
  return std::clamp<int64_t>(i, 0, size - 1);
}

/// The weights of the elements from `first` on, for a place `r` behind one.
static SmallVector<double> weightsOf(StringRef mode, double r, int64_t &first) {
  first = 0;
  if (mode == "nearest")
    return {1};
  if (mode == "linear")
    return {1 - r, r};
  const double a = -0.75;
  auto near = [&](double t) { return ((a + 2) * t - (a + 3)) * t * t + 1; };
  auto far = [&](double t) {
    return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  };
  first = -1;
  return {far(1 + r), near(r), near(1 - r), far(2 - r)};
}

LogicalResult GridSampleOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &grid = *operands[1];
  if (input.rank() != 4 || grid.rank() != 4 || grid.shape[3] != 2 ||
      input.shape[0] != grid.shape[0])
    return emitError("has an input and a grid that do not fit");
  Coordinates shape = {input.shape[0], input.shape[1], grid.shape[1],
                       grid.shape[2]};
  SampledDimension rows{*this, input.shape[2]}, columns{*this, input.shape[3]};
  results[0].resize(shape);
  if (input.size() == 0)
    return success();
  forEach(shape, [&](ArrayRef<int64_t> at) {
    double x = columns.positionOf(elementAt(grid, {at[0], at[2], at[3], 0}));
    double y = rows.positionOf(elementAt(grid, {at[0], at[2], at[3], 1}));
    int64_t first;
    SmallVector<double> across = weightsOf(getMode(), x - std::floor(x), first);
    SmallVector<double> down = weightsOf(getMode(), y - std::floor(y), first);
    double sum = 0;
    for (auto [i, rowWeight] : llvm::enumerate(down))
      for (auto [j, columnWeight] : llvm::enumerate(across)) {
        auto row = rows.elementOf(static_cast<int64_t>(std::floor(y)) + first +
                                  static_cast<int64_t>(i));
        auto column = columns.elementOf(static_cast<int64_t>(std::floor(x)) +
                                        first + static_cast<int64_t>(j));
        double weight = rowWeight * columnWeight;
        // What does not count may be infinite.
        if (row && column && weight != 0)
          sum += weight * elementAt(input, {at[0], at[1], *row, *column});
      }
    results[0].values[offsetOf(shape, at)] = sum;
  });
  return success();
}

//===----------------------------------------------------------------------===//
// RoiAlign
//===----------------------------------------------------------------------===//

namespace {

/// One dimension of a region.
struct Bins {
  double begin; ///< Of the first bin, in elements.
  double length;
  double samples; ///< In a bin; a whole number.
};

/// The two elements next to a sample.
struct Neighbours {
  int64_t low = 0, high = 0;
  double weight = 0; ///< Of the latter.
};

} // namespace

static Bins binsOf(RoiAlignOp op, double from, double to, int64_t bins) {
  double scale = op.getSpatialScale().convertToDouble();
  double offset = op.getHalfPixel() ? 0.5 : 0;
  double begin = from * scale - offset, size = (to * scale - offset) - begin;
  if (!op.getHalfPixel())
    size = std::max(size, 1.0);
  double length = size / static_cast<double>(bins);
  int64_t ratio = op.getSamplingRatio();
  return {begin, length,
          ratio ? static_cast<double>(ratio) : std::ceil(length)};
}

/// Nothing where all is zero.
static std::optional<Neighbours> neighboursOf(double x, int64_t size) {
  if (!(x >= -1 && x <= static_cast<double>(size)))
    return std::nullopt;
  x = std::clamp<double>(x, 0, static_cast<double>(size - 1));
  auto low = static_cast<int64_t>(x);
  return Neighbours{low, std::min(low + 1, size - 1),
                    x - static_cast<double>(low)};
}

LogicalResult RoiAlignOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &rois = *operands[1];
  Coordinates images = integers(*operands[2]);
  for (int64_t image : images)
    if (image < 0 || image >= input.shape[0])
      return emitError("has a batch index of ") << image;
  Coordinates shape = {rois.shape[0], input.shape[1], getOutputHeight(),
                       getOutputWidth()};
  bool isMax = getMode() == "max";
  results[0].resize(shape);
  for (int64_t r = 0; r < shape[0]; ++r) {
    Bins rows = binsOf(*this, elementAt(rois, {r, 1}), elementAt(rois, {r, 3}),
                       shape[2]);
    Bins columns = binsOf(*this, elementAt(rois, {r, 0}),
                          elementAt(rois, {r, 2}), shape[3]);
    double count = rows.samples * columns.samples;
    if (!(rows.samples > 0 && columns.samples > 0))
      continue; // there are no samples
    if (!(count < 1e6))
      return emitError("has a bin of too many samples");
    forEach(ArrayRef(shape).drop_front(), [&](ArrayRef<int64_t> at) {
      double sum = 0;
      std::optional<double> largest;
      auto add = [&](double part) {
        sum += part;
        largest = largest ? maximum(*largest, part) : part;
      };
      auto place = [](const Bins &bins, int64_t bin, int64_t sample) {
        double i = static_cast<double>(sample) + 0.5;
        return bins.begin +
               bins.length * (static_cast<double>(bin) + i / bins.samples);
      };
      Coordinates samples = {static_cast<int64_t>(rows.samples),
                             static_cast<int64_t>(columns.samples)};
      forEach(samples, [&](ArrayRef<int64_t> sample) {
        auto y = neighboursOf(place(rows, at[1], sample[0]), input.shape[2]);
        auto x = neighboursOf(place(columns, at[2], sample[1]), input.shape[3]);
        if (!x || !y)
          return add(0);
        auto load = [&](int64_t row, int64_t column) {
          return elementAt(input, {images[r], at[0], row, column});
        };
        add((1 - y->weight) * (1 - x->weight) * load(y->low, x->low));
        add((1 - y->weight) * x->weight * load(y->low, x->high));
        add(y->weight * (1 - x->weight) * load(y->high, x->low));
        add(y->weight * x->weight * load(y->high, x->high));
      });
      results[0].values[offsetOf(shape, {r, at[0], at[1], at[2]})] =
          isMax ? *largest : sum / count;
    });
  }
  return success();
}
