//===- ImplicitGemm.cpp - Convolutions on a GPU ---------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.conv`. A thread block has a tile of pixels and channels.
// Its threads copy slices of both matrices into shared memory, several slices
// ahead of those that a matrix unit multiplies; at the end the sums go through
// shared memory, so that each thread has neighbouring channels to which it adds
// bias and residual.
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"
#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// What a convolution launches.
struct GemmShape {
  GemmShape(ConvOp op)
      : gemm(*op.getGemm()), tiling(op, gemm),
        threads(gemm.getPixelWarps() * gemm.getChannelWarps() * warpSize),
        stageBytes((gemm.getPixels() + tiling.channelTile) * rowBytes) {}

  /// Of a pixel's sums in shared memory, in f32: two lanes whose sums are in
  /// neighbouring rows use different banks.
  int64_t sumsStride() const { return tiling.channelTile + 8; }
  int64_t sharedBytes() const {
    return std::max(stageBytes * gemm.getStages(),
                    gemm.getPixels() * sumsStride() * 4);
  }

  ImplicitGemmAttr gemm;
  GemmTiling tiling;
  int64_t threads, stageBytes;
};

class ConvGPUGenerator {
public:
  ConvGPUGenerator(ImplicitLocOpBuilder &b, ConvOp op, ValueRange pointers,
                   Value batch)
      : t(b), b(b), op(op), shape(op), tiling(shape.tiling),
        input(typeOf(op.getInput())), output(typeOf(op.getOutput())),
        pointers(pointers), batch(batch) {}

  void generate();

private:
  static MemRefType typeOf(Value value) {
    return cast<MemRefType>(value.getType());
  }

  /// A pixel of the batch: its image, row and column.
  struct Pixel {
    Value image, row, column;
  };
  Pixel getPixel(Value number);
  void placeRows();
  Value loadInputOffset(Value slice);
  void copySlice(Value slice, Value stage);
  void copyPieces(Value slice, Value shared);
  void copyElements(Value slice, Value shared);
  void storeTile(ValueRange sums, MatrixUnitBuilder &unit);
  void storePiece(Value pixelOfTile, Value channelOfTile, Value sums);
  Value getTable(int64_t step);

  ThreadBuilder t;
  ImplicitLocOpBuilder &b;
  ConvOp op;
  GemmShape shape;
  const GemmTiling &tiling;
  ImageAccess input, output;
  ValueRange pointers;
  Value batch;

  Value shared, thread;
  Value pixelCount;               ///< Of the batch.
  Value firstPixel, firstChannel; ///< Of the tile; the channel in its group.
  Value group;
  Value piece, threadRow;        ///< What this thread copies of a row.
  SmallVector<Value> inputRows;  ///< Addresses of its pixels' first inputs.
  SmallVector<Value> weightRows; ///< Addresses of its weights' first steps.
  Value sharedRow;               ///< Where its piece of its first row goes.
};

} // namespace

ConvGPUGenerator::Pixel ConvGPUGenerator::getPixel(Value number) {
  int64_t columns = op.getOutputSize()[1];
  Value place = t.rem(number, tiling.pixelsPerImage);
  return {t.div(number, tiling.pixelsPerImage), t.div(place, columns),
          t.rem(place, columns)};
}

/// The addresses of what this thread copies, but for the slice.
void ConvGPUGenerator::placeRows() {
  int64_t rowsAtOnce = shape.threads / piecesOfRow;
  piece = t.rem(thread, piecesOfRow);
  threadRow = t.div(thread, piecesOfRow);
  Value place = t.bitXor(piece, t.rem(threadRow, 8));
  sharedRow = t.add(t.mul(threadRow, rowBytes), t.mul(place, pieceBytes));
  Value last = t.add(pixelCount, -1);
  Value groupOffset = t.mul(group, tiling.groupOffset(1));
  for (int64_t row = 0; row < shape.gemm.getPixels(); row += rowsAtOnce) {
    // Behind the last pixel it is read again, and nothing comes of it.
    Value number = t.min(t.add(firstPixel, t.add(threadRow, row)), last);
    Pixel pixel = getPixel(number);
    Value h =
        t.add(t.mul(pixel.row, op.getStrides()[0]), op.getInputOffset()[0]);
    Value w =
        t.add(t.mul(pixel.column, op.getStrides()[1]), op.getInputOffset()[1]);
    Value index = input.index(t, pixel.image, t.constant(0), h, w);
    index = t.addWide(index, groupOffset);
    inputRows.push_back(t.at(pointers[0], input.element, index));
  }
  int64_t groupRows = tiling.rows / tiling.channels.groups;
  for (int64_t row = 0; row < tiling.channelTile; row += rowsAtOnce) {
    Value number = t.min(t.add(firstChannel, t.add(threadRow, row)),
                         t.constant(groupRows - 1));
    number = t.add(number, t.mul(group, groupRows));
    Value index = t.addWide(t.mulWide(number, tiling.paddedSteps()),
                            t.mul(piece, tiling.pieceSteps()));
    weightRows.push_back(t.at(pointers[1], input.element, index));
  }
}

/// A table of where the inputs of every `step`-th step lie.
Value ConvGPUGenerator::getTable(int64_t step) {
  SmallVector<int32_t> offsets;
  for (int64_t k = 0; k < tiling.paddedSteps(); k += step)
    offsets.push_back(static_cast<int32_t>(tiling.inputOffset(k)));
  uint64_t hash = llvm::xxh3_64bits(
      ArrayRef(reinterpret_cast<const uint8_t *>(offsets.data()),
               offsets.size() * sizeof(int32_t)));
  return getConstantTable(
      b, llvm::formatv("offsets_{0}_{1:x}", offsets.size(), hash).str(),
      offsets);
}

/// Where this thread's piece of a slice lies.
Value ConvGPUGenerator::loadInputOffset(Value slice) {
  Value table = getTable(tiling.pieceSteps());
  Value index = t.add(t.mul(slice, piecesOfRow), piece);
  return t.load(b.getI32Type(), t.at(table, b.getI32Type(), index));
}

/// Starts to copy what lies together in memory.
void ConvGPUGenerator::copyPieces(Value slice, Value sharedSlice) {
  int64_t rowsAtOnce = shape.threads / piecesOfRow;
  Value offset = loadInputOffset(slice), bytes;
  if (tiling.hasPadding()) {
    // Of what has no weights nothing is copied, and zeros are written.
    Value isInside = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, offset,
                                           t.constant(0));
    bytes = arith::SelectOp::create(b, isInside, t.constant(pieceBytes),
                                    t.constant(0));
    offset = t.max(offset, t.constant(0));
  }
  for (auto [i, row] : llvm::enumerate(inputRows))
    NVVM::CpAsyncOp::create(
        b,
        t.at(sharedSlice, b.getI8Type(),
             static_cast<int64_t>(i) * rowsAtOnce * rowBytes),
        t.at(row, input.element, offset), pieceBytes,
        NVVM::LoadCacheModifierKind::CG, bytes);
}

/// Copies a planar input, whose steps are anywhere.
void ConvGPUGenerator::copyElements(Value slice, Value sharedSlice) {
  int64_t rowsAtOnce = shape.threads / piecesOfRow, count = tiling.pieceSteps();
  Value table = getTable(1);
  Value first = t.mul(t.add(t.mul(slice, piecesOfRow), piece), count);
  auto offsetsType = VectorType::get({4}, b.getI32Type());
  SmallVector<Value> offsets;
  for (int64_t k = 0; k < count; k += 4) {
    Value four =
        t.load(offsetsType, t.at(table, b.getI32Type(), t.add(first, k)));
    for (int64_t i = 0; i < 4; ++i)
      offsets.push_back(vector::ExtractOp::create(b, four, i));
  }
  auto type = VectorType::get({count}, input.element);
  Value zero = t.zeros(input.element);
  for (auto [i, row] : llvm::enumerate(inputRows)) {
    SmallVector<Value> elements;
    for (Value offset : offsets) {
      Value inside = t.max(offset, t.constant(0));
      Value element = t.load(input.element, t.at(row, input.element, inside));
      if (tiling.hasPadding()) {
        Value isInside = arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                               offset, t.constant(0));
        element = arith::SelectOp::create(b, isInside, element, zero);
      }
      elements.push_back(element);
    }
    Value packed = vector::FromElementsOp::create(b, type, elements);
    t.store(packed, t.at(sharedSlice, b.getI8Type(),
                         static_cast<int64_t>(i) * rowsAtOnce * rowBytes));
  }
}

/// Starts to copy a slice of both matrices to the place of a stage.
void ConvGPUGenerator::copySlice(Value slice, Value stage) {
  Type i8 = b.getI8Type();
  int64_t rowsAtOnce = shape.threads / piecesOfRow;
  Value base = t.at(shared, i8, t.mul(stage, shape.stageBytes));
  base = t.at(base, i8, sharedRow);
  if (tiling.planar)
    copyElements(slice, base);
  else
    copyPieces(slice, base);
  Value weights = t.at(base, i8, shape.gemm.getPixels() * rowBytes);
  Value step = t.mul(slice, tiling.sliceSteps());
  auto copyWeights = [&] {
    for (auto [i, row] : llvm::enumerate(weightRows))
      NVVM::CpAsyncOp::create(
          b, t.at(weights, i8, static_cast<int64_t>(i) * rowsAtOnce * rowBytes),
          t.at(row, input.element, step), pieceBytes,
          NVVM::LoadCacheModifierKind::CG, Value());
  };
  if (tiling.channelTile % rowsAtOnce == 0)
    copyWeights();
  else
    t.ifThen(t.isLess(threadRow, t.constant(tiling.channelTile)), copyWeights);
}

/// Bias, residual and activation of eight neighbouring channels of a pixel.
void ConvGPUGenerator::storePiece(Value pixelOfTile, Value channelOfTile,
                                  Value sums) {
  constexpr int64_t count = 8;
  int64_t groupRows = tiling.rows / tiling.channels.groups;
  Value number = t.add(firstPixel, pixelOfTile);
  Value channel = t.add(firstChannel, channelOfTile);
  Value isInside = t.isLess(number, pixelCount);
  if (groupRows % tiling.channelTile)
    isInside = arith::AndIOp::create(b, isInside,
                                     t.isLess(channel, t.constant(groupRows)));
  t.ifThen(isInside, [&] {
    Pixel pixel = getPixel(number);
    Value c = t.add(channel, t.mul(group, groupRows));
    Value bias = t.loadFloats(b.getF32Type(), count,
                              t.at(pointers[2], b.getF32Type(), c));
    Value sum = arith::AddFOp::create(b, sums, bias);
    auto place = [&](const ImageAccess &image, ArrayRef<int64_t> offset) {
      return image.index(t, pixel.image, c, t.add(pixel.row, offset[0]),
                         t.add(pixel.column, offset[1]));
    };
    if (op.getResidual()) {
      ImageAccess residual(typeOf(op.getResidual()));
      Value at = place(residual, op.getResidualOffset());
      sum = arith::AddFOp::create(
          b, sum,
          t.loadFloats(residual.element, count,
                       t.at(pointers[3], residual.element, at)));
    }
    if (op.getActivation() == Activation::relu)
      sum = t.relu(sum);
    Value at = place(output, op.getOutputOffset());
    t.storeFloats(sum, output.element,
                  t.at(pointers.back(), output.element, at));
  });
}

void ConvGPUGenerator::storeTile(ValueRange sums, MatrixUnitBuilder &unit) {
  constexpr int64_t count = 8;
  int64_t stride = shape.sumsStride();
  Type f32 = b.getF32Type();
  unit.storeSums(sums, [&](Value pixel, Value channel, Value values) {
    t.store(values, t.at(shared, f32, t.add(t.mul(pixel, stride), channel)));
  });
  t.barrier();
  int64_t pieces = tiling.channelTile / count;
  Value total = t.constant(shape.gemm.getPixels() * pieces);
  t.loop(thread, total, shape.threads, {},
         [&](Value number, ValueRange) -> SmallVector<Value> {
           Value pixel = t.div(number, pieces);
           Value channel = t.mul(t.rem(number, pieces), count);
           Value at = t.at(shared, f32, t.add(t.mul(pixel, stride), channel));
           storePiece(pixel, channel,
                      t.load(VectorType::get({count}, f32), at));
           return {};
         });
}

void ConvGPUGenerator::generate() {
  int64_t stages = shape.gemm.getStages();
  thread = t.thread();
  shared = getSharedMemory(b);
  pixelCount = t.mul(batch, tiling.pixelsPerImage);
  // Blocks that run at the same time have the same pixels.
  Value column = t.rem(t.block(), tiling.columns());
  firstPixel =
      t.mul(t.div(t.block(), tiling.columns()), shape.gemm.getPixels());
  group = t.div(column, tiling.tilesPerGroup);
  firstChannel = t.mul(t.rem(column, tiling.tilesPerGroup), tiling.channelTile);
  placeRows();
  auto unit = MatrixUnitBuilder::create(t, shape.gemm, tiling.channelTile,
                                        input.element);
  for (int64_t s = 0; s < stages - 1; ++s) {
    if (s < tiling.slices)
      copySlice(t.constant(s), t.constant(s));
    NVVM::CpAsyncCommitGroupOp::create(b);
  }
  SmallVector<Value> carried = unit->getZeros();
  carried.push_back(t.constant(0));
  Value end = t.constant(tiling.slices);
  SmallVector<Value> results = t.loop(
      t.constant(0), end, 1, carried,
      [&](Value slice, ValueRange values) -> SmallVector<Value> {
        Value stage = values.back();
        NVVM::CpAsyncWaitGroupOp::create(b, stages - 2);
        if (unit->isAsynchronous())
          NVVM::FenceProxyOp::create(
              b,
              NVVM::ProxyKindAttr::get(b.getContext(),
                                       NVVM::ProxyKind::async_shared),
              NVVM::SharedSpaceAttr::get(b.getContext(),
                                         NVVM::SharedSpace::shared_cta));
        t.barrier();
        Value next = t.add(slice, stages - 1);
        Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                              stage, t.constant(0));
        Value free = arith::SelectOp::create(b, isFirst, t.constant(stages - 1),
                                             t.add(stage, -1));
        t.ifThen(t.isLess(next, end), [&] { copySlice(next, free); });
        NVVM::CpAsyncCommitGroupOp::create(b);
        Value base =
            t.at(shared, b.getI8Type(), t.mul(stage, shape.stageBytes));
        SmallVector<Value> sums = unit->multiply(
            base, t.at(base, b.getI8Type(), shape.gemm.getPixels() * rowBytes),
            values.drop_back());
        Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, stage,
                                             t.constant(stages - 1));
        sums.push_back(
            arith::SelectOp::create(b, isLast, t.constant(0), t.add(stage, 1)));
        return sums;
      });
  NVVM::CpAsyncWaitGroupOp::create(b, 0);
  t.barrier();
  storeTile(ValueRange(results).drop_back(), *unit);
}

namespace {

struct ConvGPULowering
    : GPULoweringOpInterface::ExternalModel<ConvGPULowering, ConvOp> {
  bool hasGPUKernel(Operation *op) const {
    return cast<ConvOp>(op).getGemm().has_value();
  }
  GridAttr getGrid(Operation *op) const {
    GemmShape shape(cast<ConvOp>(op));
    return GridAttr::get(op->getContext(), shape.threads,
                         shape.tiling.pixelsPerImage, shape.gemm.getPixels(),
                         shape.tiling.columns(), shape.sharedBytes());
  }
  LogicalResult buildGPUKernel(Operation *op, ImplicitLocOpBuilder &b,
                               ValueRange pointers, Value batch) const {
    ConvGPUGenerator(b, cast<ConvOp>(op), pointers, batch).generate();
    return success();
  }
};

} // namespace

void resnetc::kernel::registerConvGPULowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    ConvOp::attachInterface<ConvGPULowering>(*context);
  });
}
