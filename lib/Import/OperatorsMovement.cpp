//===- OperatorsMovement.cpp - Copies, indices, generators ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeImporter.h"
#include "Tensors.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace resnetc::import {

template <typename OpTy> static void importUnary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0));
}

template <typename OpTy> static void importBinary(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0), node.getOperand(1));
}

/// With an axis, by default 0.
template <typename OpTy> static void importAlongAxis(NodeImporter &node) {
  node.create<OpTy>(node.getOperand(0), node.getOperand(1),
                    node.getInt("axis", 0));
}

static Value createShape(NodeImporter &node, Value input) {
  return node.createInner<ShapeOp>(
      input, node.getBuilder().getI64IntegerAttr(0), IntegerAttr());
}

/// The element type of which an attribute holds the number.
static Type getTypeAttr(NodeImporter &node, StringRef name, Type otherwise) {
  if (!node.hasAttr(name))
    return otherwise;
  int64_t number = node.getInt(name, 0);
  Type type = number == static_cast<int32_t>(number)
                  ? convertElementType(node.getBuilder().getContext(), number)
                  : Type();
  if (!type)
    node.emitError() << "elements of " << nameOfElementType(number)
                     << " are not supported";
  return type;
}

//===----------------------------------------------------------------------===//
// Split: a slice for each result
//===----------------------------------------------------------------------===//

/// The slices between bounds, which are vectors of one element.
static void createSlices(NodeImporter &node, ArrayRef<Value> bounds,
                         int64_t axis) {
  SmallVector<Value> results;
  for (size_t i = 0; i + 1 < bounds.size() && !node.failed(); ++i)
    results.push_back(
        node.createInner<SliceOp>(node.getOperand(0), bounds[i], bounds[i + 1],
                                  node.createInts(axis), Value()));
  node.forward(results);
}

/// The bounds of parts of known sizes.
static SmallVector<Value> createKnownBounds(NodeImporter &node,
                                            ArrayRef<int64_t> sizes,
                                            std::optional<int64_t> whole) {
  int64_t sum = 0;
  SmallVector<Value> bounds = {node.createInts(sum)};
  // No tensor has a dimension of this size, and sums do not overflow.
  constexpr int64_t limit = int64_t(1) << 48;
  for (int64_t size : sizes) {
    if (size < 0 || size > limit - sum) {
      node.emitError() << "a part has size " << size;
      return {};
    }
    bounds.push_back(node.createInts(sum += size));
  }
  if (whole && sum != *whole) {
    node.emitError() << "the parts have " << sum << " elements, but there are "
                     << *whole;
    return {};
  }
  return bounds;
}

/// The bounds of as many parts as there are results, in all of equal size but
/// the last one.
static SmallVector<Value> createEqualBounds(NodeImporter &node, int64_t axis,
                                            std::optional<int64_t> whole) {
  auto count = static_cast<int64_t>(node.getNumListedResults());
  if (whole) {
    if (node.getOpset() < 18 && *whole % count != 0) {
      node.emitError() << "cannot split " << *whole << " elements into "
                       << count << " equal parts";
      return {};
    }
    int64_t part = llvm::divideCeil(*whole, count);
    SmallVector<int64_t> sizes;
    for (int64_t i = 0; i < count; ++i)
      sizes.push_back(std::clamp<int64_t>(*whole - i * part, 0, part));
    return createKnownBounds(node, sizes, whole);
  }
  Value size = node.createInner<GatherOp>(createShape(node, node.getOperand(0)),
                                          node.createInts(axis), 0);
  Value rounded = node.createInner<AddOp>(size, node.createInts(count - 1));
  Value part = node.createInner<DivOp>(rounded, node.createInts(count));
  SmallVector<Value> bounds;
  for (int64_t i = 0; i <= count; ++i)
    bounds.push_back(node.createInner<MulOp>(part, node.createInts(i)));
  return bounds;
}

static void importSplit(NodeImporter &node) {
  int64_t axis = node.getInt("axis", 0);
  int64_t count = static_cast<int64_t>(node.getNumListedResults());
  Value split = node.getOperand(1);
  std::optional<NodeImporter::Ints> sizes;
  if (node.getOpset() < 13) {
    sizes = node.getInts("split");
    if (split)
      node.emitError() << "split is an operand only from opset 13 on";
  } else if (split) {
    sizes = constantIntegers(split);
  }
  if (node.getOpset() >= 18) {
    int64_t given = node.getInt("num_outputs", count);
    if (given != count)
      node.emitError() << "num_outputs is " << given << ", but there are "
                       << count;
  }
  std::optional<int64_t> whole;
  if (auto type = dyn_cast<RankedTensorType>(node.getOperand(0).getType())) {
    int64_t rank = type.getRank();
    if (axis < -rank || axis >= rank)
      node.emitError() << "axis " << axis
                       << " does not exist in a tensor of rank " << rank;
    else if (int64_t d = axis < 0 ? axis + rank : axis; !type.isDynamicDim(d))
      whole = type.getDimSize(d);
  }
  if (sizes && static_cast<int64_t>(sizes->size()) != count)
    node.emitError() << "there are " << count << " results, but "
                     << sizes->size() << " sizes of parts";
  if (count == 0)
    node.emitError() << "has no results";
  if (node.failed())
    return;

  SmallVector<Value> bounds;
  if (sizes) {
    bounds = createKnownBounds(node, *sizes, whole);
  } else if (!split) {
    bounds = createEqualBounds(node, axis, whole);
  } else {
    bounds = {node.createInts(0)};
    for (int64_t i = 0; i < count && !node.failed(); ++i) {
      Value size = node.createInner<GatherOp>(split, node.createInts(i), 0);
      bounds.push_back(node.createInner<AddOp>(bounds.back(), size));
    }
  }
  if (!node.failed())
    createSlices(node, bounds, axis);
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

static void importCastLike(NodeImporter &node) {
  node.ignoreAttr("saturate");   // of 8-bit floats
  node.ignoreAttr("round_mode"); // of 8-bit floats
  node.create<CastOp>(node.getOperand(0), node.getElementType(1));
}

static void importTile(NodeImporter &node) {
  if (node.getOpset() < 6)
    node.emitError() << "is not supported before opset 6";
  importBinary<TileOp>(node);
}

static void importDepthToSpace(NodeImporter &node) {
  StringRef mode =
      node.getOpset() >= 11 ? node.getString("mode", "DCR") : "DCR";
  if (mode != "DCR" && mode != "CRD")
    node.emitError() << "mode is '" << printable(mode)
                     << "', but must be DCR or CRD";
  node.create<DepthToSpaceOp>(node.getOperand(0),
                              node.getRequiredInt("blocksize"), mode == "CRD");
}

static void importSpaceToDepth(NodeImporter &node) {
  node.create<SpaceToDepthOp>(node.getOperand(0),
                              node.getRequiredInt("blocksize"));
}

static void importTrilu(NodeImporter &node) {
  bool upper = node.getBool("upper", true);
  node.create<TriluOp>(node.getOperand(0), node.getOperand(1), upper);
}

static void importReverseSequence(NodeImporter &node) {
  int64_t batch = node.getInt("batch_axis", 1);
  int64_t time = node.getInt("time_axis", 0);
  node.create<ReverseSequenceOp>(node.getOperand(0), node.getOperand(1), batch,
                                 time);
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

static void importGatherND(NodeImporter &node) {
  int64_t batch = node.getOpset() >= 12 ? node.getInt("batch_dims", 0) : 0;
  node.create<GatherNDOp>(node.getOperand(0), node.getOperand(1), batch);
}

/// The elements at what `resnet.top_k` finds, and that.
static void importTopK(NodeImporter &node) {
  int64_t axis = node.getInt("axis", -1);
  bool largest = node.getOpset() < 11 || node.getBool("largest", true);
  node.ignoreAttr("sorted"); // in any order else: in this one, too
  Value k = node.getOperand(1);
  if (node.getOpset() < 10)
    k = node.createInts(node.getRequiredInt("k"));
  else if (!k)
    node.emitError() << "operand 1 is missing";
  if (node.failed())
    return;
  Value input = node.getOperand(0);
  Value indices = node.createInner<TopKOp>(input, k, axis, largest);
  Value values = node.createInner<GatherElementsOp>(input, indices, axis);
  node.forward({values, indices});
}

/// Of a constant condition: the elements at the indices where it is true.
static void importCompress(NodeImporter &node) {
  std::optional<NodeImporter::Ints> condition =
      constantIntegers(node.getOperand(1));
  int64_t axis = node.getInt("axis", 0);
  if (!condition && !node.isTainted()) {
    node.emitError() << "the shape of the result depends on the condition, "
                        "which is no constant";
    return;
  }
  NodeImporter::Ints indices;
  if (condition)
    for (auto [i, isKept] : llvm::enumerate(*condition))
      if (isKept)
        indices.push_back(static_cast<int64_t>(i));
  Value input = node.getOperand(0);
  if (!node.hasAttr("axis"))
    input = node.createInner<ReshapeOp>(input, node.createInts(-1), false);
  node.create<GatherOp>(input, node.createInts(indices), axis);
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

static void importOneHot(NodeImporter &node) {
  node.create<OneHotOp>(node.getOperand(0), node.getOperand(1),
                        node.getOperand(2), node.getInt("axis", -1));
}

static void importEyeLike(NodeImporter &node) {
  Type type = getTypeAttr(node, "dtype", node.getElementType(0));
  int64_t k = node.getInt("k", 0);
  if (type)
    node.create<EyeLikeOp>(node.getOperand(0), type, k);
}

static void importRange(NodeImporter &node) {
  node.create<RangeOp>(node.getOperand(0), node.getOperand(1),
                       node.getOperand(2));
}

/// The product of the shape.
static void importSize(NodeImporter &node) {
  std::optional<int64_t> rank = node.getRank(0);
  if (!rank && !node.isTainted())
    node.emitError() << "the operand's rank is unknown";
  Type i64 = node.getBuilder().getI64Type();
  Value result = node.createFloat(i64, 1);
  Value shape = createShape(node, node.getOperand(0));
  for (int64_t d = 0; d < rank.value_or(0) && !node.failed(); ++d) {
    Value size = node.createInner<GatherOp>(
        shape, node.createFloat(i64, static_cast<double>(d)), 0);
    result = node.createInner<MulOp>(result, size);
  }
  node.forward(result);
}

void addMovementOperators(OperatorTable &table) {
  table["CastLike"] = {importCastLike, 2, 2};
  table["Split"] = {importSplit, 1, 2};
  table["Expand"] = {importBinary<ExpandOp>, 2, 2};
  table["Tile"] = {importTile, 2, 2};
  table["DepthToSpace"] = {importDepthToSpace};
  table["SpaceToDepth"] = {importSpaceToDepth};
  table["Trilu"] = {importTrilu, 1, 2};
  table["ReverseSequence"] = {importReverseSequence, 2, 2};
  table["GatherElements"] = {importAlongAxis<GatherElementsOp>, 2, 2};
  table["GatherND"] = {importGatherND, 2, 2};
  table["TopK"] = {importTopK, 1, 2};
  table["NonZero"] = {importUnary<NonZeroOp>};
  table["Compress"] = {importCompress, 2, 2};
  table["OneHot"] = {importOneHot, 3, 3};
  table["EyeLike"] = {importEyeLike};
  table["Range"] = {importRange, 3, 3};
  table["Size"] = {importSize};
}

} // namespace resnetc::import
