//===- InferTypesElementwise.cpp - Elementwise, norms ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"

using namespace mlir;

namespace resnetc::resnet {

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                           Adaptor adaptor, Types &types) {
  auto value = adaptor.getValue();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return emitOptionalError(loc, "the value is no tensor");
  // One value that is repeated takes no memory here, but does later.
  std::optional<int64_t> count = product(Dims(type.getShape()));
  if (!count || *count > maxSplat)
    if (auto dense = dyn_cast<DenseElementsAttr>(value); dense)
      return emitOptionalError(loc, "a constant of shape ",
                               toString(type.getShape()), " is too large");
  types.push_back(type);
  return success();
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

LogicalResult addBooleanLike(Types &types, MaybeLoc loc, Value value) {
  Type boolean = IntegerType::get(value.getContext(), 1);
  if (auto shape = shapeOf(value))
    return addTensor(types, loc, *shape, boolean);
  return addUnranked(types, boolean);
}

LogicalResult ReorderOp::inferReturnTypes(MLIRContext *, MaybeLoc,
                                          Adaptor adaptor, Types &types) {
  return addLike(types, adaptor.getInput());
}

LogicalResult ClipOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  for (Value bound : {adaptor.getMin(), adaptor.getMax()}) {
    if (!bound)
      continue;
    if (failed(sameElementType(loc, "a bound", bound, adaptor.getInput())))
      return failure();
    auto shape = shapeOf(bound);
    if (shape && llvm::any_of(*shape, [](int64_t n) { return n != 1; }))
      return emitOptionalError(loc, "a bound has shape ", toString(*shape),
                               ", but must be a scalar");
  }
  return addLike(types, adaptor.getInput());
}

LogicalResult CastOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                       Adaptor adaptor, Types &types) {
  Type to = adaptor.getTo();
  if (!to.isIntOrFloat())
    return emitOptionalError(loc, "cannot cast to ", to);
  if (auto shape = shapeOf(adaptor.getInput()))
    return addTensor(types, loc, *shape, to);
  return addUnranked(types, to);
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

static LogicalResult addBroadcastOf(Types &types, MaybeLoc loc, Value lhs,
                                    Value rhs, Type element) {
  auto a = shapeOf(lhs), b = shapeOf(rhs);
  if (!a || !b)
    return addUnranked(types, element);
  FailureOr<Dims> result = broadcast(loc, *a, *b);
  if (failed(result))
    return failure();
  return addTensor(types, loc, *result, element);
}

LogicalResult addBroadcast(Types &types, MaybeLoc loc, Value lhs, Value rhs) {
  if (failed(sameElementType(loc, "the right operand", rhs, lhs)))
    return failure();
  return addBroadcastOf(types, loc, lhs, rhs, elementType(lhs));
}

LogicalResult addBroadcastLikeLhs(Types &types, MaybeLoc loc, Value lhs,
                                  Value rhs) {
  return addBroadcastOf(types, loc, lhs, rhs, elementType(lhs));
}

LogicalResult addBroadcastBoolean(Types &types, MaybeLoc loc, Value lhs,
                                  Value rhs) {
  if (failed(sameElementType(loc, "the right operand", rhs, lhs)))
    return failure();
  return addBroadcastOf(types, loc, lhs, rhs,
                        IntegerType::get(lhs.getContext(), 1));
}

//===----------------------------------------------------------------------===//
// Three operands
//===----------------------------------------------------------------------===//

LogicalResult WhereOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                        Adaptor adaptor, Types &types) {
  Value condition = adaptor.getCondition(), x = adaptor.getX(),
        y = adaptor.getY();
  if (!elementType(condition).isInteger(1))
    return emitOptionalError(loc, "the condition has elements of type ",
                             elementType(condition), ", not booleans");
  SmallVector<Type> chosen;
  if (failed(addBroadcast(chosen, loc, x, y)))
    return failure();
  auto a = shapeOf(condition);
  auto b = dyn_cast<RankedTensorType>(chosen.front());
  if (!a || !b)
    return addUnranked(types, elementType(x));
  FailureOr<Dims> result = broadcast(loc, *a, b.getShape());
  if (failed(result))
    return failure();
  return addTensor(types, loc, *result, elementType(x));
}

//===----------------------------------------------------------------------===//
// Normalization
//===----------------------------------------------------------------------===//

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  auto input = shapeOf(adaptor.getInput());
  if (input && input->size() < 2)
    return emitOptionalError(loc, "the input has rank ", input->size(),
                             ", but at least 2 is needed");
  int64_t channels = input ? (*input)[1] : ShapedType::kDynamic;
  static constexpr StringRef names[] = {"scale", "offset", "mean", "variance"};
  for (auto [i, name] : llvm::enumerate(names)) {
    auto shape = shapeOf(adaptor.getOperands()[i + 1]);
    if (shape && shape->size() != 1)
      return emitOptionalError(loc, "the ", name, " has rank ", shape->size(),
                               ", not 1");
    if (shape && !mayAgree(shape->front(), channels))
      return emitOptionalError(loc, "the ", name, " has ", shape->front(),
                               " elements, but the input has ", channels,
                               " channels");
  }
  return addLike(types, adaptor.getInput());
}

LogicalResult BatchNormOp::verify() {
  if (!getEpsilon().isFinite() || getEpsilon().isNegative())
    return emitError("epsilon must be finite and not negative");
  return success();
}

} // namespace resnetc::resnet
