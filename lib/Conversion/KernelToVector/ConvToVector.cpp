//===- ConvToVector.cpp - Direct convolution ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.conv`: for each row of each tile of output blocks, register
// tiles of results that stay in registers over the whole reduction.
//
//===----------------------------------------------------------------------===//

#include "OuterProducts.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include <limits>

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// Where the unit being generated stands, as values.
struct UnitPosition {
  Value row;        ///< Output row.
  Value inputBlock; ///< First block (channel, if planar) of its group's input.
  Value firstBlock; ///< First output block of the tile.
  Value pass;       ///< Pass over its input channels; none if there is one.
  Value rowOfChunk; ///< With passes.
};

class ConvGenerator {
public:
  ConvGenerator(ImplicitLocOpBuilder &b, ConvOp op, ValueRange buffers)
      : b(b), index(b), op(op), tiling(op, *op.getSchedule()),
        lanes(op.getBlock()), input(b, buffers[0]), weight(b, buffers[1]),
        bias(b, buffers[2]), output(b, buffers.back()) {
    if (op.getResidual())
      residual.emplace(b, buffers[3]);
    // A planar input has no channels within a pixel.
    pixel = op.isPlanar() ? 1 : lanes;
    inputRow = input.shape[2] * pixel;
    inputPlane = input.shape[1] * inputRow;
  }

  void unit(Value number);

private:
  void row(const UnitPosition &at, int64_t blocks);
  void allPasses(const UnitPosition &at, int64_t blocks);
  void registerTile(const UnitPosition &at, Value column, int64_t pixels,
                    int64_t blocks);
  SmallVector<Value> firstSums(const UnitPosition &at, Value column,
                               int64_t pixels, int64_t blocks);
  SmallVector<Value> addProducts(const UnitPosition &at, Value column,
                                 int64_t pixels, int64_t blocks,
                                 ArrayRef<Value> sums);
  void prefetch(const UnitPosition &at, Value column, Value weightIndex,
                int64_t size, int64_t distance);
  void storeSums(const UnitPosition &at, Value column, int64_t pixels,
                 int64_t blocks, ArrayRef<Value> sums);
  ProductKind productKind();
  void diagonalSteps(Value inputIndex, Value weightIndex, int64_t pixels,
                     SmallVectorImpl<Value> &sums);
  Value outputIndex(const FlatBuffer &buffer, ArrayRef<int64_t> offset,
                    const UnitPosition &at, Value column);

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  ConvOp op;
  ConvTiling tiling;
  int64_t lanes;
  FlatBuffer input, weight, bias, output;
  std::optional<FlatBuffer> residual;
  int64_t pixel, inputRow, inputPlane; ///< Distances in the input.
};

} // namespace

/// Decodes a unit's number and generates its row or, with passes, all rows of
/// its chunk, for either size of the tile of blocks.
void ConvGenerator::unit(Value number) {
  const ConvChannels &channels = tiling.channels;
  const EvenSplit &blocks = tiling.blocks;
  bool hasPasses = tiling.passes.pieces() > 1;
  int64_t rows = hasPasses ? 1 : tiling.rows;
  Value chunk = index.div(number, tiling.tiles * rows);
  Value inChunk = index.rem(number, tiling.tiles * rows);
  Value tile = index.div(inChunk, rows);
  Value group = index.div(tile, blocks.pieces());
  Value local = index.rem(tile, blocks.pieces());

  UnitPosition at;
  at.row = index.add(index.mul(chunk, tiling.rows), index.rem(inChunk, rows));
  at.inputBlock = index.mul(group, channels.inputBlocks);
  Value groupBlock = index.mul(group, channels.outputBlocks);

  at.firstBlock = index.add(groupBlock, Piece(index, blocks, local).first);
  generateForSize(b, blocks, local, [&](int64_t count) {
    if (hasPasses)
      allPasses(at, count);
    else
      row(at, count);
  });
}

/// All rows of a chunk, once for each slice of its input channels.
void ConvGenerator::allPasses(const UnitPosition &at, int64_t blocks) {
  index.loop(0, tiling.passes.pieces(), [&](Value pass) {
    index.loop(0, tiling.rows, [&](Value rowOfChunk) {
      UnitPosition inPass = at;
      inPass.pass = pass;
      inPass.rowOfChunk = rowOfChunk;
      inPass.row = index.add(at.row, rowOfChunk);
      row(inPass, blocks);
    });
  });
}

void ConvGenerator::row(const UnitPosition &at, int64_t blocks) {
  const EvenSplit &columns = tiling.columns;
  int64_t boundary = columns.large * columns.size;
  index.loop(
      0, boundary,
      [&](Value column) { registerTile(at, column, columns.size, blocks); },
      columns.size);
  index.loop(
      boundary, op.getOutputSize()[1],
      [&](Value column) { registerTile(at, column, columns.size - 1, blocks); },
      columns.size - 1);
}

Value ConvGenerator::outputIndex(const FlatBuffer &buffer,
                                 ArrayRef<int64_t> offset,
                                 const UnitPosition &at, Value column) {
  Value result = index.mul(at.firstBlock, buffer.strides[0]);
  result = index.add(result, index.mul(at.row, buffer.strides[1]));
  result = index.add(result, index.mul(column, lanes));
  return index.add(result, offset[0] * buffer.strides[1] + offset[1] * lanes);
}

/// One tile of `pixels` x `blocks` vectors of results.
void ConvGenerator::registerTile(const UnitPosition &at, Value column,
                                 int64_t pixels, int64_t blocks) {
  SmallVector<Value> sums = firstSums(at, column, pixels, blocks);
  sums = addProducts(at, column, pixels, blocks, sums);
  storeSums(at, column, pixels, blocks, sums);
}

/// What products are added to, blocks within pixels: biases, or what the pass
/// before has left in the output.
SmallVector<Value> ConvGenerator::firstSums(const UnitPosition &at,
                                            Value column, int64_t pixels,
                                            int64_t blocks) {
  auto fromBias = [&] {
    SmallVector<Value> biases, sums;
    Value biasIndex = index.mul(at.firstBlock, lanes);
    for (int64_t o = 0; o < blocks; ++o)
      biases.push_back(
          bias.loadVector(b, index.add(biasIndex, o * lanes), lanes));
    Value residualBase;
    if (residual && at.pass)
      residualBase = outputIndex(*residual, op.getResidualOffset(), at, column);
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t o = 0; o < blocks; ++o) {
        Value sum = biases[o];
        if (residualBase)
          sum = arith::AddFOp::create(
              b, sum,
              residual->loadVector(
                  b,
                  index.add(residualBase, o * residual->strides[0] + p * lanes),
                  lanes));
        sums.push_back(sum);
      }
    return sums;
  };
  if (!at.pass)
    return fromBias();
  auto fromOutput = [&] {
    SmallVector<Value> sums;
    Value base = outputIndex(output, op.getOutputOffset(), at, column);
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t o = 0; o < blocks; ++o)
        sums.push_back(output.loadVector(
            b, index.add(base, o * output.strides[0] + p * lanes), lanes));
    return sums;
  };
  Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, at.pass,
                                        index.constant(0));
  SmallVector<Type> types(pixels * blocks,
                          VectorType::get({lanes}, b.getF32Type()));
  auto branch = scf::IfOp::create(b, types, isFirst, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, fromBias());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, fromOutput());
  return SmallVector<Value>(branch.getResults());
}

SmallVector<Value> ConvGenerator::addProducts(const UnitPosition &at,
                                              Value column, int64_t pixels,
                                              int64_t blocks,
                                              ArrayRef<Value> sums) {
  const ConvChannels &channels = tiling.channels;
  ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations();
  int64_t height = op.getKernelShape()[0];

  Value inputBase = index.mul(at.inputBlock, inputPlane);
  inputBase = index.add(inputBase, index.mul(at.row, strides[0] * inputRow));
  inputBase = index.add(inputBase, index.mul(column, strides[1] * pixel));
  inputBase = index.add(inputBase, op.getInputOffset()[0] * inputRow +
                                       op.getInputOffset()[1] * pixel);
  Value weightBase = index.mul(at.firstBlock, tiling.weightsPerBlock);

  // A step takes the channels of a block at one place of the window; of a
  // planar input, one channel at one place, or at two side by side.
  int64_t together = tiling.pairs && op.isPlanar() ? 2 : 1;
  int64_t depth = channels.inputUnroll * together;
  int64_t steps = tiling.windowColumns / together;
  int64_t stepWeights = depth * blocks * lanes;
  int64_t channelWeights = height * steps * stepWeights;
  OuterProducts products{input, weight, strides[1] * pixel, pixels, blocks,
                         depth, lanes,  productKind()};
  OuterProducts lastProducts = products;
  lastProducts.onlyFirst = steps * together > op.getKernelShape()[1];
  using Sums = SmallVector<Value>;
  auto sumOverChannels = [&](Value c, ValueRange carried) {
    Value inputC = index.add(inputBase, index.mul(c, inputPlane));
    Value weightC = index.add(weightBase, index.mul(c, channelWeights));
    return index.reduce(0, height, carried, [&](Value i, ValueRange carried) {
      Value inputI = index.add(inputC, index.mul(i, dilations[0] * inputRow));
      Value weightI = index.add(weightC, index.mul(i, steps * stepWeights));
      auto step = [&](Value j, ValueRange carried,
                      const OuterProducts &products) {
        Sums sums(carried);
        Value inputJ =
            index.add(inputI, index.mul(j, together * dilations[1] * pixel));
        Value weightJ = index.add(weightI, index.mul(j, stepWeights));
        if (at.pass)
          prefetch(at, column, weightJ, stepWeights,
                   tiling.passes.size * channelWeights);
        if (!tiling.diagonal)
          return products.add(b, inputJ, weightJ, sums);
        diagonalSteps(inputJ, weightJ, pixels, sums);
        return sums;
      };
      int64_t inLoop = lastProducts.onlyFirst ? steps - 1 : steps;
      Sums sums(carried);
      // One channel a trip can be too short a body: unroll the columns.
      if (channels.inputUnroll == 1 && !tiling.diagonal &&
          steps * pixels * blocks <= maxProductsOfTrip) {
        for (int64_t j = 0; j < inLoop; ++j)
          sums = step(index.constant(j), sums, products);
      } else if (inLoop > 0) {
        sums = index.reduce(0, inLoop, sums, [&](Value j, ValueRange carried) {
          return step(j, carried, products);
        });
      }
      if (inLoop < steps)
        sums = step(index.constant(inLoop), sums, lastProducts);
      return sums;
    });
  };
  // A constant range of one trip is straight code.
  if (!at.pass)
    return index.reduce(0, channels.inputBlocks, sums, sumOverChannels);
  Piece channelsOfPass(index, tiling.passes, at.pass);
  return index.reduce(channelsOfPass.first,
                      index.add(channelsOfPass.first, channelsOfPass.count),
                      sums, sumOverChannels);
}

ProductKind ConvGenerator::productKind() {
  if (!tiling.pairs)
    return ProductKind::single;
  return op.getSchedule()->getAlgorithm() == Algorithm::dot
             ? ProductKind::dot
             : ProductKind::pairs;
}

/// Adds residual and activation, with the last pass, and stores the results.
void ConvGenerator::storeSums(const UnitPosition &at, Value column,
                              int64_t pixels, int64_t blocks,
                              ArrayRef<Value> sums) {
  // Nothing is smaller than what the activation of other passes keeps.
  Value least = splat(b, 0, lanes);
  if (at.pass && op.getActivation() == Activation::relu) {
    Value isLast =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, at.pass,
                              index.constant(tiling.passes.pieces() - 1));
    Value keepsAll = splat(b, -std::numeric_limits<float>::infinity(), lanes);
    least = arith::SelectOp::create(b, isLast, least, keepsAll);
  }
  Value outputBase = outputIndex(output, op.getOutputOffset(), at, column);
  bool addsResidual = residual && !at.pass;
  Value residualBase;
  if (addsResidual)
    residualBase = outputIndex(*residual, op.getResidualOffset(), at, column);
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t o = 0; o < blocks; ++o) {
      Value result = sums[p * blocks + o];
      if (addsResidual) {
        Value from =
            index.add(residualBase, o * residual->strides[0] + p * lanes);
        result = arith::AddFOp::create(b, result,
                                       residual->loadVector(b, from, lanes));
      }
      if (op.getActivation() == Activation::relu)
        result = buildMaximum(b, result, least);
      output.store(b, result,
                   index.add(outputBase, o * output.strides[0] + p * lanes));
    }
  }
}

/// Asks for weights of the next pass, those `distance` behind the `size` ones
/// at `weightIndex`: each register tile of the chunk for its share of them.
/// Without it only the first would wait for memory, and memory for the others.
void ConvGenerator::prefetch(const UnitPosition &at, Value column,
                             Value weightIndex, int64_t size,
                             int64_t distance) {
  int64_t line = 64 / tiling.weightBytes();
  const EvenSplit &columns = tiling.columns;
  int64_t lines = llvm::divideCeilSigned(size, line);
  int64_t share = llvm::divideCeilSigned(lines, tiling.rows * columns.pieces());
  // More tiles than lines ask for some again, which costs nothing but the
  // instruction.
  Value tile = index.add(index.mul(at.rowOfChunk, columns.pieces()),
                         index.div(column, columns.size));
  Value place = index.rem(tile, llvm::divideCeilSigned(lines, share));
  Value first = index.add(index.add(weightIndex, index.constant(distance)),
                          index.mul(place, share * line));
  for (int64_t i = 0; i < share; ++i)
    memref::PrefetchOp::create(b, weight.memref, index.add(first, i * line),
                               /*isWrite=*/false, /*localityHint=*/2,
                               /*isDataCache=*/true);
}

/// sums[p] += permute(input[p], k) * weight[k], where permutation k gives each
/// lane channel k of its group.
void ConvGenerator::diagonalSteps(Value inputIndex, Value weightIndex,
                                  int64_t pixels,
                                  SmallVectorImpl<Value> &sums) {
  int64_t width = tiling.channels.inputUnroll;
  SmallVector<Value> weights;
  for (int64_t k = 0; k < width; ++k)
    weights.push_back(
        weight.loadVector(b, index.add(weightIndex, k * lanes), lanes));
  for (int64_t p = 0; p < pixels; ++p) {
    Value channels = input.loadVector(
        b, index.add(inputIndex, p * op.getStrides()[1] * pixel), lanes);
    for (int64_t k = 0; k < width; ++k) {
      SmallVector<int64_t> mask;
      for (int64_t lane = 0; lane < lanes; ++lane)
        mask.push_back(lane / width * width + k);
      Value permuted =
          width == 1
              ? channels
              : Value(vector::ShuffleOp::create(b, channels, channels, mask));
      sums[p] = vector::FMAOp::create(b, permuted, weights[k], sums[p]);
    }
  }
}

namespace {

struct ConvLowering
    : VectorLoweringOpInterface::ExternalModel<ConvLowering, ConvOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    auto conv = cast<ConvOp>(op);
    if (!conv.getSchedule())
      return conv.emitOpError("has no schedule; run kernel-select-schedule");
    ConvGenerator generator(b, conv, buffers);
    IndexBuilder(b).loop(begin, end,
                         [&](Value number) { generator.unit(number); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerConvLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ConvOp::attachInterface<ConvLowering>(*context);
  });
}
