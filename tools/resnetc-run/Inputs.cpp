//===- Inputs.cpp - The inputs of a run -----------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"
#include "Error.h"
#include "Image.h"
#include "TensorFile.h"
#include "resnetc/Support/Picture.h"

#include <cmath>
#include <optional>
#include <random>
#include <unistd.h>

using namespace resnetc::run;

static int32_t findTensor(const std::string &Name,
                          const resnetc_tensor_info *Tensors, int32_t Count) {
  for (int32_t I = 0; I < Count; ++I)
    if (Name == Tensors[I].name)
      return I;
  return -1;
}

static std::string nameList(const resnetc_tensor_info *Tensors, int32_t Count) {
  std::string List;
  for (int32_t I = 0; I < Count; ++I)
    List += (I ? ", '" : "'") + std::string(Tensors[I].name) + "'";
  return List;
}

/// Where NAME= ends; npos when there is none. A name may hold an equals sign
/// too, and so may a path: a part before one that names a tensor is a name.
static size_t findNameEnd(const std::string &Text,
                          const resnetc_tensor_info *Tensors, int32_t Count) {
  for (size_t At = Text.find('='); At != std::string::npos;
       At = Text.find('=', At + 1))
    if (findTensor(Text.substr(0, At), Tensors, Count) >= 0)
      return At;
  return std::string::npos;
}

std::vector<std::string>
resnetc::run::assignFiles(const std::vector<std::string> &Given,
                          const resnetc_tensor_info *Tensors, int32_t Count,
                          const char *Kind) {
  std::vector<std::string> Paths(Count);
  std::vector<std::string> Unnamed;
  for (const std::string &Text : Given) {
    size_t End = findNameEnd(Text, Tensors, Count);
    if (End == std::string::npos) {
      if (Text.find('=') != std::string::npos && access(Text.c_str(), F_OK))
        fatal("%s: the model has no such %s; it has %s", Text.c_str(), Kind,
              nameList(Tensors, Count).c_str());
      Unnamed.push_back(Text);
      continue;
    }
    std::string Name = Text.substr(0, End);
    std::string &Path = Paths[findTensor(Name, Tensors, Count)];
    if (!Path.empty())
      fatal("%s '%s' is given two files", Kind, Name.c_str());
    Path = Text.substr(End + 1);
  }
  int32_t Next = 0;
  for (const std::string &Path : Unnamed) {
    while (Next < Count && !Paths[Next].empty())
      ++Next;
    if (Next == Count)
      fatal("%s: no %s is left for this file; the model has %s", Path.c_str(),
            Kind, nameList(Tensors, Count).c_str());
    Paths[Next] = Path;
  }
  return Paths;
}

/// Pixel-like values for integers, else a normal distribution.
static void fillWithNoise(Tensor &Input, std::mt19937_64 &Random) {
  // Not std::normal_distribution, whose values differ between libraries.
  auto uniform = [&] {
    return (static_cast<double>(Random() >> 11) + 0.5) * 0x1p-53;
  };
  constexpr double TwoPi = 6.283185307179586;
  size_t Size = elementSize(Input.type());
  bool IsFloat =
      Input.type() == RESNETC_FLOAT32 || Input.type() == RESNETC_FLOAT64 ||
      Input.type() == RESNETC_FLOAT16 || Input.type() == RESNETC_BFLOAT16;
  for (int64_t I = 0; I < Input.Count; ++I) {
    double Value;
    if (IsFloat)
      Value = std::sqrt(-2 * std::log(uniform())) * std::cos(TwoPi * uniform());
    else
      Value = std::floor(uniform() * (Input.type() == RESNETC_BOOL ? 2 : 128));
    convertElements(RESNETC_FLOAT64, &Value, Input.type(),
                    Input.Data.get() + I * Size, 1);
  }
}

/// One batch for all inputs: that of --batch or of the model, else of the
/// files, where those of one image do not count; else 1.
static int64_t chooseBatch(const resnetc_rt_model &Model, const Options &Opts,
                           const std::vector<int64_t> &FileBatches,
                           const std::vector<std::string> &Paths) {
  if (Model.fixed_batch > 0 && Opts.Batch > 0 &&
      Opts.Batch != Model.fixed_batch)
    fatal("%s: compiled for batch %lld, not %lld", Opts.Model.c_str(),
          static_cast<long long>(Model.fixed_batch),
          static_cast<long long>(Opts.Batch));
  int64_t Batch = Model.fixed_batch > 0 ? Model.fixed_batch : Opts.Batch;
  for (size_t I = 0; I < Paths.size(); ++I) {
    if (FileBatches[I] <= 1)
      continue;
    if (Batch == 0)
      Batch = FileBatches[I];
    if (Batch != FileBatches[I])
      fatal("%s: holds a batch of %lld where %lld is wanted", Paths[I].c_str(),
            static_cast<long long>(FileBatches[I]),
            static_cast<long long>(Batch));
  }
  return Batch > 0 ? Batch : 1;
}

Inputs resnetc::run::readInputs(const resnetc_rt_model &Model,
                                const Options &Opts) {
  std::vector<std::string> Paths =
      assignFiles(Opts.Inputs, Model.inputs, Model.input_count, "input");
  std::vector<std::optional<TensorFile>> Files(Paths.size());
  std::vector<int64_t> FileBatches(Paths.size());
  for (size_t I = 0; I < Paths.size(); ++I) {
    if (Paths[I].empty() || resnetc::isPictureName(Paths[I]))
      continue;
    Files[I] = TensorFile::open(Paths[I], Model.inputs[I]);
    FileBatches[I] = Files[I]->matchShape(Model.inputs[I]);
  }

  Inputs Result;
  Result.Batch = chooseBatch(Model, Opts, FileBatches, Paths);
  std::mt19937_64 Random(0);
  for (size_t I = 0; I < Paths.size(); ++I) {
    Tensor &Input = Result.Tensors.emplace_back(Model.inputs[I], Result.Batch);
    if (Files[I]) {
      bool IsRepeated = FileBatches[I] == 1 && Result.Batch > 1;
      Files[I]->read(Input.type(), Input.Data.get(),
                     IsRepeated ? Input.Count / Result.Batch : Input.Count);
      if (IsRepeated)
        Input.repeatFirst(Result.Batch);
    } else if (!Paths[I].empty()) {
      readImage(Paths[I], Opts.Format, Input);
      Input.repeatFirst(Input.Dims[0]);
    } else {
      fillWithNoise(Input, Random);
    }
  }
  return Result;
}
