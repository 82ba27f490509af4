//===- EvaluateIndexing.cpp - Indices and generators ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluateCommon.h"

using namespace mlir;
using namespace resnetc::resnet;

/// An index counted from the end where it is negative; fails out of range.
static LogicalResult normalizeIndex(Operation *op, int64_t &index,
                                    int64_t size) {
  if (index < -size || index >= size)
    return op->emitError("has an index of ") << index;
  index += index < 0 ? size : 0;
  return success();
}

//===----------------------------------------------------------------------===//
// Elements at indices, and indices of elements
//===----------------------------------------------------------------------===//

LogicalResult GatherOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &indices = *operands[1];
  int64_t axis = getAxis();
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  Coordinates list = integers(indices);
  for (int64_t &index : list) {
    if (index < -input.shape[axis] || index >= input.shape[axis])
      return emitError("has an index of ") << index;
    index += index < 0 ? input.shape[axis] : 0;
  }
  Coordinates shape(ArrayRef(input.shape).take_front(axis));
  shape.append(indices.shape);
  shape.append(input.shape.begin() + axis + 1, input.shape.end());
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at.take_front(axis));
    ArrayRef<int64_t> which = at.slice(axis, indices.rank());
    from.push_back(list[offsetOf(indices.shape, which)]);
    from.append(at.begin() + axis + indices.rank(), at.end());
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

LogicalResult GatherElementsOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &indices = *operands[1];
  int64_t axis = getAxis();
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  Coordinates list = integers(indices);
  for (int64_t &index : list)
    if (failed(normalizeIndex(*this, index, input.shape[axis])))
      return failure();
  results[0].resize(indices.shape);
  forEach(indices.shape, [&](ArrayRef<int64_t> at) {
    int64_t offset = offsetOf(indices.shape, at);
    Coordinates from(at);
    from[axis] = list[offset];
    results[0].values[offset] = elementAt(input, from);
  });
  return success();
}

LogicalResult GatherNDOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0], &indices = *operands[1];
  int64_t batch = getBatchDims(), count = indices.shape.back();
  Coordinates list = integers(indices);
  for (auto [i, index] : llvm::enumerate(list))
    if (failed(normalizeIndex(
            *this, index,
            input.shape[batch + static_cast<int64_t>(i) % count])))
      return failure();
  ArrayRef<int64_t> tuples = ArrayRef(indices.shape).drop_back();
  Coordinates shape(tuples);
  shape.append(input.shape.begin() + batch + count, input.shape.end());
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at.take_front(batch));
    int64_t tuple = offsetOf(tuples, at.take_front(tuples.size()));
    from.append(list.begin() + tuple * count,
                list.begin() + (tuple + 1) * count);
    from.append(at.begin() + tuples.size(), at.end());
    results[0].values[offsetOf(shape, at)] = elementAt(input, from);
  });
  return success();
}

LogicalResult TopKOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  int64_t axis = getAxis(), k = operands[1]->asInt(0);
  if (failed(normalizeAxisOf(*this, axis, input.rank())))
    return failure();
  if (k < 0 || k > input.shape[axis])
    return emitError("has a k of ") << k;
  Coordinates shape(input.shape);
  shape[axis] = k;
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    auto value = [&](int64_t i) {
      Coordinates from(at);
      from[axis] = i;
      return elementAt(input, from);
    };
    Coordinates order =
        llvm::to_vector(llvm::seq<int64_t>(0, input.shape[axis]));
    llvm::sort(order, [&](int64_t a, int64_t b) {
      double x = value(a), y = value(b);
      // What is not a number comes last.
      if (std::isnan(x) || std::isnan(y))
        return std::isnan(x) == std::isnan(y) ? a < b : std::isnan(y);
      if (x == y)
        return a < b;
      return getLargest() ? x > y : x < y;
    });
    results[0].values[offsetOf(shape, at)] =
        static_cast<double>(order[at[axis]]);
  });
  return success();
}

LogicalResult NonZeroOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &input = *operands[0];
  SmallVector<Coordinates> found;
  forEach(input.shape, [&](ArrayRef<int64_t> at) {
    if (elementAt(input, at) != 0)
      found.emplace_back(at);
  });
  int64_t count = static_cast<int64_t>(found.size());
  results[0].resize({input.rank(), count});
  for (auto [i, at] : llvm::enumerate(found))
    for (int64_t d = 0; d < input.rank(); ++d)
      results[0].values[d * count + static_cast<int64_t>(i)] =
          static_cast<double>(at[d]);
  return success();
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

LogicalResult ConstantOfShapeOp::evaluate(Operands operands, Results results) {
  Coordinates shape = integers(*operands[0]);
  if (llvm::any_of(shape, [](int64_t size) { return size < 0; }))
    return emitError("has a negative size");
  FailureOr<ReferenceTensor> value = ReferenceTensor::fromAttr(getValue());
  if (failed(value) || value->size() != 1)
    return emitError("has a value that is not one number");
  results[0].resize(shape, value->values[0]);
  return success();
}

LogicalResult OneHotOp::evaluate(Operands operands, Results results) {
  const ReferenceTensor &indices = *operands[0], &values = *operands[2];
  int64_t depth = operands[1]->asInt(0), axis = getAxis();
  if (depth < 0 || values.size() != 2)
    return emitError("has a negative depth or no two values");
  if (failed(normalizeAxisOf(*this, axis, indices.rank() + 1)))
    return failure();
  Coordinates shape(indices.shape);
  shape.insert(shape.begin() + axis, depth);
  results[0].resize(shape);
  forEach(shape, [&](ArrayRef<int64_t> at) {
    Coordinates from(at);
    from.erase(from.begin() + axis);
    int64_t index = indices.asInt(offsetOf(indices.shape, from));
    index += index < 0 ? depth : 0;
    results[0].values[offsetOf(shape, at)] = values.values[index == at[axis]];
  });
  return success();
}

LogicalResult EyeLikeOp::evaluate(Operands operands, Results results) {
  results[0].resize(operands[0]->shape);
  forEach(results[0].shape, [&](ArrayRef<int64_t> at) {
    results[0].values[offsetOf(results[0].shape, at)] = at[1] - at[0] == getK();
  });
  return success();
}

LogicalResult RangeOp::evaluate(Operands operands, Results results) {
  double start = operands[0]->values[0], limit = operands[1]->values[0],
         delta = operands[2]->values[0];
  double count = std::ceil((limit - start) / delta);
  if (delta == 0 || !(count < 1e9))
    return emitError("has too many elements");
  results[0].resize({static_cast<int64_t>(std::max(count, 0.0))});
  for (auto [i, value] : llvm::enumerate(results[0].values))
    value = start + static_cast<double>(i) * delta;
  return success();
}
