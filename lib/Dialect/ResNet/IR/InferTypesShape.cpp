//===- InferTypesShape.cpp - Operations that only change shape ------------===//
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

FailureOr<std::optional<int64_t>> lengthOf(MaybeLoc loc, StringRef name,
                                           Value operand) {
  auto shape = shapeOf(operand);
  if (!shape)
    return std::optional<int64_t>();
  if (shape->size() != 1)
    return emitOptionalError(loc, name, " has rank ", shape->size(),
                             ", but must be a vector");
  if (isDynamic(shape->front()))
    return std::optional<int64_t>();
  return std::optional<int64_t>(shape->front());
}

LogicalResult addUnknown(Types &types, std::optional<int64_t> rank,
                         Type element) {
  // A file can claim any length; no real tensor has this many dimensions.
  if (!rank || *rank > 64)
    return addUnranked(types, element);
  Dims unknown(*rank, ShapedType::kDynamic);
  types.push_back(RankedTensorType::get(unknown, element));
  return success();
}

//===----------------------------------------------------------------------===//
// Shape, Reshape, Flatten
//===----------------------------------------------------------------------===//

LogicalResult ShapeOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                        Adaptor adaptor, Types &types) {
  Type element = IntegerType::get(context, 64);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addTensor(types, loc, {ShapedType::kDynamic}, element);
  int64_t rank = input->size();
  auto clamp = [&](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + rank : position, 0,
                               rank);
  };
  int64_t start = clamp(adaptor.getStart());
  int64_t end = clamp(adaptor.getEnd().value_or(rank));
  return addTensor(types, loc, {std::max<int64_t>(end - start, 0)}, element);
}

/// The size that -1 stands for, or kDynamic: the input's elements divided by
/// those of `result` without -1. Unknown dimensions cancel out where the
/// result copies them.
static FailureOr<int64_t> inferRemaining(MaybeLoc loc, ArrayRef<int64_t> input,
                                         ArrayRef<int64_t> result,
                                         int64_t remaining) {
  Dims from, to;
  int64_t unknown = 0;
  for (int64_t size : input)
    isDynamic(size) ? void(++unknown) : from.push_back(size);
  for (auto [i, size] : llvm::enumerate(result)) {
    if (static_cast<int64_t>(i) == remaining)
      continue;
    isDynamic(size) ? void(--unknown) : to.push_back(size);
  }
  std::optional<int64_t> have = product(from), need = product(to);
  if (!have || !need)
    return emitOptionalError(loc, "the shape ", toString(result),
                             " is too large");
  if (unknown != 0) // some of the input's unknown sizes are not copied
    return ShapedType::kDynamic;
  if (*need == 0)
    return emitOptionalError(loc, "-1 is ambiguous beside a dimension of 0");
  if (*have % *need != 0)
    return emitOptionalError(loc, "cannot reshape ", toString(input), " to ",
                             toString(result));
  return *have / *need;
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto length = lengthOf(loc, "the shape", adaptor.getShape());
  if (failed(length))
    return failure();
  std::optional<Dims> shape = constantIntegers(adaptor.getShape());
  if (!shape)
    return addUnknown(types, *length, element);
  auto input = shapeOf(adaptor.getInput());
  Dims result = *shape;
  int64_t remaining = -1;
  for (auto [i, size] : llvm::enumerate(result)) {
    if (size == -1) {
      if (remaining != -1)
        return emitOptionalError(loc, "the shape has more than one -1");
      remaining = i;
      size = ShapedType::kDynamic;
    } else if (size < 0) {
      return emitOptionalError(loc, "the shape contains ", size);
    } else if (size == 0 && !adaptor.getAllowzero()) {
      if (!input) {
        size = ShapedType::kDynamic;
        continue;
      }
      if (i >= input->size())
        return emitOptionalError(loc, "the shape copies dimension ", i,
                                 ", but the input has rank ", input->size());
      size = (*input)[i];
    }
  }
  if (!input)
    return addTensor(types, loc, result, element);
  if (remaining != -1) {
    FailureOr<int64_t> size = inferRemaining(loc, *input, result, remaining);
    if (failed(size))
      return failure();
    result[remaining] = *size;
  }
  if (!llvm::is_contained(*input, ShapedType::kDynamic) &&
      !llvm::is_contained(result, ShapedType::kDynamic) &&
      product(*input) != product(result))
    return emitOptionalError(loc, "cannot reshape ", toString(*input), " to ",
                             toString(result));
  return addTensor(types, loc, result, element);
}

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnknown(types, 2, element);
  int64_t rank = input->size(), axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, rank, rank + 1)))
    return failure();
  Dims result;
  for (ArrayRef<int64_t> part :
       {input->take_front(axis), input->drop_front(axis)}) {
    if (llvm::is_contained(part, ShapedType::kDynamic)) {
      result.push_back(ShapedType::kDynamic);
      continue;
    }
    std::optional<int64_t> size = product(part);
    if (!size)
      return emitOptionalError(loc, "the result is too large");
    result.push_back(*size);
  }
  return addTensor(types, loc, result, element);
}

//===----------------------------------------------------------------------===//
// Squeeze, Unsqueeze, Transpose
//===----------------------------------------------------------------------===//

LogicalResult SqueezeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  Dims axes;
  if (Value operand = adaptor.getAxes()) {
    auto length = lengthOf(loc, "axes", operand);
    if (failed(length))
      return failure();
    std::optional<Dims> known = constantIntegers(operand);
    if (!known) {
      int64_t rank = input->size();
      return addUnknown(types,
                        *length && **length <= rank
                            ? std::optional<int64_t>(rank - **length)
                            : std::nullopt,
                        element);
    }
    axes = *known;
    if (failed(normalizeAxes(loc, axes, input->size())))
      return failure();
    for (int64_t axis : axes)
      if (!mayAgree((*input)[axis], 1))
        return emitOptionalError(loc, "dimension ", axis, " is ",
                                 (*input)[axis], ", not 1");
  } else {
    if (llvm::is_contained(*input, ShapedType::kDynamic))
      return addUnranked(types, element); // it may be 1 or not
    for (auto [i, size] : llvm::enumerate(*input))
      if (size == 1)
        axes.push_back(i);
  }
  Dims result;
  for (auto [i, size] : llvm::enumerate(*input))
    if (!llvm::is_contained(axes, static_cast<int64_t>(i)))
      result.push_back(size);
  return addTensor(types, loc, result, element);
}

LogicalResult UnsqueezeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  std::optional<Dims> axes = constantIntegers(adaptor.getAxes());
  if (!axes) {
    auto length = lengthOf(loc, "axes", adaptor.getAxes());
    if (failed(length))
      return failure();
    int64_t rank = input->size();
    return addUnknown(types,
                      *length && **length <= 64
                          ? std::optional<int64_t>(rank + **length)
                          : std::nullopt,
                      element);
  }
  int64_t rank = input->size() + axes->size();
  if (failed(normalizeAxes(loc, *axes, rank)))
    return failure();
  Dims result;
  auto next = input->begin();
  for (int64_t i = 0; i < rank; ++i)
    result.push_back(llvm::is_contained(*axes, i) ? 1 : *next++);
  return addTensor(types, loc, result, element);
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  ArrayRef<int64_t> perm = adaptor.getPerm();
  Dims sorted(perm);
  llvm::sort(sorted);
  for (auto [i, axis] : llvm::enumerate(sorted))
    if (axis != static_cast<int64_t>(i))
      return emitOptionalError(loc, "perm is no permutation of 0 to ",
                               perm.size() - 1);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnknown(types, perm.size(), element);
  if (input->size() != perm.size())
    return emitOptionalError(loc, "perm has ", perm.size(),
                             " elements, but the input has rank ",
                             input->size());
  Dims result;
  for (int64_t axis : perm)
    result.push_back((*input)[axis]);
  return addTensor(types, loc, result, element);
}

LogicalResult ConstantOfShapeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  ShapedType value = adaptor.getValue().getShapedType();
  if (!value.hasStaticShape() || product(value.getShape()) != 1)
    return emitOptionalError(loc, "the value must have one element");
  auto length = lengthOf(loc, "the shape", adaptor.getShape());
  if (failed(length))
    return failure();
  std::optional<Dims> shape = constantIntegers(adaptor.getShape());
  if (!shape)
    return addUnknown(types, *length, value.getElementType());
  for (int64_t size : *shape)
    if (size < 0)
      return emitOptionalError(loc, "the shape contains ", size);
  return addTensor(types, loc, *shape, value.getElementType());
}

} // namespace resnetc::resnet
