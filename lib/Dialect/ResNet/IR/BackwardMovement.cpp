//===- BackwardMovement.cpp - Gradients of what moves elements ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace resnetc::resnet;

static FailureOr<ArrayRef<int64_t>> shapeOrError(Operation *op, Value value) {
  if (auto shape = shapeOf(value))
    return *shape;
  return op->emitError("cannot be differentiated: the rank of an operand is "
                       "not known");
}

static InFlightDiagnostic emitUnknownSize(Operation *op, int64_t axis) {
  return op->emitError("cannot be differentiated: the size of dimension ")
         << axis << " is not known";
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

Gradients ConcatOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  SmallVector<Value> results;
  int64_t begin = 0;
  for (Value input : getInputs()) {
    FailureOr<ArrayRef<int64_t>> shape = shapeOrError(*this, input);
    if (failed(shape))
      return failure();
    auto rank = static_cast<int64_t>(shape->size());
    int64_t axis = getAxis() + (getAxis() < 0 ? rank : 0);
    int64_t size = (*shape)[axis];
    if (isDynamic(size))
      return emitUnknownSize(*this, axis);
    results.push_back(b.slice(gradients.front(), axis, begin, begin + size));
    begin += size;
  }
  return results;
}

Gradients SliceOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  FailureOr<ArrayRef<int64_t>> from = shapeOrError(*this, getInput()),
                               to = shapeOrError(*this, getResult());
  if (failed(from) || failed(to))
    return failure();
  auto rank = static_cast<int64_t>(from->size());
  std::optional<Dims> starts = constantIntegers(getStarts()),
                      axes = constantIntegers(getAxes()),
                      steps = constantIntegers(getSteps());
  if (!starts || (getAxes() && !axes) || (getSteps() && !steps))
    return emitError("cannot be differentiated: its bounds are not known");
  Dims changed, places, by, sizes;
  for (auto [i, begin] : llvm::enumerate(*starts)) {
    int64_t axis = axes ? (*axes)[i] : static_cast<int64_t>(i);
    axis += axis < 0 ? rank : 0;
    int64_t step = steps ? (*steps)[i] : 1, size = (*from)[axis];
    std::optional<Dims> ends = constantIntegers(getEnds());
    // All of a batch, however large.
    if (isDynamic(size) && begin == 0 && step == 1 && ends &&
        (*ends)[i] >= std::numeric_limits<int32_t>::max())
      continue;
    if (isDynamic(size) || isDynamic((*to)[axis]))
      return emitUnknownSize(*this, axis);
    if (size == (*to)[axis] && step == 1)
      continue;
    changed.push_back(axis);
    places.push_back(std::clamp<int64_t>(begin < 0 ? begin + size : begin, 0,
                                         std::max<int64_t>(size - 1, 0)));
    by.push_back(step);
    sizes.push_back(size);
  }
  if (changed.empty())
    return onlyFirst(*this, gradients.front());
  return onlyFirst(*this, b.create<InsertSliceOp>(
                              gradients.front(), ArrayRef<int64_t>(changed),
                              ArrayRef<int64_t>(places), ArrayRef<int64_t>(by),
                              ArrayRef<int64_t>(sizes)));
}

Gradients InsertSliceOp::buildBackward(OpBuilder &builder,
                                       ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  FailureOr<ArrayRef<int64_t>> shape = shapeOrError(*this, getInput());
  if (failed(shape))
    return failure();
  Dims ends;
  for (auto [axis, start, step, size] :
       llvm::zip_equal(getAxes(), getStarts(), getSteps(), getSizes())) {
    auto rank = static_cast<int64_t>(shape->size());
    int64_t length = (*shape)[axis + (axis < 0 ? rank : 0)];
    if (isDynamic(length))
      return emitUnknownSize(*this, axis);
    // Right behind the last; before the first element is a bound, too.
    int64_t last = start + (length - 1) * step;
    int64_t end = length == 0 ? start : last + (step < 0 ? -1 : 1);
    ends.push_back(end < 0 ? -size - 1 : end);
  }
  return SmallVector<Value>{b.create<SliceOp>(
      gradients.front(), b.integers(getStarts()), b.integers(ends),
      b.integers(getAxes()), b.integers(getSteps()))};
}

Gradients PadOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  std::optional<Dims> pads = constantIntegers(getPads());
  if (!pads)
    return emitError("cannot be differentiated: its pads are not known");
  if (getMode() != "constant")
    return emitError("cannot be differentiated: its mode is '")
           << getMode() << "'";
  // What was added is cut off, and where elements were cut off there are
  // zeros.
  for (int64_t &size : *pads)
    size = -size;
  Value g = gradients.front();
  Value inner =
      b.create<PadOp>(g, b.integers(*pads), Value(), getAxes(), "constant");
  SmallVector<Value> results = onlyFirst(*this, inner);
  if (getValue() && !matchPattern(getValue(), m_Constant())) {
    auto total = [&](Value value) {
      return b.create<ReduceOp>(value, Value(), Reduction::sum,
                                /*keepdims=*/false,
                                /*noop_with_empty_axes=*/false);
    };
    results[2] = b.reshapeLike(b.sub(total(g), total(inner)), getValue());
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Copies, and the same elements elsewhere
//===----------------------------------------------------------------------===//

Gradients TileOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  FailureOr<ArrayRef<int64_t>> shape = shapeOrError(*this, getInput());
  std::optional<Dims> repeats = constantIntegers(getRepeats());
  if (failed(shape))
    return failure();
  if (!repeats)
    return emitError("cannot be differentiated: its repeats are not known");
  // Each dimension that is repeated becomes two.
  Dims split, copies;
  for (auto [d, size] : llvm::enumerate(*shape)) {
    bool isBatch = isDynamic(size) && split.empty();
    if (isDynamic(size) && !isBatch)
      return emitUnknownSize(*this, static_cast<int64_t>(d));
    if ((*repeats)[d] != 1) {
      if (isBatch)
        return emitUnknownSize(*this, 0);
      copies.push_back(static_cast<int64_t>(split.size()));
      split.push_back((*repeats)[d]);
    }
    split.push_back(isBatch ? -1 : size);
  }
  Value g = gradients.front();
  if (copies.empty())
    return onlyFirst(*this, g);
  if (llvm::is_contained(split, 0))
    return onlyFirst(*this, b.filled(getInput(), 0));
  Value parts = b.create<ReshapeOp>(g, b.integers(split), /*allowzero=*/false);
  return onlyFirst(*this, b.sum(parts, copies, /*keepdims=*/false));
}

Gradients DepthToSpaceOp::buildBackward(OpBuilder &builder,
                                        ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front();
  if (!getColumnsFirst())
    return SmallVector<Value>{b.create<SpaceToDepthOp>(g, getBlock())};
  FailureOr<ArrayRef<int64_t>> shape = shapeOrError(*this, getInput());
  if (failed(shape))
    return failure();
  for (int64_t d = 1; d < 4; ++d)
    if (isDynamic((*shape)[d]))
      return emitUnknownSize(*this, d);
  int64_t block = getBlock(), channels = (*shape)[1] / (block * block);
  // Channels x blocks x pixels of each.
  Value pixels = b.create<ReshapeOp>(
      g, b.integers({0, channels, (*shape)[2], block, (*shape)[3], block}),
      /*allowzero=*/false);
  int64_t perm[] = {0, 1, 3, 5, 2, 4};
  return SmallVector<Value>{b.reshapeLike(
      b.create<TransposeOp>(pixels, ArrayRef<int64_t>(perm)), getInput())};
}

Gradients SpaceToDepthOp::buildBackward(OpBuilder &builder,
                                        ValueRange gradients) {
  return SmallVector<Value>{
      BackwardBuilder(builder, *this)
          .create<DepthToSpaceOp>(gradients.front(), getBlock(),
                                  /*columns_first=*/false)};
}

Gradients TriluOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  return onlyFirst(*this,
                   BackwardBuilder(builder, *this)
                       .create<TriluOp>(gradients.front(), getK(), getUpper()));
}
