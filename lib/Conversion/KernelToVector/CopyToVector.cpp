//===- CopyToVector.cpp - Copies and fills --------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.copy` and `kernel.fill_halo`. A copy between blocked
// buffers whose channels line up moves vectors; any other moves elements.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class CopyGenerator {
public:
  CopyGenerator(ImplicitLocOpBuilder &b, CopyOp op, ValueRange buffers)
      : b(b), index(b), op(op), input(b, buffers[0]), output(b, buffers[1]) {
    inputBlock = input.shape.size() == 4 ? input.shape[3] : 1;
    outputBlock = output.shape.size() == 4 ? output.shape[3] : 1;
  }

  void unit(Value number);

private:
  bool movesVectors();
  /// Index of input channel, row or column d for position `at` of the copy,
  /// and, unless it is always inside, a condition added to `inside`.
  Value source(int d, Value at, Value &inside);
  void require(Value condition, Value &inside);
  Value inputIndex(Value c, Value h, Value w);
  Value outputIndex(Value c, Value h, Value w);
  Value loadOr(Value inside, Value at, Value fill, int64_t lanes);
  void vectors(Value block);
  void elements(Value channel);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  CopyOp op;
  FlatBuffer input, output;
  int64_t inputBlock, outputBlock;
};

} // namespace

bool CopyGenerator::movesVectors() {
  int64_t block = outputBlock;
  int64_t outputBegin = op.getOutputOffset()[0];
  int64_t outputEnd = outputBegin + op.getSize()[0];
  bool toLastBlock =
      llvm::divideCeilSigned(outputEnd, block) == output.shape[0];
  // Lanes past the input's channels hold anything (a sigmoid's 0.5): they may
  // land in lanes past the output's channels only.
  int64_t channels = op.getInputSize()[0];
  bool lanesFill = channels % block == 0 ||
                   op.getInputOffset()[0] + op.getSize()[0] <= channels;
  return block > 1 && inputBlock == block && op.getSteps()[0] == 1 &&
         outputBegin % block == 0 && op.getInputOffset()[0] % block == 0 &&
         (op.getSize()[0] % block == 0 || toLastBlock) && lanesFill;
}

void CopyGenerator::require(Value condition, Value &inside) {
  inside = inside ? arith::AndIOp::create(b, inside, condition) : condition;
}

Value CopyGenerator::source(int d, Value at, Value &inside) {
  int64_t step = op.getSteps()[d], offset = op.getInputOffset()[d];
  int64_t size = op.getInputSize()[d], count = op.getSize()[d];
  Value result = index.add(index.mul(at, step), offset);
  int64_t last = offset + (count - 1) * step;
  if (std::min(offset, last) < 0)
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::sge, result,
                                  index.constant(0)),
            inside);
  if (std::max(offset, last) >= size)
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, result,
                                  index.constant(size)),
            inside);
  return result;
}

Value CopyGenerator::inputIndex(Value c, Value h, Value w) {
  h = index.add(h, op.getInputBase()[0]);
  w = index.add(w, op.getInputBase()[1]);
  if (inputBlock > 1) {
    Value at = index.add(index.mul(index.div(c, inputBlock), input.strides[0]),
                         index.rem(c, inputBlock));
    at = index.add(at, index.mul(h, input.strides[1]));
    return index.add(at, index.mul(w, input.strides[2]));
  }
  // Dimension d of the image is dimension input_perm[d] of the buffer.
  Value at;
  Value coordinates[] = {c, h, w};
  for (int d = 0; d < 3; ++d) {
    Value term = index.mul(coordinates[d], input.strides[op.getInputPerm()[d]]);
    at = at ? index.add(at, term) : term;
  }
  return at;
}

Value CopyGenerator::outputIndex(Value c, Value h, Value w) {
  h = index.add(h, op.getOutputOffset()[1]);
  w = index.add(w, op.getOutputOffset()[2]);
  Value at =
      outputBlock > 1
          ? index.add(index.mul(index.div(c, outputBlock), output.strides[0]),
                      index.rem(c, outputBlock))
          : index.mul(c, output.strides[0]);
  at = index.add(at, index.mul(h, output.strides[1]));
  return index.add(at, index.mul(w, output.strides[2]));
}

/// The input's element (or vector) at `at`, or `fill` outside.
Value CopyGenerator::loadOr(Value inside, Value at, Value fill, int64_t lanes) {
  auto load = [&] {
    return lanes > 1 ? input.loadVector(b, at, lanes) : input.load(b, at);
  };
  if (!inside)
    return load();
  auto branch =
      scf::IfOp::create(b, fill.getType(), inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, load());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, fill);
  return branch.getResult(0);
}

void CopyGenerator::vectors(Value number) {
  int64_t block = outputBlock;
  Value fill = splat(b, op.getFill().convertToFloat(), block);
  Value insideBlock;
  Value from = index.add(number, op.getInputOffset()[0] / block);
  int64_t inputBlocks = input.shape[0];
  int64_t firstBlock = op.getInputOffset()[0] / block;
  int64_t blocks = llvm::divideCeilSigned(op.getSize()[0], block);
  if (firstBlock < 0)
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::sge, from,
                                  index.constant(0)),
            insideBlock);
  if (firstBlock + blocks > inputBlocks)
    require(arith::CmpIOp::create(b, arith::CmpIPredicate::slt, from,
                                  index.constant(inputBlocks)),
            insideBlock);
  Value to = index.add(index.mul(number, block), op.getOutputOffset()[0]);
  index.loop(0, op.getSize()[1], [&](Value h) {
    Value insideRow = insideBlock;
    Value fromRow = source(1, h, insideRow);
    index.loop(0, op.getSize()[2], [&](Value w) {
      Value inside = insideRow;
      Value fromColumn = source(2, w, inside);
      Value at = inputIndex(index.mul(from, block), fromRow, fromColumn);
      output.store(b, loadOr(inside, at, fill, block), outputIndex(to, h, w));
    });
  });
}

/// All rows and columns of output channel (or block) `number`, by element.
void CopyGenerator::elements(Value number) {
  Value fill = arith::ConstantOp::create(b, op.getFillAttr());
  int64_t begin = op.getOutputOffset()[0], end = begin + op.getSize()[0];
  Value first = index.add(number, begin / outputBlock);
  index.loop(0, op.getSize()[1], [&](Value h) {
    Value insideRow;
    Value fromRow = source(1, h, insideRow);
    index.loop(0, op.getSize()[2], [&](Value w) {
      Value insideColumn = insideRow;
      Value fromColumn = source(2, w, insideColumn);
      auto element = [&](Value channel) {
        Value inside = insideColumn;
        Value from = source(0, index.add(channel, -begin), inside);
        Value at = inputIndex(from, fromRow, fromColumn);
        output.store(b, loadOr(inside, at, fill, 1),
                     outputIndex(channel, h, w));
      };
      if (outputBlock == 1)
        return element(first);
      index.loop(0, outputBlock, [&](Value lane) {
        Value channel = index.add(index.mul(first, outputBlock), lane);
        if (begin % outputBlock == 0 && end % outputBlock == 0)
          return element(channel);
        // Lanes before the copy belong to others; lanes after it are the
        // zeros that pad the last block.
        auto before = arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                            channel, index.constant(begin));
        auto covered = scf::IfOp::create(b, before, /*withElseRegion=*/false);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(covered.thenBlock());
        auto within = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                            channel, index.constant(end));
        auto branch = scf::IfOp::create(b, within, /*withElseRegion=*/true);
        b.setInsertionPointToStart(branch.thenBlock());
        element(channel);
        b.setInsertionPointToStart(branch.elseBlock());
        Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0));
        output.store(b, zero, outputIndex(channel, h, w));
      });
    });
  });
}

void CopyGenerator::unit(Value number) {
  if (movesVectors())
    vectors(number);
  else
    elements(number);
}

/// Zeros around each plane: whole rows above and below, then the sides.
static void fillHalo(ImplicitLocOpBuilder &b, FillHaloOp op, FlatBuffer output,
                     Value plane) {
  IndexBuilder index(b);
  int64_t lanes = output.shape.size() == 4 ? output.shape[3] : 1;
  int64_t height = output.shape[1], width = output.shape[2];
  int64_t top = op.getOffset()[0], left = op.getOffset()[1];
  int64_t bottom = top + op.getSize()[0], right = left + op.getSize()[1];
  Value zero = lanes > 1
                   ? splat(b, 0, lanes)
                   : Value(arith::ConstantOp::create(b, b.getF32FloatAttr(0)));
  Value base = index.mul(plane, output.strides[0]);
  auto fill = [&](int64_t h0, int64_t h1, int64_t w0, int64_t w1) {
    if (h0 >= h1 || w0 >= w1)
      return;
    index.loop(h0, h1, [&](Value h) {
      Value row = index.add(base, index.mul(h, output.strides[1]));
      index.loop(w0, w1, [&](Value w) {
        output.store(b, zero, index.add(row, index.mul(w, output.strides[2])));
      });
    });
  };
  fill(0, top, 0, width);
  fill(top, bottom, 0, left);
  fill(top, bottom, right, width);
  fill(bottom, height, 0, width);
}

namespace {

struct CopyLowering
    : VectorLoweringOpInterface::ExternalModel<CopyLowering, CopyOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    CopyGenerator generator(b, cast<CopyOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

struct FillLowering
    : VectorLoweringOpInterface::ExternalModel<FillLowering, FillOp> {
  LogicalResult buildKernel(Operation *, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    FlatBuffer output(b, buffers[0]);
    IndexBuilder index(b);
    int64_t size = cast<MemRefType>(buffers[0].getType()).getNumElements();
    Value zero =
        arith::ConstantOp::create(b, b.getZeroAttr(output.getElementType()));
    Value first = index.mul(begin, FillOp::elementsPerUnit);
    Value last = index.min(index.mul(end, FillOp::elementsPerUnit),
                           index.constant(size));
    index.loop(first, last, [&](Value i) { output.store(b, zero, i); });
    return success();
  }
};

struct FillHaloLowering
    : VectorLoweringOpInterface::ExternalModel<FillHaloLowering, FillHaloOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    FlatBuffer output(b, buffers[0]);
    IndexBuilder(b).loop(begin, end, [&](Value plane) {
      fillHalo(b, cast<FillHaloOp>(op), output, plane);
    });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerCopyLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    CopyOp::attachInterface<CopyLowering>(*context);
    FillOp::attachInterface<FillLowering>(*context);
    FillHaloOp::attachInterface<FillHaloLowering>(*context);
  });
}
