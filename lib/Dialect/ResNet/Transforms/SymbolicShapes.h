//===- SymbolicShapes.h - What is known of computed shapes ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_SYMBOLICSHAPES_H
#define RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_SYMBOLICSHAPES_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace resnetc::resnet {

/// An integer of a computed shape.
struct SymbolicSize {
  enum Kind { Unknown, Known, Batch };
  Kind kind = Unknown;
  int64_t value = 0; ///< if known

  static SymbolicSize known(int64_t value) { return {Known, value}; }
  static SymbolicSize batch() { return {Batch, 0}; }
  bool isKnown() const { return kind == Known; }
  bool isKnown(int64_t expected) const {
    return kind == Known && value == expected;
  }
  bool isBatch() const { return kind == Batch; }
};

/// Follows integers and the batch through a function, operation by operation.
/// An operation's result types must be as exact as its operands allow when it
/// is visited.
class SymbolicShapes {
public:
  /// The elements of an integer tensor, row-major.
  using Elements = llvm::SmallVector<SymbolicSize>;

  /// Declares an argument: its first dimension is the batch if dynamic.
  void visitArgument(mlir::BlockArgument argument);
  /// Evaluates an operation whose operands were visited.
  void visit(mlir::Operation *op);

  /// What is known of an integer tensor; null for all others.
  const Elements *lookup(mlir::Value value) const;
  /// The elements if they are all known.
  std::optional<llvm::SmallVector<int64_t>> lookupKnown(mlir::Value v) const;
  /// Whether dimension 0 is dynamic and the batch: not a multiple of it, nor a
  /// part.
  bool isBatched(mlir::Value value) const { return batched.contains(value); }

private:
  std::optional<Elements> evaluate(mlir::Operation *op) const;
  bool keepsBatch(mlir::Operation *op) const;

  llvm::DenseMap<mlir::Value, Elements> elements;
  llvm::DenseSet<mlir::Value> batched;
};

} // namespace resnetc::resnet

#endif // RESNETC_LIB_DIALECT_RESNET_TRANSFORMS_SYMBOLICSHAPES_H
