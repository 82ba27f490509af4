//===- EvaluateResize.cpp - Other resolutions -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"
#include "resnetc/Dialect/ResNet/IR/ResizeTaps.h"

using namespace mlir;
using namespace resnetc::resnet;

LogicalResult ResizeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t rank = input.rank();
  const ReferenceTensor *roi = operands[1], *scales = operands[2];
  Coordinates shape;
  SmallVector<ResizedDimension> dimensions;
  for (int64_t d = 0; d < rank; ++d) {
    std::optional<int64_t> at = getPosition(d, rank);
    ResizedDimension dimension{*this, input.shape[d], !at};
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
    SmallVector<ResizeTaps> taps;
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
