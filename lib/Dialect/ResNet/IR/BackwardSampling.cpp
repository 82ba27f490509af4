//===- BackwardSampling.cpp - Gradients of what reads along axes ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each element of the result is a weighted sum of elements along an axis, and
// so is, the other way round, the gradient.
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"
#include "resnetc/Dialect/ResNet/IR/ResizeTaps.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace {

/// Which elements of a result along an axis each element of the input goes to,
/// and how much of it.
class Uses {
public:
  explicit Uses(int64_t size) : uses(size) {}

  void add(int64_t from, int64_t to, double weight) {
    if (weight == 0)
      return;
    auto &list = uses[from];
    // Several taps of an element are beside each other, or at an edge.
    if (!list.empty() && list.back().first == to)
      list.back().second += weight;
    else
      list.emplace_back(to, weight);
  }

  /// Whether each element stays where it is.
  bool isIdentity(int64_t resultSize) const {
    if (resultSize != static_cast<int64_t>(uses.size()))
      return false;
    return llvm::all_of(llvm::enumerate(uses), [](const auto &use) {
      const auto &list = use.value();
      return list.size() == 1 && list.front().second == 1 &&
             list.front().first == static_cast<int64_t>(use.index());
    });
  }

  /// The sums of what `gradient` has along `axis` for each element.
  Value sums(BackwardBuilder &b, Value gradient, int64_t axis) const {
    auto type = cast<RankedTensorType>(gradient.getType());
    int64_t size = type.getDimSize(axis);
    int64_t taps = std::min<int64_t>(size, 1);
    for (const auto &list : uses)
      if (!list.empty())
        taps = std::max(taps, list.back().first - list.front().first + 1);
    ReferenceTensor weights{type.getElementType(), {}, {}};
    auto count = static_cast<int64_t>(uses.size());
    weights.resize({count, taps});
    Dims begins(count, 0);
    for (auto [i, list] : llvm::enumerate(uses)) {
      if (!list.empty())
        begins[i] = std::min(list.front().first, size - taps);
      for (auto [to, weight] : list)
        weights.values[i * taps + to - begins[i]] = weight;
    }
    return b.create<ResampleOp>(gradient, b.integers(begins),
                                b.create<ConstantOp>(weights.toAttr()), axis);
  }

private:
  /// In the order of the result.
  SmallVector<SmallVector<std::pair<int64_t, double>, 4>> uses;
};

} // namespace

static InFlightDiagnostic emitUnknown(Operation *op, StringRef what) {
  return op->emitError("cannot be differentiated: ")
         << what << " are not known";
}

//===----------------------------------------------------------------------===//
// Resize
//===----------------------------------------------------------------------===//

Gradients ResizeOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  auto from = shapeOf(getInput()), to = shapeOf(getResult());
  auto scales = constantNumbers(getScales()), roi = constantNumbers(getRoi());
  if (!from || !to || (getScales() && !scales) || (getRoi() && !roi))
    return emitUnknown(*this, "its scales or sizes");
  Value g = gradients.front();
  auto rank = static_cast<int64_t>(from->size());
  for (int64_t d = 0; d < rank; ++d) {
    std::optional<int64_t> at = getPosition(d, rank);
    // The batch, however large.
    if (!at || (isDynamic((*from)[d]) && scales && (*scales)[*at] == 1 &&
                getCoordinates() != "tf_crop_and_resize"))
      continue;
    if (isDynamic((*from)[d]) || isDynamic((*to)[d]))
      return emitUnknown(*this, "its scales or sizes");
    ResizedDimension dimension{*this, (*from)[d], /*isKept=*/false};
    dimension.scale = scales ? (*scales)[*at]
                             : static_cast<double>((*to)[d]) /
                                   static_cast<double>((*from)[d]);
    if (roi) {
      dimension.begin = (*roi)[*at];
      dimension.end = (*roi)[*at + roi->size() / 2];
    }
    Uses uses((*from)[d]);
    for (int64_t i = 0; i < (*to)[d]; ++i) {
      ResizeTaps taps = dimension.tapsOf(i);
      if (taps.isOutside)
        continue;
      for (auto [place, weight] : llvm::zip_equal(taps.from, taps.weights))
        uses.add(place, i, weight);
    }
    if (!uses.isIdentity((*to)[d]))
      g = uses.sums(b, g, d);
  }
  return onlyFirst(*this, g);
}

//===----------------------------------------------------------------------===//
// Elements at indices
//===----------------------------------------------------------------------===//

Gradients ResampleOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  auto shape = shapeOf(getInput());
  auto begins = constantIntegers(getBegins());
  auto weights = constantNumbers(getWeights());
  if (!shape || !begins || !weights)
    return emitUnknown(*this, "its weights");
  int64_t rank = static_cast<int64_t>(shape->size());
  int64_t axis = getAxis() + (getAxis() < 0 ? rank : 0);
  if (isDynamic((*shape)[axis]))
    return emitUnknown(*this, "its weights");
  Uses uses((*shape)[axis]);
  size_t taps = begins->empty() ? 0 : weights->size() / begins->size();
  for (auto [i, begin] : llvm::enumerate(*begins))
    for (size_t k = 0; k < taps; ++k)
      uses.add(begin + static_cast<int64_t>(k), static_cast<int64_t>(i),
               (*weights)[i * taps + k]);
  return onlyFirst(*this, uses.sums(b, gradients.front(), axis));
}

/// Whether numbers follow each other in steps, which are not 0.
static bool areInSteps(ArrayRef<int64_t> numbers) {
  for (size_t i = 1; i < numbers.size(); ++i)
    if (numbers[i] == numbers[i - 1] ||
        numbers[i] - numbers[i - 1] != numbers[1] - numbers[0])
      return false;
  return !numbers.empty();
}

Gradients GatherOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  auto shape = shapeOf(getInput()), indexShape = shapeOf(getIndices());
  auto indices = constantIntegers(getIndices());
  if (!shape || !indexShape || indexShape->size() > 1 || !indices)
    return emitUnknown(*this, "its indices");
  int64_t rank = static_cast<int64_t>(shape->size());
  int64_t axis = getAxis() + (getAxis() < 0 ? rank : 0), size = (*shape)[axis];
  if (isDynamic(size))
    return emitUnknown(*this, "its indices");
  for (int64_t &index : *indices)
    index += index < 0 ? size : 0;
  Value g = gradients.front();
  if (indexShape->empty())
    g = b.create<UnsqueezeOp>(g, b.integers(axis));
  if (areInSteps(*indices)) {
    int64_t step =
        indices->size() > 1 ? (*indices)[1] - (*indices)[0] : int64_t(1);
    return onlyFirst(*this, b.create<InsertSliceOp>(g, ArrayRef<int64_t>(axis),
                                                    ArrayRef(indices->front()),
                                                    ArrayRef<int64_t>(step),
                                                    ArrayRef<int64_t>(size)));
  }
  // A permutation has an inverse.
  Dims inverse(size, -1);
  for (auto [i, index] : llvm::enumerate(*indices))
    inverse[index] = static_cast<int64_t>(i);
  if (static_cast<int64_t>(indices->size()) == size &&
      !llvm::is_contained(inverse, -1))
    return onlyFirst(*this, b.create<GatherOp>(g, b.integers(inverse), axis));
  Uses uses(size);
  for (auto [i, index] : llvm::enumerate(*indices))
    uses.add(index, static_cast<int64_t>(i), 1);
  return onlyFirst(*this, uses.sums(b, g, axis));
}
