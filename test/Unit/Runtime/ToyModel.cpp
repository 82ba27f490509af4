//===- ToyModel.cpp - A hand-made model for the runtime's tests -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToyModel.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace resnetc::test;

static constexpr int64_t Units = ToyModel::Units;
static constexpr int64_t Bytes = Units * static_cast<int64_t>(sizeof(float));
/// Of a buffer in the workspace.
static constexpr int64_t Alignment = 64;
static constexpr int64_t BufferSize =
    (Bytes + Alignment - 1) / Alignment * Alignment;
static constexpr int64_t PerImage = 3 * BufferSize;

extern "C" {

static void scale(void *const *Operands, int64_t Begin, int64_t End) {
  const float *X = static_cast<const float *>(Operands[0]);
  const float *W = static_cast<const float *>(Operands[1]);
  float *A = static_cast<float *>(Operands[2]);
  for (int64_t U = Begin; U < End; ++U)
    A[U] = X[U] * W[U];
}

static void shift(void *const *Operands, int64_t Begin, int64_t End) {
  const float *X = static_cast<const float *>(Operands[0]);
  const float *W = static_cast<const float *>(Operands[1]);
  float *B = static_cast<float *>(Operands[2]);
  for (int64_t U = Begin; U < End; ++U)
    B[U] = X[U] + W[U];
}

static void mix(void *const *Operands, int64_t Begin, int64_t End) {
  const float *A = static_cast<const float *>(Operands[0]);
  const float *B = static_cast<const float *>(Operands[1]);
  float *C = static_cast<float *>(Operands[2]);
  for (int64_t U = Begin; U < End; ++U)
    C[U] = A[(U + 1) % Units] - B[(U + 3) % Units];
}

static void reverse(void *const *Operands, int64_t Begin, int64_t End) {
  const float *C = static_cast<const float *>(Operands[0]);
  const float *X = static_cast<const float *>(Operands[1]);
  float *Y = static_cast<float *>(Operands[2]);
  for (int64_t U = Begin; U < End; ++U)
    Y[U] = C[Units - 1 - U] * X[U];
}

} // extern "C"

ToyModel::ToyModel(uint32_t ImagesInnermost) {
  // An offset into the weights that is not zero.
  constexpr int64_t WeightOffset = 5;
  Weights.resize(WeightOffset + Units);
  for (size_t I = 0; I < Weights.size(); ++I)
    Weights[I] = 0.5f + std::sin(static_cast<float>(I));

  auto describe = [](resnetc_tensor_info &Info, const char *Name) {
    Info = {Name, RESNETC_FLOAT32, 2, {-1, Units}};
  };
  describe(Input, "x");
  describe(Output, "y");

  resnetc_rt_operand X = {RESNETC_RT_INPUT, 0, 0, Bytes};
  resnetc_rt_operand Y = {RESNETC_RT_OUTPUT, 0, 0, Bytes};
  resnetc_rt_operand W = {RESNETC_RT_WEIGHTS, 0, WeightOffset * sizeof(float),
                          0};
  resnetc_rt_operand A = {RESNETC_RT_WORKSPACE, 0, 0, PerImage};
  resnetc_rt_operand B = {RESNETC_RT_WORKSPACE, 0, BufferSize, PerImage};
  resnetc_rt_operand C = {RESNETC_RT_WORKSPACE, 0, 2 * BufferSize, PerImage};
  const resnetc_rt_operand Used[StepCount][3] = {
      {X, W, A}, {X, W, B}, {A, B, C}, {C, X, Y}};
  std::copy(&Used[0][0], &Used[0][0] + 3 * StepCount, &Operands[0][0]);

  auto order = [&](int Step) {
    return ImagesInnermost >> Step & 1 ? RESNETC_RT_IMAGES_INNERMOST : 0;
  };
  Steps[0] = {scale, Operands[0], 3,   order(0) | RESNETC_RT_NO_BARRIER,
              Units, Units,       "a", "toy_scale",
              0};
  Steps[1] = {shift, Operands[1], 3, order(1), Units, 0, "b", "toy_shift", 0};
  Steps[2] = {mix, Operands[2], 3, order(2), Units, 0, "c", "toy_mix", 0};
  Steps[3] = {reverse, Operands[3],   3, order(3), Units, 2 * Units,
              "y",     "toy_reverse", 0};

  Model.abi_version = RESNETC_RT_ABI_VERSION;
  Model.input_count = 1;
  Model.output_count = 1;
  Model.step_count = StepCount;
  Model.name = "toy";
  Model.compiler = "none";
  Model.target = "host";
  Model.inputs = &Input;
  Model.outputs = &Output;
  Model.steps = Steps;
  Model.workspace_per_image = PerImage;
  Model.workspace_alignment = Alignment;
  Model.weights = Weights.data();
  Model.weights_size = static_cast<int64_t>(Weights.size() * sizeof(float));
}

std::vector<float> ToyModel::input(int64_t Batch) {
  std::vector<float> X(Batch * Units);
  for (size_t I = 0; I < X.size(); ++I)
    X[I] = std::cos(static_cast<float>(I) * 0.7f);
  return X;
}

std::vector<float> ToyModel::expected(int64_t Batch) const {
  std::vector<float> X = input(Batch);
  std::vector<float> Y(X.size());
  const float *W = Weights.data() + (Weights.size() - Units);
  for (int64_t Image = 0; Image < Batch; ++Image) {
    const float *Row = X.data() + Image * Units;
    auto c = [&](int64_t U) {
      int64_t I = (U + 1) % Units;
      int64_t J = (U + 3) % Units;
      // Through memory, so that the product is rounded as the kernel's is.
      volatile float A = Row[I] * W[I];
      volatile float B = Row[J] + W[J];
      return A - B;
    };
    for (int64_t U = 0; U < Units; ++U)
      Y[Image * Units + U] = c(Units - 1 - U) * Row[U];
  }
  return Y;
}

ToyRun::ToyRun(const ToyModel &Toy, int64_t Batch)
    : X(ToyModel::input(Batch)), Y(X.size()), Toy(Toy), Batch(Batch) {
  Workspace.size = resnetc_rt_workspace_size(&Toy.Model, Batch);
  size_t Space = Workspace.size + Alignment;
  Memory.resize(Space);
  void *Data = Memory.data();
  Workspace.data = std::align(Alignment, Workspace.size, Data, Space);
}

int ToyRun::run(const resnetc_context *Context) {
  std::fill(Y.begin(), Y.end(), std::nanf(""));
  std::fill(Memory.begin(), Memory.end(), char(-1));
  const void *Inputs[] = {X.data()};
  void *Outputs[] = {Y.data()};
  return resnetc_rt_run(&Toy.Model, Inputs, Outputs, Batch, Workspace, Context);
}
