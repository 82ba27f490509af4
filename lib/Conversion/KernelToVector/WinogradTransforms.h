//===- WinogradTransforms.h - Products with small matrices ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates the product of a constant matrix with a vector of values, as the
// transforms of Winograd's algorithm need it: zeros cost nothing, and what the
// points x and -x have in common is computed once. The matrices have such
// points side by side: of B^T two rows, of A^T two columns that differ in signs
// alone.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_CONVERSION_KERNELTOVECTOR_WINOGRADTRANSFORMS_H
#define RESNETC_LIB_CONVERSION_KERNELTOVECTOR_WINOGRADTRANSFORMS_H

#include "VectorLowering.h"

namespace resnetc::kernel {

class SmallMatrix {
public:
  /// `matrix` is row-major.
  SmallMatrix(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<double> matrix,
              int64_t columns, int64_t lanes)
      : b(b), matrix(matrix), columns(columns), lanes(lanes) {}

  int64_t getNumRows() const {
    return static_cast<int64_t>(matrix.size()) / columns;
  }

  /// All rows in order, two together where they are computed from the same sum
  /// and difference: so much is worth computing at once.
  llvm::SmallVector<llvm::SmallVector<int64_t, 2>> groupRows() const;

  /// The elements of the product in `rows`, where `valueOf` generates element k
  /// of the vector; it is asked for none twice, and for none without need.
  llvm::SmallVector<mlir::Value>
  multiply(llvm::ArrayRef<int64_t> rows,
           llvm::function_ref<mlir::Value(int64_t)> valueOf) const;

private:
  struct Term {
    double factor;
    mlir::Value value;
  };

  double at(int64_t row, int64_t column) const {
    return matrix[row * columns + column];
  }
  bool isPairOfRows(int64_t row) const;
  bool isPairOfColumns(int64_t column) const;
  mlir::Value multiplyAdd(mlir::Value value, double factor,
                          mlir::Value sum) const;
  mlir::Value add(llvm::ArrayRef<Term> terms) const;
  void addPair(llvm::ArrayRef<Term> same, llvm::ArrayRef<Term> opposite,
               llvm::SmallVectorImpl<mlir::Value> &results) const;

  mlir::ImplicitLocOpBuilder &b;
  llvm::ArrayRef<double> matrix;
  int64_t columns, lanes;
};

} // namespace resnetc::kernel

#endif // RESNETC_LIB_CONVERSION_KERNELTOVECTOR_WINOGRADTRANSFORMS_H
