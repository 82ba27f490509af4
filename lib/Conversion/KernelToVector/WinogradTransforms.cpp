//===- WinogradTransforms.cpp - Products with small matrices --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WinogradTransforms.h"
#include <cmath>

using namespace mlir;
using namespace resnetc::kernel;

/// Whether `row` and the next differ in some signs alone, but not in all.
bool SmallMatrix::isPairOfRows(int64_t row) const {
  if (row + 1 >= getNumRows())
    return false;
  bool same = false, opposite = false;
  for (int64_t k = 0; k < columns; ++k) {
    double x = at(row, k), y = at(row + 1, k);
    if (std::abs(x) != std::abs(y))
      return false;
    same |= x != 0 && x == y;
    opposite |= x != 0 && x != y;
  }
  return same && opposite;
}

/// The same of `column` and the next.
bool SmallMatrix::isPairOfColumns(int64_t column) const {
  if (column + 1 >= columns)
    return false;
  bool same = false, opposite = false;
  for (int64_t i = 0; i < getNumRows(); ++i) {
    double x = at(i, column), y = at(i, column + 1);
    if (std::abs(x) != std::abs(y))
      return false;
    same |= x != 0 && x == y;
    opposite |= x != 0 && x != y;
  }
  return same && opposite;
}

SmallVector<SmallVector<int64_t, 2>> SmallMatrix::groupRows() const {
  SmallVector<SmallVector<int64_t, 2>> groups;
  for (int64_t row = 0; row < getNumRows(); ++row) {
    if (isPairOfRows(row)) {
      groups.push_back({row, row + 1});
      ++row;
    } else {
      groups.push_back({row});
    }
  }
  return groups;
}

Value SmallMatrix::multiplyAdd(Value value, double factor, Value sum) const {
  if (factor == 1)
    return arith::AddFOp::create(b, sum, value);
  if (factor == -1)
    return arith::SubFOp::create(b, sum, value);
  return vector::FMAOp::create(
      b, value, splat(b, static_cast<float>(factor), lanes), sum);
}

Value SmallMatrix::add(ArrayRef<Term> terms) const {
  // Start with a term that needs no multiplication.
  const Term *start =
      llvm::find_if(terms, [](const Term &term) { return term.factor == 1; });
  Value sum;
  if (start != terms.end())
    sum = start->value;
  for (const Term &term : terms) {
    if (&term == start)
      continue;
    if (sum)
      sum = multiplyAdd(term.value, term.factor, sum);
    else
      sum = arith::MulFOp::create(
          b, term.value, splat(b, static_cast<float>(term.factor), lanes));
  }
  return sum;
}

/// The sum and the difference of two sums, the second with a factor that its
/// terms have in common.
void SmallMatrix::addPair(ArrayRef<Term> same, ArrayRef<Term> opposite,
                          SmallVectorImpl<Value> &results) const {
  double factor = std::abs(opposite.front().factor);
  if (!llvm::all_of(opposite, [&](const Term &term) {
        return std::abs(term.factor) == factor;
      }))
    factor = 1;
  SmallVector<Term> reduced;
  for (const Term &term : opposite)
    reduced.push_back({term.factor / factor, term.value});
  // A sum of negated terms is the negative of theirs.
  bool negative =
      llvm::all_of(reduced, [](const Term &term) { return term.factor < 0; });
  if (negative)
    for (Term &term : reduced)
      term.factor = -term.factor;
  Value sum = add(same), difference = add(reduced);
  double sign = negative ? -1 : 1;
  results.push_back(multiplyAdd(difference, sign * factor, sum));
  results.push_back(multiplyAdd(difference, -sign * factor, sum));
}

SmallVector<Value>
SmallMatrix::multiply(ArrayRef<int64_t> rows,
                      function_ref<Value(int64_t)> valueOf) const {
  SmallVector<Value> values(columns), sums(columns), differences(columns);
  auto value = [&](int64_t k) {
    if (!values[k])
      values[k] = valueOf(k);
    return values[k];
  };
  SmallVector<SmallVector<Term>> terms(rows.size());
  for (int64_t k = 0; k < columns; ++k) {
    bool isPair = isPairOfColumns(k);
    for (auto [i, row] : llvm::enumerate(rows)) {
      double factor = at(row, k);
      if (factor == 0)
        continue;
      if (!isPair) {
        terms[i].push_back({factor, value(k)});
      } else if (factor == at(row, k + 1)) {
        if (!sums[k])
          sums[k] = arith::AddFOp::create(b, value(k), value(k + 1));
        terms[i].push_back({factor, sums[k]});
      } else {
        if (!differences[k])
          differences[k] = arith::SubFOp::create(b, value(k), value(k + 1));
        terms[i].push_back({factor, differences[k]});
      }
    }
    if (isPair)
      ++k;
  }
  SmallVector<Value> results;
  if (rows.size() == 2 && rows[1] == rows[0] + 1 && isPairOfRows(rows[0])) {
    SmallVector<Term> same, opposite;
    for (auto [x, y] : llvm::zip_equal(terms[0], terms[1]))
      (x.factor == y.factor ? same : opposite).push_back(x);
    addPair(same, opposite, results);
    return results;
  }
  for (ArrayRef<Term> row : terms)
    results.push_back(add(row));
  return results;
}
