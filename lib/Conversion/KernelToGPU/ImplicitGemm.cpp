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
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

class ConvGPUGenerator {
public:
  ConvGPUGenerator(ImplicitLocOpBuilder &b, ConvOp op, ValueRange pointers,
                   Value batch)
      : t(b), b(b), op(op), gemm(*op.getGemm()), tiling(op, gemm),
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
  Value getStage(Value stage);
  void startCopies(int64_t count);
  void copyInputs(Value slice, Value stage);
  void copyWeights(Value slice, Value stage);
  void copyPieces(Value slice, Value shared);
  void copyGroups(Value slice, Value shared);
  void copyElements(Value slice, Value shared);
  void waitForGroup();
  void storeTile(ValueRange sums, MatrixUnitBuilder &unit);
  Value getTable(int64_t count, function_ref<int64_t(int64_t)> entry);

  ThreadBuilder t;
  ImplicitLocOpBuilder &b;
  ConvOp op;
  ImplicitGemmAttr gemm;
  GemmTiling tiling;
  ImageAccess input, output;
  ValueRange pointers;
  Value batch;

  Value shared, stagesOfSplit;
  Value blockThread;              ///< The number of this thread,
  Value split, thread;            ///< its group, and its number in that.
  Value pixelCount;               ///< Of the batch.
  Value firstPixel, firstChannel; ///< Of the tile; the channel in its group.
  Value group;
  Value piece, threadRow;        ///< What this thread copies of a row.
  SmallVector<Value> inputRows;  ///< Addresses of its pixels' first inputs.
  SmallVector<Value> weightRows; ///< Addresses of its weights' first steps.
  Value sharedRow;               ///< Where its piece of its first row goes.
};

} // namespace

/// Whether no kernel writes the weights of this convolution, nor those of one
/// that has the same kernel.
static bool hasConstantWeights(ConvOp op) {
  bool result = true;
  op->getParentOfType<func::FuncOp>().walk([&](ConvOp conv) {
    result &= conv.getWeight().getDefiningOp<WeightOp>() != nullptr;
  });
  return result;
}

ConvGPUGenerator::Pixel ConvGPUGenerator::getPixel(Value number) {
  int64_t columns = op.getOutputSize()[1];
  Value place = t.rem(number, tiling.pixelsPerImage);
  return {t.div(number, tiling.pixelsPerImage), t.div(place, columns),
          t.rem(place, columns)};
}

/// The addresses of what this thread copies, but for the slice.
void ConvGPUGenerator::placeRows() {
  int64_t rowsAtOnce = tiling.groupThreads / piecesOfRow;
  piece = t.rem(thread, piecesOfRow);
  threadRow = t.div(thread, piecesOfRow);
  Value place = t.bitXor(piece, t.rem(threadRow, 8));
  sharedRow = t.add(t.mul(threadRow, rowBytes), t.mul(place, pieceBytes));
  Value last = t.add(pixelCount, -1);
  Value groupOffset = t.mul(group, tiling.groupOffset(1));
  auto placePixel = [&](Value row) {
    // Behind the last pixel it is read again, and nothing comes of it.
    Pixel pixel = getPixel(t.min(t.add(firstPixel, row), last));
    Value h =
        t.add(t.mul(pixel.row, op.getStrides()[0]), op.getInputOffset()[0]);
    Value w =
        t.add(t.mul(pixel.column, op.getStrides()[1]), op.getInputOffset()[1]);
    Value index = input.index(t, pixel.image, t.constant(0), h, w);
    index = t.addWide(index, groupOffset);
    inputRows.push_back(t.at(pointers[0], input.element, index));
  };
  Value firstRow = threadRow;
  if (tiling.groups) {
    rowsAtOnce = std::min(tiling.groupThreads, gemm.getPixels());
    firstRow = t.rem(thread, rowsAtOnce);
  }
  for (int64_t row = 0; row < gemm.getPixels(); row += rowsAtOnce)
    placePixel(t.add(firstRow, row));
  int64_t groupRows = tiling.rows / tiling.channels.groups;
  rowsAtOnce = tiling.groupThreads / piecesOfRow;
  for (int64_t row = 0; row < tiling.channelTile; row += rowsAtOnce) {
    Value number = t.min(t.add(firstChannel, t.add(threadRow, row)),
                         t.constant(groupRows - 1));
    number = t.add(number, t.mul(group, groupRows));
    Value index = t.addWide(t.mulWide(number, tiling.paddedSteps()),
                            t.mul(piece, tiling.pieceSteps()));
    weightRows.push_back(t.at(pointers[1], input.element, index));
  }
}

/// A table of `count` numbers.
Value ConvGPUGenerator::getTable(int64_t count,
                                 function_ref<int64_t(int64_t)> entry) {
  SmallVector<int32_t> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(static_cast<int32_t>(entry(i)));
  uint64_t hash = llvm::xxh3_64bits(
      ArrayRef(reinterpret_cast<const uint8_t *>(values.data()),
               values.size() * sizeof(int32_t)));
  return getConstantTable(
      b, llvm::formatv("offsets_{0}_{1:x}", values.size(), hash).str(), values);
}

/// Where this thread's piece of a slice lies.
Value ConvGPUGenerator::loadInputOffset(Value slice) {
  int64_t steps = tiling.pieceSteps();
  Value table = getTable(tiling.paddedSteps() / steps, [&](int64_t i) {
    return tiling.inputOffset(i * steps);
  });
  Value index = t.add(t.mul(slice, piecesOfRow), piece);
  return t.load(b.getI32Type(), t.at(table, b.getI32Type(), index));
}

/// Starts to copy what lies together in memory.
void ConvGPUGenerator::copyPieces(Value slice, Value sharedSlice) {
  int64_t rowsAtOnce = tiling.groupThreads / piecesOfRow;
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

/// Starts to copy groups of 4 bytes of a planar input. Where a step has no
/// weights zeros are written, so that what lies there does not matter. A thread
/// has some pieces of one row, and its neighbours have those of the
/// neighbouring pixels, so that a warp reads memory in order.
void ConvGPUGenerator::copyGroups(Value slice, Value stage) {
  constexpr int64_t groupBytes = GemmTiling::groupBytes;
  constexpr int64_t groups = pieceBytes / groupBytes, byteRange = 8;
  int64_t steps = tiling.groupSteps();
  // Where a group lies, and how many of its bytes are copied.
  Value table = getTable(tiling.paddedSteps() / steps, [&](int64_t i) {
    int64_t bytes = 0;
    for (int64_t k = 0; k < steps; ++k)
      bytes += tiling.inputOffset(i * steps + k) < 0 ? 0 : tiling.elementBytes;
    return std::max<int64_t>(tiling.inputOffset(i * steps), 0) * byteRange +
           bytes;
  });
  int64_t rowsAtOnce = std::min(tiling.groupThreads, gemm.getPixels());
  Value row = t.rem(thread, rowsAtOnce), firstPiece = t.div(thread, rowsAtOnce);
  auto copyPiece = [&](Value piece) {
    Value place = t.bitXor(piece, t.rem(row, piecesOfRow));
    Value to = t.add(t.mul(row, rowBytes), t.mul(place, pieceBytes));
    to = t.at(stage, b.getI8Type(), to);
    Value first = t.mul(t.add(t.mul(slice, piecesOfRow), piece), groups);
    Value entries = t.load(VectorType::get({groups}, b.getI32Type()),
                           t.at(table, b.getI32Type(), first));
    for (int64_t i = 0; i < groups; ++i) {
      Value entry = vector::ExtractOp::create(b, entries, i);
      Value offset = t.div(entry, byteRange), bytes = t.rem(entry, byteRange);
      for (auto [k, pixel] : llvm::enumerate(inputRows))
        NVVM::CpAsyncOp::create(
            b,
            t.at(to, b.getI8Type(),
                 static_cast<int64_t>(k) * rowsAtOnce * rowBytes +
                     i * groupBytes),
            t.at(pixel, input.element, offset), groupBytes,
            NVVM::LoadCacheModifierKind::CA, bytes);
    }
  };
  for (int64_t k = 0; k < piecesOfRow; k += tiling.groupThreads / rowsAtOnce)
    copyPiece(t.add(firstPiece, k));
}

/// Copies a planar input, whose steps are anywhere.
void ConvGPUGenerator::copyElements(Value slice, Value sharedSlice) {
  int64_t rowsAtOnce = tiling.groupThreads / piecesOfRow,
          count = tiling.pieceSteps();
  Value table = getTable(tiling.paddedSteps(),
                         [&](int64_t i) { return tiling.inputOffset(i); });
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

/// The address of a stage.
Value ConvGPUGenerator::getStage(Value stage) {
  return t.at(stagesOfSplit, b.getI8Type(), t.mul(stage, tiling.stageBytes));
}

/// Starts to copy a slice of the pixels to a stage.
void ConvGPUGenerator::copyInputs(Value slice, Value stage) {
  Value rows = getStage(stage);
  if (tiling.groups)
    return copyGroups(slice, rows);
  Value place = t.at(rows, b.getI8Type(), sharedRow);
  if (tiling.planar)
    copyElements(slice, place);
  else
    copyPieces(slice, place);
}

/// Starts to copy a slice of the channels to a stage.
void ConvGPUGenerator::copyWeights(Value slice, Value stage) {
  Type i8 = b.getI8Type();
  int64_t rowsAtOnce = tiling.groupThreads / piecesOfRow;
  Value place = t.at(getStage(stage), i8, sharedRow);
  place = t.at(place, i8, gemm.getPixels() * rowBytes);
  Value step = t.mul(slice, tiling.sliceSteps());
  auto copy = [&] {
    for (auto [i, row] : llvm::enumerate(weightRows))
      NVVM::CpAsyncOp::create(
          b, t.at(place, i8, static_cast<int64_t>(i) * rowsAtOnce * rowBytes),
          t.at(row, input.element, step), pieceBytes,
          NVVM::LoadCacheModifierKind::CG, Value());
  };
  if (tiling.channelTile % rowsAtOnce == 0)
    copy();
  else
    t.ifThen(t.isLess(threadRow, t.constant(tiling.channelTile)), copy);
}

/// Fills the first stages. Weights that are constant are on their way while the
/// launch before this one is not over yet.
void ConvGPUGenerator::startCopies(int64_t count) {
  int64_t splits = gemm.getSplits();
  auto forEachSlice = [&](function_ref<void(Value, Value)> copy,
                          function_ref<void()> then) {
    for (int64_t s = 0; s < count; ++s) {
      Value slice = t.add(split, s * splits), stage = t.constant(s);
      if ((s + 1) * splits <= tiling.slices)
        copy(slice, stage);
      else
        t.ifThen(t.isLess(slice, t.constant(tiling.slices)),
                 [&] { copy(slice, stage); });
      then();
    }
  };
  auto weights = [&](Value slice, Value stage) { copyWeights(slice, stage); };
  bool early = hasConstantWeights(op);
  if (early)
    forEachSlice(weights, [] {});
  t.awaitPreviousLaunch();
  forEachSlice(
      [&](Value slice, Value stage) {
        if (!early)
          copyWeights(slice, stage);
        copyInputs(slice, stage);
      },
      [&] { NVVM::CpAsyncCommitGroupOp::create(b); });
}

/// Bias, residual and activation. A thread has eight neighbouring channels, the
/// same of some pixels of the tile.
void ConvGPUGenerator::storeTile(ValueRange sums, MatrixUnitBuilder &unit) {
  constexpr int64_t count = 8;
  int64_t stride = tiling.sumsStride();
  int64_t groupRows = tiling.rows / tiling.channels.groups;
  int64_t pieces = tiling.channelTile / count;
  // Of small tiles some threads have nothing.
  int64_t pixelsAtOnce = std::min(tiling.threads / pieces, gemm.getPixels());
  Type f32 = b.getF32Type();
  auto type = VectorType::get({count}, f32);
  Value sharedSums =
      t.at(shared, b.getI8Type(), t.mul(split, tiling.sumsBytes));
  unit.storeSums(sums, [&](Value pixel, Value channel, Value values) {
    t.store(values,
            t.at(sharedSums, f32, t.add(t.mul(pixel, stride), channel)));
  });
  // What memory has to send is on its way while the threads wait for each
  // other.
  Value channelOfTile = t.mul(t.rem(blockThread, pieces), count);
  Value pixelOfTile = t.div(blockThread, pieces);
  Value channel = t.add(firstChannel, channelOfTile);
  Value isChannel = t.isLess(channel, t.constant(groupRows));
  if (tiling.threads / pieces > pixelsAtOnce) {
    isChannel = arith::AndIOp::create(
        b, isChannel, t.isLess(pixelOfTile, t.constant(pixelsAtOnce)));
    pixelOfTile = t.min(pixelOfTile, t.constant(pixelsAtOnce - 1));
  }
  Value c = t.add(t.min(channel, t.constant(groupRows - count)),
                  t.mul(group, groupRows));
  Value bias = t.loadFloats(f32, count, t.at(pointers[2], f32, c));
  SmallVector<Value> isInside, addresses, residuals;
  for (int64_t p = 0; p < gemm.getPixels(); p += pixelsAtOnce) {
    Value number = t.add(firstPixel, t.add(pixelOfTile, p));
    isInside.push_back(
        arith::AndIOp::create(b, isChannel, t.isLess(number, pixelCount)));
    Pixel pixel = getPixel(t.min(number, t.add(pixelCount, -1)));
    auto at = [&](const ImageAccess &image, ArrayRef<int64_t> offset,
                  Value pointer) {
      return t.at(pointer, image.element,
                  image.index(t, pixel.image, c, t.add(pixel.row, offset[0]),
                              t.add(pixel.column, offset[1])));
    };
    addresses.push_back(at(output, op.getOutputOffset(), pointers.back()));
    if (!op.getResidual())
      continue;
    ImageAccess residual(typeOf(op.getResidual()));
    residuals.push_back(
        t.load(VectorType::get({count}, residual.element),
               at(residual, op.getResidualOffset(), pointers[3])));
  }
  t.barrier();
  for (size_t i = 0; i < addresses.size(); ++i) {
    auto p = static_cast<int64_t>(i) * pixelsAtOnce;
    Value place = t.add(t.mul(t.add(pixelOfTile, p), stride), channelOfTile);
    Value sum = bias;
    for (int64_t k = 0; k < gemm.getSplits(); ++k) {
      Value from = t.at(shared, b.getI8Type(), k * tiling.sumsBytes);
      sum = arith::AddFOp::create(b, t.load(type, t.at(from, f32, place)), sum);
    }
    if (op.getResidual())
      sum = arith::AddFOp::create(b, sum, t.toFloats(residuals[i]));
    if (op.getActivation() == Activation::relu)
      sum = t.relu(sum);
    t.ifThen(isInside[i],
             [&] { t.storeFloats(sum, output.element, addresses[i]); });
  }
}

/// Waits for the threads that multiply together with this one.
void ConvGPUGenerator::waitForGroup() {
  if (gemm.getSplits() == 1)
    return t.barrier();
  // The barrier 0 is for all threads.
  NVVM::BarrierOp::create(b, TypeRange(), t.add(split, 1),
                          t.constant(tiling.groupThreads),
                          NVVM::BarrierReductionAttr(), Value());
}

void ConvGPUGenerator::generate() {
  int64_t splits = gemm.getSplits();
  shared = getSharedMemory(b);
  blockThread = t.thread();
  thread = t.rem(blockThread, tiling.groupThreads);
  split = t.div(blockThread, tiling.groupThreads);
  stagesOfSplit = t.at(shared, b.getI8Type(),
                       t.mul(split, tiling.stageBytes * tiling.stages));
  pixelCount = t.mul(batch, tiling.pixelsPerImage);
  // Blocks that run at the same time have the same pixels.
  Value column = t.rem(t.block(), tiling.columns());
  firstPixel = t.mul(t.div(t.block(), tiling.columns()), gemm.getPixels());
  group = t.div(column, tiling.tilesPerGroup);
  firstChannel = t.mul(t.rem(column, tiling.tilesPerGroup), tiling.channelTile);
  placeRows();
  auto unit = MatrixUnitBuilder::create(t, thread, gemm, tiling, input.element);
  Value end = t.constant(tiling.slices);
  // A stage is free again when the products of its slice are done.
  int64_t stages = tiling.stages;
  int64_t ahead = stages - 1 - tiling.inFlight;
  startCopies(ahead);
  SmallVector<Value> carried = unit->getZeros();
  carried.push_back(t.constant(0));
  SmallVector<Value> results = t.loop(
      split, end, splits, carried,
      [&](Value slice, ValueRange values) -> SmallVector<Value> {
        Value stage = values.back();
        NVVM::CpAsyncWaitGroupOp::create(b, ahead - 1);
        if (unit->isAsynchronous())
          NVVM::FenceProxyOp::create(
              b,
              NVVM::ProxyKindAttr::get(b.getContext(),
                                       NVVM::ProxyKind::async_shared),
              NVVM::SharedSpaceAttr::get(b.getContext(),
                                         NVVM::SharedSpace::shared_cta));
        waitForGroup();
        Value next = t.add(slice, ahead * splits);
        Value fits = t.isLess(stage, t.constant(stages - ahead));
        Value free = arith::SelectOp::create(b, fits, t.add(stage, ahead),
                                             t.add(stage, ahead - stages));
        t.ifThen(t.isLess(next, end), [&] {
          copyInputs(next, free);
          copyWeights(next, free);
        });
        NVVM::CpAsyncCommitGroupOp::create(b);
        Value base = getStage(stage);
        SmallVector<Value> sums = unit->multiply(
            base, t.at(base, b.getI8Type(), gemm.getPixels() * rowBytes),
            values.drop_back());
        Value isLast = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, stage,
                                             t.constant(stages - 1));
        sums.push_back(
            arith::SelectOp::create(b, isLast, t.constant(0), t.add(stage, 1)));
        return sums;
      });
  NVVM::CpAsyncWaitGroupOp::create(b, 0);
  unit->finish();
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
    auto conv = cast<ConvOp>(op);
    GemmTiling tiling(conv, *conv.getGemm());
    return GridAttr::get(op->getContext(), tiling.threads,
                         tiling.pixelsPerImage, conv.getGemm()->getPixels(),
                         tiling.columns(), tiling.sharedBytes);
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
