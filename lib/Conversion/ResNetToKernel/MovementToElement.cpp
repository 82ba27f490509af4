//===- MovementToElement.cpp - Code of what moves elements ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// For each element of the result, where in the operands it lies.
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using Values = IndexCode::Values;

//===----------------------------------------------------------------------===//
// The same elements
//===----------------------------------------------------------------------===//

/// In another shape.
template <typename OpTy> static Value code(IndexCode &c, OpTy, ValueRange at) {
  SmallVector<int64_t> shape = c.builder.getResultShape(0);
  return c.load(0, c.coordinates(c.linear(at, shape), c.builder.getShape(0)));
}

static Value code(IndexCode &c, CastOp op, ValueRange at) {
  return convertScalar(c.b, c.load(0, at), c.elementType(0), op.getTo());
}

static Value code(IndexCode &c, TransposeOp op, ValueRange at) {
  Values from(at.size());
  for (auto [i, d] : llvm::zip_equal(at, op.getPerm()))
    from[d] = i;
  return c.load(0, from);
}

static Value code(IndexCode &c, ExpandOp, ValueRange at) {
  return c.isEmpty(0) ? c.load(0, at) : c.builder.loadBroadcast(0, at);
}

static Value code(IndexCode &c, TileOp, ValueRange at) {
  if (c.isEmpty(0))
    return c.load(0, at);
  Values from(at);
  for (auto [i, size] : llvm::zip_equal(from, c.builder.getShape(0)))
    i = c.index.rem(i, size);
  return c.load(0, from);
}

/// Nested: in the operand whose part of the axis begins at `begin`, or in one
/// behind.
static Value concatFrom(IndexCode &c, unsigned operand, int64_t axis,
                        int64_t begin, ValueRange at) {
  unsigned count = c.builder.getOperation()->getNumOperands();
  while (operand + 1 < count && c.isEmpty(operand))
    begin += c.builder.getShape(operand++)[axis];
  auto load = [&] {
    Values from(at);
    from[axis] = c.index.sub(from[axis], c.constant(begin));
    return c.load(operand, from);
  };
  unsigned next = operand + 1;
  while (next < count && c.isEmpty(next))
    ++next;
  if (next >= count)
    return load();
  int64_t end = begin + c.builder.getShape(operand)[axis];
  auto choice = scf::IfOp::create(c.b, scalarType(c.elementType(0)),
                                  c.less(at[axis], c.constant(end)),
                                  /*withElseRegion=*/true);
  auto fill = [&](Block *block, llvm::function_ref<Value()> value) {
    OpBuilder::InsertionGuard guard(c.b);
    c.b.setInsertionPointToStart(block);
    Value result = value();
    scf::YieldOp::create(c.b, result);
  };
  fill(choice.thenBlock(), load);
  fill(choice.elseBlock(), [&] { return concatFrom(c, next, axis, end, at); });
  return choice.getResult(0);
}

static Value code(IndexCode &c, ConcatOp op, ValueRange at) {
  int64_t rank = static_cast<int64_t>(at.size());
  int64_t axis = op.getAxis() + (op.getAxis() < 0 ? rank : 0);
  return concatFrom(c, 0, axis, 0, at);
}

//===----------------------------------------------------------------------===//
// Bounds by axis
//===----------------------------------------------------------------------===//

/// For each dimension, the number in `values` that belongs to it: in the order
/// of `axes`, or of the dimensions if that is absent. What has none is
/// `otherwise`.
static Values byDimension(IndexCode &c, ArrayRef<Value> values,
                          std::optional<unsigned> axes, int64_t rank,
                          int64_t otherwise) {
  Values result(rank, c.constant(otherwise));
  if (!axes) {
    for (auto [to, from] : llvm::zip(result, values))
      to = from;
    return result;
  }
  Values places = c.loadIndices(*axes);
  for (auto [axis, value] : llvm::zip(places, values)) {
    Value positive = c.fromEnd(axis, rank);
    for (int64_t d = 0; d < rank; ++d)
      result[d] = c.select(c.equal(positive, c.constant(d)), value, result[d]);
  }
  return result;
}

/// The number of an optional operand.
template <typename OpTy>
static std::optional<unsigned> operandOf(OpTy op, unsigned i) {
  auto [begin, count] = op.getODSOperandIndexAndLength(i);
  return count ? std::optional<unsigned>(begin) : std::nullopt;
}

static Value code(IndexCode &c, SliceOp op, ValueRange at) {
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  auto rank = static_cast<int64_t>(shape.size());
  std::optional<unsigned> axes = operandOf(op, 3), steps = operandOf(op, 4);
  Values starts =
      byDimension(c, c.loadIndices(*operandOf(op, 1)), axes, rank, 0);
  Values by(rank, c.constant(1));
  if (steps)
    by = byDimension(c, c.loadIndices(*steps), axes, rank, 1);
  Values from(at);
  for (int64_t d = 0; d < rank; ++d) {
    int64_t size = shape[d];
    // A step back starts at the last element at most.
    Value high = c.select(c.less(by[d], c.constant(0)), c.constant(size - 1),
                          c.constant(size));
    Value start = c.index.min(
        c.index.max(c.fromEnd(starts[d], size), c.constant(0)), high);
    Value way = c.b.createOrFold<arith::MulIOp>(from[d], by[d]);
    from[d] = c.clamp(c.index.add(start, way), 0, size - 1);
  }
  return c.load(0, from);
}

static Value code(IndexCode &c, PadOp op, ValueRange at) {
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  auto rank = static_cast<int64_t>(shape.size());
  Values pads = c.loadIndices(*operandOf(op, 1));
  Values begins = byDimension(c, ArrayRef(pads).take_front(pads.size() / 2),
                              operandOf(op, 3), rank, 0);
  Values from(at);
  Value isInside;
  for (int64_t d = 0; d < rank; ++d) {
    int64_t size = shape[d], last = size - 1;
    Value i = c.index.sub(from[d], begins[d]);
    if (op.getMode() == "constant") {
      Value within = c.isWithin(i, size);
      isInside = isInside ? c.both(isInside, within) : within;
    } else if (op.getMode() == "reflect" && size > 1) {
      Value there = c.modulo(i, 2 * last);
      i = c.index.min(there, c.index.sub(c.constant(2 * last), there));
    } else if (op.getMode() == "wrap" && size > 0) {
      i = c.modulo(i, size);
    }
    from[d] = c.clamp(i, 0, last);
  }
  Value element = c.load(0, from);
  if (!isInside)
    return element;
  std::optional<unsigned> value = operandOf(op, 2);
  return c.select(isInside, element,
                  value ? c.loadScalar(*value)
                        : c.constantOf(c.elementType(0), 0));
}

//===----------------------------------------------------------------------===//
// Images and sequences
//===----------------------------------------------------------------------===//

static Value code(IndexCode &c, DepthToSpaceOp op, ValueRange at) {
  int64_t block = op.getBlock();
  IndexBuilder &index = c.index;
  Value inBlock = index.add(index.mul(index.rem(at[2], block), block),
                            index.rem(at[3], block));
  int64_t channels = c.builder.getResultShape(0)[1];
  Value channel = op.getColumnsFirst()
                      ? index.add(index.mul(at[1], block * block), inBlock)
                      : index.add(index.mul(inBlock, channels), at[1]);
  return c.load(
      0, {at[0], channel, index.div(at[2], block), index.div(at[3], block)});
}

static Value code(IndexCode &c, SpaceToDepthOp op, ValueRange at) {
  int64_t block = op.getBlock(), channels = c.builder.getShape(0)[1];
  if (channels == 0)
    return c.load(0, at);
  IndexBuilder &index = c.index;
  Value inBlock = index.div(at[1], channels);
  Value row = index.add(index.mul(at[2], block), index.div(inBlock, block));
  Value column = index.add(index.mul(at[3], block), index.rem(inBlock, block));
  return c.load(0, {at[0], index.rem(at[1], channels), row, column});
}

static Value code(IndexCode &c, TriluOp op, ValueRange at) {
  Value k = c.constant(0);
  if (op.getK())
    k = c.loadIndices(1).front();
  Value row = at[at.size() - 2], column = at.back();
  Value diagonal = c.index.sub(column, row);
  Value drop = op.getUpper() ? c.less(diagonal, k) : c.less(k, diagonal);
  return c.select(drop, c.constantOf(c.elementType(0), 0), c.load(0, at));
}

static Value code(IndexCode &c, ReverseSequenceOp op, ValueRange at) {
  auto rank = static_cast<int64_t>(at.size());
  int64_t batch = op.getBatchAxis() + (op.getBatchAxis() < 0 ? rank : 0);
  int64_t time = op.getTimeAxis() + (op.getTimeAxis() < 0 ? rank : 0);
  if (c.isEmpty(0))
    return c.load(0, at);
  Value length = c.loadIndex(1, at[batch]);
  Value back = c.index.sub(c.index.add(length, -1), at[time]);
  Values from(at);
  from[time] = c.clamp(c.select(c.less(at[time], length), back, at[time]), 0,
                       c.builder.getShape(0)[time] - 1);
  return c.load(0, from);
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

/// Whether the batch is left alone; what else has to hold is in
/// keepsBatchOfFirst.
template <typename OpTy> static bool keeps(OpTy) { return true; }

static bool keeps(TransposeOp op) {
  return !op.getPerm().empty() && op.getPerm().front() == 0;
}

/// All of the batch in its order.
static bool keeps(SliceOp op) {
  auto starts = constantIntegers(op.getStarts()),
       steps = constantIntegers(op.getSteps()),
       axes = constantIntegers(op.getAxes());
  if (!starts)
    return false;
  for (auto [i, start] : llvm::enumerate(*starts)) {
    int64_t axis = axes ? (*axes)[i] : static_cast<int64_t>(i);
    if (axis != 0 && axis != -op.getInput().getType().getRank())
      continue;
    if (start != 0 || (steps && (*steps)[i] != 1))
      return false;
  }
  return true;
}

static bool keeps(PadOp op) {
  auto pads = constantIntegers(op.getPads()),
       axes = constantIntegers(op.getAxes());
  if (!pads)
    return false;
  size_t count = pads->size() / 2;
  for (size_t i = 0; i < count; ++i) {
    int64_t axis = axes ? (*axes)[i] : static_cast<int64_t>(i);
    if (axis != 0 && axis != -op.getInput().getType().getRank())
      continue;
    if ((*pads)[i] != 0 || (*pads)[i + count] != 0)
      return false;
  }
  return true;
}

static bool keeps(TileOp op) {
  auto repeats = constantIntegers(op.getRepeats());
  return repeats && !repeats->empty() && repeats->front() == 1;
}

static bool keeps(ExpandOp op) {
  return cast<RankedTensorType>(op.getInput().getType()).getRank() ==
         cast<RankedTensorType>(op.getType()).getRank();
}

static bool keeps(TriluOp op) {
  return cast<RankedTensorType>(op.getType()).getRank() > 2;
}

static bool keeps(ReverseSequenceOp op) {
  int64_t rank = cast<RankedTensorType>(op.getType()).getRank();
  // Lengths would have to be taken apart.
  return op.getBatchAxis() != 0 && op.getBatchAxis() != -rank &&
         op.getTimeAxis() != 0 && op.getTimeAxis() != -rank;
}

namespace {

template <typename OpTy>
struct MovementToElement
    : ElementOpInterface::ExternalModel<MovementToElement<OpTy>, OpTy> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    IndexCode index(builder);
    return code(index, cast<OpTy>(op), at);
  }

  bool keepsExamples(Operation *op) const {
    return keepsBatchOfFirst(op) && keeps(cast<OpTy>(op));
  }
};

struct ConcatToElement
    : ElementOpInterface::ExternalModel<ConcatToElement, ConcatOp> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    IndexCode index(builder);
    return code(index, cast<ConcatOp>(op), at);
  }

  /// A constant has to be of one example, and serve all.
  bool keepsExamples(Operation *op) const {
    int64_t axis = cast<ConcatOp>(op).getAxis();
    int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
    return axis != 0 && axis != -rank &&
           llvm::all_of(op->getOperands(), [](Value operand) {
             auto type = cast<RankedTensorType>(operand.getType());
             return !isShared(operand) || type.getDimSize(0) == 1;
           });
  }
};

template <typename... OpTy> void attach(MLIRContext *context) {
  (OpTy::template attachInterface<MovementToElement<OpTy>>(*context), ...);
}

} // namespace

void resnetc::registerMovementToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    attach<CastOp, DepthToSpaceOp, ExpandOp, FlattenOp, PadOp, ReshapeOp,
           ReverseSequenceOp, SliceOp, SpaceToDepthOp, SqueezeOp, TileOp,
           TransposeOp, TriluOp, UnsqueezeOp>(context);
    ConcatOp::attachInterface<ConcatToElement>(*context);
  });
}
