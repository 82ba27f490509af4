//===- SameKernel.h - Which computations share a function ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_SAMEKERNEL_H
#define RESNETC_LIB_CONVERSION_SAMEKERNEL_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/DenseMap.h"

namespace resnetc {

/// Computations that differ only in which buffers they work on are the same
/// key.
struct SameKernelInfo : llvm::DenseMapInfo<mlir::Operation *> {
  static unsigned getHashValue(const mlir::Operation *op) {
    return mlir::OperationEquivalence::computeHash(
        const_cast<mlir::Operation *>(op),
        [](mlir::Value v) { return mlir::hash_value(v.getType()); },
        mlir::OperationEquivalence::ignoreHashValue,
        mlir::OperationEquivalence::IgnoreLocations);
  }
  static bool isEqual(const mlir::Operation *a, const mlir::Operation *c) {
    if (a == c)
      return true;
    if (a == getTombstoneKey() || a == getEmptyKey() ||
        c == getTombstoneKey() || c == getEmptyKey())
      return false;
    auto *lhs = const_cast<mlir::Operation *>(a);
    auto *rhs = const_cast<mlir::Operation *>(c);
    // Operands by type; values of the region by their place in it.
    llvm::DenseMap<mlir::Value, mlir::Value> inside;
    auto sameValue = [&](mlir::Value x, mlir::Value y) -> llvm::LogicalResult {
      bool outer = llvm::is_contained(lhs->getOperands(), x);
      return llvm::success(outer ? x.getType() == y.getType()
                                 : inside.lookup(x) == y);
    };
    return mlir::OperationEquivalence::isEquivalentTo(
        lhs, rhs, sameValue,
        [&](mlir::Value x, mlir::Value y) { inside[x] = y; },
        mlir::OperationEquivalence::IgnoreLocations);
  }
};

} // namespace resnetc

#endif // RESNETC_LIB_CONVERSION_SAMEKERNEL_H
