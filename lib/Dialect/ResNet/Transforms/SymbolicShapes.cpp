//===- SymbolicShapes.cpp - What is known of computed shapes --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolicShapes.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace resnetc::resnet {

using Elements = SymbolicShapes::Elements;
using Shape = SmallVector<int64_t>;

/// Shapes and paddings are short; longer tensors are data.
static constexpr int64_t maxElements = 1024;

/// The shape of a tensor that is small enough to follow.
static std::optional<Shape> getShape(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape())
    return std::nullopt;
  int64_t count = 1;
  for (int64_t size : type.getShape()) {
    if (size > maxElements)
      return std::nullopt;
    count *= size;
    if (count > maxElements)
      return std::nullopt;
  }
  return Shape(type.getShape());
}

static int64_t countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

/// The coordinates of element `i` of a row-major tensor.
static Shape coordinatesOf(int64_t i, ArrayRef<int64_t> shape) {
  Shape coordinates(shape.size());
  for (size_t axis = shape.size(); axis-- > 0;) {
    coordinates[axis] = i % shape[axis];
    i /= shape[axis];
  }
  return coordinates;
}

static int64_t indexOf(ArrayRef<int64_t> coordinates, ArrayRef<int64_t> shape) {
  int64_t index = 0;
  for (auto [coordinate, size] : llvm::zip_equal(coordinates, shape))
    index = index * size + coordinate;
  return index;
}

static int64_t positiveAxis(int64_t axis, int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

//===----------------------------------------------------------------------===//
// Lookup
//===----------------------------------------------------------------------===//

const Elements *SymbolicShapes::lookup(Value value) const {
  auto known = elements.find(value);
  return known == elements.end() ? nullptr : &known->second;
}

std::optional<SmallVector<int64_t>>
SymbolicShapes::lookupKnown(Value value) const {
  const Elements *list = value ? lookup(value) : nullptr;
  if (!list)
    return std::nullopt;
  SmallVector<int64_t> values;
  for (const SymbolicSize &size : *list) {
    if (!size.isKnown())
      return std::nullopt;
    values.push_back(size.value);
  }
  return values;
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

template <typename OpTy>
static SymbolicSize compute(SymbolicSize a, SymbolicSize b) {
  constexpr bool isAdd = std::is_same_v<OpTy, AddOp>;
  constexpr bool isSub = std::is_same_v<OpTy, SubOp>;
  constexpr bool isMul = std::is_same_v<OpTy, MulOp>;
  if (a.isKnown() && b.isKnown()) {
    std::optional<int64_t> result;
    if constexpr (isAdd)
      result = llvm::checkedAdd(a.value, b.value);
    else if constexpr (isSub)
      result = llvm::checkedSub(a.value, b.value);
    else if constexpr (isMul)
      result = llvm::checkedMul(a.value, b.value);
    else if (b.value != 0 && b.value != -1)
      result = a.value / b.value;
    return result ? SymbolicSize::known(*result) : SymbolicSize();
  }
  constexpr int64_t neutral = isAdd || isSub ? 0 : 1;
  if (a.isBatch() && b.isKnown(neutral))
    return a;
  if ((isAdd || isMul) && b.isBatch() && a.isKnown(neutral))
    return b;
  return {};
}

template <typename OpTy>
static std::optional<Elements> evaluateBinary(OpTy op,
                                              const SymbolicShapes &shapes) {
  const Elements *a = shapes.lookup(op.getLhs());
  const Elements *b = shapes.lookup(op.getRhs());
  if (!a || !b || (a->size() != b->size() && a->size() != 1 && b->size() != 1))
    return std::nullopt;
  auto x = cast<RankedTensorType>(op.getLhs().getType());
  auto y = cast<RankedTensorType>(op.getRhs().getType());
  if (a->size() == b->size() && a->size() != 1 && x.getShape() != y.getShape())
    return std::nullopt;
  Elements result(std::max(a->size(), b->size()));
  if (a->empty() || b->empty())
    result.clear();
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = compute<OpTy>((*a)[a->size() == 1 ? 0 : i],
                              (*b)[b->size() == 1 ? 0 : i]);
  return result;
}

static Elements evaluateShape(ShapeOp op, const SymbolicShapes &shapes) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t rank = type.getRank(), start = op.getStart();
  start = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
  Elements result;
  int64_t length = cast<RankedTensorType>(op.getType()).getDimSize(0);
  for (int64_t i = start; i < start + length; ++i) {
    if (!type.isDynamicDim(i))
      result.push_back(SymbolicSize::known(type.getDimSize(i)));
    else if (i == 0 && shapes.isBatched(op.getInput()))
      result.push_back(SymbolicSize::batch());
    else
      result.push_back({});
  }
  return result;
}

/// Integers keep their value unless the new type is too narrow.
static std::optional<Elements> evaluateCast(CastOp op, const Elements &input) {
  auto to = dyn_cast<IntegerType>(op.getTo());
  if (!to || to.getWidth() < 32)
    return std::nullopt;
  for (const SymbolicSize &size : input)
    if (size.isKnown() && to.getWidth() == 32 && !llvm::isInt<32>(size.value))
      return std::nullopt;
  return input;
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

static Elements evaluateTranspose(TransposeOp op, const Elements &input,
                                  ArrayRef<int64_t> from,
                                  ArrayRef<int64_t> to) {
  Elements result;
  for (int64_t i = 0, count = countElements(to); i < count; ++i) {
    Shape target = coordinatesOf(i, to), source(from.size());
    for (auto [position, axis] : llvm::enumerate(op.getPerm()))
      source[axis] = target[position];
    result.push_back(input[indexOf(source, from)]);
  }
  return result;
}

static std::optional<Elements> evaluateSlice(SliceOp op, const Elements &input,
                                             ArrayRef<int64_t> from,
                                             ArrayRef<int64_t> to,
                                             const SymbolicShapes &shapes) {
  std::optional<Shape> starts = shapes.lookupKnown(op.getStarts());
  std::optional<Shape> axes = shapes.lookupKnown(op.getAxes());
  std::optional<Shape> steps = shapes.lookupKnown(op.getSteps());
  if (!starts || (op.getAxes() && !axes) || (op.getSteps() && !steps))
    return std::nullopt;
  Shape start(from.size(), 0), step(from.size(), 1);
  for (auto [i, position] : llvm::enumerate(*starts)) {
    int64_t axis = positiveAxis(axes ? (*axes)[i] : i, from.size());
    int64_t size = from[axis];
    step[axis] = steps ? (*steps)[i] : 1;
    position = position < 0 ? position + size : position;
    start[axis] =
        std::clamp<int64_t>(position, 0, step[axis] > 0 ? size : size - 1);
  }
  Elements result;
  for (int64_t i = 0, count = countElements(to); i < count; ++i) {
    Shape source = coordinatesOf(i, to);
    for (auto [axis, coordinate] : llvm::enumerate(source))
      coordinate = start[axis] + coordinate * step[axis];
    result.push_back(input[indexOf(source, from)]);
  }
  return result;
}

static std::optional<Elements> evaluateConcat(ConcatOp op, ArrayRef<int64_t> to,
                                              const SymbolicShapes &shapes) {
  int64_t axis = positiveAxis(op.getAxis(), to.size());
  Elements result(countElements(to));
  int64_t offset = 0;
  for (Value operand : op.getInputs()) {
    const Elements *input = shapes.lookup(operand);
    std::optional<Shape> from = getShape(operand);
    if (!input || !from)
      return std::nullopt;
    for (auto [i, size] : llvm::enumerate(*input)) {
      Shape target = coordinatesOf(i, *from);
      target[axis] += offset;
      result[indexOf(target, to)] = size;
    }
    offset += (*from)[axis];
  }
  return result;
}

static std::optional<Elements>
evaluateGather(GatherOp op, const Elements &input, ArrayRef<int64_t> from,
               ArrayRef<int64_t> to, const SymbolicShapes &shapes) {
  std::optional<Shape> indices = shapes.lookupKnown(op.getIndices());
  std::optional<Shape> indicesShape = getShape(op.getIndices());
  if (!indices || !indicesShape)
    return std::nullopt;
  int64_t axis = positiveAxis(op.getAxis(), from.size());
  Elements result;
  for (int64_t i = 0, count = countElements(to); i < count; ++i) {
    Shape target = coordinatesOf(i, to);
    ArrayRef<int64_t> inner =
        ArrayRef(target).slice(axis, indicesShape->size());
    int64_t index = (*indices)[indexOf(inner, *indicesShape)];
    Shape source(target.begin(), target.begin() + axis);
    source.push_back(index < 0 ? index + from[axis] : index);
    source.append(target.begin() + axis + indicesShape->size(), target.end());
    result.push_back(input[indexOf(source, from)]);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Dispatch
//===----------------------------------------------------------------------===//

std::optional<Elements> SymbolicShapes::evaluate(Operation *op) const {
  Value value = op->getResult(0);
  std::optional<Shape> to = getShape(value);
  if (!to || !isa<IntegerType>(getElementTypeOrSelf(value.getType())))
    return std::nullopt;
  if (auto shape = dyn_cast<ShapeOp>(op))
    return isa<RankedTensorType>(shape.getInput().getType())
               ? std::optional(evaluateShape(shape, *this))
               : std::nullopt;
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    Elements result;
    std::optional<Shape> values = integersOf(constant.getValue(), maxElements);
    if (!values)
      return std::nullopt;
    for (int64_t element : *values)
      result.push_back(SymbolicSize::known(element));
    return result;
  }
  if (auto filled = dyn_cast<ConstantOfShapeOp>(op)) {
    std::optional<Shape> values = integersOf(filled.getValue());
    if (!values || values->size() != 1)
      return std::nullopt;
    return Elements(countElements(*to), SymbolicSize::known(values->front()));
  }
  if (auto concat = dyn_cast<ConcatOp>(op))
    return evaluateConcat(concat, *to, *this);

  const Elements *input = lookup(op->getOperand(0));
  std::optional<Shape> from = getShape(op->getOperand(0));
  if (!input || !from)
    return std::nullopt;
  using Result = std::optional<Elements>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<ReshapeOp, FlattenOp, SqueezeOp, UnsqueezeOp>([&](auto) {
        return countElements(*to) == countElements(*from) ? Result(*input)
                                                          : Result();
      })
      .Case([&](CastOp cast) { return evaluateCast(cast, *input); })
      .Case([&](TransposeOp transpose) {
        return Result(evaluateTranspose(transpose, *input, *from, *to));
      })
      .Case([&](SliceOp slice) {
        return evaluateSlice(slice, *input, *from, *to, *this);
      })
      .Case([&](GatherOp gather) {
        return evaluateGather(gather, *input, *from, *to, *this);
      })
      .Case<AddOp, SubOp, MulOp, DivOp>(
          [&](auto binary) { return evaluateBinary(binary, *this); })
      .Default(Result());
}

//===----------------------------------------------------------------------===//
// The batch
//===----------------------------------------------------------------------===//

/// How many elements there are for each of dimension 0, if known.
static std::optional<int64_t> elementsByBatch(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t count = 1;
  for (int64_t size : type.getShape().drop_front()) {
    std::optional<int64_t> product = ShapedType::isDynamic(size)
                                         ? std::nullopt
                                         : llvm::checkedMul(count, size);
    if (!product)
      return std::nullopt;
    count = *product;
  }
  return count;
}

/// Whether dimension 0 of the result, which is dynamic, is the batch.
bool SymbolicShapes::keepsBatch(Operation *op) const {
  if (auto filled = dyn_cast<ConstantOfShapeOp>(op)) {
    const Elements *shape = lookup(filled.getShape());
    return shape && !shape->empty() && shape->front().isBatch();
  }
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  // Of operands that are broadcast or joined, all that reach dimension 0.
  auto allBatched = [&] {
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      auto type = dyn_cast<RankedTensorType>(operand.getType());
      return type && (type.getRank() < rank || !type.isDynamicDim(0) ||
                      isBatched(operand));
    });
  };
  if (op->hasTrait<OpTrait::Elementwise>() || isa<MatMulOp>(op))
    return allBatched();
  if (auto concat = dyn_cast<ConcatOp>(op))
    return positiveAxis(concat.getAxis(), rank) != 0 && allBatched();

  if (auto regions = dyn_cast<RoiAlignOp>(op))
    return isBatched(regions.getRois());
  if (auto sample = dyn_cast<GridSampleOp>(op))
    return isBatched(sample.getInput()) && allBatched();
  if (auto gather = dyn_cast<GatherOp>(op);
      gather && gather.getAxis() == 0 && isBatched(gather.getIndices()))
    return true;

  Value input = op->getOperand(0);
  if (!isBatched(input))
    return false;
  int64_t inputRank = cast<RankedTensorType>(input.getType()).getRank();
  auto touches = [&](Value axesOperand) {
    std::optional<Shape> axes = lookupKnown(axesOperand);
    return !axes || llvm::is_contained(*axes, 0) ||
           llvm::is_contained(*axes, -inputRank);
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<ConvOp, ConvTransposeOp, MaxPoolOp, AvgPoolOp, GlobalAvgPoolOp,
            BatchNormOp, LrnOp, ClipOp, CastOp, ReorderOp, DepthToSpaceOp,
            SpaceToDepthOp, MaxPoolGradientOp, AvgPoolGradientOp, DropoutOp>(
          [](auto) { return true; })
      .Case([&](ResampleOp resample) {
        return positiveAxis(resample.getAxis(), inputRank) != 0;
      })
      .Case([&](InsertSliceOp insert) {
        return !llvm::is_contained(insert.getAxes(), 0) &&
               !llvm::is_contained(insert.getAxes(), -inputRank);
      })
      .Case<SoftmaxOp, HardmaxOp, ArgMaxOp, ArgMinOp, TopKOp>([&](auto along) {
        return positiveAxis(along.getAxis(), inputRank) != 0;
      })
      .Case([&](GatherElementsOp gather) {
        return positiveAxis(gather.getAxis(), inputRank) != 0 &&
               isBatched(gather.getIndices());
      })
      .Case([&](ExpandOp expand) {
        std::optional<Shape> shape = lookupKnown(expand.getShape());
        return shape && inputRank == rank &&
               (rank > int64_t(shape->size()) || shape->front() == 1);
      })
      .Case([&](TileOp tile) {
        std::optional<Shape> repeats = lookupKnown(tile.getRepeats());
        return repeats && !repeats->empty() && repeats->front() == 1;
      })
      .Case([&](ResizeOp resize) {
        auto position = resize.getPosition(0, inputRank);
        auto scales = constantNumbers(resize.getScales());
        return !position || (scales && (*scales)[*position] == 1);
      })
      .Case([](GemmOp gemm) { return !gemm.getTransA(); })
      .Case<ReshapeOp, FlattenOp, SqueezeOp, UnsqueezeOp>([&](auto) {
        std::optional<int64_t> count = elementsByBatch(input);
        return count && count == elementsByBatch(op->getResult(0));
      })
      .Case([](TransposeOp transpose) { return transpose.getPerm()[0] == 0; })
      .Case<ReduceMeanOp, ReduceOp>([&](auto reduce) {
        return reduce.getAxes() ? !touches(reduce.getAxes())
                                : reduce.getNoopWithEmptyAxes();
      })
      .Case([&](GatherOp gather) {
        return positiveAxis(gather.getAxis(), inputRank) != 0;
      })
      .Case([&](SliceOp slice) {
        return slice.getAxes() && !touches(slice.getAxes());
      })
      .Case([&](PadOp pad) {
        if (pad.getAxes())
          return !touches(pad.getAxes());
        const Elements *pads = lookup(pad.getPads());
        return pads && pads->size() == size_t(2 * rank) &&
               pads->front().isKnown(0) && (*pads)[rank].isKnown(0);
      })
      .Default(false);
}

void SymbolicShapes::visitArgument(BlockArgument argument) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (type && type.getRank() > 0 && type.isDynamicDim(0))
    batched.insert(argument);
}

void SymbolicShapes::visit(Operation *op) {
  if (op->getNumResults() != 1 || !isa<ReferenceOpInterface>(op))
    return;
  Value result = op->getResult(0);
  if (std::optional<Elements> known = evaluate(op))
    elements[result] = std::move(*known);
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (type && type.getRank() > 0 && type.isDynamicDim(0) && keepsBatch(op))
    batched.insert(result);
}

} // namespace resnetc::resnet
