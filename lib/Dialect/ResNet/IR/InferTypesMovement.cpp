//===- InferTypesMovement.cpp - Operations that move elements -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace resnetc::resnet {

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  ValueRange inputs = adaptor.getInputs();
  if (inputs.empty())
    return emitOptionalError(loc, "there is nothing to concatenate");
  Type element = elementType(inputs.front());
  std::optional<Dims> result;
  int64_t axis = adaptor.getAxis();
  bool axisUnknown = false;
  for (Value input : inputs) {
    if (failed(sameElementType(loc, "an input", input, inputs.front())))
      return failure();
    auto shape = shapeOf(input);
    if (!shape) {
      axisUnknown = true;
      continue;
    }
    if (!result) {
      result = Dims(*shape);
      if (failed(normalizeAxis(loc, axis, result->size())))
        return failure();
      continue;
    }
    if (shape->size() != result->size())
      return emitOptionalError(loc, "inputs have ranks ", result->size(),
                               " and ", shape->size());
    for (auto [i, size] : llvm::enumerate(*shape)) {
      int64_t &known = (*result)[i];
      if (static_cast<int64_t>(i) == axis) {
        if (isDynamic(known) || isDynamic(size)) {
          known = ShapedType::kDynamic;
          continue;
        }
        std::optional<int64_t> sum = llvm::checkedAdd(known, size);
        if (!sum)
          return emitOptionalError(loc, "the result is too large");
        known = *sum;
      } else if (!mayAgree(known, size)) {
        return emitOptionalError(loc, "inputs of shapes ", toString(*result),
                                 " and ", toString(*shape),
                                 " do not fit along axis ", axis);
      } else if (isDynamic(known)) {
        known = size;
      }
    }
  }
  if (!result)
    return addUnranked(types, element);
  if (axisUnknown)
    (*result)[axis] = ShapedType::kDynamic;
  return addTensor(types, loc, *result, element);
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  auto indices = shapeOf(adaptor.getIndices());
  if (!input || !indices)
    return addUnranked(types, element);
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, input->size())))
    return failure();
  int64_t size = (*input)[axis];
  if (std::optional<Dims> known = constantIntegers(adaptor.getIndices()))
    for (int64_t index : *known)
      if (!isDynamic(size) && (index < -size || index >= size))
        return emitOptionalError(loc, "index ", index,
                                 " does not exist in dimension ", axis,
                                 ", which is ", size);
  Dims result(input->take_front(axis));
  result.append(indices->begin(), indices->end());
  result.append(input->begin() + axis + 1, input->end());
  return addTensor(types, loc, result, element);
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

/// The size of `size[start:end:step]` by ONNX's rules, which are NumPy's.
static int64_t sliceSize(int64_t size, int64_t start, int64_t end,
                         int64_t step) {
  int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
  auto clamp = [&](int64_t position) {
    // A position far below zero stays below after adding the size.
    return std::clamp(position < 0 ? position + size : position, low, high);
  };
  int64_t from = clamp(start), to = clamp(end);
  // Unsigned, because negating the smallest integer overflows.
  uint64_t distance = step > 0 ? to - from : from - to;
  uint64_t stride = step > 0 ? uint64_t(step) : 0 - uint64_t(step);
  if (step > 0 ? to <= from : from <= to)
    return 0;
  return (distance - 1) / stride + 1;
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                        Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  int64_t rank = input->size();
  std::optional<Dims> starts = constantIntegers(adaptor.getStarts());
  std::optional<Dims> ends = constantIntegers(adaptor.getEnds());
  std::optional<Dims> axes, steps;
  auto startsShape = shapeOf(adaptor.getStarts());
  if (adaptor.getAxes())
    axes = constantIntegers(adaptor.getAxes());
  else if (startsShape && startsShape->size() == 1 &&
           !isDynamic(startsShape->front()) && startsShape->front() <= rank)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, startsShape->front()));
  if (adaptor.getSteps())
    steps = constantIntegers(adaptor.getSteps());
  else if (axes)
    steps = Dims(axes->size(), 1);

  Dims result(*input);
  if (!axes) {
    result.assign(rank, ShapedType::kDynamic);
    return addTensor(types, loc, result, element);
  }
  if (failed(normalizeAxes(loc, *axes, rank)))
    return failure();
  for (const auto &[name, list] :
       {std::pair("starts", &starts), {"ends", &ends}, {"steps", &steps}})
    if (*list && (*list)->size() != axes->size())
      return emitOptionalError(loc, name, " has ", (*list)->size(),
                               " elements, but ", axes->size(),
                               " axes are sliced");
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    int64_t size = result[axis];
    if (steps && (*steps)[i] == 0)
      return emitOptionalError(loc, "a step is 0");
    result[axis] = ShapedType::kDynamic;
    if (starts && ends && steps && !isDynamic(size))
      result[axis] = sliceSize(size, (*starts)[i], (*ends)[i], (*steps)[i]);
  }
  return addTensor(types, loc, result, element);
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

LogicalResult PadOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                      Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  if (Value value = adaptor.getValue()) {
    if (failed(sameElementType(loc, "the value", value, adaptor.getInput())))
      return failure();
    auto shape = shapeOf(value);
    if (shape && llvm::any_of(*shape, [](int64_t n) { return n != 1; }))
      return emitOptionalError(loc, "the value has shape ", toString(*shape),
                               ", but must be a scalar");
  }
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  int64_t rank = input->size();
  std::optional<Dims> pads = constantIntegers(adaptor.getPads());
  std::optional<Dims> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (Value operand = adaptor.getAxes())
    axes = constantIntegers(operand);
  Dims result(*input);
  if (!axes || !pads) {
    result.assign(rank, ShapedType::kDynamic);
    return addTensor(types, loc, result, element);
  }
  if (failed(normalizeAxes(loc, *axes, rank)))
    return failure();
  if (pads->size() != 2 * axes->size())
    return emitOptionalError(loc, "pads has ", pads->size(), " elements, but ",
                             2 * axes->size(), " are needed");
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    int64_t &size = result[axis];
    int64_t begin = (*pads)[i], end = (*pads)[i + axes->size()];
    if (begin == 0 && end == 0)
      continue;
    if (isDynamic(size))
      continue;
    std::optional<int64_t> both = llvm::checkedAdd(begin, end);
    std::optional<int64_t> padded =
        both ? llvm::checkedAdd(size, *both) : std::nullopt;
    if (!padded || *padded < 0)
      return emitOptionalError(loc, "dimension ", axis, ", which is ", size,
                               ", cannot be padded by ", begin, " and ", end);
    size = *padded;
  }
  return addTensor(types, loc, result, element);
}

} // namespace resnetc::resnet
