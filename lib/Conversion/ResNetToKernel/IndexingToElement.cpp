//===- IndexingToElement.cpp - Code of indices and generators -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexCode.h"
#include "ScalarBuilder.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using Values = IndexCode::Values;

static int64_t positive(int64_t axis, int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

//===----------------------------------------------------------------------===//
// Elements at indices
//===----------------------------------------------------------------------===//

static Value code(IndexCode &c, GatherOp op, ValueRange at) {
  if (c.isEmpty(0) || c.isEmpty(1))
    return c.constantOf(c.elementType(0), 0);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  int64_t axis = positive(op.getAxis(), static_cast<int64_t>(shape.size()));
  size_t rank = c.builder.getShape(1).size();
  Value i = c.loadIndex(1, at.slice(axis, rank));
  Values from(at.take_front(axis));
  from.push_back(c.position(i, shape[axis]));
  llvm::append_range(from, at.drop_front(axis + rank));
  return c.load(0, from);
}

static Value code(IndexCode &c, GatherElementsOp op, ValueRange at) {
  if (c.isEmpty(0))
    return c.load(0, at);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  int64_t axis = positive(op.getAxis(), static_cast<int64_t>(shape.size()));
  Values from(at);
  from[axis] = c.position(c.loadIndex(1, at), shape[axis]);
  return c.load(0, from);
}

static Value code(IndexCode &c, GatherNDOp op, ValueRange at) {
  if (c.isEmpty(0) || c.isEmpty(1))
    return c.constantOf(c.elementType(0), 0);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  ArrayRef<int64_t> indices = c.builder.getShape(1);
  int64_t batch = op.getBatchDims();
  size_t tuples = indices.size() - 1;
  Values from(at.take_front(batch));
  for (int64_t i = 0; i < indices.back(); ++i) {
    Values where(at.take_front(tuples));
    where.push_back(c.constant(i));
    from.push_back(c.position(c.loadIndex(1, where), shape[batch + i]));
  }
  llvm::append_range(from, at.drop_front(tuples));
  return c.load(0, from);
}

/// One element after the other is selected, up to that which is asked for: the
/// best of those that are behind the last one. This needs no memory.
static Value code(IndexCode &c, TopKOp op, ValueRange at) {
  Type i64 = c.b.getI64Type();
  if (c.isEmpty(0))
    return c.constantOf(i64, 0);
  ArrayRef<int64_t> shape = c.builder.getShape(0);
  int64_t axis = positive(op.getAxis(), static_cast<int64_t>(shape.size()));
  ScalarBuilder s(c.b, c.elementType(0).isUnsignedInteger());
  auto load = [&](Value i) {
    Values from(at);
    from[axis] = i;
    Value value = c.load(0, from);
    // Truth values as numbers.
    return value.getType().isInteger(1)
               ? Value(arith::ExtUIOp::create(c.b, c.b.getI8Type(), value))
               : value;
  };
  auto isBetter = [&](Value x, Value y) {
    return op.getLargest() ? s.less(y, x) : s.less(x, y);
  };
  Value begin = c.constant(0), end = c.constant(shape[axis]);
  Value none = c.constant(-1);
  Value rounds = c.index.add(at[axis], 1);
  Values found = c.index.reduce(
      begin, rounds, {none, load(begin)},
      [&](Value, ValueRange last) -> Values {
        Values best = c.index.reduce(
            begin, end, {none, last[1]},
            [&](Value i, ValueRange best) -> Values {
              Value x = load(i);
              Value isFirst = c.less(last[0], begin);
              // Behind the last one: worse, or equal and further on.
              Value isBehind = arith::OrIOp::create(
                  c.b, isBetter(last[1], x),
                  c.both(s.equal(x, last[1]), c.less(last[0], i)));
              isBehind = arith::OrIOp::create(c.b, isBehind, isFirst);
              Value wins = arith::OrIOp::create(c.b, c.less(best[0], begin),
                                                isBetter(x, best[1]));
              Value takes = c.both(isBehind, wins);
              return {c.select(takes, i, best[0]), c.select(takes, x, best[1])};
            });
        return best;
      });
  // Among what is not a number there may be none.
  Value index = c.clamp(found[0], 0, shape[axis] - 1);
  return arith::IndexCastOp::create(c.b, i64, index);
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

static Value code(IndexCode &c, ShapeOp op, ValueRange at) {
  auto rank = op.getInput().getType().getRank();
  int64_t start = std::clamp<int64_t>(positive(op.getStart(), rank), 0, rank);
  ArrayRef<int64_t> shape = c.builder.getShape(0).drop_front(start);
  Value result = c.constant(0);
  for (auto [i, size] : llvm::enumerate(shape))
    result = c.select(c.equal(at[0], c.constant(static_cast<int64_t>(i))),
                      c.constant(size), result);
  return arith::IndexCastOp::create(c.b, c.b.getI64Type(), result);
}

static Value code(IndexCode &c, ConstantOfShapeOp op, ValueRange) {
  ElementsAttr value = op.getValue();
  Type element = value.getElementType();
  // Integers that a double does not hold are taken as they are.
  if (auto integers = integersOf(value); integers && !element.isInteger(1))
    return arith::ConstantOp::create(
        c.b, c.b.getIntegerAttr(scalarType(element), integers->front()));
  FailureOr<ReferenceTensor> number = ReferenceTensor::fromAttr(value);
  if (failed(number) || number->values.empty())
    return {};
  return c.constantOf(element, number->values.front());
}

static Value code(IndexCode &c, OneHotOp op, ValueRange at) {
  auto rank = static_cast<int64_t>(at.size());
  int64_t axis = positive(op.getAxis(), rank);
  Values where(at.take_front(axis));
  llvm::append_range(where, at.drop_front(axis + 1));
  if (c.isEmpty(0))
    return c.constantOf(c.elementType(2), 0);
  Value i = c.fromEnd(c.loadIndex(0, where), c.builder.getResultShape(0)[axis]);
  return c.select(c.equal(i, at[axis]), c.load(2, c.constant(1)),
                  c.load(2, c.constant(0)));
}

static Value code(IndexCode &c, EyeLikeOp op, ValueRange at) {
  Value isOn = c.equal(c.index.add(at[0], op.getK()), at[1]);
  return c.select(isOn, c.constantOf(op.getTo(), 1),
                  c.constantOf(op.getTo(), 0));
}

static Value code(IndexCode &c, RangeOp, ValueRange at) {
  ScalarBuilder s(c.b, c.elementType(0).isUnsignedInteger());
  Value i = arith::IndexCastOp::create(c.b, c.b.getI64Type(), at[0]);
  Value step = convertScalar(c.b, i, i.getType(), c.elementType(0));
  return s.add(c.loadScalar(0), s.mul(step, c.loadScalar(2)));
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

template <typename OpTy> static bool keeps(OpTy) { return false; }

static bool keeps(GatherOp op) {
  int64_t rank = op.getInput().getType().getRank();
  int64_t axis = positive(op.getAxis(), rank);
  // Rows of a table that is a constant.
  if (isShared(op.getInput()))
    return axis == 0 && op.getIndices().getType().getRank() > 0;
  return axis != 0 && isShared(op.getIndices());
}

static bool keeps(GatherElementsOp op) {
  int64_t rank = op.getInput().getType().getRank();
  return positive(op.getAxis(), rank) != 0 && !isShared(op.getInput()) &&
         !isShared(op.getIndices()) &&
         op.getInput().getType().getDimSize(0) ==
             op.getIndices().getType().getDimSize(0);
}

static bool keeps(TopKOp op) {
  return keepsBatchOfFirst(op) &&
         positive(op.getAxis(), op.getInput().getType().getRank()) != 0;
}

static bool keeps(OneHotOp op) {
  return keepsBatchOfFirst(op) &&
         positive(op.getAxis(), op.getType().getRank()) != 0;
}

namespace {

template <typename OpTy>
struct IndexingToElement
    : ElementOpInterface::ExternalModel<IndexingToElement<OpTy>, OpTy> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    IndexCode index(builder);
    if (Value element = code(index, cast<OpTy>(op), at))
      return element;
    return op->emitError("is of no numbers");
  }

  bool keepsExamples(Operation *op) const { return keeps(cast<OpTy>(op)); }
};

template <typename... OpTy> void attach(MLIRContext *context) {
  (OpTy::template attachInterface<IndexingToElement<OpTy>>(*context), ...);
}

} // namespace

void resnetc::registerIndexingToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    attach<ConstantOfShapeOp, EyeLikeOp, GatherElementsOp, GatherNDOp, GatherOp,
           OneHotOp, RangeOp, ShapeOp, TopKOp>(context);
  });
}
