//===- ToyTrainer.h - A hand-made network to train ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_UNITTEST_RUNTIME_TOYTRAINER_H
#define RESNETC_UNITTEST_RUNTIME_TOYTRAINER_H

#include "resnetc/Runtime/ModelABI.h"

#include <vector>

namespace resnetc::test {

/// A network with one parameter w of three numbers, as many of running
/// statistics, of state and of gradients, and two settings. Its classes are 0
/// to 2, a label of -100 does not count, and an example has two labels. The
/// loss of a batch is the sum of its inputs, the gradient 1 for each example,
/// and a step subtracts the gradient.
class ToyTrainer {
public:
  static constexpr int32_t Size = 3;

  ToyTrainer();

  /// Points at its own members.
  ToyTrainer(const ToyTrainer &) = delete;
  ToyTrainer &operator=(const ToyTrainer &) = delete;

  resnetc_rt_trainer Trainer = {};
  std::vector<resnetc_kept_info> Kept;
  /// The step of loss and gradient, whose last operand is the gradient.
  resnetc_rt_step &getBackwardStep() { return Steps[0]; }

private:
  resnetc_tensor_info Inputs[2] = {};
  resnetc_tensor_info Loss = {};
  resnetc_rt_operand BackwardOperands[3] = {};
  resnetc_rt_operand UpdateOperands[2] = {};
  resnetc_rt_step Steps[2] = {};
  resnetc_rt_gradient Gradient = {0, 1};
  resnetc_rt_model Evaluate = {}, Backward = {}, Update = {};
  std::vector<float> InitialW, InitialSetting;
  std::vector<const void *> Initial;
};

/// The memory that is kept of a ToyTrainer, not initialized.
struct ToyTraining {
  explicit ToyTraining(const ToyTrainer &Toy);

  std::vector<float> Parameters, Gradients, State, Settings;
  resnetc_training Training = {};

  bool operator==(const ToyTraining &Other) const {
    return Parameters == Other.Parameters && Gradients == Other.Gradients &&
           State == Other.State && Settings == Other.Settings;
  }
};

} // namespace resnetc::test

#endif // RESNETC_UNITTEST_RUNTIME_TOYTRAINER_H
