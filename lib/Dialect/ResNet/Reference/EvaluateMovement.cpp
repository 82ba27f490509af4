//===- EvaluateMovement.cpp - Shapes and data movement --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

/// The same elements in another shape.
static LogicalResult reshape(Operation *op, const ReferenceTensor &input,
                             ArrayRef<int64_t> shape, ReferenceTensor &result) {
  int64_t size = 1;
  for (int64_t dim : shape)
    size *= dim;
  if (size != input.size() ||
      llvm::any_of(shape, [](int64_t dim) { return dim < 0; }))
    return op->emitError("has elements that do not fit its shape");
  result.shape.assign(shape.begin(), shape.end());
  result.values = input.values;
  return success();
}

LogicalResult ConstantOp::evaluate(Operands, Results results) {
  FailureOr<ReferenceTensor> value = ReferenceTensor::fromAttr(getValue());
  if (failed(value))
    return emitError("is no tensor of numbers");
  results[0] = std::move(*value);
  return success();
}

LogicalResult ReorderOp::evaluate(Operands operands, Results results) {
  return reshape(*this, *operands[0], operands[0]->shape, results[0]);
}

LogicalResult ShapeOp::evaluate(Operands operands, Results results) {
  int64_t rank = operands[0]->rank();
  auto clamp = [&](int64_t i) {
    return std::clamp<int64_t>(i < 0 ? i + rank : i, 0, rank);
  };
  int64_t begin = clamp(getStart()), end = clamp(getEnd().value_or(rank));
  int64_t count = std::max<int64_t>(end - begin, 0);
  results[0].resize({count});
  for (int64_t i = 0; i < count; ++i)
    results[0].values[i] = static_cast<double>(operands[0]->shape[begin + i]);
  return success();
}

LogicalResult ReshapeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates shape = integers(*operands[1]);
  int64_t known = 1, unknown = -1;
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (size == 0 && !getAllowzero()) {
      if (static_cast<int64_t>(i) >= input.rank())
        return emitError("copies a dimension that its input lacks");
      size = input.shape[i];
    }
    if (size == -1 && unknown < 0)
      unknown = static_cast<int64_t>(i);
    else
      known *= size;
  }
  if (unknown >= 0)
    shape[unknown] = known > 0 ? input.size() / known : 0;
  return reshape(*this, input, shape, results[0]);
}

LogicalResult FlattenOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t axis = getAxis() + (getAxis() < 0 ? input.rank() : 0);
  if (axis < 0 || axis > input.rank())
    return emitError("has an axis of ") << getAxis();
  int64_t shape[] = {1, 1};
  for (int64_t d = 0; d < input.rank(); ++d)
    shape[d < axis ? 0 : 1] *= input.shape[d];
  return reshape(*this, input, shape, results[0]);
}

LogicalResult SqueezeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates axes, shape;
  bool named = operands.size() > 1;
  if (named) {
    axes = integers(*operands[1]);
    for (int64_t &axis : axes)
      if (failed(normalizeAxisOf(*this, axis, input.rank())))
        return failure();
  }
  for (auto [d, size] : llvm::enumerate(input.shape)) {
    bool drop = named ? llvm::is_contained(axes, d) : size == 1;
    if (drop && size != 1)
      return emitError("squeezes a dimension of size ") << size;
    if (!drop)
      shape.push_back(size);
  }
  return reshape(*this, input, shape, results[0]);
}

LogicalResult UnsqueezeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates axes = integers(*operands[1]);
  int64_t rank = input.rank() + static_cast<int64_t>(axes.size());
  Coordinates shape(rank, 0);
  for (int64_t axis : axes) {
    if (failed(normalizeAxisOf(*this, axis, rank)))
      return failure();
    if (shape[axis] == 1)
      return emitError("has an axis twice");
    shape[axis] = 1;
  }
  const int64_t *next = input.shape.begin();
  for (int64_t d = 0; d < rank; ++d)
    if (shape[d] == 0)
      shape[d] = *next++;
  return reshape(*this, input, shape, results[0]);
}

LogicalResult TransposeOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  if (static_cast<int64_t>(getPerm().size()) != input.rank())
    return emitError("has a perm of the wrong size");
  Coordinates shape;
  for (int64_t d : getPerm())
    shape.push_back(input.shape[d]);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at.size());
    for (auto [i, d] : llvm::zip_equal(at, getPerm()))
      from[d] = i;
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

LogicalResult ConcatOp::evaluate(Operands operands, Results results) {
  Coordinates shape(operands[0]->shape);
  int64_t axis = getAxis();
  if (failed(normalizeAxisOf(*this, axis, operands[0]->rank())))
    return failure();
  shape[axis] = 0;
  for (const ReferenceTensor *operand : operands) {
    if (operand->rank() != operands[0]->rank())
      return emitError("has operands of different ranks");
    for (int64_t d = 0; d < operand->rank(); ++d)
      if (d != axis && operand->shape[d] != shape[d])
        return emitError("has operands of different shapes");
    shape[axis] += operand->shape[axis];
  }
  results[0].resize(shape);
  int64_t begin = 0;
  for (const ReferenceTensor *operand : operands) {
    forEach(operand->shape, [&](ArrayRef<int64_t> at) {
      Coordinates to(at);
      to[axis] += begin;
      results[0].values[offsetOf(shape, to)] = elementAt(*operand, at);
    });
    begin += operand->shape[axis];
  }
  return success();
}

LogicalResult SliceOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates starts = integers(*operands[1]), ends = integers(*operands[2]);
  Coordinates axes = llvm::to_vector(
      llvm::seq<int64_t>(0, static_cast<int64_t>(starts.size())));
  if (operands[3])
    axes = integers(*operands[3]);
  Coordinates steps(starts.size(), 1);
  if (operands[4])
    steps = integers(*operands[4]);
  if (ends.size() != starts.size() || axes.size() != starts.size() ||
      steps.size() != starts.size())
    return emitError("has bounds of different sizes");

  Coordinates shape(input.shape), first(input.rank(), 0), by(input.rank(), 1);
  for (size_t i = 0; i < starts.size(); ++i) {
    int64_t axis = axes[i], step = steps[i];
    if (failed(normalizeAxisOf(*this, axis, input.rank())))
      return failure();
    if (step == 0)
      return emitError("has a step of 0");
    int64_t size = input.shape[axis];
    // Backwards, "before the first" is a bound too.
    int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    auto bound = [&](int64_t at) {
      return std::clamp(at < 0 ? at + size : at, low, high);
    };
    int64_t begin = bound(starts[i]), end = bound(ends[i]);
    int64_t distance = step < 0 ? begin - end : end - begin;
    int64_t stride = step < 0 ? -step : step;
    shape[axis] = distance > 0 ? (distance - 1) / stride + 1 : 0;
    first[axis] = begin;
    by[axis] = step;
  }
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from;
    for (size_t d = 0; d < at.size(); ++d)
      from.push_back(first[d] + at[d] * by[d]);
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

/// Where in a dimension of `size` a border at position `i` comes from; nothing
/// if it is of a constant.
static std::optional<int64_t> mirrored(StringRef mode, int64_t i,
                                       int64_t size) {
  auto modulo = [](int64_t a, int64_t b) { return ((a % b) + b) % b; };
  if (i >= 0 && i < size)
    return i;
  if (mode == "constant" || size == 0)
    return std::nullopt;
  if (mode == "edge" || size == 1)
    return std::clamp<int64_t>(i, 0, size - 1);
  if (mode == "wrap")
    return modulo(i, size);
  int64_t at = modulo(i, 2 * (size - 1));
  return at < size ? at : 2 * (size - 1) - at;
}

LogicalResult PadOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates pads = integers(*operands[1]);
  Coordinates axes = llvm::to_vector(llvm::seq<int64_t>(0, input.rank()));
  if (operands[3])
    axes = integers(*operands[3]);
  if (pads.size() != 2 * axes.size() ||
      (operands[2] && operands[2]->size() != 1))
    return emitError("has pads or a value of the wrong size");
  Coordinates shape(input.shape), begin(input.rank(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = axes[i];
    if (failed(normalizeAxisOf(*this, axis, input.rank())))
      return failure();
    begin[axis] = pads[i];
    shape[axis] += pads[i] + pads[i + axes.size()];
    if (shape[axis] < 0)
      return emitError("crops more than there is");
  }
  results[0].resize(shape, operands[2] ? operands[2]->values[0] : 0);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from;
    for (size_t d = 0; d < at.size(); ++d) {
      std::optional<int64_t> i =
          mirrored(getMode(), at[d] - begin[d], input.shape[d]);
      if (!i)
        return;
      from.push_back(*i);
    }
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

LogicalResult ExpandOp::evaluate(Operands operands, Results results) {
  Coordinates with = integers(*operands[1]);
  std::optional<Coordinates> shape = broadcastShapes(operands[0]->shape, with);
  if (!shape || llvm::any_of(*shape, [](int64_t size) { return size < 0; }))
    return emitError("has a shape that does not broadcast");
  results[0].resize(*shape);
  forEach(*shape, [&](ArrayRef<int64_t> at) {
    results[0].values[offsetOf(*shape, at)] = broadcastAt(*operands[0], at);
  });
  return success();
}

LogicalResult TileOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  Coordinates repeats = integers(*operands[1]), shape(input.shape);
  if (repeats.size() != shape.size() ||
      llvm::any_of(repeats, [](int64_t count) { return count < 0; }))
    return emitError("has repeats that do not fit");
  for (auto [size, count] : llvm::zip_equal(shape, repeats))
    size *= count;
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    for (auto [i, size] : llvm::zip_equal(from, input.shape))
      i %= size;
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

LogicalResult DepthToSpaceOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t b = getBlock();
  int64_t channels = input.shape[1] / (b * b);
  Coordinates shape = {input.shape[0], channels, input.shape[2] * b,
                       input.shape[3] * b};
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    int64_t inBlock = at[2] % b * b + at[3] % b;
    int64_t channel = getColumnsFirst() ? at[1] * b * b + inBlock
                                        : inBlock * channels + at[1];
    results[0].values[offsetOf(shape, at)] =
        elementAt(input, {at[0], channel, at[2] / b, at[3] / b});
  });
  return success();
}

LogicalResult SpaceToDepthOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t b = getBlock(), channels = input.shape[1];
  Coordinates shape = {input.shape[0], channels * b * b, input.shape[2] / b,
                       input.shape[3] / b};
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    int64_t channel = at[1] % channels, inBlock = at[1] / channels;
    results[0].values[offsetOf(shape, at)] =
        elementAt(input, {at[0], channel, at[2] * b + inBlock / b,
                          at[3] * b + inBlock % b});
  });
  return success();
}

LogicalResult TriluOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t k = operands.size() > 1 ? operands[1]->asInt(0) : 0;
  results[0].resize(input.shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    int64_t row = at[at.size() - 2], column = at.back();
    bool keep = getUpper() ? column - row >= k : column - row <= k;
    if (keep)
      results[0].values[offsetOf(input.shape, at)] = elementAt(input, at);
  });
  return success();
}

LogicalResult ReverseSequenceOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t batch = getBatchAxis(), time = getTimeAxis();
  if (failed(normalizeAxisOf(*this, batch, input.rank())) ||
      failed(normalizeAxisOf(*this, time, input.rank())))
    return failure();
  Coordinates lengths = integers(*operands[1]);
  for (int64_t length : lengths)
    if (length < 0 || length > input.shape[time])
      return emitError("has a length of ") << length;
  results[0].resize(input.shape);
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    int64_t length = lengths[at[batch]];
    if (at[time] < length)
      from[time] = length - 1 - at[time];
    results[0].values[offsetOf(input.shape, at)] = elementAt(input, from);
  });
  return success();
}
