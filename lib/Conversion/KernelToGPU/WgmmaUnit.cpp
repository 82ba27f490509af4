//===- WgmmaUnit.cpp - Products by wgmma ----------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// Each group of four warps multiplies 64 pixels by all channels of the tile by
/// 16 steps at a time, straight from shared memory, while its threads prepare
/// the next slice. How the sums are spread over lanes, and what a descriptor
/// says, is in NVIDIA's PTX ISA, "Asynchronous Warpgroup Level Matrix
/// Multiply-Accumulate".
class WgmmaUnit : public MatrixUnitBuilder {
public:
  WgmmaUnit(ThreadBuilder &t, Value thread, ImplicitGemmAttr gemm,
            const GemmTiling &tiling, Type element)
      : MatrixUnitBuilder(t, thread, gemm, tiling), element(element),
        channels(tiling.channelTile), inFlight(tiling.inFlight) {
    // Four warps after each other have 64 pixels after each other.
    Value group = t.div(thread, groupThreads);
    pixelRow = t.mul(group, groupPixels * rowBytes);
  }

  bool isAsynchronous() const override { return true; }
  void finish() override { NVVM::WgmmaWaitGroupSyncOp::create(b, 0); }

  SmallVector<Value> getZeros() override;

  SmallVector<Value> multiply(Value pixels, Value channels,
                              ValueRange sums) override;
  void storeSums(ValueRange sums, Store store) override;

private:
  Value getDescriptor(Value pointer);

  static constexpr int64_t groupThreads = 4 * warpSize;
  static constexpr int64_t groupPixels = 64;
  static constexpr int64_t steps = 4; ///< Tiles of 16 steps in a slice.
  Type element;
  int64_t channels;
  int64_t inFlight; ///< Slices after `multiply`.
  Value pixelRow;
};

} // namespace

/// Of rows of steps in the swizzle of 128 bytes: eight rows are 1024 bytes.
Value WgmmaUnit::getDescriptor(Value pointer) {
  constexpr int64_t unit = 16, strideShift = 32, swizzleShift = 62;
  constexpr uint64_t fixed = uint64_t(8 * rowBytes / unit) << strideShift |
                             uint64_t(1) << swizzleShift | uint64_t(1) << 16;
  Type i64 = b.getI64Type();
  Value address = LLVM::PtrToIntOp::create(b, b.getI32Type(), pointer);
  address = t.div(address, unit);
  Value wide = arith::ExtUIOp::create(b, i64, address);
  return arith::OrIOp::create(
      b, wide,
      arith::ConstantIntOp::create(b, i64, static_cast<int64_t>(fixed)));
}

/// In registers: what writes a sum has to come before a fence, behind which
/// LLVM would move a constant. No instruction is that to it which takes and
/// gives them, which comes to no code.
SmallVector<Value> WgmmaUnit::getZeros() {
  int64_t count = channels / 2;
  SmallVector<Type> parts(count, b.getF32Type());
  SmallVector<Value> zeros(count, t.zeros(b.getF32Type()));
  SmallVector<std::string> constraints(count, "=f");
  for (int64_t i = 0; i < count; ++i)
    constraints.push_back(std::to_string(i));
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), parts);
  auto kept = LLVM::InlineAsmOp::create(
      b, type, zeros, /*asm_string=*/"", llvm::join(constraints, ","),
      /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr());
  SmallVector<Value> results;
  for (int64_t i = 0; i < count; ++i)
    results.push_back(LLVM::ExtractValueOp::create(b, kept.getResult(0), i));
  return results;
}

SmallVector<Value> WgmmaUnit::multiply(Value pixels, Value channelRows,
                                       ValueRange sums) {
  Type i8 = b.getI8Type();
  Value pixelBase = getDescriptor(t.at(pixels, i8, pixelRow));
  Value channelBase = getDescriptor(channelRows);
  SmallVector<Type> parts(sums.size(), b.getF32Type());
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), parts);
  Value result = LLVM::UndefOp::create(b, type);
  for (auto [i, sum] : llvm::enumerate(sums))
    result = LLVM::InsertValueOp::create(b, result, sum, i);
  NVVM::WgmmaFenceAlignedOp::create(b);
  MLIRContext *context = b.getContext();
  auto inputType = NVVM::WGMMATypesAttr::get(
      context,
      element.isF16() ? NVVM::WGMMATypes::f16 : NVVM::WGMMATypes::bf16);
  auto scaleIn = NVVM::WGMMAScaleInAttr::get(context, NVVM::WGMMAScaleIn::one);
  for (int64_t k = 0; k < steps; ++k) {
    // 16 steps are 32 bytes, two units of an address.
    Value offset = arith::ConstantIntOp::create(b, b.getI64Type(), 2 * k);
    result = NVVM::WgmmaMmaAsyncOp::create(
        b, type, result, b.createOrFold<arith::AddIOp>(pixelBase, offset),
        b.createOrFold<arith::AddIOp>(channelBase, offset),
        NVVM::MMAShapeAttr::get(context, 64, static_cast<int>(channels), 16),
        inputType, inputType,
        NVVM::WGMMATypesAttr::get(context, NVVM::WGMMATypes::f32),
        NVVM::WGMMAScaleOutAttr::get(context, NVVM::WGMMAScaleOut::one),
        scaleIn, scaleIn,
        NVVM::MMALayoutAttr::get(context, NVVM::MMALayout::row),
        NVVM::MMALayoutAttr::get(context, NVVM::MMALayout::col),
        NVVM::MMAIntOverflowAttr());
  }
  NVVM::WgmmaGroupSyncAlignedOp::create(b);
  NVVM::WgmmaWaitGroupSyncOp::create(b, inFlight);
  SmallVector<Value> results;
  for (size_t i = 0; i < sums.size(); ++i)
    results.push_back(LLVM::ExtractValueOp::create(b, result, i));
  return results;
}

void WgmmaUnit::storeSums(ValueRange sums, Store store) {
  // A warp has 16 pixels of its group's: as mma.m16n8k16.
  Value pixel = t.add(t.mul(t.div(thread, warpSize), 16), t.div(lane, 4));
  Value channel = t.mul(t.rem(lane, 4), 2);
  for (size_t i = 0; i < sums.size(); i += 2) {
    auto type = VectorType::get({2}, b.getF32Type());
    Value pair = vector::FromElementsOp::create(
        b, type, ValueRange{sums[i], sums[i + 1]});
    auto place = static_cast<int64_t>(i / 2);
    store(t.add(pixel, place % 2 * 8), t.add(channel, place / 2 * 8), pair);
  }
}

std::unique_ptr<MatrixUnitBuilder>
resnetc::kernel::createWgmmaUnit(ThreadBuilder &t, Value thread,
                                 ImplicitGemmAttr gemm,
                                 const GemmTiling &tiling, Type element) {
  return std::make_unique<WgmmaUnit>(t, thread, gemm, tiling, element);
}
