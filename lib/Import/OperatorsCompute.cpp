//===- OperatorsCompute.cpp - Convolutions, pools, matrix products --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

using Ints = NodeImporter::Ints;

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

Window getWindow(NodeImporter &node, int64_t spatialRank) {
  Window window;
  window.strides = node.getInts("strides").value_or(Ints(spatialRank, 1));
  window.dilations = node.getInts("dilations").value_or(Ints(spatialRank, 1));
  window.pads = node.getInts("pads").value_or(Ints(2 * spatialRank, 0));
  window.autoPad = node.getString("auto_pad", "NOTSET");
  if (window.autoPad != "NOTSET")
    window.pads.assign(2 * spatialRank, 0); // ONNX: not both
  return window;
}

static void importConv(NodeImporter &node) {
  Value weight = node.getOperand(1);
  std::optional<Ints> kernel = node.getInts("kernel_shape");
  std::optional<int64_t> rank = node.getRank(1);
  if (!rank)
    rank = node.getRank(0);
  int64_t spatialRank = rank ? *rank - 2 : kernel ? kernel->size() : 2;
  // All attributes are asked for before giving up: those that were not would be
  // called unknown.
  Window window = getWindow(node, std::max<int64_t>(spatialRank, 0));
  int64_t group = node.getInt("group", 1);
  if (spatialRank < 1) {
    node.emitError() << "an operand of rank " << spatialRank + 2
                     << " has no spatial dimensions";
    return;
  }
  auto weightType = dyn_cast<RankedTensorType>(weight.getType());
  if (kernel && weightType) {
    ArrayRef<int64_t> actual = weightType.getShape().drop_front(2);
    bool fits = kernel->size() == actual.size();
    for (size_t i = 0; fits && i < actual.size(); ++i)
      fits = ShapedType::isDynamic(actual[i]) || (*kernel)[i] == actual[i];
    if (!fits)
      node.emitError() << "kernel_shape is [" << *kernel
                       << "], but the weight's is [" << actual << "]";
  }
  node.create<ConvOp>(node.getOperand(0), weight, node.getOperand(2),
                      /*residual=*/Value(), window.strides, window.pads,
                      window.dilations, group, window.autoPad,
                      Activation::none);
}

static void importMaxPool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  Window window = getWindow(node, kernel.size());
  bool ceilMode = node.getBool("ceil_mode", false);
  bool storageOrder = node.getBool("storage_order", false);
  Value input = node.getOperand(0);
  SmallVector<Value> results;
  if (node.usesResult(1))
    results.push_back(node.createInner<MaxPoolIndicesOp>(
        input, kernel, window.strides, window.pads, window.dilations, ceilMode,
        window.autoPad, storageOrder));
  results.insert(results.begin(),
                 node.createInner<MaxPoolOp>(input, kernel, window.strides,
                                             window.pads, window.dilations,
                                             ceilMode, window.autoPad));
  node.forward(results);
}

/// The spatial dimensions of operand 0; an error if they are not known.
static std::optional<Ints> getPlane(NodeImporter &node) {
  auto type = dyn_cast<RankedTensorType>(node.getOperand(0).getType());
  if (type && type.getRank() >= 3) {
    Ints plane(type.getShape().drop_front(2));
    if (llvm::none_of(plane, ShapedType::isDynamic))
      return plane;
  }
  if (!node.isTainted())
    node.emitError() << "needs an operand whose spatial dimensions are known";
  return std::nullopt;
}

static void importGlobalMaxPool(NodeImporter &node) {
  std::optional<Ints> plane = getPlane(node);
  if (!plane)
    return;
  size_t rank = plane->size();
  node.create<MaxPoolOp>(node.getOperand(0), *plane, Ints(rank, 1),
                         Ints(2 * rank, 0), Ints(rank, 1), false, "NOTSET");
}

/// (sum of |x|^p over each window)^(1/p), by the mean of as many elements.
static void importLpPool(NodeImporter &node, const Ints &kernel,
                         const Window &window) {
  Type element = node.getElementType(0);
  int64_t p = node.getInt("p", 2);
  double count = 1;
  for (int64_t size : kernel)
    count *= static_cast<double>(size);
  Value power = node.createInner<PowOp>(
      node.createInner<AbsOp>(node.getOperand(0)),
      node.createFloat(element, static_cast<double>(p)));
  Value mean = node.createInner<AvgPoolOp>(
      power, kernel, window.strides, window.pads, window.dilations,
      /*ceil_mode=*/false, window.autoPad, /*count_include_pad=*/true);
  Value sum = node.createInner<MulOp>(mean, node.createFloat(element, count));
  node.create<PowOp>(sum,
                     node.createFloat(element, 1.0 / static_cast<double>(p)));
}

static void importLpPool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  importLpPool(node, kernel, getWindow(node, kernel.size()));
}

static void importGlobalLpPool(NodeImporter &node) {
  if (std::optional<Ints> plane = getPlane(node)) {
    size_t rank = plane->size();
    importLpPool(node, *plane,
                 {Ints(rank, 1), Ints(2 * rank, 0), Ints(rank, 1), "NOTSET"});
  }
}

/// Products with dimensions, whose product is limited, must not overflow.
static void checkExtents(NodeImporter &node, StringRef name,
                         ArrayRef<int64_t> values) {
  constexpr int64_t most = 1 << 20;
  for (int64_t value : values)
    if (value < -most || value > most) {
      node.emitError() << name << " has " << value
                       << ", which is beyond 1048576";
      return;
    }
}

static void checkExtents(NodeImporter &node, const Window &window) {
  checkExtents(node, "strides", window.strides);
  checkExtents(node, "dilations", window.dilations);
  checkExtents(node, "pads", window.pads);
}

static void importMaxUnpool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  Window window = getWindow(node, kernel.size());
  checkExtents(node, "kernel_shape", kernel);
  checkExtents(node, window);
  if (node.failed())
    return;
  auto input = dyn_cast<RankedTensorType>(node.getOperand(0).getType());
  size_t rank = kernel.size();
  bool fits = input && input.hasStaticShape() &&
              input.getRank() == static_cast<int64_t>(rank) + 2 &&
              window.strides.size() == rank && window.pads.size() == 2 * rank;
  if (!fits) {
    if (!node.isTainted())
      node.emitError() << "needs an operand of a known shape that fits "
                          "kernel_shape";
    return;
  }
  Ints indexed(input.getShape().take_front(2));
  for (size_t d = 0; d < rank; ++d)
    indexed.push_back((input.getDimSize(2 + d) - 1) * window.strides[d] +
                      kernel[d] - window.pads[d] - window.pads[rank + d]);
  Ints output = indexed;
  if (Value shape = node.getOperand(2)) {
    if (std::optional<SmallVector<int64_t>> known = constantIntegers(shape))
      output = *known;
    else if (std::optional<Ints> declared = node.getDeclaredShape(0))
      output = *declared;
    else
      node.emitError() << "output_shape is not known";
  }
  node.create<MaxUnpoolOp>(node.getOperand(0), node.getOperand(1), indexed,
                           output);
}

/// Resolves auto_pad and output_shape into pads, as ONNX's formula has it.
static void importConvTranspose(NodeImporter &node) {
  auto weight = dyn_cast<RankedTensorType>(node.getOperand(1).getType());
  int64_t rank = weight ? std::max<int64_t>(weight.getRank() - 2, 0) : 2;
  Window window = getWindow(node, rank);
  int64_t group = node.getInt("group", 1);
  std::optional<Ints> kernel = node.getInts("kernel_shape");
  Ints extra = node.getInts("output_padding").value_or(Ints(rank, 0));
  std::optional<Ints> shape = node.getInts("output_shape");
  checkExtents(node, window);
  checkExtents(node, "output_padding", extra);
  if (shape)
    checkExtents(node, "output_shape", *shape);
  if (weight && weight.getRank() < 3) {
    node.emitError() << "a weight of rank " << weight.getRank()
                     << " has no spatial dimensions";
    return;
  }
  if (kernel && weight &&
      !llvm::equal(*kernel, weight.getShape().drop_front(2)))
    node.emitError() << "kernel_shape is [" << *kernel
                     << "], but the weight's is ["
                     << weight.getShape().drop_front(2) << "]";
  bool same = window.autoPad.starts_with("SAME");
  if ((shape || same) && !node.isTainted() && !node.failed()) {
    std::optional<Ints> plane = getPlane(node);
    if (!plane || !weight ||
        llvm::any_of(weight.getShape().drop_front(2), ShapedType::isDynamic) ||
        static_cast<int64_t>(plane->size()) != rank ||
        static_cast<int64_t>(window.strides.size()) != rank ||
        static_cast<int64_t>(window.dilations.size()) != rank ||
        static_cast<int64_t>(extra.size()) != rank) {
      node.emitError() << "has attributes that do not fit its operands";
      return;
    }
    // From some exporters it comes with the batch and the channels.
    if (shape && static_cast<int64_t>(shape->size()) == rank + 2)
      shape->erase(shape->begin(), shape->begin() + 2);
    if (shape && static_cast<int64_t>(shape->size()) != rank) {
      node.emitError() << "output_shape has " << shape->size() << " elements";
      return;
    }
    window.pads.assign(2 * rank, 0);
    for (int64_t d = 0; d < rank; ++d) {
      int64_t extent = (weight.getDimSize(2 + d) - 1) * window.dilations[d] + 1;
      int64_t wanted = shape ? (*shape)[d] : (*plane)[d] * window.strides[d];
      int64_t total =
          window.strides[d] * ((*plane)[d] - 1) + extra[d] + extent - wanted;
      // What is larger than the natural size is added at the end.
      if (total < 0) {
        window.pads[rank + d] = total;
        continue;
      }
      int64_t half = total / 2;
      bool upper = window.autoPad == "SAME_UPPER";
      window.pads[d] = upper ? half : total - half;
      window.pads[rank + d] = total - window.pads[d];
    }
  }
  node.create<ConvTransposeOp>(node.getOperand(0), node.getOperand(1),
                               node.getOperand(2), window.strides, window.pads,
                               window.dilations, extra, group);
}

static void importAveragePool(NodeImporter &node) {
  Ints kernel = node.getRequiredInts("kernel_shape");
  Window window = getWindow(node, kernel.size());
  bool ceilMode = node.getBool("ceil_mode", false);
  bool countIncludePad = node.getBool("count_include_pad", false);
  node.create<AvgPoolOp>(node.getOperand(0), kernel, window.strides,
                         window.pads, window.dilations, ceilMode,
                         window.autoPad, countIncludePad);
}

static void importGlobalAveragePool(NodeImporter &node) {
  node.create<GlobalAvgPoolOp>(node.getOperand(0));
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

static void importGemm(NodeImporter &node) {
  node.ignoreAttr("broadcast"); // before opset 7, of c
  bool transA = node.getBool("transA", false);
  bool transB = node.getBool("transB", false);
  APFloat alpha(node.getFloat("alpha", 1)), beta(node.getFloat("beta", 1));
  node.create<GemmOp>(node.getOperand(0), node.getOperand(1),
                      node.getOperand(2), transA, transB, alpha, beta);
}

static void importMatMul(NodeImporter &node) {
  node.create<MatMulOp>(node.getOperand(0), node.getOperand(1));
}

void addComputeOperators(OperatorTable &table) {
  addEinsumOperators(table);
  addQuantizationOperators(table);
  table["Conv"] = {importConv, 2, 3};
  table["ConvTranspose"] = {importConvTranspose, 2, 3};
  table["MaxPool"] = {importMaxPool};
  table["GlobalMaxPool"] = {importGlobalMaxPool};
  table["LpPool"] = {importLpPool};
  table["GlobalLpPool"] = {importGlobalLpPool};
  table["MaxUnpool"] = {importMaxUnpool, 2, 3};
  table["AveragePool"] = {importAveragePool};
  table["GlobalAveragePool"] = {importGlobalAveragePool};
  table["Gemm"] = {importGemm, 2, 3};
  table["MatMul"] = {importMatMul, 2, 2};
}

} // namespace resnetc::import
