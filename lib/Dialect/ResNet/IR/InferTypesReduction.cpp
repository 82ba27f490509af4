//===- InferTypesReduction.cpp - Reductions, results along axes -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace resnetc::resnet {

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

std::optional<Dims> reducedAxes(Value axes, int64_t rank, bool noop) {
  Dims result;
  if (axes) {
    std::optional<Dims> known = constantIntegers(axes);
    if (!known)
      return std::nullopt;
    result = *known;
  }
  if (result.empty() && !noop)
    return llvm::to_vector(llvm::seq<int64_t>(0, rank));
  for (int64_t &axis : result)
    axis += axis < 0 ? rank : 0;
  return result;
}

static LogicalResult addReduced(Types &types, MaybeLoc loc,
                                ArrayRef<int64_t> input, ArrayRef<int64_t> axes,
                                bool keepdims, Type element) {
  Dims result;
  for (auto [i, size] : llvm::enumerate(input)) {
    if (!llvm::is_contained(axes, static_cast<int64_t>(i)))
      result.push_back(size);
    else if (keepdims)
      result.push_back(1);
  }
  return addTensor(types, loc, result, element);
}

template <typename Adaptor>
static LogicalResult inferReduction(Adaptor adaptor, MaybeLoc loc,
                                    Types &types) {
  Type element = elementType(adaptor.getInput());
  if (!element.isIntOrFloat())
    return emitOptionalError(loc, "cannot reduce elements of type ", element);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  int64_t rank = input->size();
  Value operand = adaptor.getAxes();
  if (operand) {
    auto shape = shapeOf(operand);
    if (shape && shape->size() > 1)
      return emitOptionalError(loc, "axes has rank ", shape->size(), ", not 1");
    std::optional<Dims> known = constantIntegers(operand);
    if (!known) {
      Dims unknown(rank, ShapedType::kDynamic);
      return adaptor.getKeepdims() ? addTensor(types, loc, unknown, element)
                                   : addUnranked(types, element);
    }
    if (failed(normalizeAxes(loc, *known, rank)))
      return failure();
  }
  return addReduced(types, loc, *input,
                    *reducedAxes(operand, rank, adaptor.getNoopWithEmptyAxes()),
                    adaptor.getKeepdims(), element);
}

LogicalResult ReduceMeanOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                             Adaptor adaptor, Types &types) {
  return inferReduction(adaptor, loc, types);
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  return inferReduction(adaptor, loc, types);
}

template <typename Adaptor>
static LogicalResult inferArg(MLIRContext *context, MaybeLoc loc,
                              Adaptor adaptor, Types &types) {
  Type element = IntegerType::get(context, 64);
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, input->size())))
    return failure();
  if ((*input)[axis] == 0)
    return emitOptionalError(loc, "there are no elements along axis ", axis);
  return addReduced(types, loc, *input, axis, adaptor.getKeepdims(), element);
}

LogicalResult ArgMaxOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  return inferArg(context, loc, adaptor, types);
}

LogicalResult ArgMinOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  return inferArg(context, loc, adaptor, types);
}

//===----------------------------------------------------------------------===//
// Of the shape of the operand
//===----------------------------------------------------------------------===//

template <typename Adaptor>
static LogicalResult inferSoftmax(MaybeLoc loc, Adaptor adaptor, Types &types) {
  int64_t axis = adaptor.getAxis();
  if (auto shape = shapeOf(adaptor.getInput())) {
    int64_t rank = shape->size();
    // The flattening form may name the end: softmax over nothing.
    if (failed(normalizeAxis(loc, axis, rank,
                             adaptor.getFlatten() ? rank + 1 : rank)))
      return failure();
  }
  return addLike(types, adaptor.getInput());
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  return inferSoftmax(loc, adaptor, types);
}

LogicalResult HardmaxOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  return inferSoftmax(loc, adaptor, types);
}

LogicalResult CumSumOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                         Adaptor adaptor, Types &types) {
  if (!elementType(adaptor.getInput()).isIntOrFloat())
    return emitOptionalError(loc, "cannot add elements of type ",
                             elementType(adaptor.getInput()));
  auto shape = shapeOf(adaptor.getAxis());
  if (shape && !shape->empty() && *shape != ArrayRef<int64_t>{1})
    return emitOptionalError(loc, "the axis has shape ", toString(*shape),
                             ", but must be a scalar");
  auto input = shapeOf(adaptor.getInput());
  std::optional<Dims> axis = constantIntegers(adaptor.getAxis());
  if (input && axis && failed(normalizeAxes(loc, *axis, input->size())))
    return failure();
  return addLike(types, adaptor.getInput());
}

LogicalResult LrnOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                      Adaptor adaptor, Types &types) {
  constexpr int64_t maxSize = int64_t(1) << 30;
  if (adaptor.getSize() < 1 || adaptor.getSize() > maxSize)
    return emitOptionalError(loc, "size is ", adaptor.getSize());
  auto input = shapeOf(adaptor.getInput());
  if (input && input->size() < 2)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but at least 2 is needed");
  return addLike(types, adaptor.getInput());
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

LogicalResult PickClassOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput()),
       target = shapeOf(adaptor.getTarget());
  if (input && input->empty())
    return emitOptionalError(loc, "the input is a scalar");
  bool isWeight = input && input->size() == 1;
  if (input && (*input)[isWeight ? 0 : 1] == 0)
    return emitOptionalError(loc, "there are no classes");
  if (!input || !target)
    return target ? addTensor(types, loc, *target, element)
                  : addUnranked(types, element);
  if (isWeight)
    return addTensor(types, loc, *target, element);
  Dims expected(*input);
  expected.erase(expected.begin() + 1);
  bool fits = target->size() == expected.size();
  for (size_t i = 0; fits && i < expected.size(); ++i) {
    fits = mayAgree((*target)[i], expected[i]);
    if (isDynamic(expected[i]))
      expected[i] = (*target)[i];
  }
  if (!fits)
    return emitOptionalError(loc, "the target has shape ", toString(*target),
                             ", but the input ", toString(*input));
  return addTensor(types, loc, expected, element);
}

} // namespace resnetc::resnet
