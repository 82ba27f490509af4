//===- WidenBuffer.h - Room behind the planes of a buffer ------ -*- C++
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_WIDENBUFFER_H
#define RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_WIDENBUFFER_H

#include "resnetc/Dialect/Kernel/IR/Kernel.h"

namespace resnetc::kernel {

/// The last tiles may reach beyond an image and its halo: gives planes at least
/// `reach` rows and columns. What is added is halo, too, and zeroed with it.
inline void widen(BufferOp buffer, llvm::ArrayRef<int64_t> reach) {
  auto type = llvm::cast<mlir::MemRefType>(buffer.getType());
  llvm::SmallVector<int64_t> shape(type.getShape());
  shape[1] = std::max(shape[1], reach[0]);
  shape[2] = std::max(shape[2], reach[1]);
  auto widened = mlir::MemRefType::get(shape, type.getElementType());
  buffer.getResult().setType(widened);
  for (mlir::OpOperand &use : buffer.getResult().getUses())
    if (auto generic = llvm::dyn_cast<GenericOp>(use.getOwner()))
      generic.getBody().getArgument(use.getOperandNumber()).setType(widened);
}

} // namespace resnetc::kernel

#endif // RESNETC_LIB_DIALECT_KERNEL_TRANSFORMS_WIDENBUFFER_H
