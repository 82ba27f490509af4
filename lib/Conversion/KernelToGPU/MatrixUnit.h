//===- MatrixUnit.h - What multiplies tiles on a GPU ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOGPU_MATRIXUNIT_H
#define RESNETC_LIB_CONVERSION_KERNELTOGPU_MATRIXUNIT_H

#include "ThreadBuilder.h"
#include "resnetc/Dialect/Kernel/IR/GemmTiling.h"
#include <memory>

namespace resnetc::kernel {

/// Rows of a slice lie in shared memory one after the other, 128 bytes each, in
/// pieces of 16 bytes. Piece p of row r is at place p ^ (r % 8) of its row: so
/// the same piece of eight rows is in eight different banks, and it is the
/// pattern that wgmma calls a swizzle of 128 bytes.
inline constexpr int64_t rowBytes = 128;
inline constexpr int64_t pieceBytes = 16;
inline constexpr int64_t piecesOfRow = rowBytes / pieceBytes;

/// Generates the code that multiplies slices and sums up, for one thread.
class MatrixUnitBuilder {
public:
  virtual ~MatrixUnitBuilder() = default;

  /// `element` is the type of what is multiplied, `thread` the number of this
  /// thread among those that multiply a tile together.
  static std::unique_ptr<MatrixUnitBuilder>
  create(ThreadBuilder &t, mlir::Value thread, ImplicitGemmAttr gemm,
         const GemmTiling &tiling, mlir::Type element);

  /// The sums before the first slice.
  virtual llvm::SmallVector<mlir::Value> getZeros() = 0;
  /// Whether it reads shared memory past the order of other accesses.
  virtual bool isAsynchronous() const { return false; }
  /// Waits for all products, before the sums are stored.
  virtual void finish() {}
  /// Adds the products of a slice: rows of pixels and rows of channels.
  virtual llvm::SmallVector<mlir::Value>
  multiply(mlir::Value pixels, mlir::Value channels, mlir::ValueRange sums) = 0;
  /// Calls `store` with a pixel and a channel of the tile and a number or
  /// vector of sums, of neighbouring channels.
  using Store = llvm::function_ref<void(mlir::Value pixel, mlir::Value channel,
                                        mlir::Value sums)>;
  virtual void storeSums(mlir::ValueRange sums, Store store) = 0;

protected:
  MatrixUnitBuilder(ThreadBuilder &t, mlir::Value thread, ImplicitGemmAttr gemm,
                    const GemmTiling &tiling);

  ThreadBuilder &t;
  mlir::ImplicitLocOpBuilder &b;
  mlir::Value thread;               ///< Of those that multiply a tile together.
  int64_t warpPixels, warpChannels; ///< The part of a warp.
  mlir::Value lane, firstPixel, firstChannel;
};

std::unique_ptr<MatrixUnitBuilder>
createMmaUnit(ThreadBuilder &t, mlir::Value thread, ImplicitGemmAttr gemm,
              const GemmTiling &tiling, mlir::Type element);
std::unique_ptr<MatrixUnitBuilder> createSimtUnit(ThreadBuilder &t,
                                                  mlir::Value thread,
                                                  ImplicitGemmAttr gemm,
                                                  const GemmTiling &tiling);
std::unique_ptr<MatrixUnitBuilder>
createWgmmaUnit(ThreadBuilder &t, mlir::Value thread, ImplicitGemmAttr gemm,
                const GemmTiling &tiling, mlir::Type element);

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOGPU_MATRIXUNIT_H
