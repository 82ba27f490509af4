//===- MmaUnit.cpp - Products by mma.sync ---------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each warp multiplies 16 pixels by 8 channels by 16 steps at a time. How the
// numbers of a tile are spread over its lanes is in NVIDIA's PTX ISA, "Matrix
// Fragments for mma.m16n8k16".
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"

using namespace mlir;
using namespace resnetc::kernel;

MatrixUnitBuilder::MatrixUnitBuilder(ThreadBuilder &t, Value thread,
                                     ImplicitGemmAttr gemm,
                                     const GemmTiling &tiling)
    : t(t), b(t.b), thread(thread),
      warpPixels(gemm.getPixels() / gemm.getPixelWarps()),
      warpChannels(tiling.channelTile / gemm.getChannelWarps()) {
  lane = t.rem(thread, warpSize);
  Value warp = t.div(thread, warpSize);
  firstPixel = t.mul(t.div(warp, gemm.getChannelWarps()), warpPixels);
  firstChannel = t.mul(t.rem(warp, gemm.getChannelWarps()), warpChannels);
}

std::unique_ptr<MatrixUnitBuilder>
MatrixUnitBuilder::create(ThreadBuilder &t, Value thread, ImplicitGemmAttr gemm,
                          const GemmTiling &tiling, Type element) {
  switch (gemm.getUnit()) {
  case MatrixUnit::simt:
    return createSimtUnit(t, thread, gemm, tiling);
  case MatrixUnit::mma:
    return createMmaUnit(t, thread, gemm, tiling, element);
  case MatrixUnit::wgmma:
    return createWgmmaUnit(t, thread, gemm, tiling, element);
  }
  llvm_unreachable("all units are there");
}

namespace {

class MmaUnit : public MatrixUnitBuilder {
public:
  MmaUnit(ThreadBuilder &t, Value thread, ImplicitGemmAttr gemm,
          const GemmTiling &tiling, Type element)
      : MatrixUnitBuilder(t, thread, gemm, tiling), element(element),
        pixelTiles(warpPixels / 16), channelTiles(warpChannels / 8) {
    // For a 16 x 16 tile of pixels and steps each lane has the address of a row
    // of 8: those of 16 pixels, then the same 8 steps on.
    Value row = t.rem(lane, 16), swizzle = t.rem(lane, 8);
    pixelRow = t.mul(t.add(firstPixel, row), rowBytes);
    // For 16 channels: 8 channels, the same 8 steps on, 8 more channels.
    Value channel = t.add(swizzle, t.mul(t.div(lane, 16), 8));
    channelRow = t.mul(t.add(firstChannel, channel), rowBytes);
    Value half = t.rem(t.div(lane, 8), 2);
    for (int64_t k = 0; k < steps; ++k) {
      Value piece = t.add(t.div(lane, 16), 2 * k);
      pixelPlace.push_back(t.mul(t.bitXor(piece, swizzle), pieceBytes));
      channelPlace.push_back(
          t.mul(t.bitXor(t.add(half, 2 * k), swizzle), pieceBytes));
    }
  }

  SmallVector<Value> getZeros() override {
    return SmallVector<Value>(pixelTiles * channelTiles * 4,
                              t.zeros(b.getF32Type()));
  }

  SmallVector<Value> multiply(Value pixels, Value channels,
                              ValueRange sums) override;
  void storeSums(ValueRange sums, Store store) override;

private:
  /// Four 8x8 matrices, a register of two numbers of each.
  SmallVector<Value> loadMatrices(Value pointer);

  static constexpr int64_t steps = 4; ///< Tiles of 16 steps in a slice.
  Type element;
  int64_t pixelTiles, channelTiles;
  Value pixelRow, channelRow;
  SmallVector<Value> pixelPlace, channelPlace;
};

} // namespace

SmallVector<Value> MmaUnit::loadMatrices(Value pointer) {
  SmallVector<Type> parts(4, b.getI32Type());
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), parts);
  Value loaded = NVVM::LdMatrixOp::create(
      b, type, pointer, 4, NVVM::MMALayout::row,
      NVVM::LdStMatrixShapeAttr::get(b.getContext(), 8, 8),
      NVVM::LdStMatrixEltType::B16);
  SmallVector<Value> registers;
  for (int64_t i = 0; i < 4; ++i) {
    Value part = LLVM::ExtractValueOp::create(b, loaded, i);
    if (element.isF16())
      part = LLVM::BitcastOp::create(b, VectorType::get({2}, element), part);
    registers.push_back(part);
  }
  return registers;
}

SmallVector<Value> MmaUnit::multiply(Value pixels, Value channels,
                                     ValueRange sums) {
  SmallVector<Value> results(sums);
  Type i8 = b.getI8Type();
  Value pixelBase = t.at(pixels, i8, pixelRow);
  Value channelBase = t.at(channels, i8, channelRow);
  SmallVector<Type> parts(4, b.getF32Type());
  auto sumsType = LLVM::LLVMStructType::getLiteral(b.getContext(), parts);
  auto inputType = element.isF16() ? NVVM::MMATypes::f16 : NVVM::MMATypes::bf16;
  for (int64_t k = 0; k < steps; ++k) {
    SmallVector<SmallVector<Value>> rows, columns;
    Value at = t.at(pixelBase, i8, pixelPlace[k]);
    for (int64_t i = 0; i < pixelTiles; ++i)
      rows.push_back(loadMatrices(t.at(at, i8, i * 16 * rowBytes)));
    at = t.at(channelBase, i8, channelPlace[k]);
    for (int64_t j = 0; j < channelTiles; j += 2) {
      SmallVector<Value> both = loadMatrices(t.at(at, i8, j * 8 * rowBytes));
      columns.push_back({both[0], both[1]});
      columns.push_back({both[2], both[3]});
    }
    for (int64_t i = 0; i < pixelTiles; ++i)
      for (int64_t j = 0; j < channelTiles; ++j) {
        int64_t first = (i * channelTiles + j) * 4;
        auto product = NVVM::MmaOp::create(
            b, sumsType, rows[i], columns[j],
            ArrayRef<Value>(results).slice(first, 4),
            ArrayRef<int64_t>{16, 8, 16}, std::nullopt, std::nullopt,
            std::array{inputType, inputType},
            std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
        for (int64_t r = 0; r < 4; ++r)
          results[first + r] = LLVM::ExtractValueOp::create(b, product, r);
      }
  }
  return results;
}

void MmaUnit::storeSums(ValueRange sums, Store store) {
  Value pixel = t.add(firstPixel, t.div(lane, 4));
  Value channel = t.add(firstChannel, t.mul(t.rem(lane, 4), 2));
  for (int64_t i = 0; i < pixelTiles; ++i)
    for (int64_t j = 0; j < channelTiles; ++j)
      for (int64_t half = 0; half < 2; ++half) {
        int64_t first = (i * channelTiles + j) * 4 + half * 2;
        auto type = VectorType::get({2}, b.getF32Type());
        Value pair = vector::FromElementsOp::create(
            b, type, ValueRange{sums[first], sums[first + 1]});
        store(t.add(pixel, i * 16 + half * 8), t.add(channel, j * 8), pair);
      }
}

std::unique_ptr<MatrixUnitBuilder>
resnetc::kernel::createMmaUnit(ThreadBuilder &t, Value thread,
                               ImplicitGemmAttr gemm, const GemmTiling &tiling,
                               Type element) {
  return std::make_unique<MmaUnit>(t, thread, gemm, tiling, element);
}
