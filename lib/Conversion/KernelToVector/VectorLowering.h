//===- VectorLowering.h - Shared by the kernels' generators --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOVECTOR_VECTORLOWERING_H
#define RESNETC_LIB_CONVERSION_KERNELTOVECTOR_VECTORLOWERING_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Support/IndexBuilder.h"

namespace resnetc::kernel {

using resnetc::IndexBuilder;

/// A dense buffer addressed by one index, with the distances between
/// neighbours in each of its dimensions. Kernels compute with f32: what a
/// buffer of bf16 holds is extended when loaded and rounded when stored.
struct FlatBuffer {
  FlatBuffer(mlir::ImplicitLocOpBuilder &builder, mlir::Value buffer);

  mlir::Type getElementType() const {
    return llvm::cast<mlir::MemRefType>(memref.getType()).getElementType();
  }

  mlir::Value memref;
  llvm::SmallVector<int64_t> shape;
  llvm::SmallVector<int64_t> strides;

  mlir::Value load(mlir::ImplicitLocOpBuilder &b, mlir::Value index) const;
  mlir::Value loadVector(mlir::ImplicitLocOpBuilder &b, mlir::Value index,
                         int64_t lanes) const;
  /// A vector of the elements as they lie in memory.
  mlir::Value loadBits(mlir::ImplicitLocOpBuilder &b, mlir::Value index,
                       int64_t lanes) const;
  void store(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
             mlir::Value index) const;
};

/// Piece `number` of an even split, as values.
struct Piece {
  Piece(IndexBuilder &index, const EvenSplit &split, mlir::Value number);

  mlir::Value first, count;
};

/// Generates code for the size of piece `number` of a split: at most two sizes,
/// between which the code chooses.
void generateForSize(mlir::ImplicitLocOpBuilder &b, const EvenSplit &split,
                     mlir::Value number,
                     llvm::function_ref<void(int64_t)> generate);

/// A vector of f32 with the same value in each lane.
mlir::Value splat(mlir::ImplicitLocOpBuilder &b, float value, int64_t lanes);

/// The larger of two numbers or vectors, NaN if either is. Which zero comes of
/// zeros of different signs is open: one instruction on x86, where to tell them
/// apart takes three.
mlir::Value buildMaximum(mlir::ImplicitLocOpBuilder &b, mlir::Value a,
                         mlir::Value c);

void registerConvLowering(mlir::DialectRegistry &registry);
void registerCopyLowering(mlir::DialectRegistry &registry);
void registerFilterGradientLowering(mlir::DialectRegistry &registry);
void registerGenericLowering(mlir::DialectRegistry &registry);
void registerMapLowering(mlir::DialectRegistry &registry);
void registerPlaneMeansLowering(mlir::DialectRegistry &registry);
void registerPoolLowering(mlir::DialectRegistry &registry);
void registerSoftmaxLowering(mlir::DialectRegistry &registry);
void registerTransposeFilterLowering(mlir::DialectRegistry &registry);
void registerWinogradFilterLowering(mlir::DialectRegistry &registry);
void registerWinogradLowering(mlir::DialectRegistry &registry);

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOVECTOR_VECTORLOWERING_H
