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
  StringRef mode = adaptor.getMode();
  if (!llvm::is_contained({"constant", "edge", "reflect", "wrap"}, mode))
    return emitOptionalError(loc, "there is no mode '", mode, "'");
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
    if (size == 0 && mode != "constant" && (begin > 0 || end > 0))
      return emitOptionalError(loc, "dimension ", axis,
                               " has no elements to pad with");
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

//===----------------------------------------------------------------------===//
// Copies of elements
//===----------------------------------------------------------------------===//

LogicalResult ExpandOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  auto length = lengthOf(loc, "the shape", adaptor.getShape());
  if (failed(length))
    return failure();
  std::optional<Dims> shape = constantIntegers(adaptor.getShape());
  if (!input)
    return addUnranked(types, element);
  if (!shape)
    return addUnknown(types,
                      *length ? std::optional<int64_t>(
                                    std::max<int64_t>(**length, input->size()))
                              : std::nullopt,
                      element);
  for (int64_t size : *shape)
    if (size < 0)
      return emitOptionalError(loc, "the shape contains ", size);
  FailureOr<Dims> result = broadcast(loc, *input, *shape);
  if (failed(result))
    return failure();
  return addTensor(types, loc, *result, element);
}

LogicalResult TileOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  auto length = lengthOf(loc, "repeats", adaptor.getRepeats());
  if (failed(length))
    return failure();
  if (*length && **length != static_cast<int64_t>(input->size()))
    return emitOptionalError(loc, "repeats has ", **length,
                             " elements, but the input has rank ",
                             input->size());
  std::optional<Dims> repeats = constantIntegers(adaptor.getRepeats());
  if (!repeats)
    return addUnknown(types, input->size(), element);
  Dims result(*input);
  for (auto [size, count] : llvm::zip_equal(result, *repeats)) {
    if (count < 0)
      return emitOptionalError(loc, "repeats contains ", count);
    if (isDynamic(size) || count == 1)
      continue;
    std::optional<int64_t> tiled = llvm::checkedMul(size, count);
    if (!tiled)
      return emitOptionalError(loc, "the result is too large");
    size = *tiled;
  }
  return addTensor(types, loc, result, element);
}

//===----------------------------------------------------------------------===//
// Images
//===----------------------------------------------------------------------===//

/// The input's shape, unless the rank is unknown, and block * block.
static FailureOr<std::optional<Dims>>
checkBlocks(MaybeLoc loc, Value input, int64_t block, int64_t &square) {
  // Far above all real ones, and its square does not overflow.
  if (block < 1 || block > 1 << 20)
    return emitOptionalError(loc, "the block is ", block);
  square = block * block;
  auto shape = shapeOf(input);
  if (!shape)
    return std::optional<Dims>();
  if (shape->size() != 4)
    return emitOptionalError(loc, "the input has rank ", shape->size(),
                             ", not 4");
  return std::optional<Dims>(Dims(*shape));
}

static FailureOr<int64_t> multiply(MaybeLoc loc, int64_t size, int64_t by) {
  if (isDynamic(size))
    return size;
  std::optional<int64_t> result = llvm::checkedMul(size, by);
  if (!result)
    return emitOptionalError(loc, "the result is too large");
  return *result;
}

static FailureOr<int64_t> divide(MaybeLoc loc, int64_t size, int64_t by) {
  if (isDynamic(size))
    return size;
  if (size % by != 0)
    return emitOptionalError(loc, "a dimension of ", size,
                             " is no multiple of ", by);
  return size / by;
}

static LogicalResult addBlocks(Types &types, MaybeLoc loc, Type element,
                               int64_t batch,
                               ArrayRef<FailureOr<int64_t>> sizes) {
  Dims result = {batch};
  for (FailureOr<int64_t> size : sizes) {
    if (failed(size))
      return failure();
    result.push_back(*size);
  }
  return addTensor(types, loc, result, element);
}

LogicalResult DepthToSpaceOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                               Adaptor adaptor, Types &types) {
  int64_t block = adaptor.getBlock(), square = 1;
  auto input = checkBlocks(loc, adaptor.getInput(), block, square);
  if (failed(input))
    return failure();
  Type element = elementType(adaptor.getInput());
  if (!*input)
    return addUnknown(types, 4, element);
  const Dims &size = **input;
  return addBlocks(types, loc, element, size[0],
                   {divide(loc, size[1], square), multiply(loc, size[2], block),
                    multiply(loc, size[3], block)});
}

LogicalResult SpaceToDepthOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                               Adaptor adaptor, Types &types) {
  int64_t block = adaptor.getBlock(), square = 1;
  auto input = checkBlocks(loc, adaptor.getInput(), block, square);
  if (failed(input))
    return failure();
  Type element = elementType(adaptor.getInput());
  if (!*input)
    return addUnknown(types, 4, element);
  const Dims &size = **input;
  return addBlocks(types, loc, element, size[0],
                   {multiply(loc, size[1], square), divide(loc, size[2], block),
                    divide(loc, size[3], block)});
}

} // namespace resnetc::resnet
