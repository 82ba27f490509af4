//===- WinogradToVector.cpp - Winograd's algorithm ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.winograd_input` and `kernel.winograd_conv`. The products of
// a work unit go to the stack, from
// which the output transform reads them while a near cache holds them.
//
//===----------------------------------------------------------------------===//

#include "OuterProducts.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

/// The product of a constant matrix (row-major) with a vector of values, whose
/// zeros cost nothing.
static SmallVector<Value> multiply(ImplicitLocOpBuilder &b,
                                   ArrayRef<double> matrix,
                                   ArrayRef<Value> values, int64_t lanes) {
  SmallVector<Value> result;
  for (; !matrix.empty(); matrix = matrix.drop_front(values.size())) {
    ArrayRef<double> row = matrix.take_front(values.size());
    // Start with a term that needs no multiplication.
    const double *start = llvm::find(row, 1.0);
    Value sum;
    if (start != row.end())
      sum = values[start - row.begin()];
    for (size_t i = 0; i < values.size(); ++i) {
      if (row[i] == 0 || &row[i] == start)
        continue;
      Value factor = splat(b, static_cast<float>(row[i]), lanes);
      if (!sum)
        sum = arith::MulFOp::create(b, values[i], factor);
      else if (row[i] == 1)
        sum = arith::AddFOp::create(b, sum, values[i]);
      else if (row[i] == -1)
        sum = arith::SubFOp::create(b, sum, values[i]);
      else
        sum = vector::FMAOp::create(b, values[i], factor, sum);
    }
    result.push_back(sum);
  }
  return result;
}

namespace {

/// A square of values: a tile of elements, or of results.
class Tile {
public:
  Tile(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), values(rows * columns) {}

  Value &at(int64_t row, int64_t column) {
    return values[row * columns + column];
  }

  /// matrix * this * matrix^T.
  Tile transform(ImplicitLocOpBuilder &b, ArrayRef<double> matrix,
                 int64_t lanes) {
    int64_t size = static_cast<int64_t>(matrix.size()) / rows;
    Tile half(size, columns), whole(size, size);
    for (int64_t j = 0; j < columns; ++j) {
      SmallVector<Value> column;
      for (int64_t i = 0; i < rows; ++i)
        column.push_back(at(i, j));
      for (auto [i, value] :
           llvm::enumerate(multiply(b, matrix, column, lanes)))
        half.at(i, j) = value;
    }
    for (int64_t i = 0; i < size; ++i) {
      ArrayRef<Value> row = ArrayRef(half.values).slice(i * columns, columns);
      for (auto [j, value] : llvm::enumerate(multiply(b, matrix, row, lanes)))
        whole.at(i, j) = value;
    }
    return whole;
  }

private:
  int64_t rows, columns;
  SmallVector<Value> values;
};

class InputGenerator {
public:
  InputGenerator(ImplicitLocOpBuilder &b, WinogradInputOp op,
                 ValueRange buffers)
      : b(b), index(b), op(op), input(b, buffers[0]), output(b, buffers[1]),
        matrices(WinogradMatrices::get(op.getOutputs())) {}

  void unit(Value number) {
    int64_t inputBlocks = output.shape[2], lanes = output.shape[4];
    EvenSplit tiles(op.getTiles()[0] * op.getTiles()[1], output.shape[3]);
    Value split = index.div(number, inputBlocks);
    Value channels = index.rem(number, inputBlocks);
    Piece range(index, tiles, split);
    Value outputBase = index.add(index.mul(split, output.strides[0]),
                                 index.mul(channels, output.strides[2]));
    Value inputBase = index.add(index.mul(channels, input.strides[0]),
                                op.getInputOffset()[0] * input.strides[1] +
                                    op.getInputOffset()[1] * lanes);
    index.loop(index.constant(0), range.count, [&](Value i) {
      Value tile = index.add(range.first, i);
      Value row = index.div(tile, op.getTiles()[1]);
      Value column = index.rem(tile, op.getTiles()[1]);
      Value from = index.add(
          inputBase,
          index.add(index.mul(row, matrices.outputs * input.strides[1]),
                    index.mul(column, matrices.outputs * lanes)));
      Value to = index.add(outputBase, index.mul(i, lanes));
      transform(from, to, lanes);
    });
  }

private:
  void transform(Value from, Value to, int64_t lanes) {
    int64_t points = matrices.points;
    Tile elements(points, points);
    for (int64_t i = 0; i < points; ++i)
      for (int64_t j = 0; j < points; ++j)
        elements.at(i, j) = input.loadVector(
            b, index.add(from, i * input.strides[1] + j * lanes), lanes);
    Tile transformed = elements.transform(b, matrices.input, lanes);
    for (int64_t i = 0; i < points; ++i)
      for (int64_t j = 0; j < points; ++j)
        output.store(b, transformed.at(i, j),
                     index.add(to, (i * points + j) * output.strides[1]));
  }

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  WinogradInputOp op;
  FlatBuffer input, output;
  const WinogradMatrices &matrices;
};

class ConvGenerator {
public:
  ConvGenerator(ImplicitLocOpBuilder &b, WinogradConvOp op, ValueRange buffers)
      : b(b), index(b), op(op), tiling(op),
        matrices(WinogradMatrices::get(op.getOutputs())), lanes(tiling.block),
        input(b, buffers[0]), weight(b, buffers[1]), bias(b, buffers[2]),
        output(b, buffers.back()), products(b, allocateProducts()) {
    if (op.getResidual())
      residual.emplace(b, buffers[3]);
  }

  void unit(Value number);

private:
  /// (point, register tile of the chunk, tile, block, lane).
  Value allocateProducts() {
    return memref::AllocaOp::create(
        b,
        MemRefType::get({tiling.points, tiling.chunks.size, tiling.tiles.size,
                         tiling.blocks.size, lanes},
                        b.getF32Type()),
        b.getI64IntegerAttr(64));
  }
  void multiplyPoint(Value input, Value weight, Value to, Value place,
                     int64_t tiles, int64_t blocks);
  void prefetch(Value weightC, Value place, int64_t blocks);
  void finish(Value from, Value tile, Value outputBlock);
  void store(Tile &results, Value row, Value column, Value outputBlock);
  void guard(int64_t size, Value start, int64_t i,
             function_ref<void()> generate);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  WinogradConvOp op;
  WinogradTiling tiling;
  const WinogradMatrices &matrices;
  int64_t lanes;
  FlatBuffer input, weight, bias, output, products;
  std::optional<FlatBuffer> residual;
};

} // namespace

void ConvGenerator::unit(Value number) {
  Value chunk = index.div(number, tiling.blocks.pieces());
  Value piece = index.rem(number, tiling.blocks.pieces());
  Piece splits(index, tiling.chunks, chunk);
  Piece blocks(index, tiling.blocks, piece);
  Value weightBase = index.mul(blocks.first, tiling.weightsPerBlock);
  generateForSize(b, tiling.blocks, piece, [&](int64_t blockCount) {
    int64_t pointWeights = tiling.inputBlocks * lanes * blockCount * lanes;
    // Points outside, so that a chunk's register tiles share the weights of
    // each.
    index.loop(0, tiling.points, [&](Value point) {
      Value weightPoint = index.add(weightBase, index.mul(point, pointWeights));
      index.loop(index.constant(0), splits.count, [&](Value place) {
        Value split = index.add(splits.first, place);
        Value from = index.add(index.mul(split, input.strides[0]),
                               index.mul(point, input.strides[1]));
        Value to = index.add(index.mul(point, products.strides[0]),
                             index.mul(place, products.strides[1]));
        generateForSize(b, tiling.tiles, split, [&](int64_t tileCount) {
          multiplyPoint(from, weightPoint, to, place, tileCount, blockCount);
        });
      });
    });
  });
  index.loop(index.constant(0), blocks.count, [&](Value block) {
    Value outputBlock = index.add(blocks.first, block);
    index.loop(index.constant(0), splits.count, [&](Value place) {
      Piece tiles(index, tiling.tiles, index.add(splits.first, place));
      Value base = index.add(index.mul(place, products.strides[1]),
                             index.mul(block, lanes));
      index.loop(index.constant(0), tiles.count, [&](Value tile) {
        finish(index.add(base, index.mul(tile, products.strides[2])),
               index.add(tiles.first, tile), outputBlock);
      });
    });
  });
}

/// Asks for the weights that the next point needs in the place of `weightC`,
/// those of a block of input channels: register tile `place` of a chunk for its
/// share of them. Without it only the first of them would wait for memory, and
/// memory for the others.
void ConvGenerator::prefetch(Value weightC, Value place, int64_t blocks) {
  constexpr int64_t line = 16;
  int64_t slice = lanes * blocks * lanes;
  int64_t next = tiling.inputBlocks * slice;
  int64_t share = llvm::divideCeilSigned(slice / line, tiling.chunks.size);
  Value first =
      index.add(index.add(weightC, index.mul(place, share * line)), next);
  for (int64_t i = 0; i < share; ++i)
    memref::PrefetchOp::create(b, weight.memref, index.add(first, i * line),
                               /*isWrite=*/false, /*localityHint=*/2,
                               /*isDataCache=*/true);
}

/// The products of one point for one register tile, summed over channels.
void ConvGenerator::multiplyPoint(Value inputPoint, Value weightPoint, Value to,
                                  Value place, int64_t tiles, int64_t blocks) {
  OuterProducts tile{input, weight, lanes, tiles, blocks, lanes, lanes};
  SmallVector<Value> sums(tiles * blocks, splat(b, 0, lanes));
  sums = index.reduce(
      0, tiling.inputBlocks, sums, [&](Value c, ValueRange carried) {
        Value inputC = index.add(inputPoint, index.mul(c, input.strides[2]));
        Value weightC =
            index.add(weightPoint, index.mul(c, lanes * blocks * lanes));
        prefetch(weightC, place, blocks);
        return tile.add(b, inputC, weightC, carried);
      });
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t o = 0; o < blocks; ++o)
      products.store(b, sums[t * blocks + o],
                     index.add(to, t * products.strides[2] + o * lanes));
}

/// The results of tile `tile` for one block of channels, from its products.
void ConvGenerator::finish(Value from, Value tile, Value outputBlock) {
  int64_t points = matrices.points;
  Tile sums(points, points);
  for (int64_t i = 0; i < points; ++i)
    for (int64_t j = 0; j < points; ++j)
      sums.at(i, j) = products.loadVector(
          b, index.add(from, (i * points + j) * products.strides[0]), lanes);
  Tile results = sums.transform(b, matrices.output, lanes);
  Value row = index.mul(index.div(tile, tiling.tileColumns), matrices.outputs);
  Value column =
      index.mul(index.rem(tile, tiling.tileColumns), matrices.outputs);
  store(results, row, column, outputBlock);
}

/// Generates what row or column `start + i` of `size` needs, if it exists.
void ConvGenerator::guard(int64_t size, Value start, int64_t i,
                          function_ref<void()> generate) {
  int64_t ragged = size % matrices.outputs;
  if (ragged == 0 || i < ragged)
    return generate();
  Value exists = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ult, index.add(start, i), index.constant(size));
  auto branch = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard insertion(b);
  b.setInsertionPointToStart(branch.thenBlock());
  generate();
}

void ConvGenerator::store(Tile &results, Value row, Value column,
                          Value outputBlock) {
  Value zero = splat(b, 0, lanes);
  Value biases = bias.loadVector(b, index.mul(outputBlock, lanes), lanes);
  auto baseOf = [&](const FlatBuffer &buffer, ArrayRef<int64_t> offset) {
    Value base = index.mul(outputBlock, buffer.strides[0]);
    base = index.add(base, index.mul(row, buffer.strides[1]));
    base = index.add(base, index.mul(column, lanes));
    return index.add(base, offset[0] * buffer.strides[1] + offset[1] * lanes);
  };
  Value outputBase = baseOf(output, op.getOutputOffset());
  Value residualBase;
  if (residual)
    residualBase = baseOf(*residual, op.getResidualOffset());
  ArrayRef<int64_t> size = op.getOutputSize();
  for (int64_t i = 0; i < matrices.outputs; ++i) {
    guard(size[0], row, i, [&] {
      for (int64_t j = 0; j < matrices.outputs; ++j) {
        guard(size[1], column, j, [&] {
          Value result = arith::AddFOp::create(b, results.at(i, j), biases);
          if (residual)
            result = arith::AddFOp::create(
                b, result,
                residual->loadVector(
                    b,
                    index.add(residualBase,
                              i * residual->strides[1] + j * lanes),
                    lanes));
          if (op.getActivation() == Activation::relu)
            result = arith::MaximumFOp::create(b, result, zero);
          output.store(
              b, result,
              index.add(outputBase, i * output.strides[1] + j * lanes));
        });
      }
    });
  }
}

namespace {

struct WinogradInputLowering
    : VectorLoweringOpInterface::ExternalModel<WinogradInputLowering,
                                               WinogradInputOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    InputGenerator generator(b, cast<WinogradInputOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

struct WinogradConvLowering
    : VectorLoweringOpInterface::ExternalModel<WinogradConvLowering,
                                               WinogradConvOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    ConvGenerator generator(b, cast<WinogradConvOp>(op), buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerWinogradLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    WinogradInputOp::attachInterface<WinogradInputLowering>(*context);
    WinogradConvOp::attachInterface<WinogradConvLowering>(*context);
  });
}
