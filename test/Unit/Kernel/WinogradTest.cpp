//===- WinogradTest.cpp - The matrices and errors of Winograd -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/WinogradError.h"
#include "resnetc/Dialect/Kernel/IR/WinogradTiling.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace resnetc::kernel;

namespace {

/// A square matrix, or what a convolution sees as one.
template <typename T> struct Square {
  explicit Square(int64_t size) : size(size), elements(size * size) {}
  T &at(int64_t row, int64_t column) { return elements[row * size + column]; }

  int64_t size;
  std::vector<T> elements;
};

} // namespace

/// matrix * square * matrix^T in the arithmetic of T.
template <typename T>
static Square<T> transform(llvm::ArrayRef<double> matrix, Square<T> square) {
  int64_t from = square.size;
  int64_t to = static_cast<int64_t>(matrix.size()) / from;
  std::vector<T> half(to * from);
  Square<T> result(to);
  for (int64_t i = 0; i < to; ++i)
    for (int64_t j = 0; j < from; ++j)
      for (int64_t k = 0; k < from; ++k)
        half[i * from + j] +=
            static_cast<T>(matrix[i * from + k]) * square.at(k, j);
  for (int64_t i = 0; i < to; ++i)
    for (int64_t j = 0; j < to; ++j)
      for (int64_t k = 0; k < from; ++k)
        result.at(i, j) +=
            half[i * from + k] * static_cast<T>(matrix[j * from + k]);
  return result;
}

/// A tile of results of `channels` channels by Winograd's algorithm, the
/// weights transformed in double precision.
template <typename T>
static Square<T> winograd(int64_t outputs, llvm::ArrayRef<Square<T>> inputs,
                          llvm::ArrayRef<Square<float>> filters) {
  const WinogradMatrices &matrices = WinogradMatrices::get(outputs);
  Square<T> products(matrices.points);
  for (auto [input, filter] : llvm::zip_equal(inputs, filters)) {
    Square<double> exact(3);
    llvm::copy(filter.elements, exact.elements.begin());
    Square<double> weight = transform(matrices.weight, exact);
    Square<T> data = transform(matrices.input, input);
    for (size_t p = 0; p < products.elements.size(); ++p)
      products.elements[p] +=
          data.elements[p] * static_cast<T>(weight.elements[p]);
  }
  return transform(matrices.output, products);
}

static Square<double> convolve(int64_t outputs,
                               llvm::ArrayRef<Square<float>> inputs,
                               llvm::ArrayRef<Square<float>> filters) {
  Square<double> result(outputs);
  for (auto [input, filter] : llvm::zip_equal(inputs, filters))
    for (int64_t h = 0; h < outputs; ++h)
      for (int64_t w = 0; w < outputs; ++w)
        for (int64_t i = 0; i < 3; ++i)
          for (int64_t j = 0; j < 3; ++j)
            result.at(h, w) += static_cast<double>(filter.elements[i * 3 + j]) *
                               input.elements[(h + i) * input.size + w + j];
  return result;
}

namespace {

class WinogradTest : public testing::TestWithParam<int64_t> {
protected:
  /// `count` squares of independent elements, plus `constant` times one more
  /// for each whole square.
  std::vector<Square<float>> squares(int64_t count, int64_t size,
                                     float constant = 0) {
    std::vector<Square<float>> result(count, Square<float>(size));
    for (Square<float> &square : result) {
      float common = constant * normal(generator);
      for (float &element : square.elements)
        element = common + normal(generator);
    }
    return result;
  }

  std::mt19937 generator{1};
  std::normal_distribution<float> normal;
};

} // namespace

TEST_P(WinogradTest, IsAConvolution) {
  int64_t outputs = GetParam();
  std::vector<Square<float>> inputs = squares(3, outputs + 2);
  std::vector<Square<float>> filters = squares(3, 3);
  std::vector<Square<double>> exact;
  for (const Square<float> &input : inputs) {
    exact.emplace_back(input.size);
    llvm::copy(input.elements, exact.back().elements.begin());
  }
  Square<double> expected = convolve(outputs, inputs, filters);
  Square<double> result = winograd<double>(outputs, exact, filters);
  for (size_t i = 0; i < expected.elements.size(); ++i)
    EXPECT_NEAR(result.elements[i], expected.elements[i], 1e-12);
}

TEST_P(WinogradTest, ErrorIsPredicted) {
  int64_t outputs = GetParam();
  for (int64_t channels : {16, 64, 512}) {
    for (float constant : {0.0F, 10.0F}) {
      double error = 0, norm = 0, predicted = 0;
      constexpr int trials = 20;
      for (int trial = 0; trial < trials; ++trial) {
        std::vector<Square<float>> inputs = squares(channels, outputs + 2);
        std::vector<Square<float>> filters = squares(channels, 3, constant);
        std::vector<float> weights;
        for (const Square<float> &filter : filters)
          weights.insert(weights.end(), filter.elements.begin(),
                         filter.elements.end());
        predicted += predictWinogradError(outputs, weights, channels) / trials;
        Square<double> expected = convolve(outputs, inputs, filters);
        Square<float> result = winograd<float>(outputs, inputs, filters);
        for (size_t i = 0; i < expected.elements.size(); ++i) {
          error += std::pow(result.elements[i] - expected.elements[i], 2);
          norm += std::pow(expected.elements[i], 2);
        }
      }
      double measured = std::sqrt(error / norm);
      EXPECT_GT(predicted, measured / 2) << channels << ", " << constant;
      EXPECT_LT(predicted, measured * 2) << channels << ", " << constant;
    }
  }
}

TEST_P(WinogradTest, ErrorIsLargerForSmoothFilters) {
  int64_t outputs = GetParam();
  std::vector<float> even(9, 1.0F), center(9, 0.0F);
  center[4] = 1;
  EXPECT_GT(predictWinogradError(outputs, even, 1),
            predictWinogradError(outputs, center, 1));
}

TEST_P(WinogradTest, ZeroWeightsHaveNoError) {
  EXPECT_EQ(predictWinogradError(GetParam(), std::vector<float>(18, 0.0F), 2),
            0);
}

INSTANTIATE_TEST_SUITE_P(Tiles, WinogradTest, testing::Values(2, 4));

TEST(WinogradMatrices, HaveTheirSizes) {
  for (int64_t outputs : {2, 4}) {
    const WinogradMatrices &matrices = WinogradMatrices::get(outputs);
    EXPECT_EQ(matrices.outputs, outputs);
    EXPECT_EQ(matrices.points, outputs + 2);
  }
}
