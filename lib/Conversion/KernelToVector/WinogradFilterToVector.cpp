//===- WinogradFilterToVector.cpp - Gradients of filters by Winograd ------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.winograd_filter_products`, where a unit's sums of one block
// of input channels stay in registers while it goes over the tiles of an image,
// and `kernel.winograd_filter`.
//
//===----------------------------------------------------------------------===//

#include "WinogradTransforms.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class ProductsGenerator {
public:
  ProductsGenerator(ImplicitLocOpBuilder &b, WinogradFilterProductsOp op,
                    ValueRange buffers)
      : b(b), index(b), tiles(op.getTiles()), blocks(op.getBlocksOfUnit()),
        input(b, buffers[0]), gradient(b, buffers[1]), output(b, buffers[2]) {}

  void unit(Value number);

private:
  void multiply(Value from, Value given, Value to);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  int64_t tiles, blocks;
  FlatBuffer input, gradient, output;
};

} // namespace

/// Adds the products of all tiles of two blocks.
void ProductsGenerator::multiply(Value from, Value given, Value to) {
  int64_t lanes = gradient.shape[3], inputs = input.shape[3];
  SmallVector<Value> sums;
  for (int64_t k = 0; k < inputs; ++k)
    sums.push_back(output.loadVector(b, index.add(to, k * lanes), lanes));
  sums = index.reduce(0, tiles, sums, [&](Value t, ValueRange carried) {
    Value vector =
        gradient.loadVector(b, index.add(given, index.mul(t, lanes)), lanes);
    Value at = index.add(from, index.mul(t, inputs));
    SmallVector<Value> next;
    for (auto [k, sum] : llvm::enumerate(carried)) {
      Value number = input.load(b, index.add(at, static_cast<int64_t>(k)));
      Value factor = vector::BroadcastOp::create(b, vector.getType(), number);
      next.push_back(vector::FMAOp::create(b, factor, vector, sum));
    }
    return next;
  });
  for (auto [k, sum] : llvm::enumerate(sums))
    output.store(b, sum, index.add(to, static_cast<int64_t>(k) * lanes));
}

void ProductsGenerator::unit(Value number) {
  int64_t groups = output.shape[2] / blocks, outputBlocks = output.shape[1];
  Value first = index.mul(index.rem(number, groups), blocks);
  Value rest = index.div(number, groups);
  Value m = index.rem(rest, outputBlocks);
  Value point = index.div(rest, outputBlocks);
  Value given = index.add(index.mul(point, gradient.strides[1]),
                          index.mul(m, tiles * gradient.strides[2]));
  Value from = index.mul(point, input.strides[1]);
  Value to = index.add(index.mul(point, output.strides[0]),
                       index.mul(m, output.strides[1]));
  index.loop(0, blocks, [&](Value i) {
    Value c = index.add(first, i);
    multiply(index.add(from, index.mul(c, tiles * input.strides[2])), given,
             index.add(to, index.mul(c, output.strides[2])));
  });
}

namespace {

struct ProductsLowering
    : VectorLoweringOpInterface::ExternalModel<ProductsLowering,
                                               WinogradFilterProductsOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    ProductsGenerator generator(b, cast<WinogradFilterProductsOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

/// A unit is a block of output channels and one of input channels.
struct FilterLowering
    : VectorLoweringOpInterface::ExternalModel<FilterLowering,
                                               WinogradFilterOp> {
  LogicalResult buildKernel(Operation *operation, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    auto op = cast<WinogradFilterOp>(operation);
    const WinogradMatrices &matrices = WinogradMatrices::get(op.getOutputs());
    FlatBuffer from(b, buffers[0]), to(b, buffers[1]);
    int64_t points = matrices.points, lanes = from.shape[4];
    int64_t inputs = from.shape[3];
    SmallMatrix matrix(b, matrices.filter, points, lanes);
    const int64_t rows[] = {0, 1, 2};
    IndexBuilder index(b);
    auto channel = [&](Value source, Value target) {
      SmallVector<SmallVector<Value>> half;
      for (int64_t j = 0; j < points; ++j)
        half.push_back(matrix.multiply(rows, [&](int64_t i) {
          return from.loadVector(
              b, index.add(source, (i * points + j) * from.strides[0]), lanes);
        }));
      for (int64_t i = 0; i < 3; ++i) {
        SmallVector<Value> taps =
            matrix.multiply(rows, [&](int64_t j) { return half[j][i]; });
        for (auto [j, tap] : llvm::enumerate(taps))
          to.store(b, tap,
                   index.add(target, (i * 3 + static_cast<int64_t>(j)) *
                                         inputs * lanes));
      }
    };
    index.loop(begin, end, [&](Value unit) {
      index.loop(0, inputs, [&](Value k) {
        Value lane = index.mul(k, lanes);
        channel(index.add(index.mul(unit, from.strides[2]), lane),
                index.add(index.mul(unit, 9 * inputs * lanes), lane));
      });
    });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerWinogradFilterLowering(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    WinogradFilterProductsOp::attachInterface<ProductsLowering>(*context);
    WinogradFilterOp::attachInterface<FilterLowering>(*context);
  });
}
