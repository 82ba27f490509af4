//===- InferTypes.cpp - Result types of computations ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeInference.h"

using namespace mlir;
using namespace resnetc::resnet;

using OptLoc = std::optional<Location>;
using Types = SmallVectorImpl<Type>;

/// Dimension-wise NumPy broadcast. Fails, with an error, where sizes differ
/// and neither is 1.
static FailureOr<Shape> broadcast(OptLoc loc, ArrayRef<int64_t> a,
                                  ArrayRef<int64_t> c) {
  size_t rank = std::max(a.size(), c.size());
  Shape result(rank);
  for (size_t d = 0; d < rank; ++d) {
    // Aligned at the last dimension.
    int64_t x = d + a.size() >= rank ? a[d + a.size() - rank] : 1;
    int64_t y = d + c.size() >= rank ? c[d + c.size() - rank] : 1;
    if (x == 1 || x == y)
      result[d] = y;
    else if (y == 1 || ShapedType::isDynamic(y))
      result[d] = x;
    else if (ShapedType::isDynamic(x))
      result[d] = y;
    else
      return emitOptionalError(loc, "sizes ", x, " and ", y,
                               " do not broadcast to each other");
  }
  return result;
}

static LogicalResult sameType(Value input, Types &types) {
  types.push_back(tensorType(shapeOf(input), elementTypeOf(input)));
  return success();
}

static LogicalResult broadcastTypes(OptLoc loc, Value a, Value c,
                                    Types &types) {
  if (elementTypeOf(a) != elementTypeOf(c))
    return emitOptionalError(loc, "operands have element types ",
                             elementTypeOf(a), " and ", elementTypeOf(c));
  std::optional<Shape> x = shapeOf(a), y = shapeOf(c);
  if (!x || !y) {
    types.push_back(tensorType(std::nullopt, elementTypeOf(a)));
    return success();
  }
  FailureOr<Shape> shape = broadcast(loc, *x, *y);
  if (failed(shape))
    return failure();
  types.push_back(tensorType(*shape, elementTypeOf(a)));
  return success();
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

#define INFER(OP)                                                              \
  LogicalResult OP::inferReturnTypes(MLIRContext *, OptLoc loc,             \
                                     OP::Adaptor op, Types &types)

INFER(ConstantOp) {
  (void)loc;
  types.push_back(op.getValue().getType());
  return success();
}
INFER(ReluOp) { (void)loc; return sameType(op.getInput(), types); }
INFER(SigmoidOp) { (void)loc; return sameType(op.getInput(), types); }
INFER(ClipOp) { (void)loc; return sameType(op.getInput(), types); }
INFER(SoftmaxOp) {
  if (std::optional<Shape> shape = shapeOf(op.getInput()))
    if (failed(normalizeAxis(loc, op.getAxis(), shape->size())))
      return failure();
  return sameType(op.getInput(), types);
}
INFER(BatchNormOp) { (void)loc; return sameType(op.getInput(), types); }
INFER(ReorderOp) { (void)loc; return sameType(op.getInput(), types); }
INFER(AddOp) { return broadcastTypes(loc, op.getLhs(), op.getRhs(), types); }
INFER(SubOp) { return broadcastTypes(loc, op.getLhs(), op.getRhs(), types); }
INFER(MulOp) { return broadcastTypes(loc, op.getLhs(), op.getRhs(), types); }
INFER(DivOp) { return broadcastTypes(loc, op.getLhs(), op.getRhs(), types); }
INFER(CastOp) {
  (void)loc;
  types.push_back(tensorType(shapeOf(op.getInput()), op.getTo()));
  return success();
}

//===----------------------------------------------------------------------===//
// Convolution and matrix product
//===----------------------------------------------------------------------===//

INFER(ConvOp) {
  std::optional<Shape> input = shapeOf(op.getInput());
  std::optional<Shape> weight = shapeOf(op.getWeight());
  Type element = elementTypeOf(op.getInput());
  if (!input || !weight) {
    types.push_back(tensorType(std::nullopt, element));
    return success();
  }
  if (input->size() < 3 || input->size() != weight->size())
    return emitOptionalError(loc, "weight has rank ", weight->size(),
                             ", but the input has rank ", input->size(),
                             "; both must be 3 or more and equal");
  int64_t group = op.getGroup();
  if (group < 1)
    return emitOptionalError(loc, "group is ", group, "; it must be positive");
  int64_t channels = (*input)[1], outputs = (*weight)[0];
  for (int64_t size : *weight)
    if (size < 1 && !ShapedType::isDynamic(size))
      return emitOptionalError(loc, "weight has a dimension of size ", size);
  if (!ShapedType::isDynamic(channels) &&
      !ShapedType::isDynamic((*weight)[1]) &&
      (channels % group != 0 || channels / group != (*weight)[1]))
    return emitOptionalError(loc, "weight has ", (*weight)[1],
                             " input channels, but the input has ", channels,
                             " in ", group, " group(s)");
  if (!ShapedType::isDynamic(outputs) && outputs % group != 0)
    return emitOptionalError(loc, group, " groups do not divide ", outputs,
                             " output channels");
  Window window{ArrayRef(*weight).drop_front(2), op.getStrides(), op.getPads(),
                op.getDilations(), op.getAutoPad()};
  FailureOr<Shape> spatial =
      inferWindow(loc, ArrayRef(*input).drop_front(2), window);
  if (failed(spatial))
    return failure();
  Shape shape{(*input)[0], outputs};
  shape.append(*spatial);
  types.push_back(tensorType(shape, element));
  return success();
}

INFER(GemmOp) {
  Type element = elementTypeOf(op.getA());
  std::optional<Shape> a = shapeOf(op.getA()), c = shapeOf(op.getB());
  if (!a || !c || a->size() != 2 || c->size() != 2) {
    types.push_back(tensorType(std::nullopt, element));
    return success();
  }
  int64_t rows = (*a)[op.getTransA() ? 1 : 0];
  int64_t inner = (*a)[op.getTransA() ? 0 : 1];
  int64_t innerB = (*c)[op.getTransB() ? 1 : 0];
  int64_t columns = (*c)[op.getTransB() ? 0 : 1];
  if (!ShapedType::isDynamic(inner) && !ShapedType::isDynamic(innerB) &&
      inner != innerB)
    return emitOptionalError(loc, "inner sizes ", inner, " and ", innerB,
                             " differ");
  Shape result{rows, columns};
  if (op.getC())
    if (std::optional<Shape> bias = shapeOf(op.getC())) {
      FailureOr<Shape> shape = broadcast(loc, result, *bias);
      if (failed(shape))
        return failure();
      if (shape->size() != 2)
        return emitOptionalError(loc, "c has rank ", bias->size(),
                                 "; it must broadcast to a matrix");
    }
  types.push_back(tensorType(result, element));
  return success();
}

INFER(MatMulOp) {
  Type element = elementTypeOf(op.getA());
  std::optional<Shape> a = shapeOf(op.getA()), c = shapeOf(op.getB());
  if (!a || !c) {
    types.push_back(tensorType(std::nullopt, element));
    return success();
  }
  if (a->empty() || c->empty())
    return emitOptionalError(loc, "operands must not be scalars");
  bool vectorA = a->size() == 1, vectorB = c->size() == 1;
  if (vectorA)
    a->insert(a->begin(), 1);
  if (vectorB)
    c->push_back(1);
  int64_t inner = a->back(), innerB = (*c)[c->size() - 2];
  if (!ShapedType::isDynamic(inner) && !ShapedType::isDynamic(innerB) &&
      inner != innerB)
    return emitOptionalError(loc, "inner sizes ", inner, " and ", innerB,
                             " differ");
  FailureOr<Shape> shape = broadcast(loc, ArrayRef(*a).drop_back(2),
                                     ArrayRef(*c).drop_back(2));
  if (failed(shape))
    return failure();
  if (!vectorA)
    shape->push_back((*a)[a->size() - 2]);
  if (!vectorB)
    shape->push_back(c->back());
  types.push_back(tensorType(*shape, element));
  return success();
}

//===----------------------------------------------------------------------===//
// Pooling and reduction
//===----------------------------------------------------------------------===//

template <typename Adaptor>
static LogicalResult inferPool(OptLoc loc, Adaptor op, Types &types) {
  std::optional<Shape> input = shapeOf(op.getInput());
  Type element = elementTypeOf(op.getInput());
  if (!input) {
    types.push_back(tensorType(std::nullopt, element));
    return success();
  }
  if (input->size() < 3)
    return emitOptionalError(loc, "needs an input N x C x ..., not one of rank ",
                             input->size());
  Window window{op.getKernelShape(), op.getStrides(),   op.getPads(),
                op.getDilations(),   op.getAutoPad(), op.getCeilMode()};
  FailureOr<Shape> spatial =
      inferWindow(loc, ArrayRef(*input).drop_front(2), window);
  if (failed(spatial))
    return failure();
  Shape shape{(*input)[0], (*input)[1]};
  shape.append(*spatial);
  types.push_back(tensorType(shape, element));
  return success();
}

INFER(MaxPoolOp) { return inferPool(loc, op, types); }
INFER(AvgPoolOp) { return inferPool(loc, op, types); }

INFER(GlobalAvgPoolOp) {
  std::optional<Shape> shape = shapeOf(op.getInput());
  if (shape && shape->size() < 3)
    return emitOptionalError(loc, "needs an input N x C x ..., not one of rank ",
                             shape->size());
  if (shape)
    std::fill(shape->begin() + 2, shape->end(), 1);
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(ReduceMeanOp) {
  std::optional<Shape> input = shapeOf(op.getInput());
  Type element = elementTypeOf(op.getInput());
  std::optional<Shape> axes;
  if (op.getAxes())
    axes = constantInts(op.getAxes());
  if (!input || (op.getAxes() && !axes)) {
    types.push_back(tensorType(std::nullopt, element));
    return success();
  }
  bool all = (!axes || axes->empty()) && !op.getNoopWithEmptyAxes();
  llvm::SmallVector<bool> reduced(input->size(), all);
  if (axes)
    for (int64_t axis : *axes) {
      FailureOr<int64_t> normal = normalizeAxis(loc, axis, input->size());
      if (failed(normal))
        return failure();
      reduced[*normal] = true;
    }
  Shape shape;
  for (auto [size, gone] : llvm::zip_equal(*input, reduced))
    if (!gone)
      shape.push_back(size);
    else if (op.getKeepdims())
      shape.push_back(1);
  types.push_back(tensorType(shape, element));
  return success();
}
