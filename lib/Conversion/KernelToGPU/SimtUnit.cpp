//===- SimtUnit.cpp - Products by the multiply-adds of threads ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// Of the part of a warp a lane has every eighth pixel, from lane / 4, and
/// every fourth channel, from lane % 4: what eight lanes load together is in
/// different banks.
class SimtUnit : public MatrixUnitBuilder {
public:
  SimtUnit(ThreadBuilder &t, Value thread, ImplicitGemmAttr gemm,
           const GemmTiling &tiling)
      : MatrixUnitBuilder(t, thread, gemm, tiling),
        threadPixels(warpPixels / pixelStep),
        threadChannels(warpChannels / channelStep) {
    pixel = t.add(firstPixel, t.div(lane, channelStep));
    channel = t.add(firstChannel, t.rem(lane, channelStep));
  }

  SmallVector<Value> getZeros() override {
    return SmallVector<Value>(threadPixels * threadChannels,
                              t.zeros(b.getF32Type()));
  }

  SmallVector<Value> multiply(Value pixels, Value channels,
                              ValueRange sums) override {
    SmallVector<Value> results(sums);
    for (int64_t piece = 0; piece < piecesOfRow; ++piece) {
      SmallVector<SmallVector<Value>> rows, columns;
      for (int64_t i = 0; i < threadPixels; ++i)
        rows.push_back(loadPiece(pixels, t.add(pixel, i * pixelStep), piece));
      for (int64_t j = 0; j < threadChannels; ++j)
        columns.push_back(
            loadPiece(channels, t.add(channel, j * channelStep), piece));
      for (int64_t k = 0; k < stepsOfPiece; ++k)
        for (int64_t i = 0; i < threadPixels; ++i)
          for (int64_t j = 0; j < threadChannels; ++j) {
            Value &sum = results[i * threadChannels + j];
            sum = math::FmaOp::create(b, rows[i][k], columns[j][k], sum);
          }
    }
    return results;
  }

  void storeSums(ValueRange sums, Store store) override {
    for (int64_t i = 0; i < threadPixels; ++i)
      for (int64_t j = 0; j < threadChannels; ++j)
        store(t.add(pixel, i * pixelStep), t.add(channel, j * channelStep),
              sums[i * threadChannels + j]);
  }

private:
  SmallVector<Value> loadPiece(Value slice, Value row, int64_t piece) {
    Value place = t.bitXor(t.rem(row, 8), t.constant(piece));
    Value offset = t.add(t.mul(row, rowBytes), t.mul(place, pieceBytes));
    auto type = VectorType::get({stepsOfPiece}, b.getF32Type());
    Value loaded = t.load(type, t.at(slice, b.getI8Type(), offset));
    SmallVector<Value> numbers;
    for (int64_t k = 0; k < stepsOfPiece; ++k)
      numbers.push_back(vector::ExtractOp::create(b, loaded, k));
    return numbers;
  }

  static constexpr int64_t stepsOfPiece = 4;
  static constexpr int64_t pixelStep = 8, channelStep = 4;
  int64_t threadPixels, threadChannels;
  Value pixel, channel;
};

} // namespace

std::unique_ptr<MatrixUnitBuilder>
resnetc::kernel::createSimtUnit(ThreadBuilder &t, Value thread,
                                ImplicitGemmAttr gemm,
                                const GemmTiling &tiling) {
  return std::make_unique<SimtUnit>(t, thread, gemm, tiling);
}
