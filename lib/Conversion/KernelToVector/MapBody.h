//===- MapBody.h - The bodies of elementwise kernels ----------- -*- C++
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOVECTOR_MAPBODY_H
#define RESNETC_LIB_CONVERSION_KERNELTOVECTOR_MAPBODY_H

#include "VectorLowering.h"

namespace resnetc::kernel {

/// Generates the body of an elementwise kernel, whose operations take vectors
/// as they are.
class MapBody {
public:
  /// `buffers` are all operands of the kernel, the inputs first. `offsets` has
  /// a row and a column for each operand that `at` is asked for.
  MapBody(mlir::ImplicitLocOpBuilder &b, mlir::Block &body,
          llvm::ArrayRef<int64_t> offsets, mlir::ValueRange buffers)
      : b(b), index(b), body(body), offsets(offsets) {
    for (mlir::Value buffer : buffers)
      operands.emplace_back(b, buffer);
  }

  /// What the body yields of `lanes` neighbouring elements.
  llvm::SmallVector<mlir::Value> compute(llvm::ArrayRef<mlir::Value> position,
                                         int64_t lanes);
  /// Where an element lies in an operand.
  mlir::Value at(unsigned operand, llvm::ArrayRef<mlir::Value> position);
  const FlatBuffer &operand(unsigned i) const { return operands[i]; }

private:
  mlir::ImplicitLocOpBuilder &b;
  IndexBuilder index;
  mlir::Block &body;
  llvm::ArrayRef<int64_t> offsets;
  llvm::SmallVector<FlatBuffer> operands;
};

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOVECTOR_MAPBODY_H
