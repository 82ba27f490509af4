//===- InferTypesSampling.cpp - Places between elements -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"

using namespace mlir;

namespace resnetc::resnet {

/// Checks the rank of a value, if that is known.
static LogicalResult checkRank(MaybeLoc loc, StringRef name, Value value,
                               size_t rank) {
  auto shape = shapeOf(value);
  if (shape && shape->size() != rank)
    return emitOptionalError(loc, name, " has shape ", toString(*shape),
                             ", but must have rank ", rank);
  return success();
}

//===----------------------------------------------------------------------===//
// GridSample
//===----------------------------------------------------------------------===//

LogicalResult GridSampleOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                             Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  if (failed(checkRank(loc, "the input", adaptor.getInput(), 4)) ||
      failed(checkRank(loc, "the grid", adaptor.getGrid(), 4)))
    return failure();
  auto input = shapeOf(adaptor.getInput()), grid = shapeOf(adaptor.getGrid());
  if (!input || !grid)
    return addUnranked(types, element);
  if (!mayAgree(grid->back(), 2))
    return emitOptionalError(loc, "places of the grid have ", grid->back(),
                             " coordinates, but an image has 2");
  if (!mayAgree(input->front(), grid->front()))
    return emitOptionalError(loc, "the input has ", input->front(),
                             " images, but the grid has ", grid->front());
  int64_t batch = isDynamic(input->front()) ? grid->front() : input->front();
  return addTensor(types, loc, {batch, (*input)[1], (*grid)[1], (*grid)[2]},
                   element);
}

LogicalResult GridSampleOp::verify() {
  if (!llvm::is_contained({"nearest", "linear", "cubic"}, getMode()))
    return emitError("there is no mode '") << getMode() << "'";
  if (!llvm::is_contained({"zeros", "border", "reflection"}, getPadding()))
    return emitError("there is no padding_mode '") << getPadding() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// RoiAlign
//===----------------------------------------------------------------------===//

LogicalResult RoiAlignOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                           Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  if (failed(checkRank(loc, "the input", adaptor.getInput(), 4)) ||
      failed(checkRank(loc, "rois", adaptor.getRois(), 2)) ||
      failed(checkRank(loc, "batch_indices", adaptor.getBatchIndices(), 1)))
    return failure();
  auto input = shapeOf(adaptor.getInput()), rois = shapeOf(adaptor.getRois());
  if (!input || !rois)
    return addUnranked(types, element);
  if (!mayAgree(rois->back(), 4))
    return emitOptionalError(loc, "regions have ", rois->back(),
                             " coordinates, not 4");
  int64_t count = rois->front();
  if (auto indices = shapeOf(adaptor.getBatchIndices())) {
    if (!mayAgree(count, indices->front()))
      return emitOptionalError(loc, "there are ", count, " regions, but ",
                               indices->front(), " batch_indices");
    count = isDynamic(count) ? indices->front() : count;
  }
  if (adaptor.getOutputHeight() < 1 || adaptor.getOutputWidth() < 1)
    return emitOptionalError(loc, "the result has ", adaptor.getOutputHeight(),
                             "x", adaptor.getOutputWidth(), " bins");
  return addTensor(
      types, loc,
      {count, (*input)[1], adaptor.getOutputHeight(), adaptor.getOutputWidth()},
      element);
}

LogicalResult RoiAlignOp::verify() {
  if (!llvm::is_contained({"avg", "max"}, getMode()))
    return emitError("there is no mode '") << getMode() << "'";
  // A bin of more samples than this in each direction is a mistake.
  if (getSamplingRatio() < 0 || getSamplingRatio() > INT16_MAX)
    return emitError("sampling_ratio is ") << getSamplingRatio();
  return success();
}

} // namespace resnetc::resnet
