//===- CopyToGPU.cpp - Copies between layouts on a GPU --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadBuilder.h"

using namespace mlir;
using namespace resnetc::kernel;

static constexpr int64_t blockThreads = 256;

namespace {

/// A thread has one element of the output, or some of a row without a
/// condition; neighbours have those after each other.
class CopyGPUGenerator {
public:
  CopyGPUGenerator(ImplicitLocOpBuilder &b, CopyOp op)
      : t(b), b(b), op(op), input(cast<MemRefType>(op.getInput().getType())),
        output(cast<MemRefType>(op.getOutput().getType())) {}

  /// Blocks of output channels that are written.
  int64_t firstBlock() { return op.getOutputOffset()[0] / output.block; }
  int64_t blocks() {
    int64_t end = op.getOutputOffset()[0] + op.getSize()[0];
    return llvm::divideCeilSigned(end, output.block) - firstBlock();
  }
  int64_t threads() {
    return blocks() * output.block * op.getSize()[1] * columnThreads();
  }

  void generate(ValueRange pointers, Value batch);

private:
  /// Threads of a row, and its elements that each has.
  int64_t columnThreads() { return op.getSize()[2] / columnsOfThread(); }
  int64_t columnsOfThread() {
    constexpr int64_t most = 4;
    return output.block == 1 && input.block == 1 && isInside() &&
                   op.getSize()[2] % most == 0
               ? most
               : 1;
  }
  bool isInside();
  Value source(int d, Value at, Value &inside);
  Value inputIndex(Value n, Value c, Value h, Value w);
  void require(Value condition, Value &inside) {
    inside = inside ? arith::AndIOp::create(b, inside, condition) : condition;
  }
  Value isAtLeast(Value a, int64_t c) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::sge, a,
                                 t.constant(c));
  }

  ThreadBuilder t;
  ImplicitLocOpBuilder &b;
  CopyOp op;
  ImageAccess input, output;
};

} // namespace

/// Whether the copy reads nothing but the input.
bool CopyGPUGenerator::isInside() {
  for (int d = 0; d < 3; ++d) {
    int64_t first = op.getInputOffset()[d];
    int64_t last = first + (op.getSize()[d] - 1) * op.getSteps()[d];
    if (std::min(first, last) < 0 ||
        std::max(first, last) >= op.getInputSize()[d])
      return false;
  }
  return true;
}

/// Input channel, row or column d for position `at` of the copy, and, unless it
/// is always inside, a condition added to `inside`.
Value CopyGPUGenerator::source(int d, Value at, Value &inside) {
  int64_t step = op.getSteps()[d], offset = op.getInputOffset()[d];
  int64_t size = op.getInputSize()[d];
  Value result = t.add(t.mul(at, step), offset);
  int64_t last = offset + (op.getSize()[d] - 1) * step;
  if (std::min(offset, last) < 0)
    require(isAtLeast(result, 0), inside);
  if (std::max(offset, last) >= size)
    require(t.isLess(result, t.constant(size)), inside);
  return result;
}

Value CopyGPUGenerator::inputIndex(Value n, Value c, Value h, Value w) {
  h = t.add(h, op.getInputBase()[0]);
  w = t.add(w, op.getInputBase()[1]);
  if (input.block > 1)
    return input.index(t, n, c, h, w);
  // Dimension d of the image is dimension input_perm[d] of the buffer.
  auto type = cast<MemRefType>(op.getInput().getType());
  int64_t strides[] = {type.getDimSize(1) * type.getDimSize(2),
                       type.getDimSize(2), 1};
  Value coordinates[] = {c, h, w};
  Value place = t.constant(0);
  for (int d = 0; d < 3; ++d)
    place = t.add(place, t.mul(coordinates[d], strides[op.getInputPerm()[d]]));
  return t.addWide(t.mulWide(n, type.getNumElements()), place);
}

void CopyGPUGenerator::generate(ValueRange pointers, Value batch) {
  t.awaitPreviousLaunch();
  int64_t rows = op.getSize()[1];
  Value number = t.add(t.mul(t.block(), blockThreads), t.thread());
  Value inBatch = t.isLess(number, t.mul(batch, threads()));
  t.ifThen(inBatch, [&] {
    Value n = t.div(number, threads());
    Value place = t.rem(number, threads());
    Value lane = t.rem(place, output.block);
    place = t.div(place, output.block);
    Value w = t.mul(t.rem(place, columnThreads()), columnsOfThread());
    place = t.div(place, columnThreads());
    Value h = t.rem(place, rows);
    Value c = t.add(
        t.mul(t.add(t.div(place, rows), firstBlock()), output.block), lane);
    Value to = output.index(t, n, c, t.add(h, op.getOutputOffset()[1]),
                            t.add(w, op.getOutputOffset()[2]));
    to = t.at(pointers[1], output.element, to);
    int64_t begin = op.getOutputOffset()[0], end = begin + op.getSize()[0];
    auto copy = [&] {
      Value inside;
      Value fromChannel = source(0, t.add(c, -begin), inside);
      Value fromRow = source(1, h, inside);
      Value fromColumn = source(2, w, inside);
      if (!inside && columnsOfThread() > 1) {
        for (int64_t i = 0; i < columnsOfThread(); ++i) {
          Value column = t.add(fromColumn, i * op.getSteps()[2]);
          Value from = inputIndex(n, fromChannel, fromRow, column);
          Value value = t.loadFloats(input.element, 1,
                                     t.at(pointers[0], input.element, from));
          t.storeFloats(value, output.element, t.at(to, output.element, i));
        }
        return;
      }
      Value from = inputIndex(n, fromChannel, fromRow, fromColumn);
      auto load = [&] {
        return t.loadFloats(input.element, 1,
                            t.at(pointers[0], input.element, from));
      };
      Value value;
      if (!inside) {
        value = load();
      } else {
        auto branch = scf::IfOp::create(b, b.getF32Type(), inside,
                                        /*withElseRegion=*/true);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(branch.thenBlock());
        scf::YieldOp::create(b, load());
        b.setInsertionPointToStart(branch.elseBlock());
        scf::YieldOp::create(
            b, ValueRange{arith::ConstantOp::create(b, op.getFillAttr())});
        value = branch.getResult(0);
      }
      t.storeFloats(value, output.element, to);
    };
    // Lanes before the copy belong to others; lanes after it are the zeros that
    // pad the last block.
    if (begin % output.block == 0 && end % output.block == 0)
      return copy();
    auto within = arith::AndIOp::create(b, isAtLeast(c, begin),
                                        t.isLess(c, t.constant(end)));
    t.ifThen(within, copy);
    t.ifThen(isAtLeast(c, end),
             [&] { t.storeFloats(t.splat(0, 1), output.element, to); });
  });
}

namespace {

struct CopyGPULowering
    : GPULoweringOpInterface::ExternalModel<CopyGPULowering, CopyOp> {
  bool hasGPUKernel(Operation *) const { return true; }
  GridAttr getGrid(Operation *op) const {
    ImplicitLocOpBuilder b(op->getLoc(), op->getContext());
    return GridAttr::get(op->getContext(), blockThreads,
                         CopyGPUGenerator(b, cast<CopyOp>(op)).threads(),
                         blockThreads, /*columns=*/1, /*sharedBytes=*/0);
  }
  LogicalResult buildGPUKernel(Operation *op, ImplicitLocOpBuilder &b,
                               ValueRange pointers, Value batch) const {
    CopyGPUGenerator(b, cast<CopyOp>(op)).generate(pointers, batch);
    return success();
  }
};

} // namespace

void resnetc::kernel::registerCopyGPULowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    CopyOp::attachInterface<CopyGPULowering>(*context);
  });
}
