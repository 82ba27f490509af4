//===- InferTypesResize.cpp - Other resolutions ---------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"
#include <cmath>

using namespace mlir;

namespace resnetc::resnet {

/// An operand with an entry for each of so many dimensions, if it is there.
static LogicalResult checkLength(MaybeLoc loc, StringRef name, Value operand,
                                 int64_t count) {
  if (!operand)
    return success();
  auto length = lengthOf(loc, name, operand);
  if (failed(length))
    return failure();
  if (*length && **length != count)
    return emitOptionalError(loc, name, " has ", **length, " elements, but ",
                             count, " are needed");
  return success();
}

LogicalResult ResizeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  if (!adaptor.getScales() == !adaptor.getSizes())
    return emitOptionalError(loc, "needs either scales or sizes");
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  Dims axes = llvm::to_vector(llvm::seq<int64_t>(0, input->size()));
  if (adaptor.getAxes())
    axes = llvm::to_vector(*adaptor.getAxes());
  if (failed(normalizeAxes(loc, axes, input->size())))
    return failure();
  int64_t count = axes.size();
  if (failed(checkLength(loc, "scales", adaptor.getScales(), count)) ||
      failed(checkLength(loc, "sizes", adaptor.getSizes(), count)) ||
      failed(checkLength(loc, "roi", adaptor.getRoi(), 2 * count)))
    return failure();
  Dims result(*input);
  for (int64_t axis : axes)
    result[axis] = ShapedType::kDynamic;
  if (auto sizes = constantIntegers(adaptor.getSizes())) {
    for (auto [axis, to] : llvm::zip_equal(axes, *sizes)) {
      int64_t from = (*input)[axis];
      if (to < 0 || (from == 0 && to != 0))
        return emitOptionalError(loc, "cannot resize from ", from, " to ", to);
      result[axis] = to;
    }
  } else if (auto scales = constantNumbers(adaptor.getScales())) {
    for (auto [axis, scale] : llvm::zip_equal(axes, *scales)) {
      int64_t from = (*input)[axis], &size = result[axis];
      // Also of what is not a number.
      if (!(scale > 0))
        return emitOptionalError(loc, "a scale is ", scale,
                                 ", but must be positive");
      if (isDynamic(from)) {
        size = ShapedType::kDynamic;
        continue;
      }
      // In single precision: 3 times what 4 / 3 is rounded to are 4.
      float to = static_cast<float>(from) * static_cast<float>(scale);
      if (!(to < 1e15f))
        return emitOptionalError(loc, "the result is too large");
      size = static_cast<int64_t>(to);
    }
  }
  return addTensor(types, loc, result, element);
}

LogicalResult ResizeOp::verify() {
  if (!llvm::is_contained({"nearest", "linear", "cubic"}, getMode()))
    return emitError("there is no mode '") << getMode() << "'";
  if (!llvm::is_contained({"half_pixel", "pytorch_half_pixel", "align_corners",
                           "asymmetric", "tf_half_pixel_for_nn",
                           "tf_crop_and_resize"},
                          getCoordinates()))
    return emitError("there is no coordinate_transformation_mode '")
           << getCoordinates() << "'";
  if (!llvm::is_contained(
          {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"},
          getNearestMode()))
    return emitError("there is no nearest_mode '") << getNearestMode() << "'";
  if (getCoordinates() == "tf_crop_and_resize" && !getRoi())
    return emitError("tf_crop_and_resize needs roi");
  return success();
}

} // namespace resnetc::resnet
