//===- PlaneMeansToVector.cpp - Means of elementwise functions ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.plane_means`: a block of channels at a time. Each row has
// sums of its own, several side by side: additions need not wait for each
// other, and fewer are rounded one after the other.
//
//===----------------------------------------------------------------------===//

#include "MapBody.h"

using namespace mlir;
using namespace resnetc::kernel;

/// Elements of a row that are added side by side.
static constexpr int64_t maxSums = 4;

namespace {

class PlaneMeansGenerator {
public:
  PlaneMeansGenerator(ImplicitLocOpBuilder &b, PlaneMeansOp op,
                      ValueRange buffers)
      : b(b), index(b), op(op),
        body(b, op.getBody().front(), op.getOffsets(), buffers),
        lanes(op.getSize()[3]) {}

  void unit(Value block);

private:
  SmallVector<Value> addColumn(Value block, Value row, Value column,
                               ValueRange sums);
  SmallVector<Value> addRow(Value block, Value row, ValueRange totals);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  PlaneMeansOp op;
  MapBody body;
  int64_t lanes;
};

} // namespace

SmallVector<Value> PlaneMeansGenerator::addColumn(Value block, Value row,
                                                  Value column,
                                                  ValueRange sums) {
  Value position[] = {block, row, column, index.constant(0)};
  SmallVector<Value> result = body.compute(position, lanes);
  for (auto [value, sum] : llvm::zip_equal(result, sums))
    value = arith::AddFOp::create(b, sum, value);
  return result;
}

SmallVector<Value> PlaneMeansGenerator::addRow(Value block, Value row,
                                               ValueRange totals) {
  size_t outputs = totals.size();
  int64_t width = op.getSize()[2], side = std::min(width, maxSums);
  SmallVector<Value> zeros(outputs * side, splat(b, 0.0f, lanes));
  int64_t whole = width / side * side;
  SmallVector<Value> sums = index.reduce(
      0, whole / side, zeros,
      [&](Value group, ValueRange carried) -> SmallVector<Value> {
        Value first = index.mul(group, side);
        SmallVector<Value> next;
        for (int64_t i = 0; i < side; ++i)
          llvm::append_range(next,
                             addColumn(block, row, index.add(first, i),
                                       carried.slice(i * outputs, outputs)));
        return next;
      });
  for (int64_t i = whole; i < width; ++i) {
    MutableArrayRef<Value> own =
        MutableArrayRef<Value>(sums).slice((i - whole) * outputs, outputs);
    llvm::copy(addColumn(block, row, index.constant(i), ValueRange(own)),
               own.begin());
  }
  for (int64_t count = side; count > 1; count = (count + 1) / 2)
    for (int64_t i = 0; i < count / 2; ++i)
      for (size_t k = 0; k < outputs; ++k) {
        Value &sum = sums[i * outputs + k];
        sum = arith::AddFOp::create(b, sum,
                                    sums[((count + 1) / 2 + i) * outputs + k]);
      }
  SmallVector<Value> result;
  for (size_t k = 0; k < outputs; ++k)
    result.push_back(arith::AddFOp::create(b, totals[k], sums[k]));
  return result;
}

void PlaneMeansGenerator::unit(Value block) {
  unsigned inputs = op.getInputs().size();
  SmallVector<Value> zeros(op.getOutputs().size(), splat(b, 0.0f, lanes));
  SmallVector<Value> totals =
      index.reduce(0, op.getSize()[1], zeros,
                   [&](Value row, ValueRange carried) -> SmallVector<Value> {
                     return addRow(block, row, carried);
                   });
  auto count = static_cast<float>(op.getSize()[1] * op.getSize()[2]);
  for (auto [i, total] : llvm::enumerate(totals)) {
    Value mean = arith::DivFOp::create(b, total, splat(b, count, lanes));
    body.operand(inputs + i).store(b, mean, index.mul(block, lanes));
  }
}

namespace {

struct PlaneMeansLowering
    : VectorLoweringOpInterface::ExternalModel<PlaneMeansLowering,
                                               PlaneMeansOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    PlaneMeansGenerator generator(b, cast<PlaneMeansOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value block) { generator.unit(block); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerPlaneMeansLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    PlaneMeansOp::attachInterface<PlaneMeansLowering>(*context);
  });
}
