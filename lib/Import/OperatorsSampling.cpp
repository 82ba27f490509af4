//===- OperatorsSampling.cpp - GridSample and RoiAlign --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

static void importGridSample(NodeImporter &node) {
  bool isNamedNew = node.getOpset() >= 20;
  StringRef mode = node.getString("mode", isNamedNew ? "linear" : "bilinear");
  // Before opset 20 the names of two modes were those of images.
  if (!isNamedNew) {
    if (mode == "linear" || mode == "cubic")
      node.emitError() << "mode '" << mode << "' is called 'bi" << mode
                       << "' before opset 20";
    mode.consume_front("bi");
  }
  StringRef padding = node.getString("padding_mode", "zeros");
  bool alignCorners = node.getBool("align_corners", false);
  if (std::optional<int64_t> rank = node.getRank(0);
      rank && *rank != 4 && !node.isTainted())
    node.emitError() << "an input of rank " << *rank
                     << " is not supported, only images";
  if (!node.failed())
    node.create<GridSampleOp>(node.getOperand(0), node.getOperand(1),
                              printable(mode), printable(padding),
                              alignCorners);
}

static void importRoiAlign(NodeImporter &node) {
  bool halfPixel = false;
  if (node.getOpset() >= 16) {
    StringRef coordinates =
        node.getString("coordinate_transformation_mode", "half_pixel");
    halfPixel = coordinates == "half_pixel";
    if (!halfPixel && coordinates != "output_half_pixel")
      node.emitError() << "there is no coordinate_transformation_mode '"
                       << printable(coordinates) << "'";
  }
  StringRef mode = node.getString("mode", "avg");
  int64_t height = node.getInt("output_height", 1);
  int64_t width = node.getInt("output_width", 1);
  int64_t ratio = node.getInt("sampling_ratio", 0);
  float scale = node.getFloat("spatial_scale", 1);
  if (!node.failed())
    node.create<RoiAlignOp>(node.getOperand(0), node.getOperand(1),
                            node.getOperand(2), printable(mode), height, width,
                            ratio, APFloat(scale), halfPixel);
}

void addSamplingOperators(OperatorTable &table) {
  table["GridSample"] = {importGridSample, 2, 2};
  table["RoiAlign"] = {importRoiAlign, 3, 3};
}

} // namespace resnetc::import
