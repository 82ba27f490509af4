//===- InferTypesIndexing.cpp - Indices and generators --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"
#include <cmath>

using namespace mlir;

namespace resnetc::resnet {

/// The integer that a constant of one element of any type is.
static std::optional<int64_t> constantInteger(Value value) {
  std::optional<SmallVector<double>> numbers = constantNumbers(value);
  if (!numbers || numbers->size() != 1 || !(std::abs(numbers->front()) < 1e15))
    return std::nullopt;
  return static_cast<int64_t>(numbers->front());
}

/// Checks that a value has one element, whatever its rank.
static LogicalResult checkScalar(MaybeLoc loc, StringRef name, Value value) {
  auto shape = shapeOf(value);
  if (shape && llvm::any_of(*shape, [](int64_t n) { return !mayAgree(n, 1); }))
    return emitOptionalError(loc, name, " has shape ", toString(*shape),
                             ", but must be a scalar");
  return success();
}

//===----------------------------------------------------------------------===//
// Elements at indices, and indices of elements
//===----------------------------------------------------------------------===//

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                 Adaptor adaptor,
                                                 Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  auto indices = shapeOf(adaptor.getIndices());
  if (!input || !indices)
    return addUnranked(types, element);
  if (input->size() != indices->size())
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but the indices have rank ", indices->size());
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, input->size())))
    return failure();
  for (auto [i, sizes] : llvm::enumerate(llvm::zip_equal(*input, *indices))) {
    auto [have, need] = sizes;
    if (static_cast<int64_t>(i) != axis && !isDynamic(have) && need > have)
      return emitOptionalError(loc, "the indices have shape ",
                               toString(*indices), ", the input only ",
                               toString(*input));
  }
  int64_t size = (*input)[axis];
  if (std::optional<Dims> known = constantIntegers(adaptor.getIndices()))
    for (int64_t index : *known)
      if (!isDynamic(size) && (index < -size || index >= size))
        return emitOptionalError(loc, "index ", index,
                                 " does not exist in dimension ", axis,
                                 ", which is ", size);
  return addTensor(types, loc, *indices, element);
}

LogicalResult GatherNDOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                           Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  auto indices = shapeOf(adaptor.getIndices());
  if (!input || !indices)
    return addUnranked(types, element);
  int64_t rank = input->size(), indicesRank = indices->size();
  int64_t batch = adaptor.getBatchDims();
  if (batch < 0 || batch >= std::min(rank, indicesRank))
    return emitOptionalError(loc, "batch_dims is ", batch, ", but ranks are ",
                             rank, " and ", indicesRank);
  for (int64_t i = 0; i < batch; ++i)
    if (!mayAgree((*input)[i], (*indices)[i]))
      return emitOptionalError(loc, "shapes ", toString(*input), " and ",
                               toString(*indices), " differ in the first ",
                               batch, " dimensions");
  int64_t count = indices->back();
  if (isDynamic(count))
    return addUnranked(types, element);
  if (count < 1 || count > rank - batch)
    return emitOptionalError(loc, "tuples of ", count, " indices into ",
                             rank - batch, " dimensions");
  Dims result(indices->drop_back());
  result.append(input->begin() + batch + count, input->end());
  return addTensor(types, loc, result, element);
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  Type element = IntegerType::get(context, 64);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, input->size())) ||
      failed(checkScalar(loc, "k", adaptor.getK())))
    return failure();
  Dims result(*input);
  result[axis] = ShapedType::kDynamic;
  if (std::optional<int64_t> k = constantInteger(adaptor.getK())) {
    int64_t size = (*input)[axis];
    if (*k < 0 || (!isDynamic(size) && *k > size))
      return emitOptionalError(loc, "k is ", *k, ", but there are ", size,
                               " elements");
    result[axis] = *k;
  }
  return addTensor(types, loc, result, element);
}

LogicalResult NonZeroOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Type element = IntegerType::get(context, 64);
  auto input = shapeOf(adaptor.getInput());
  int64_t rank = input ? input->size() : ShapedType::kDynamic;
  int64_t count = ShapedType::kDynamic;
  if (auto numbers = constantNumbers(adaptor.getInput()))
    count = llvm::count_if(*numbers, [](double x) { return x != 0; });
  return addTensor(types, loc, {rank, count}, element);
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

LogicalResult OneHotOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getValues());
  auto values = shapeOf(adaptor.getValues());
  if (values && (values->size() != 1 || !mayAgree(values->front(), 2)))
    return emitOptionalError(loc, "the values have shape ", toString(*values),
                             ", not 2");
  if (failed(checkScalar(loc, "the depth", adaptor.getDepth())))
    return failure();
  for (Value value : {adaptor.getIndices(), adaptor.getDepth()})
    if (!elementType(value).isIntOrFloat())
      return emitOptionalError(loc, "an index is no number");
  auto indices = shapeOf(adaptor.getIndices());
  if (!indices)
    return addUnranked(types, element);
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, indices->size() + 1)))
    return failure();
  int64_t depth = ShapedType::kDynamic;
  if (std::optional<int64_t> known = constantInteger(adaptor.getDepth())) {
    if (*known < 0)
      return emitOptionalError(loc, "the depth is ", *known);
    depth = *known;
  }
  Dims result(*indices);
  result.insert(result.begin() + axis, depth);
  return addTensor(types, loc, result, element);
}

LogicalResult EyeLikeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Type to = adaptor.getTo();
  if (!to.isIntOrFloat())
    return emitOptionalError(loc, "cannot make elements of type ", to);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnknown(types, 2, to);
  if (input->size() != 2)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", not 2");
  return addTensor(types, loc, *input, to);
}

LogicalResult RangeOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                        Adaptor adaptor, Types &types) {
  Value start = adaptor.getStart(), limit = adaptor.getLimit(),
        delta = adaptor.getDelta();
  Type element = elementType(start);
  if (failed(sameElementType(loc, "the limit", limit, start)) ||
      failed(sameElementType(loc, "delta", delta, start)) ||
      failed(checkScalar(loc, "the start", start)) ||
      failed(checkScalar(loc, "the limit", limit)) ||
      failed(checkScalar(loc, "delta", delta)))
    return failure();
  auto from = constantNumbers(start), to = constantNumbers(limit),
       by = constantNumbers(delta);
  if (!from || !to || !by)
    return addUnknown(types, 1, element);
  if (by->front() == 0)
    return emitOptionalError(loc, "delta is 0");
  double count = std::ceil((to->front() - from->front()) / by->front());
  // Also of what is not a number.
  if (!(count < 1e15))
    return emitOptionalError(loc, "the result is too large");
  return addTensor(types, loc, {static_cast<int64_t>(std::max(count, 0.0))},
                   element);
}

LogicalResult TriluOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                        Adaptor adaptor, Types &types) {
  if (Value k = adaptor.getK())
    if (failed(checkScalar(loc, "k", k)))
      return failure();
  auto input = shapeOf(adaptor.getInput());
  if (input && input->size() < 2)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but at least 2 is needed");
  return addLike(types, adaptor.getInput());
}

LogicalResult ReverseSequenceOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addLike(types, adaptor.getInput());
  int64_t batch = adaptor.getBatchAxis(), time = adaptor.getTimeAxis();
  if (failed(normalizeAxis(loc, batch, input->size())) ||
      failed(normalizeAxis(loc, time, input->size())))
    return failure();
  if (batch == time)
    return emitOptionalError(loc, "sequences and time are both axis ", time);
  auto length = lengthOf(loc, "lengths", adaptor.getLengths());
  if (failed(length))
    return failure();
  if (*length && !mayAgree(**length, (*input)[batch]))
    return emitOptionalError(loc, "there are ", **length, " lengths for ",
                             (*input)[batch], " sequences");
  return addLike(types, adaptor.getInput());
}

} // namespace resnetc::resnet
