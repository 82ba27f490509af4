//===- WinogradToVector.cpp - Winograd's algorithm ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.winograd_input` and `kernel.winograd_conv`. The products of
// a work unit go to the stack, from which the output transform reads them while
// a near cache holds them.
//
//===----------------------------------------------------------------------===//

#include "OuterProducts.h"
#include "WinogradTransforms.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"

using namespace mlir;
using namespace resnetc::kernel;

/// The side of tiles whose elements all stay in registers.
static constexpr int64_t maxPointsKept = 4;

namespace {

/// The transform of tiles, from an image to memory for register tiles of tiles:
/// M d M^T, where d has as many elements a side as M has columns.
class TileTransform {
public:
  TileTransform(ImplicitLocOpBuilder &b, ArrayRef<double> matrix,
                int64_t outputs, ArrayRef<int64_t> tiles,
                ArrayRef<int64_t> inputOffset, const FlatBuffer &input,
                const FlatBuffer &output)
      : b(b), index(b), factors(matrix), outputs(outputs), points(outputs + 2),
        side(static_cast<int64_t>(matrix.size()) / points), input(input),
        output(output), tileColumns(tiles[1]), lanes(output.shape[3]),
        start(inputOffset[0] * input.strides[1] + inputOffset[1] * lanes),
        split(WinogradTiling::splitInto(tiles[0] * tiles[1], output.shape[0])) {
  }

  /// The tiles of register tile `number`, for one block of channels; they go to
  /// the place of register tile `place`.
  void registerTile(Value number, Value place, Value channels);

private:
  void tile(Value from, Value to);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  ArrayRef<double> factors;
  int64_t outputs, points, side;
  FlatBuffer input, output;
  int64_t tileColumns, lanes, start;
  EvenSplit split;
};

class ConvGenerator {
public:
  ConvGenerator(ImplicitLocOpBuilder &b, WinogradConvOp op, ValueRange buffers)
      : b(b), index(b), op(op), tiling(op),
        matrices(WinogradMatrices::get(op.getOutputs())), lanes(tiling.block),
        input(b, buffers[0]), weight(b, buffers[1]), bias(b, buffers[2]),
        output(b, buffers.back()), products(b, allocateProducts()) {
    if (op.isFused())
      image.emplace(b, buffers[3]);
    if (op.getResidual())
      residual.emplace(b, buffers[op.isFused() ? 4 : 3]);
  }

  /// Unit `number` of those from `begin` that one call computes.
  void unit(Value number, Value begin);

private:
  /// (point, register tile of the chunk, tile, block, lane).
  Value allocateProducts() {
    return memref::AllocaOp::create(
        b,
        MemRefType::get({tiling.points, tiling.productVectors, lanes},
                        b.getF32Type()),
        b.getI64IntegerAttr(64));
  }
  void transformInput(const Piece &splits, Value firstPlace);
  void multiply(const Piece &splits, Value firstPlace, Value piece);
  void multiplyPoint(Value input, Value weight, Value to, Value place,
                     int64_t tiles, int64_t blocks);
  void prefetch(Value weightC, Value place, int64_t blocks);
  void finish(Value from, Value tile, Value outputBlock);
  void store(ArrayRef<SmallVector<Value>> results, Value row, Value column,
             Value outputBlock);
  void guard(int64_t size, Value start, int64_t i,
             function_ref<void()> generate);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  WinogradConvOp op;
  WinogradTiling tiling;
  const WinogradMatrices &matrices;
  int64_t lanes;
  FlatBuffer input, weight, bias, output, products;
  std::optional<FlatBuffer> image, residual;
};

} // namespace

void TileTransform::registerTile(Value number, Value place, Value channels) {
  Piece range(index, split, number);
  Value outputBase = index.add(index.mul(place, output.strides[0]),
                               index.mul(channels, split.size * lanes));
  Value inputBase = index.add(index.mul(channels, input.strides[0]), start);
  index.loop(index.constant(0), range.count, [&](Value i) {
    Value number = index.add(range.first, i);
    Value row = index.div(number, tileColumns);
    Value column = index.rem(number, tileColumns);
    Value from = index.add(inputBase,
                           index.add(index.mul(row, outputs * input.strides[1]),
                                     index.mul(column, outputs * lanes)));
    tile(from, index.add(outputBase, index.mul(i, lanes)));
  });
}

void TileTransform::tile(Value from, Value to) {
  SmallMatrix matrix(b, factors, side, lanes);
  SmallVector<Value> elements(side * side);
  auto load = [&](int64_t i, int64_t j) {
    Value &element = elements[i * side + j];
    if (!element)
      element = input.loadVector(
          b, index.add(from, i * input.strides[1] + j * lanes), lanes);
    return element;
  };
  auto groups = matrix.groupRows();
  for (ArrayRef<int64_t> rows : groups) {
    // Of B^T d the rows that are computed together. What is left of 6 x 6
    // elements does not fit the registers, so other rows load theirs again.
    if (side > maxPointsKept)
      elements.assign(side * side, Value());
    SmallVector<SmallVector<Value>> half(rows.size());
    for (int64_t j = 0; j < side; ++j) {
      SmallVector<Value> column =
          matrix.multiply(rows, [&](int64_t i) { return load(i, j); });
      for (auto [values, value] : llvm::zip_equal(half, column))
        values.push_back(value);
    }
    for (size_t r = 0; r < rows.size(); ++r)
      for (ArrayRef<int64_t> columns : groups) {
        SmallVector<Value> results =
            matrix.multiply(columns, [&](int64_t k) { return half[r][k]; });
        for (auto [j, value] : llvm::zip_equal(columns, results))
          output.store(
              b, value,
              index.add(to, (rows[r] * points + j) * output.strides[1]));
      }
  }
}

void ConvGenerator::unit(Value number, Value begin) {
  if (!tiling.fused) {
    Piece splits(index, tiling.chunks,
                 index.div(number, tiling.blocks.pieces()));
    return multiply(splits, splits.first,
                    index.rem(number, tiling.blocks.pieces()));
  }
  // The chunk with which the call begins is the largest of its chunks.
  Value firstPlace = Piece(index, tiling.chunks, begin).first;
  Piece splits(index, tiling.chunks, number);
  transformInput(splits, firstPlace);
  index.loop(0, tiling.blocks.pieces(),
             [&](Value piece) { multiply(splits, firstPlace, piece); });
}

/// The input of a chunk of register tiles, to the places from `firstPlace`.
void ConvGenerator::transformInput(const Piece &splits, Value firstPlace) {
  TileTransform transform(b, matrices.input, op.getOutputs(),
                          {tiling.tileRows, tiling.tileColumns},
                          op.getInputOffset(), *image, input);
  index.loop(index.constant(0), splits.count, [&](Value place) {
    index.loop(0, tiling.inputBlocks, [&](Value channels) {
      transform.registerTile(index.add(splits.first, place),
                             index.add(firstPlace, place), channels);
    });
  });
}

/// A chunk of register tiles, whose input is in the places from `firstPlace`,
/// times the weights of piece `piece` of the output blocks.
void ConvGenerator::multiply(const Piece &splits, Value firstPlace,
                             Value piece) {
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
        Value from =
            index.add(index.mul(index.add(firstPlace, place), input.strides[0]),
                      index.mul(point, input.strides[1]));
        Value to = index.add(
            index.mul(point, products.strides[0]),
            index.mul(place, tiling.tiles.size * tiling.blocks.size * lanes));
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
      Value base = index.add(
          index.mul(place, tiling.tiles.size * tiling.blocks.size * lanes),
          index.mul(block, lanes));
      index.loop(index.constant(0), tiles.count, [&](Value tile) {
        finish(index.add(base, index.mul(tile, tiling.blocks.size * lanes)),
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
        Value inputC =
            index.add(inputPoint, index.mul(c, tiling.tiles.size * lanes));
        Value weightC =
            index.add(weightPoint, index.mul(c, lanes * blocks * lanes));
        prefetch(weightC, place, blocks);
        return tile.add(b, inputC, weightC, carried);
      });
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t o = 0; o < blocks; ++o)
      products.store(b, sums[t * blocks + o],
                     index.add(to, (t * tiling.blocks.size + o) * lanes));
}

/// The results of tile `tile` for one block of channels, from its products.
void ConvGenerator::finish(Value from, Value tile, Value outputBlock) {
  int64_t points = matrices.points;
  SmallMatrix matrix(b, matrices.output, points, lanes);
  auto all = llvm::to_vector(llvm::seq<int64_t>(0, matrices.outputs));
  SmallVector<SmallVector<Value>> half, results;
  for (int64_t i = 0; i < points; ++i)
    half.push_back(matrix.multiply(all, [&](int64_t k) {
      return products.loadVector(
          b, index.add(from, (i * points + k) * products.strides[0]), lanes);
    }));
  for (int64_t j = 0; j < matrices.outputs; ++j)
    results.push_back(
        matrix.multiply(all, [&](int64_t k) { return half[k][j]; }));
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

void ConvGenerator::store(ArrayRef<SmallVector<Value>> results, Value row,
                          Value column, Value outputBlock) {
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
          Value result = arith::AddFOp::create(b, results[j][i], biases);
          if (residual)
            result = arith::AddFOp::create(
                b, result,
                residual->loadVector(
                    b,
                    index.add(residualBase,
                              i * residual->strides[1] + j * lanes),
                    lanes));
          if (op.getActivation() == Activation::relu)
            result = buildMaximum(b, result, zero);
          output.store(
              b, result,
              index.add(outputBase, i * output.strides[1] + j * lanes));
        });
      }
    });
  }
}

namespace {

/// Of tiles of an image, by one of the algorithm's matrices.
template <typename OpTy, ArrayRef<double> WinogradMatrices::*matrix>
struct TransformLowering
    : VectorLoweringOpInterface::ExternalModel<TransformLowering<OpTy, matrix>,
                                               OpTy> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    auto input = cast<OpTy>(op);
    FlatBuffer from(b, buffers[0]), to(b, buffers[1]);
    TileTransform transform(
        b, WinogradMatrices::get(input.getOutputs()).*matrix,
        input.getOutputs(), input.getTiles(), input.getInputOffset(), from, to);
    IndexBuilder index(b);
    index.loop(begin, end, [&](Value number) {
      Value tiles = index.div(number, from.shape[0]);
      transform.registerTile(tiles, tiles, index.rem(number, from.shape[0]));
    });
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
                         [&](Value number) { generator.unit(number, begin); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerWinogradLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    WinogradInputOp::attachInterface<
        TransformLowering<WinogradInputOp, &WinogradMatrices::input>>(*context);
    WinogradGradientOp::attachInterface<
        TransformLowering<WinogradGradientOp, &WinogradMatrices::gradient>>(
        *context);
    WinogradConvOp::attachInterface<WinogradConvLowering>(*context);
  });
}
