//===- ThreadBuilder.h - Code of one thread of a GPU ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOGPU_THREADBUILDER_H
#define RESNETC_LIB_CONVERSION_KERNELTOGPU_THREADBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"

namespace resnetc::kernel {

/// Threads of a warp.
inline constexpr int64_t warpSize = 32;

/// Address spaces of NVPTX.
inline constexpr unsigned globalSpace = 1;
inline constexpr unsigned sharedSpace = 3;

/// Integers of 32 bits, whose constants it folds, and memory by pointers.
class ThreadBuilder {
public:
  explicit ThreadBuilder(mlir::ImplicitLocOpBuilder &builder) : b(builder) {}

  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value c);
  mlir::Value add(mlir::Value a, int64_t c) { return add(a, constant(c)); }
  mlir::Value sub(mlir::Value a, mlir::Value c);
  mlir::Value mul(mlir::Value a, mlir::Value c);
  mlir::Value mul(mlir::Value a, int64_t c) { return mul(a, constant(c)); }
  /// Quotient and remainder of what is not negative.
  mlir::Value div(mlir::Value a, int64_t c);
  mlir::Value div(mlir::Value a, mlir::Value c);
  mlir::Value rem(mlir::Value a, int64_t c);
  mlir::Value bitXor(mlir::Value a, mlir::Value c);
  mlir::Value min(mlir::Value a, mlir::Value c);
  mlir::Value max(mlir::Value a, mlir::Value c);
  mlir::Value isLess(mlir::Value a, mlir::Value c);
  /// The same number in 64 bits.
  mlir::Value widen(mlir::Value a);
  mlir::Value mulWide(mlir::Value a, int64_t c);
  mlir::Value addWide(mlir::Value a, mlir::Value c);

  /// The number of this thread in its block, and of its block.
  mlir::Value thread();
  mlir::Value block();
  /// Waits for all threads of the block, whose writes it then sees.
  void barrier();

  /// Lets the next launch start, though it will wait for this one where it says
  /// so: with `awaitPreviousLaunch`, before it reads what this one writes, or
  /// writes anything. GPUs before sm_90 start launches after each other.
  void allowNextLaunch();
  void awaitPreviousLaunch();

  /// The address of an element; indices have 32 or 64 bits.
  mlir::Value at(mlir::Value pointer, mlir::Type element, mlir::Value index);
  mlir::Value at(mlir::Value pointer, mlir::Type element, int64_t index);
  /// An aligned element or vector. Vectors that are f32 in registers and narrow
  /// in memory are converted on the way.
  mlir::Value load(mlir::Type type, mlir::Value pointer);
  mlir::Value loadFloats(mlir::Type element, int64_t count,
                         mlir::Value pointer);
  mlir::Value toFloats(mlir::Value value);
  void store(mlir::Value value, mlir::Value pointer);
  void storeFloats(mlir::Value value, mlir::Type element, mlir::Value pointer);

  mlir::Value zeros(mlir::Type type);
  mlir::Value splat(float value, int64_t count);
  mlir::Value relu(mlir::Value value);

  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(mlir::Value begin, mlir::Value end,
                                      int64_t step, mlir::ValueRange init,
                                      Body body);
  void loop(int64_t begin, int64_t end,
            llvm::function_ref<void(mlir::Value)> body);
  void ifThen(mlir::Value condition, llvm::function_ref<void()> body);

  mlir::ImplicitLocOpBuilder &b;
};

/// The shared memory of the block, whose size the launch says.
mlir::Value getSharedMemory(mlir::ImplicitLocOpBuilder &builder);

/// The address of a constant array of i32 in the module of the function that is
/// being generated.
mlir::Value getConstantTable(mlir::ImplicitLocOpBuilder &builder,
                             llvm::StringRef name,
                             llvm::ArrayRef<int32_t> values);

/// Where the elements of a buffer of images lie: a blocked or planar one.
struct ImageAccess {
  explicit ImageAccess(mlir::MemRefType type);

  mlir::Type element;
  int64_t block; ///< Channels that lie together; 1 if planar.
  int64_t height, width, rowStride, planeStride, imageSize;

  /// The place of channel `c`, row `h` and column `w` of image `n`, of 64 bits.
  mlir::Value index(ThreadBuilder &t, mlir::Value n, mlir::Value c,
                    mlir::Value h, mlir::Value w) const;
};

void registerCopyGPULowering(mlir::DialectRegistry &registry);
void registerConvGPULowering(mlir::DialectRegistry &registry);
void registerPoolGPULowering(mlir::DialectRegistry &registry);

/// Generates code that computes a work unit of the operation as a CPU does; as
/// arguments of GPULoweringOpInterface::buildGPUKernel.
llvm::LogicalResult buildUnitKernel(ComputeOpInterface op,
                                    mlir::ImplicitLocOpBuilder &builder,
                                    mlir::ValueRange pointers,
                                    mlir::Value batch);
GridAttr getUnitGrid(ComputeOpInterface op);

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOGPU_THREADBUILDER_H
