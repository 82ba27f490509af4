//===- InferTypesMovement.cpp - Result types of data movement ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeInference.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::resnet;

using OptLoc = std::optional<Location>;
using Types = SmallVectorImpl<Type>;

#define INFER(OP)                                                              \
  LogicalResult OP::inferReturnTypes(MLIRContext *context, OptLoc loc,      \
                                     OP::Adaptor op, Types &types)

static LogicalResult unknown(Value like, Types &types) {
  types.push_back(tensorType(std::nullopt, elementTypeOf(like)));
  return success();
}

/// A tensor of `rank` unknown dimensions.
static LogicalResult unknownOfRank(Value like, int64_t rank, Types &types) {
  types.push_back(
      tensorType(Shape(rank, ShapedType::kDynamic), elementTypeOf(like)));
  return success();
}

/// Length of a vector operand, if known.
static std::optional<int64_t> lengthOf(Value vector) {
  std::optional<Shape> shape = shapeOf(vector);
  if (!shape || shape->size() != 1 || ShapedType::isDynamic((*shape)[0]))
    return std::nullopt;
  return (*shape)[0];
}

INFER(ShapeOp) {
  (void)loc;
  Type i64 = IntegerType::get(context, 64);
  std::optional<Shape> input = shapeOf(op.getInput());
  if (!input) {
    types.push_back(RankedTensorType::get({ShapedType::kDynamic}, i64));
    return success();
  }
  int64_t rank = input->size();
  auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = clamp(op.getStart());
  int64_t end = op.getEnd() ? clamp(*op.getEnd()) : rank;
  types.push_back(RankedTensorType::get({std::max<int64_t>(0, end - start)}, i64));
  return success();
}

/// The product of sizes, or kDynamic if one is unknown. Fails on overflow.
static FailureOr<int64_t> product(OptLoc loc, ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  bool dynamic = false;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size)) {
      dynamic = true;
      continue;
    }
    if (llvm::MulOverflow(result, size, result))
      return emitOptionalError(loc, "the tensor has too many elements");
  }
  return dynamic ? ShapedType::kDynamic : result;
}

INFER(ReshapeOp) {
  std::optional<Shape> input = shapeOf(op.getInput());
  std::optional<Shape> target = constantInts(op.getShape());
  if (!target) {
    if (std::optional<int64_t> rank = lengthOf(op.getShape());
        rank && *rank >= 0 && *rank < 64)
      return unknownOfRank(op.getInput(), *rank, types);
    return unknown(op.getInput(), types);
  }
  Shape shape(*target);
  std::optional<size_t> inferred;
  Shape known; // Sizes that neither copy an input dimension nor are inferred.
  llvm::SmallVector<bool> copied(input ? input->size() : 0, false);
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == -1) {
      if (inferred)
        return emitOptionalError(loc, "more than one dimension is -1");
      inferred = d;
    } else if (shape[d] == 0 && !op.getAllowzero()) {
      if (input && d >= input->size())
        return emitOptionalError(loc, "dimension ", d,
                                 " is copied from an input of rank ",
                                 input->size());
      shape[d] = input ? (*input)[d] : ShapedType::kDynamic;
      if (input)
        copied[d] = true;
    } else if (shape[d] < 0) {
      return emitOptionalError(loc, "size ", shape[d], " is negative");
    } else {
      known.push_back(shape[d]);
    }
  }
  if (!input) {
    if (inferred)
      shape[*inferred] = ShapedType::kDynamic;
    types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
    return success();
  }
  // Copied dimensions cancel; what is left determines the inferred one.
  Shape rest;
  for (size_t d = 0; d < input->size(); ++d)
    if (!copied[d])
      rest.push_back((*input)[d]);
  FailureOr<int64_t> have = product(loc, rest), want = product(loc, known);
  if (failed(have) || failed(want))
    return failure();
  if (inferred) {
    shape[*inferred] = ShapedType::kDynamic;
    if (!ShapedType::isDynamic(*have)) {
      if (*want == 0 || *have % *want != 0)
        return emitOptionalError(loc, *have, " elements do not divide into ",
                                 *want);
      shape[*inferred] = *have / *want;
    }
  } else if (!ShapedType::isDynamic(*have) && *have != *want) {
    return emitOptionalError(loc, *have, " elements do not fit a shape of ",
                             *want);
  }
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(FlattenOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput());
  if (!input)
    return unknownOfRank(op.getInput(), 2, types);
  int64_t rank = input->size(), axis = op.getAxis();
  // Unlike elsewhere the rank itself is an axis.
  if (axis < 0)
    axis += rank;
  if (axis < 0 || axis > rank)
    return emitOptionalError(loc, "axis ", op.getAxis(),
                             " is outside a tensor of rank ", rank);
  FailureOr<int64_t> rows = product(loc, ArrayRef(*input).take_front(axis));
  FailureOr<int64_t> columns = product(loc, ArrayRef(*input).drop_front(axis));
  if (failed(rows) || failed(columns))
    return failure();
  types.push_back(tensorType(Shape{*rows, *columns}, elementTypeOf(op.getInput())));
  return success();
}

INFER(SqueezeOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput()), axes;
  if (op.getAxes())
    axes = constantInts(op.getAxes());
  if (!input || (op.getAxes() && !axes))
    return unknown(op.getInput(), types);
  llvm::SmallVector<bool> gone(input->size(), false);
  if (!axes)
    for (size_t d = 0; d < input->size(); ++d)
      gone[d] = (*input)[d] == 1;
  else
    for (int64_t axis : *axes) {
      FailureOr<int64_t> normal = normalizeAxis(loc, axis, input->size());
      if (failed(normal))
        return failure();
      int64_t size = (*input)[*normal];
      if (size != 1 && !ShapedType::isDynamic(size))
        return emitOptionalError(loc, "dimension ", axis, " has size ", size,
                                 ", not 1");
      gone[*normal] = true;
    }
  Shape shape;
  for (size_t d = 0; d < input->size(); ++d)
    if (!gone[d])
      shape.push_back((*input)[d]);
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(UnsqueezeOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput());
  std::optional<Shape> axes = constantInts(op.getAxes());
  if (!input || !axes)
    return unknown(op.getInput(), types);
  int64_t rank = input->size() + axes->size();
  llvm::SmallVector<bool> added(rank, false);
  for (int64_t axis : *axes) {
    FailureOr<int64_t> normal = normalizeAxis(loc, axis, rank);
    if (failed(normal))
      return failure();
    if (added[*normal])
      return emitOptionalError(loc, "axis ", axis, " appears twice");
    added[*normal] = true;
  }
  Shape shape;
  size_t next = 0;
  for (bool isNew : added)
    shape.push_back(isNew ? 1 : (*input)[next++]);
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(TransposeOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput());
  ArrayRef<int64_t> perm = op.getPerm();
  llvm::SmallVector<bool> seen(perm.size(), false);
  for (int64_t d : perm) {
    if (d < 0 || d >= static_cast<int64_t>(perm.size()) || seen[d])
      return emitOptionalError(loc, "perm is no permutation");
    seen[d] = true;
  }
  if (!input)
    return unknownOfRank(op.getInput(), perm.size(), types);
  if (perm.size() != input->size())
    return emitOptionalError(loc, "perm has ", perm.size(),
                             " elements for a tensor of rank ", input->size());
  Shape shape;
  for (int64_t d : perm)
    shape.push_back((*input)[d]);
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(ConcatOp) {
  (void)context;
  if (op.getInputs().empty())
    return emitOptionalError(loc, "has no inputs");
  Type element = elementTypeOf(op.getInputs()[0]);
  std::optional<Shape> result;
  std::optional<int64_t> axis;
  for (Value input : op.getInputs()) {
    if (elementTypeOf(input) != element)
      return emitOptionalError(loc, "inputs have different element types");
    std::optional<Shape> shape = shapeOf(input);
    if (!shape)
      return unknown(input, types);
    if (!result) {
      FailureOr<int64_t> normal = normalizeAxis(loc, op.getAxis(), shape->size());
      if (failed(normal))
        return failure();
      axis = *normal;
      result = shape;
      continue;
    }
    if (shape->size() != result->size())
      return emitOptionalError(loc, "inputs have ranks ", result->size(),
                               " and ", shape->size());
    for (size_t d = 0; d < shape->size(); ++d) {
      int64_t &size = (*result)[d], other = (*shape)[d];
      if (static_cast<int64_t>(d) == *axis) {
        if (ShapedType::isDynamic(size) || ShapedType::isDynamic(other))
          size = ShapedType::kDynamic;
        else if (llvm::AddOverflow(size, other, size))
          return emitOptionalError(loc, "the result has too many elements");
      } else if (ShapedType::isDynamic(size)) {
        size = other;
      } else if (!ShapedType::isDynamic(other) && size != other) {
        return emitOptionalError(loc, "inputs have sizes ", size, " and ",
                                 other, " in dimension ", d);
      }
    }
  }
  types.push_back(tensorType(result, element));
  return success();
}

INFER(GatherOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput());
  std::optional<Shape> indices = shapeOf(op.getIndices());
  if (!input || !indices)
    return unknown(op.getInput(), types);
  FailureOr<int64_t> axis = normalizeAxis(loc, op.getAxis(), input->size());
  if (failed(axis))
    return failure();
  Shape shape(ArrayRef(*input).take_front(*axis));
  shape.append(*indices);
  llvm::append_range(shape, ArrayRef(*input).drop_front(*axis + 1));
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(SliceOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput());
  if (!input)
    return unknown(op.getInput(), types);
  std::optional<Shape> starts = constantInts(op.getStarts());
  std::optional<Shape> ends = constantInts(op.getEnds());
  std::optional<Shape> axes, steps;
  if (op.getAxes())
    axes = constantInts(op.getAxes());
  if (op.getSteps())
    steps = constantInts(op.getSteps());
  if (!starts || !ends || (op.getAxes() && !axes) || (op.getSteps() && !steps))
    return unknownOfRank(op.getInput(), input->size(), types);
  size_t count = starts->size();
  if (ends->size() != count || (axes && axes->size() != count) ||
      (steps && steps->size() != count) || (!axes && count > input->size()))
    return emitOptionalError(loc,
                             "starts, ends, axes and steps differ in length");
  Shape shape(*input);
  for (size_t i = 0; i < count; ++i) {
    FailureOr<int64_t> axis =
        normalizeAxis(loc, axes ? (*axes)[i] : i, input->size());
    if (failed(axis))
      return failure();
    int64_t step = steps ? (*steps)[i] : 1;
    if (step == 0)
      return emitOptionalError(loc, "a step is 0");
    std::optional<SliceRange> range =
        resolveSlice((*starts)[i], (*ends)[i], step, (*input)[*axis]);
    // Cutting the batch is unknown unless nothing is cut.
    shape[*axis] = range ? range->count : ShapedType::kDynamic;
  }
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(PadOp) {
  (void)context;
  std::optional<Shape> input = shapeOf(op.getInput()), axes;
  if (!input)
    return unknown(op.getInput(), types);
  std::optional<Shape> pads = constantInts(op.getPads());
  if (op.getAxes())
    axes = constantInts(op.getAxes());
  if (!pads || (op.getAxes() && !axes))
    return unknownOfRank(op.getInput(), input->size(), types);
  size_t count = axes ? axes->size() : input->size();
  if (pads->size() != 2 * count)
    return emitOptionalError(loc, "pads has ", pads->size(), " elements, not ",
                             2 * count);
  Shape shape(*input);
  for (size_t i = 0; i < count; ++i) {
    FailureOr<int64_t> axis =
        normalizeAxis(loc, axes ? (*axes)[i] : i, input->size());
    if (failed(axis))
      return failure();
    int64_t before = (*pads)[i], after = (*pads)[count + i];
    int64_t &size = shape[*axis];
    if (ShapedType::isDynamic(size)) {
      if (before != 0 || after != 0)
        return emitOptionalError(loc, "pads dimension ", *axis,
                                 ", whose size is unknown");
      continue;
    }
    if (llvm::AddOverflow(size, before, size) ||
        llvm::AddOverflow(size, after, size) || size < 0)
      return emitOptionalError(loc, "pads ", before, " and ", after,
                               " leave dimension ", *axis, " without a size");
  }
  types.push_back(tensorType(shape, elementTypeOf(op.getInput())));
  return success();
}

INFER(ConstantOfShapeOp) {
  (void)context;
  Type element = op.getValue().getElementType();
  if (op.getValue().getNumElements() != 1)
    return emitOptionalError(loc, "value must have one element");
  std::optional<Shape> shape = constantInts(op.getShape());
  if (!shape) {
    std::optional<int64_t> rank = lengthOf(op.getShape());
    if (rank && *rank < 64)
      shape = Shape(*rank, ShapedType::kDynamic);
  } else if (llvm::any_of(*shape, [](int64_t size) { return size < 0; })) {
    return emitOptionalError(loc, "shape has a negative size");
  }
  types.push_back(tensorType(shape, element));
  return success();
}
