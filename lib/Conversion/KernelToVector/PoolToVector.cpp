//===- PoolToVector.cpp - Pools -------------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.pool`: a vector of channels at a time. Windows inside the
// input are straight code; those at its border loop over what is left of them.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include <limits>

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// One window along one dimension, as values.
struct WindowRange {
  Value start; ///< First input element of the window, possibly negative.
  Value first; ///< First tap inside the input.
  Value last;  ///< One past the last tap inside.
};

class PoolGenerator {
public:
  PoolGenerator(ImplicitLocOpBuilder &b, PoolOp op, ValueRange buffers)
      : b(b), index(b), op(op), input(b, buffers[0]), output(b, buffers[1]),
        lanes(output.shape[3]) {}

  void unit(Value number);

private:
  WindowRange range(int dimension, Value position);
  Value accumulate(Value sum, Value base, Value i, Value j);
  Value divisor(const WindowRange &rows, const WindowRange &columns);
  Value extent(int dimension, const WindowRange &range);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  PoolOp op;
  FlatBuffer input, output;
  int64_t lanes;
};

} // namespace

WindowRange PoolGenerator::range(int d, Value position) {
  int64_t size = op.getInputSize()[d], step = op.getDilations()[d];
  WindowRange result;
  result.start =
      index.add(index.mul(position, op.getStrides()[d]), -op.getPads()[d]);
  Value zero = index.constant(0);
  // Taps before the input: ceil(-start / step), if any.
  Value before = index.max(index.sub(zero, result.start), zero);
  result.first = index.div(index.add(before, step - 1), step);
  Value left = index.max(index.sub(index.constant(size), result.start), zero);
  result.last = index.min(index.div(index.add(left, step - 1), step),
                          index.constant(op.getKernelShape()[d]));
  return result;
}

/// Combines tap (i, j) of the window at `base` into `sum`.
Value PoolGenerator::accumulate(Value sum, Value base, Value i, Value j) {
  Value at =
      index.add(base, index.mul(i, op.getDilations()[0] * input.strides[1]));
  at = index.add(at, index.mul(j, op.getDilations()[1] * input.strides[2]));
  Value element = input.loadVector(b, at, lanes);
  if (op.getKind() == PoolKind::avg)
    return arith::AddFOp::create(b, sum, element);
  return buildMaximum(b, sum, element);
}

/// How many taps of a window count in a mean along one dimension.
Value PoolGenerator::extent(int d, const WindowRange &range) {
  if (!op.getCountIncludePad())
    return index.sub(range.last, range.first);
  // Up to the end of the padding, which ceil_mode may step over.
  int64_t end = op.getInputSize()[d] + op.getPads()[d + 2];
  Value left = index.sub(index.constant(end), range.start);
  int64_t step = op.getDilations()[d];
  return index.min(index.div(index.add(left, step - 1), step),
                   index.constant(op.getKernelShape()[d]));
}

Value PoolGenerator::divisor(const WindowRange &rows,
                             const WindowRange &columns) {
  Value count =
      b.createOrFold<arith::MulIOp>(extent(0, rows), extent(1, columns));
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), count);
  Value real = arith::SIToFPOp::create(b, b.getF32Type(), integer);
  return vector::BroadcastOp::create(
      b, VectorType::get({lanes}, b.getF32Type()), real);
}

void PoolGenerator::unit(Value number) {
  int64_t height = op.getKernelShape()[0], width = op.getKernelShape()[1];
  Value block = index.div(number, op.getOutputSize()[0]);
  Value row = index.rem(number, op.getOutputSize()[0]);
  WindowRange rows = range(0, row);
  float start = op.getKind() == PoolKind::max
                    ? -std::numeric_limits<float>::infinity()
                    : 0.0f;
  Value init = splat(b, start, lanes);
  Value plane = index.mul(block, input.strides[0]);

  index.loop(0, op.getOutputSize()[1], [&](Value column) {
    WindowRange columns = range(1, column);
    Value top = index.add(rows.start, op.getInputOffset()[0]);
    Value left = index.add(columns.start, op.getInputOffset()[1]);
    Value base = index.add(
        plane, index.add(b.createOrFold<arith::MulIOp>(
                             top, index.constant(input.strides[1])),
                         b.createOrFold<arith::MulIOp>(
                             left, index.constant(input.strides[2]))));
    auto clipped = [&]() -> Value {
      return index.reduce(
          rows.first, rows.last, init,
          [&](Value i, ValueRange outer) -> SmallVector<Value> {
            return index.reduce(
                columns.first, columns.last, outer,
                [&](Value j, ValueRange inner) -> SmallVector<Value> {
                  return {accumulate(inner[0], base, i, j)};
                });
          })[0];
    };
    // Large windows, as of global pools, are loops anyway.
    Value result;
    if (height * width > 16) {
      result = clipped();
    } else {
      auto spans = [&](const WindowRange &range, int64_t taps) {
        Value count = index.sub(range.last, range.first);
        return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count,
                                     index.constant(taps));
      };
      Value inside =
          arith::AndIOp::create(b, spans(rows, height), spans(columns, width));
      auto branch = scf::IfOp::create(b, init.getType(), inside,
                                      /*withElseRegion=*/true);
      result = branch.getResult(0);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      Value sum = init;
      for (int64_t i = 0; i < height; ++i)
        for (int64_t j = 0; j < width; ++j)
          sum = accumulate(sum, base, index.constant(i), index.constant(j));
      scf::YieldOp::create(b, sum);
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, clipped());
    }
    if (op.getKind() == PoolKind::avg)
      result = arith::DivFOp::create(b, result, divisor(rows, columns));
    Value at = index.add(index.mul(block, output.strides[0]),
                         index.mul(row, output.strides[1]));
    at = index.add(at, index.mul(column, lanes));
    at = index.add(at, op.getOutputOffset()[0] * output.strides[1] +
                           op.getOutputOffset()[1] * lanes);
    output.store(b, result, at);
  });
}

namespace {

struct PoolLowering
    : VectorLoweringOpInterface::ExternalModel<PoolLowering, PoolOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    PoolGenerator generator(b, cast<PoolOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerPoolLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    PoolOp::attachInterface<PoolLowering>(*context);
  });
}
