//===- ToyTrainer.cpp - A hand-made network to train ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyTrainer.h"

using namespace resnetc::test;

static constexpr int32_t Size = ToyTrainer::Size;
/// Places of the two tensors in the memory of parameters.
static constexpr int64_t WPlace = 0, MeanPlace = 64;

extern "C" {

static void addExample(void *const *Operands, int64_t, int64_t) {
  const float *X = static_cast<const float *>(Operands[0]);
  float *Loss = static_cast<float *>(Operands[1]);
  float *Gradient = static_cast<float *>(Operands[2]);
  *Loss += *X;
  for (int32_t I = 0; I < Size; ++I)
    Gradient[I] += 1;
}

static void descend(void *const *Operands, int64_t, int64_t) {
  float *W = static_cast<float *>(Operands[0]);
  float *Gradient = static_cast<float *>(Operands[1]);
  for (int32_t I = 0; I < Size; ++I) {
    W[I] -= Gradient[I];
    Gradient[I] = 0;
  }
}

} // extern "C"

ToyTrainer::ToyTrainer()
    : Kept({{"w", RESNETC_PARAMETER, 1, {Size}, WPlace},
            {"w", RESNETC_GRADIENT, 1, {Size}, 0},
            {"mean", RESNETC_BUFFER, 1, {Size}, MeanPlace},
            {"w.momentum", RESNETC_STATE, 1, {Size}, 0},
            {"learning_rate", RESNETC_SETTING, 0, {}, 0},
            {"momentum", RESNETC_SETTING, 0, {}, sizeof(float)}}),
      InitialW({1, 2, 3}), InitialSetting({0.5f}),
      Initial({InitialW.data(), nullptr, nullptr, nullptr,
               InitialSetting.data(), nullptr}) {
  Inputs[0] = {"x", RESNETC_FLOAT32, 1, {-1}};
  Inputs[1] = {"label", RESNETC_INT64, 2, {-1, 2}};
  Loss = {"loss", RESNETC_FLOAT32, 0, {}};
  BackwardOperands[0] = {RESNETC_RT_INPUT, 0, 0, sizeof(float)};
  BackwardOperands[1] = {RESNETC_RT_OUTPUT, 0, 0, 0};
  BackwardOperands[2] = {RESNETC_RT_GRADIENTS, 0, 0, 0};
  UpdateOperands[0] = {RESNETC_RT_PARAMETERS, 0, WPlace, 0};
  UpdateOperands[1] = {RESNETC_RT_GRADIENTS, 0, 0, 0};
  Steps[0] = {addExample, BackwardOperands, 3, RESNETC_RT_SUM, 1, 0,
              "loss",     "toy_add",        0};
  Steps[1] = {descend, UpdateOperands, 2, RESNETC_RT_ONCE, 1, 0,
              "sgd",   "toy_sgd",      0};
  for (resnetc_rt_model *Model : {&Evaluate, &Backward, &Update}) {
    Model->abi_version = RESNETC_RT_ABI_VERSION;
    Model->workspace_alignment = 64;
  }
  Backward.input_count = 2;
  Backward.output_count = 1;
  Backward.step_count = 1;
  Backward.inputs = Inputs;
  Backward.outputs = &Loss;
  Backward.steps = &Steps[0];
  Update.step_count = 1;
  Update.steps = &Steps[1];
  Trainer.evaluate = &Evaluate;
  Trainer.backward = &Backward;
  Trainer.update = &Update;
  Trainer.kept = Kept.data();
  Trainer.initial = Initial.data();
  Trainer.kept_count = static_cast<int64_t>(Kept.size());
  Trainer.sizes = {128, 64, 64, 2 * sizeof(float)};
  Trainer.label_input = 1;
  Trainer.label_classes = 3;
  Trainer.label_ignored = -100;
  Trainer.gradients = &Gradient;
  Trainer.gradient_count = 1;
  Trainer.is_parallel = 1;
}

ToyTraining::ToyTraining(const ToyTrainer &Toy) {
  auto allocate = [](std::vector<float> &Memory, size_t Bytes) {
    Memory.assign(Bytes / sizeof(float), 7);
    return Memory.data();
  };
  const resnetc_training_sizes &Sizes = Toy.Trainer.sizes;
  Training = {allocate(Parameters, Sizes.parameters),
              allocate(Gradients, Sizes.gradients),
              allocate(State, Sizes.state), allocate(Settings, Sizes.settings)};
}
