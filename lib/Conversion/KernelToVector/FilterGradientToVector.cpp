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
// is multiplied by what each sum's tap reads there, one number.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "resnetc/Dialect/Kernel/IR/FilterGradientTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class FilterGradientGenerator {
public:
  FilterGradientGenerator(ImplicitLocOpBuilder &b, ConvFilterGradientOp op,
                          ValueRange buffers)
      : b(b), index(b), op(op), tiling(op), input(b, buffers[0]),
        gradient(b, buffers[1]), output(b, buffers[2]) {}

  void unit(Value number);

private:
  /// Where the input of a unit starts: at its first channel and tap.
  Value inputOf(Value outputBlock, Value part, Value tap);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  ConvFilterGradientOp op;
  FilterGradientTiling tiling;
  FlatBuffer input, gradient, output;
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
  // From the unit's first input to that of each sum.
  SmallVector<int64_t> places;
  for (int64_t i = 0; i < tiling.vectors(); ++i)
    places.push_back(tiling.planesPerUnit
                         ? i / tiling.columns * input.strides[0] +
                               i % tiling.columns * op.getDilations()[1]
                         : i);

  Value at = index.mul(number, tiling.vectors() * lanes);
  SmallVector<Value> sums;
  for (int64_t i = 0; i < tiling.vectors(); ++i)
    sums.push_back(output.loadVector(b, index.add(at, i * lanes), lanes));
  auto pixel = [&](Value x, Value g, ValueRange carried) {
    Value vector = gradient.loadVector(b, g, lanes);
    SmallVector<Value> next;
    for (auto [sum, place] : llvm::zip_equal(carried, places)) {
      Value number = input.load(b, index.add(x, place));
      Value factor = vector::BroadcastOp::create(b, vector.getType(), number);
      next.push_back(vector::FMAOp::create(b, factor, vector, sum));
    }
    return next;
  };
  sums = index.reduce(
      0, op.getGradientSize()[0], sums, [&](Value h, ValueRange carried) {
        Value x = index.add(
            from, index.mul(h, input.strides[1] * op.getStrides()[0]));
        Value g = index.add(given, index.mul(h, gradient.strides[1]));
        return index.reduce(
            0, op.getGradientSize()[1], carried,
            [&](Value w, ValueRange carried) {
              return pixel(index.add(x, index.mul(w, input.strides[2] *
                                                         op.getStrides()[1])),
                           index.add(g, index.mul(w, gradient.strides[2])),
                           carried);
            });
      });
  for (auto [i, sum] : llvm::enumerate(sums))
    output.store(b, sum, index.add(at, static_cast<int64_t>(i) * lanes));
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
