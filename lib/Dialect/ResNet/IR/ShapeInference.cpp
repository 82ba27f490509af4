//===- ShapeInference.cpp - Helpers of type inference ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeInference.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace resnetc::resnet;

std::optional<Shape> resnetc::resnet::shapeOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return std::nullopt;
  return Shape(type.getShape());
}

std::optional<Shape> resnetc::resnet::constantInts(Value value) {
  ElementsAttr attr;
  if (!matchPattern(value, m_Constant(&attr)) ||
      !attr.getElementType().isInteger())
    return std::nullopt;
  FailureOr<ReferenceTensor> tensor = ReferenceTensor::fromAttr(attr);
  if (failed(tensor))
    return std::nullopt;
  Shape result;
  for (int64_t i = 0; i < tensor->size(); ++i)
    result.push_back(tensor->asInt(i));
  return result;
}

Type resnetc::resnet::elementTypeOf(Value value) {
  return cast<ShapedType>(value.getType()).getElementType();
}

Type resnetc::resnet::tensorType(const std::optional<Shape> &shape,
                                 Type element) {
  if (!shape)
    return UnrankedTensorType::get(element);
  return RankedTensorType::get(*shape, element);
}

FailureOr<int64_t>
resnetc::resnet::normalizeAxis(std::optional<Location> loc, int64_t axis,
                               int64_t rank) {
  int64_t result = axis < 0 ? axis + rank : axis;
  if (result < 0 || result >= rank)
    return emitOptionalError(loc, "axis ", axis, " is outside a tensor of rank ",
                             rank);
  return result;
}

/// How far a window reaches: dilation * (kernel - 1) + 1.
static int64_t reach(const Window &window, size_t d) {
  return window.dilations[d] * (window.kernel[d] - 1) + 1;
}

static LogicalResult verifyWindow(std::optional<Location> loc, size_t rank,
                                  const Window &window) {
  if (window.kernel.size() != rank || window.strides.size() != rank ||
      window.dilations.size() != rank || window.pads.size() != 2 * rank)
    return emitOptionalError(
        loc, "the window's attributes must have ", rank,
        " elements (pads twice as many), one for each spatial dimension");
  constexpr int64_t limit = int64_t(1) << 31;
  for (size_t d = 0; d < rank; ++d) {
    if (window.kernel[d] < 1 || window.kernel[d] >= limit)
      return emitOptionalError(loc, "kernel size ", window.kernel[d],
                               " is out of range");
    if (window.strides[d] < 1 || window.strides[d] >= limit)
      return emitOptionalError(loc, "stride ", window.strides[d],
                               " is out of range");
    if (window.dilations[d] < 1 || window.dilations[d] >= limit)
      return emitOptionalError(loc, "dilation ", window.dilations[d],
                               " is out of range");
  }
  for (int64_t pad : window.pads)
    if (pad < 0 || pad >= limit)
      return emitOptionalError(loc, "padding ", pad, " is out of range");
  StringRef autoPad = window.autoPad;
  if (autoPad != "NOTSET" && autoPad != "VALID" && autoPad != "SAME_UPPER" &&
      autoPad != "SAME_LOWER")
    return emitOptionalError(loc, "auto_pad '", autoPad, "' is not known");
  return success();
}

FailureOr<Shape> resnetc::resnet::resolvePads(std::optional<Location> loc,
                                              ArrayRef<int64_t> input,
                                              const Window &window) {
  size_t rank = input.size();
  if (failed(verifyWindow(loc, rank, window)))
    return failure();
  if (window.autoPad == "NOTSET")
    return Shape(window.pads);
  Shape pads(2 * rank, 0);
  if (window.autoPad == "VALID")
    return pads;
  for (size_t d = 0; d < rank; ++d) {
    if (ShapedType::isDynamic(input[d])) {
      pads[d] = pads[rank + d] = ShapedType::kDynamic;
      continue;
    }
    int64_t outputs = llvm::divideCeilSigned(input[d], window.strides[d]);
    int64_t total = std::max<int64_t>(
        0, (outputs - 1) * window.strides[d] + reach(window, d) - input[d]);
    int64_t less = total / 2, more = total - less;
    bool upper = window.autoPad == "SAME_UPPER";
    pads[d] = upper ? less : more;
    pads[rank + d] = upper ? more : less;
  }
  return pads;
}

FailureOr<Shape> resnetc::resnet::inferWindow(std::optional<Location> loc,
                                              ArrayRef<int64_t> input,
                                              const Window &window) {
  FailureOr<Shape> pads = resolvePads(loc, input, window);
  if (failed(pads))
    return failure();
  size_t rank = input.size();
  Shape result;
  for (size_t d = 0; d < rank; ++d) {
    if (ShapedType::isDynamic(input[d])) {
      result.push_back(ShapedType::kDynamic);
      continue;
    }
    int64_t stride = window.strides[d];
    int64_t padded = input[d] + (*pads)[d] + (*pads)[rank + d];
    int64_t slack = padded - reach(window, d);
    if (slack < 0)
      return emitOptionalError(loc, "a window of ", reach(window, d),
                               " does not fit dimension ", d + 2, " of size ",
                               padded, ", padding included");
    int64_t size = slack / stride + 1;
    // A window that ceil_mode adds must begin inside the input or its begin
    // padding.
    if (window.ceilMode && slack % stride != 0 &&
        size * stride < input[d] + (*pads)[d])
      ++size;
    result.push_back(size);
  }
  return result;
}

std::optional<SliceRange> resnetc::resnet::resolveSlice(int64_t start,
                                                        int64_t end,
                                                        int64_t step,
                                                        int64_t size) {
  if (ShapedType::isDynamic(size)) {
    // All of it, whatever its size; INT32_MAX is how older exporters say "end".
    constexpr int64_t large = std::numeric_limits<int32_t>::max();
    if (start == 0 && step == 1 && end >= large)
      return SliceRange{0, 1, ShapedType::kDynamic};
    return std::nullopt;
  }
  int64_t first = start < 0 ? start + size : start;
  int64_t last = end < 0 ? end + size : end;
  if (step > 0) {
    first = std::clamp<int64_t>(first, 0, size);
    last = std::clamp<int64_t>(last, 0, size);
    int64_t span = std::max<int64_t>(0, last - first);
    // Written so that a huge step cannot overflow.
    return SliceRange{first, step, span / step + (span % step != 0)};
  }
  first = std::clamp<int64_t>(first, -1, size - 1);
  last = std::clamp<int64_t>(last, -1, size - 1);
  if (step == std::numeric_limits<int64_t>::min())
    ++step;
  int64_t span = std::max<int64_t>(0, first - last);
  return SliceRange{first, step, span / -step + (span % -step != 0)};
}
