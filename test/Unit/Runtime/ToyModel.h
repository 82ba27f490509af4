//===- ToyModel.h - A hand-made model for the runtime's tests - -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_UNITTEST_RUNTIME_TOYMODEL_H
#define RESNETC_UNITTEST_RUNTIME_TOYMODEL_H

#include "resnetc/Runtime/ModelABI.h"

#include <vector>

namespace resnetc::test {

/// A network of four steps with every kind of operand. Per image, with weights
/// w and all indices modulo Units:
///
///   a[u] = x[u] * w[u]            independent of the next step: no barrier
///   b[u] = x[u] + w[u]
///   c[u] = a[u + 1] - b[u + 3]    needs all of a and b
///   y[u] = c[Units - 1 - u] * x[u]
class ToyModel {
public:
  static constexpr int64_t Units = 37;

  /// Bit i of `ImagesInnermost` sets RESNETC_RT_IMAGES_INNERMOST of step i.
  explicit ToyModel(uint32_t ImagesInnermost);

  /// Points at its own members.
  ToyModel(const ToyModel &) = delete;
  ToyModel &operator=(const ToyModel &) = delete;

  resnetc_rt_model Model = {};

  /// Inputs that differ in every element.
  static std::vector<float> input(int64_t Batch);
  /// What the formulas above give, by plain loops.
  std::vector<float> expected(int64_t Batch) const;

private:
  static constexpr int32_t StepCount = 4;
  std::vector<float> Weights;
  resnetc_tensor_info Input = {};
  resnetc_tensor_info Output = {};
  resnetc_rt_operand Operands[StepCount][3];
  resnetc_rt_step Steps[StepCount];
};

/// The buffers of one run of a ToyModel.
class ToyRun {
public:
  ToyRun(const ToyModel &Toy, int64_t Batch);

  /// Runs into freshly cleared buffers.
  int run(const resnetc_context *Context);

  std::vector<float> X;
  std::vector<float> Y;

private:
  const ToyModel &Toy;
  int64_t Batch;
  std::vector<char> Memory;
  resnetc_workspace Workspace = {};
};

} // namespace resnetc::test

#endif // RESNETC_UNITTEST_RUNTIME_TOYMODEL_H
