//===- WinogradError.cpp - What Winograd's algorithm rounds ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/WinogradError.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include <array>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace resnetc::kernel;

static double sumOfSquares(ArrayRef<double> values) {
  double sum = 0;
  for (double value : values)
    sum += value * value;
  return sum;
}

/// Sums of products of each pair of the nine weights, over all filters: what
/// the mean square of any linear function of a filter follows from.
static std::array<double, 81> secondMoments(ArrayRef<float> weights) {
  std::array<double, 81> moments{};
  for (; !weights.empty(); weights = weights.drop_front(9))
    for (size_t i = 0; i < 9; ++i)
      for (size_t j = 0; j < 9; ++j)
        moments[i * 9 + j] += static_cast<double>(weights[i]) * weights[j];
  return moments;
}

double resnetc::kernel::predictWinogradError(int64_t outputs,
                                             ArrayRef<float> weights,
                                             int64_t channels) {
  const WinogradMatrices &matrices = WinogradMatrices::get(outputs);
  auto points = static_cast<size_t>(matrices.points);
  std::array<double, 81> moments = secondMoments(weights);

  // What a point of one dimension adds: its square in the transformed input,
  // and in the results that it goes to.
  SmallVector<double> gains;
  for (size_t p = 0; p < points; ++p) {
    double output = 0;
    for (size_t k = 0; k < static_cast<size_t>(outputs); ++k)
      output += std::pow(matrices.output[k * points + p], 2);
    gains.push_back(sumOfSquares(matrices.input.slice(p * points, points)) *
                    output);
  }

  double products = 0, results = 0;
  for (size_t i = 0; i < points; ++i) {
    for (size_t j = 0; j < points; ++j) {
      std::array<double, 9> form{};
      for (size_t k = 0; k < 9; ++k)
        form[k] =
            matrices.weight[i * 3 + k / 3] * matrices.weight[j * 3 + k % 3];
      double square = 0;
      for (size_t k = 0; k < 81; ++k)
        square += form[k / 9] * form[k % 9] * moments[k];
      products += gains[i] * gains[j] * square;
    }
  }
  for (size_t k = 0; k < 9; ++k)
    results += moments[k * 9 + k];
  if (results == 0)
    return 0;
  auto count = static_cast<double>(outputs * outputs);
  // A rounding is half as large as it can be, in the root mean square less,
  // and a sum of C products on average C / 2 of them long when it happens.
  constexpr double rounding = std::numeric_limits<float>::epsilon() / 2;
  double chain = 1 + static_cast<double>(channels) / 12;
  return rounding * std::sqrt(chain * products / (count * results));
}
