//===- PoolToGPU.cpp - Pools on a GPU -------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadBuilder.h"
#include <limits>

using namespace mlir;
using namespace resnetc::kernel;

static constexpr int64_t blockThreads = 128;

namespace {

/// A thread has a few neighbouring channels of one result.
class PoolGPUGenerator {
public:
  PoolGPUGenerator(ImplicitLocOpBuilder &b, PoolOp op)
      : t(b), b(b), op(op), input(cast<MemRefType>(op.getInput().getType())),
        output(cast<MemRefType>(op.getOutput().getType())) {
    for (lanes = 1; lanes < 8 && output.block % (2 * lanes) == 0;)
      lanes *= 2;
  }

  /// Threads for one image.
  int64_t items() {
    auto type = cast<MemRefType>(op.getOutput().getType());
    return type.getDimSize(0) * (output.block / lanes) * op.getOutputSize()[0] *
           op.getOutputSize()[1];
  }
  void generate(ValueRange pointers, Value batch);

private:
  /// One window along one dimension.
  struct Range {
    Value start;       ///< First input element, possibly negative.
    Value first, last; ///< Taps inside the input.
  };
  Range getRange(int d, Value position);
  Value getExtent(int d, const Range &range);

  ThreadBuilder t;
  ImplicitLocOpBuilder &b;
  PoolOp op;
  ImageAccess input, output;
  int64_t lanes;
};

} // namespace

PoolGPUGenerator::Range PoolGPUGenerator::getRange(int d, Value position) {
  int64_t size = op.getInputSize()[d], step = op.getDilations()[d];
  Range range;
  range.start = t.add(t.mul(position, op.getStrides()[d]), -op.getPads()[d]);
  Value zero = t.constant(0);
  // Taps before the input: ceil(-start / step), if any.
  Value before = t.max(t.sub(zero, range.start), zero);
  range.first = t.div(t.add(before, step - 1), step);
  Value left = t.max(t.sub(t.constant(size), range.start), zero);
  range.last = t.min(t.div(t.add(left, step - 1), step),
                     t.constant(op.getKernelShape()[d]));
  return range;
}

/// How many taps of a window count in a mean along one dimension.
Value PoolGPUGenerator::getExtent(int d, const Range &range) {
  if (!op.getCountIncludePad())
    return t.sub(range.last, range.first);
  // Up to the end of the padding, which ceil_mode may step over.
  int64_t end = op.getInputSize()[d] + op.getPads()[d + 2];
  int64_t step = op.getDilations()[d];
  Value left = t.sub(t.constant(end), range.start);
  return t.min(t.div(t.add(left, step - 1), step),
               t.constant(op.getKernelShape()[d]));
}

void PoolGPUGenerator::generate(ValueRange pointers, Value batch) {
  t.awaitPreviousLaunch();
  int64_t rows = op.getOutputSize()[0], columns = op.getOutputSize()[1];
  bool isMax = op.getKind() == PoolKind::max;
  Value number = t.add(t.mul(t.block(), blockThreads), t.thread());
  Value inBatch = t.isLess(number, t.mul(batch, items()));
  t.ifThen(inBatch, [&] {
    Value n = t.div(number, items());
    Value place = t.rem(number, items());
    int64_t pieces = output.block / lanes;
    Value piece = t.rem(place, pieces);
    place = t.div(place, pieces);
    Value column = t.rem(place, columns);
    place = t.div(place, columns);
    Value row = t.rem(place, rows);
    Value c =
        t.add(t.mul(t.div(place, rows), output.block), t.mul(piece, lanes));
    Range h = getRange(0, row), w = getRange(1, column);
    Value start =
        t.splat(isMax ? -std::numeric_limits<float>::infinity() : 0.0F, lanes);
    auto tap = [&](Value i, Value j, Value sum) -> Value {
      Value y = t.add(t.add(h.start, t.mul(i, op.getDilations()[0])),
                      op.getInputOffset()[0]);
      Value x = t.add(t.add(w.start, t.mul(j, op.getDilations()[1])),
                      op.getInputOffset()[1]);
      Value element = t.loadFloats(
          input.element, lanes,
          t.at(pointers[0], input.element, input.index(t, n, c, y, x)));
      if (isMax)
        return arith::MaximumFOp::create(b, sum, element);
      return arith::AddFOp::create(b, sum, element);
    };
    Value sum =
        t.loop(h.first, h.last, 1, start, [&](Value i, ValueRange outer) {
          return t.loop(w.first, w.last, 1, outer,
                        [&](Value j, ValueRange inner) -> SmallVector<Value> {
                          return {tap(i, j, inner[0])};
                        });
        })[0];
    if (!isMax) {
      Value count = t.mul(getExtent(0, h), getExtent(1, w));
      Value divisor = arith::SIToFPOp::create(b, b.getF32Type(), count);
      if (lanes > 1)
        divisor = vector::BroadcastOp::create(b, sum.getType(), divisor);
      sum = arith::DivFOp::create(b, sum, divisor);
    }
    Value to = output.index(t, n, c, t.add(row, op.getOutputOffset()[0]),
                            t.add(column, op.getOutputOffset()[1]));
    t.storeFloats(sum, output.element, t.at(pointers[1], output.element, to));
  });
}

namespace {

struct PoolGPULowering
    : GPULoweringOpInterface::ExternalModel<PoolGPULowering, PoolOp> {
  bool hasGPUKernel(Operation *) const { return true; }
  GridAttr getGrid(Operation *op) const {
    ImplicitLocOpBuilder b(op->getLoc(), op->getContext());
    return GridAttr::get(op->getContext(), blockThreads,
                         PoolGPUGenerator(b, cast<PoolOp>(op)).items(),
                         blockThreads, /*columns=*/1, /*sharedBytes=*/0);
  }
  LogicalResult buildGPUKernel(Operation *op, ImplicitLocOpBuilder &b,
                               ValueRange pointers, Value batch) const {
    PoolGPUGenerator(b, cast<PoolOp>(op)).generate(pointers, batch);
    return success();
  }
};

} // namespace

void resnetc::kernel::registerPoolGPULowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    PoolOp::attachInterface<PoolGPULowering>(*context);
  });
}
