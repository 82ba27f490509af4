//===- FilterGradientToVector.cpp - Gradients of filters ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.conv_filter_gradient`: a unit holds its sums in registers
// while it goes over the pixels of an image. Each pixel's vector of gradients
// is multiplied by what each sum's tap reads there, one number; with `dot`, of
// two neighbouring columns at once.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "resnetc/Dialect/Kernel/IR/FilterGradientTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class FilterGradientGenerator {
public:
  FilterGradientGenerator(ImplicitLocOpBuilder &b, ConvFilterGradientOp op,
                          ValueRange buffers)
      : b(b), index(b), op(op), tiling(op), input(b, buffers[0]),
        gradient(b, buffers[1]), output(b, buffers[2]),
        rows(op.getGradientSize()[0]), columns(op.getGradientSize()[1]) {
    if (op.getDot())
      preparePairs();
  }

  void unit(Value number);

private:
  using Sums = SmallVector<Value>;
  /// Where the input of a unit starts: at its first channel and tap.
  Value inputOf(Value outputBlock, Value part, Value tap);
  Sums addPixels(Value from, Value given, ValueRange sums);

  void preparePairs();
  Value pairsOf(const FlatBuffer &buffer, Value at, int64_t distance,
                bool isPair);
  Sums addPair(Value pair, Value vectors, ValueRange sums);
  Sums addPairs(Value from, Value given, ValueRange sums);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  ConvFilterGradientOp op;
  FilterGradientTiling tiling;
  FlatBuffer input, gradient, output;
  int64_t rows, columns;
  std::optional<FlatBuffer> pairs; ///< Of a row of the input.
};

} // namespace

Value FilterGradientGenerator::inputOf(Value outputBlock, Value part,
                                       Value tap) {
  bool planar = tiling.planesPerUnit > 0;
  Value first;
  if (planar) {
    first = index.mul(part, tiling.planesPerUnit);
  } else if (tiling.group == 1) {
    first = part;
  } else if (tiling.inputsOfGroup <= tiling.lanes) {
    first = outputBlock;
  } else {
    int64_t blocks = tiling.inputParts;
    first = index.add(index.mul(index.div(outputBlock, blocks), blocks), part);
  }
  Value row = planar ? tap : index.div(tap, tiling.columns);
  Value column = planar ? index.constant(0) : index.rem(tap, tiling.columns);
  row = index.add(index.mul(row, op.getDilations()[0]), op.getInputOffset()[0]);
  column = index.add(index.mul(column, op.getDilations()[1]),
                     op.getInputOffset()[1]);
  return index.add(index.mul(first, input.strides[0]),
                   index.add(index.mul(row, input.strides[1]),
                             index.mul(column, input.strides[2])));
}

void FilterGradientGenerator::unit(Value number) {
  int64_t taps = tiling.tapsOutside(), lanes = tiling.lanes;
  Value tap = index.rem(number, taps), rest = index.div(number, taps);
  Value part = index.rem(rest, tiling.inputParts);
  Value block = index.div(rest, tiling.inputParts);
  Value from = inputOf(block, part, tap);
  Value given = index.add(
      index.mul(block, gradient.strides[0]),
      index.constant(op.getGradientOffset()[0] * gradient.strides[1] +
                     op.getGradientOffset()[1] * gradient.strides[2]));
  Value at = index.mul(number, tiling.vectors() * lanes);
  Sums sums;
  for (int64_t i = 0; i < tiling.vectors(); ++i)
    sums.push_back(output.loadVector(b, index.add(at, i * lanes), lanes));
  sums = pairs ? addPairs(from, given, sums) : addPixels(from, given, sums);
  for (auto [i, sum] : llvm::enumerate(sums))
    output.store(b, sum, index.add(at, static_cast<int64_t>(i) * lanes));
}

SmallVector<Value> FilterGradientGenerator::addPixels(Value from, Value given,
                                                      ValueRange sums) {
  // From the unit's first input to that of each sum.
  SmallVector<int64_t> places;
  for (int64_t i = 0; i < tiling.vectors(); ++i)
    places.push_back(tiling.planesPerUnit
                         ? i / tiling.columns * input.strides[0] +
                               i % tiling.columns * op.getDilations()[1]
                         : i);
  auto pixel = [&](Value x, Value g, ValueRange carried) {
    Value vector = gradient.loadVector(b, g, tiling.lanes);
    Sums next;
    for (auto [sum, place] : llvm::zip_equal(carried, places)) {
      Value number = input.load(b, index.add(x, place));
      Value factor = vector::BroadcastOp::create(b, vector.getType(), number);
      next.push_back(vector::FMAOp::create(b, factor, vector, sum));
    }
    return next;
  };
  return index.reduce(0, rows, sums, [&](Value h, ValueRange carried) {
    Value x =
        index.add(from, index.mul(h, input.strides[1] * op.getStrides()[0]));
    Value g = index.add(given, index.mul(h, gradient.strides[1]));
    return index.reduce(0, columns, carried, [&](Value w, ValueRange carried) {
      return pixel(
          index.add(x, index.mul(w, input.strides[2] * op.getStrides()[1])),
          index.add(g, index.mul(w, gradient.strides[2])), carried);
    });
  });
}

/// Memory for a row of pairs of the input, of which each sum takes one number.
void FilterGradientGenerator::preparePairs() {
  // Rows without anything between them are one, if that is short enough.
  bool isDense = input.strides[1] == columns * tiling.lanes &&
                 gradient.strides[1] == columns * tiling.lanes &&
                 op.getStrides()[0] == 1 && op.getStrides()[1] == 1;
  constexpr int64_t maxColumns = 256;
  if (isDense && rows * columns <= maxColumns) {
    columns *= rows;
    rows = 1;
  }
  int64_t size = llvm::divideCeilSigned(columns, 2) * 2 * tiling.lanes;
  pairs.emplace(
      b, memref::AllocaOp::create(b, MemRefType::get({size}, b.getBF16Type()),
                                  b.getI64IntegerAttr(64)));
}

/// What each lane has at `at` and `distance` behind it, side by side; without
/// `isPair` zero takes the second's place.
Value FilterGradientGenerator::pairsOf(const FlatBuffer &buffer, Value at,
                                       int64_t distance, bool isPair) {
  int64_t lanes = tiling.lanes;
  SmallVector<int64_t> order;
  for (int64_t l = 0; l < lanes; ++l)
    order.append({l, lanes + l});
  if (isPair && distance == lanes) {
    Value both = buffer.loadBits(b, at, 2 * lanes);
    return vector::ShuffleOp::create(b, both, both, order);
  }
  Value first = buffer.loadBits(b, at, lanes), second;
  if (isPair)
    second = buffer.loadBits(b, index.add(at, distance), lanes);
  else
    second = arith::ConstantOp::create(b, b.getZeroAttr(first.getType()));
  return vector::ShuffleOp::create(b, first, second, order);
}

SmallVector<Value> FilterGradientGenerator::addPair(Value pair, Value vectors,
                                                    ValueRange sums) {
  auto numbers = VectorType::get({tiling.lanes}, b.getI32Type());
  Sums next;
  for (auto [i, sum] : llvm::enumerate(sums)) {
    // Broadcast as one number of 32 bits.
    Value number = vector::BitCastOp::create(
        b, VectorType::get({1}, b.getI32Type()),
        pairs->loadBits(b, index.add(pair, 2 * static_cast<int64_t>(i)), 2));
    number = vector::ExtractOp::create(b, number, ArrayRef<int64_t>{0});
    number = vector::BroadcastOp::create(b, numbers, number);
    next.push_back(x86vector::DotBF16Op::create(
        b, sum, vector::BitCastOp::create(b, vectors.getType(), number),
        vectors));
  }
  return next;
}

SmallVector<Value> FilterGradientGenerator::addPairs(Value from, Value given,
                                                     ValueRange sums) {
  int64_t lanes = tiling.lanes, both = columns / 2;
  int64_t stride = op.getStrides()[1] * input.strides[2];
  bool hasLast = columns % 2 != 0;
  return index.reduce(0, rows, sums, [&](Value h, ValueRange carried) {
    Value x =
        index.add(from, index.mul(h, input.strides[1] * op.getStrides()[0]));
    Value g = index.add(given, index.mul(h, gradient.strides[1]));
    auto place = [&](Value pair) { return index.mul(pair, 2 * lanes); };
    auto prepare = [&](Value pair, bool isPair) {
      Value at = index.add(x, index.mul(pair, 2 * stride));
      pairs->store(b, pairsOf(input, at, stride, isPair), place(pair));
    };
    auto multiply = [&](Value pair, ValueRange carried, bool isPair) {
      Value at = index.add(g, place(pair));
      return addPair(place(pair), pairsOf(gradient, at, lanes, isPair),
                     carried);
    };
    index.loop(0, both, [&](Value pair) { prepare(pair, true); });
    if (hasLast)
      prepare(index.constant(both), false);
    Sums sums =
        index.reduce(0, both, carried, [&](Value pair, ValueRange carried) {
          return multiply(pair, carried, true);
        });
    return hasLast ? multiply(index.constant(both), sums, false) : sums;
  });
}

namespace {

struct FilterGradientLowering
    : VectorLoweringOpInterface::ExternalModel<FilterGradientLowering,
                                               ConvFilterGradientOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    FilterGradientGenerator generator(b, cast<ConvFilterGradientOp>(op),
                                      buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerFilterGradientLowering(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ConvFilterGradientOp::attachInterface<FilterGradientLowering>(*context);
  });
}
