//===- MapFusion.h - Elementwise kernels in one ---------------- -*- C++
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_MAPFUSION_H
#define RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_MAPFUSION_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"

namespace resnetc::kernel {

/// What `kernel.map` and `kernel.plane_means` have in common.
struct ElementwiseKernel {
  explicit ElementwiseKernel(MapOp op);
  explicit ElementwiseKernel(PlaneMeansOp op);

  mlir::Operation *op;
  mlir::ValueRange inputs;
  llvm::ArrayRef<int64_t> size;
  llvm::ArrayRef<int64_t> offsets; ///< Row and column, by operand.
  mlir::Block *body;
};

/// A map that computes what another kernel reads, element by element.
struct ProducerMatch {
  MapOp producer;
  llvm::SmallVector<unsigned> readers; ///< Inputs of the consumer.

  /// If only the consumer reads it.
  static std::optional<ProducerMatch> get(const ElementwiseKernel &consumer,
                                          unsigned input);
  /// Whoever else reads it.
  static std::optional<ProducerMatch> get(const ElementwiseKernel &consumer,
                                          MapOp producer);
};

/// The inputs of several kernels: the same memory from the same place once.
struct FusedInputs {
  unsigned add(const ElementwiseKernel &kernel, unsigned i);
  /// The first block of `region`, with an argument for each input.
  mlir::Block *createBody(mlir::OpBuilder &b, mlir::Region &region) const;

  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<int64_t> offsets;
};

/// Copies a body without its yield; what that yields.
llvm::SmallVector<mlir::Value> cloneBody(mlir::OpBuilder &b, mlir::Block &body,
                                         mlir::ValueRange arguments);

/// The inputs of a kernel with those of a producer in place of what it
/// computes, and a function that clones both bodies onto them.
class ProducerFusion {
public:
  ProducerFusion(const ElementwiseKernel &consumer, const ProducerMatch &match);

  /// What the consumer's body yields, in a new body of `region`.
  llvm::SmallVector<mlir::Value> build(mlir::OpBuilder &b,
                                       mlir::Region &region) const;
  /// Erases both kernels and the memory between them.
  void eraseFused();

  FusedInputs inputs;

private:
  ElementwiseKernel consumer;
  ProducerMatch match;
  llvm::SmallVector<unsigned> ofProducer, ofConsumer;
};

} // namespace resnetc::kernel

#endif // RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_MAPFUSION_H
