//===- main.cpp - Run, check and time a compiled model --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileModel.h"
#include "Error.h"
#include "Expect.h"
#include "Image.h"
#include "Inputs.h"
#include "LoadedModel.h"
#include "Options.h"
#include "Profile.h"
#include "Report.h"
#include "TensorFile.h"
#include "resnetc/Support/Picture.h"

#include <algorithm>
#include <chrono>
#include <optional>

using namespace resnetc::run;

using Clock = std::chrono::steady_clock;

static double millisecondsSince(Clock::time_point Start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - Start)
      .count();
}

/// Loads the model, compiling it first if it is in ONNX.
static LoadedModel loadModel(const Options &Opts, Times &Measured) {
  std::optional<CompiledModel> Compiled;
  if (hasSuffix(Opts.Model, ".onnx"))
    Compiled.emplace(Opts.Model);
  const std::string &Path = Compiled ? Compiled->path() : Opts.Model;
  Clock::time_point Start = Clock::now();
  LoadedModel Result = LoadedModel::load(Path, Opts.Name);
  // What is wrong with it, the first run says, too.
  (void)Result.Prepare();
  Measured.Load = millisecondsSince(Start);
  return Result;
}

namespace {

/// A model with all that its runs need.
struct Session {
  const LoadedModel &Loaded;
  int64_t Batch;
  std::vector<const void *> InputData;
  std::vector<void *> OutputData;
  Buffer Memory;
  resnetc_workspace Workspace = {};
  resnetc_context Context = {};

  Session(const LoadedModel &Loaded, const Inputs &In,
          const std::vector<Tensor> &Outputs, int Threads)
      : Loaded(Loaded), Batch(In.Batch) {
    for (const Tensor &Input : In.Tensors)
      InputData.push_back(Input.Data.get());
    for (const Tensor &Output : Outputs)
      OutputData.push_back(Output.Data.get());
    Workspace.size = Loaded.WorkspaceSize(Batch);
    Memory = allocate(Workspace.size, Loaded.WorkspaceAlignment, "workspace");
    Workspace.data = Memory.get();
    if (Loaded.Model->gpu) {
      constexpr int Device = 0;
      int Status = Loaded.GPUOpen(Device, &Context.gpu);
      if (Status != RESNETC_OK)
        fatal("%s: %s", Loaded.Model->name, Loaded.ErrorString(Status));
    }
    if (Threads > 1) {
      Context.pool = Loaded.PoolCreate(Threads);
      if (!Context.pool)
        fatal("cannot create %d threads", Threads);
    }
  }

  ~Session() {
    if (Context.pool)
      Loaded.PoolDestroy(Context.pool);
    if (Context.gpu)
      Loaded.GPUClose(Context.gpu);
  }

  /// Returns milliseconds.
  double run() {
    Clock::time_point Start = Clock::now();
    int Status = Loaded.Run(InputData.data(), OutputData.data(), Batch,
                            Workspace, &Context);
    double Time = millisecondsSince(Start);
    if (Status != RESNETC_OK && Context.gpu && *Loaded.GPUMessage(Context.gpu))
      fatal("%s: %s: %s", Loaded.Model->name, Loaded.ErrorString(Status),
            Loaded.GPUMessage(Context.gpu));
    if (Status != RESNETC_OK)
      fatal("%s: %s", Loaded.Model->name, Loaded.ErrorString(Status));
    return Time;
  }
};

} // namespace

static void runOften(Session &Run, const Options &Opts, Profile &Layers,
                     Times &Measured) {
  Measured.Repeats.reserve(static_cast<size_t>(Opts.Repeat));
  for (int64_t I = 0; I < Opts.Warmup; ++I) {
    double Time = Run.run();
    if (I == 0)
      Measured.First = Time;
  }
  if (Opts.Profile)
    Layers.attach(Run.Context);
  for (int64_t I = 0; I < Opts.Repeat; ++I)
    Measured.Repeats.push_back(Run.run());
  if (Opts.Warmup == 0)
    Measured.First = Measured.Repeats.front();
}

/// How many classes to print when --top does not say.
static int64_t defaultTop(const Options &Opts) {
  bool HasImage = std::any_of(Opts.Inputs.begin(), Opts.Inputs.end(),
                              resnetc::isPictureName);
  return HasImage || !Opts.Labels.empty() ? 5 : 0;
}

int main(int ArgumentCount, char **Arguments) {
  Options Opts = parseOptions(ArgumentCount, Arguments);
  std::vector<std::string> Labels;
  if (!Opts.Labels.empty())
    Labels = readLabels(Opts.Labels);

  Times Measured;
  LoadedModel Loaded = loadModel(Opts, Measured);
  const resnetc_rt_model &Model = *Loaded.Model;
  std::vector<std::string> Expected =
      assignFiles(Opts.Expected, Model.outputs, Model.output_count, "output");
  Inputs In = readInputs(Model, Opts);
  std::vector<Tensor> Outputs;
  Outputs.reserve(Model.output_count);
  for (int32_t I = 0; I < Model.output_count; ++I)
    Outputs.emplace_back(Model.outputs[I], In.Batch);

  Profile Layers(Model);
  {
    Session Run(Loaded, In, Outputs, Opts.Threads);
    runOften(Run, Opts, Layers, Measured);
  }

  std::FILE *Text = Opts.Json ? stderr : stdout;
  // The JSON has no key for it.
  printTarget(Text, Model);
  if (!Opts.Json) {
    printOutputs(Text, Outputs);
    printTimes(Text, Opts, In.Batch, Measured);
  }
  if (Opts.Profile)
    Layers.print(Text, Opts.Repeat);
  int64_t Top = Opts.Top >= 0 ? Opts.Top : defaultTop(Opts);
  if (Top > 0 && !Outputs.empty())
    printTop(Text, Outputs.front(), In.Batch, Top, Labels);
  if (!Opts.OutputDirectory.empty())
    writeOutputs(Opts.OutputDirectory, Outputs);
  if (Opts.Json)
    printJson(stdout, Opts, In.Batch, Measured);
  checkOutputs(Outputs, Expected, Opts.Tolerance, Text);
  return Success;
}
