//===- IndexBuilder.h - Loops and index arithmetic ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_INDEXBUILDER_H
#define RESNETC_SUPPORT_INDEXBUILDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace resnetc {

/// Index arithmetic that folds constants as it goes: what is known while
/// generating never reaches the code.
class IndexBuilder {
public:
  explicit IndexBuilder(mlir::ImplicitLocOpBuilder &builder) : b(builder) {}

  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value c);
  mlir::Value add(mlir::Value a, int64_t c);
  mlir::Value sub(mlir::Value a, mlir::Value c);
  mlir::Value mul(mlir::Value a, int64_t c);
  /// Quotient and remainder of a non-negative index.
  mlir::Value div(mlir::Value a, int64_t c);
  mlir::Value rem(mlir::Value a, int64_t c);
  mlir::Value min(mlir::Value a, mlir::Value c);
  mlir::Value max(mlir::Value a, mlir::Value c);

  /// A loop over [begin, end) by `step`; straight code for a single trip.
  void loop(mlir::Value begin, mlir::Value end,
            llvm::function_ref<void(mlir::Value)> body, int64_t step = 1);
  void loop(int64_t begin, int64_t end,
            llvm::function_ref<void(mlir::Value)> body, int64_t step = 1);
  /// The same with values carried from trip to trip.
  llvm::SmallVector<mlir::Value>
  reduce(int64_t begin, int64_t end, mlir::ValueRange init,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                           mlir::ValueRange)>
             body);
  llvm::SmallVector<mlir::Value>
  reduce(mlir::Value begin, mlir::Value end, mlir::ValueRange init,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                           mlir::ValueRange)>
             body);

private:
  mlir::ImplicitLocOpBuilder &b;
};

} // namespace resnetc

#endif // RESNETC_SUPPORT_INDEXBUILDER_H
