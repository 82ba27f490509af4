//===- TuneSchedules.cpp - Measure schedules on this host -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TuneSchedules.h"
#include "resnetc/Dialect/Kernel/IR/ScheduleTable.h"
#include "resnetc/Dialect/Kernel/IR/WinogradError.h"
#include "resnetc/Dialect/Kernel/Transforms/ScheduleModel.h"
#include "resnetc/Driver/OutputFiles.h"
#include "resnetc/Driver/TemporaryFolder.h"
#include "resnetc/Runtime/ModelABI.h"
#include "resnetc/Target/NetworkTable.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <memory>
#include <random>

using namespace llvm;
using namespace resnetc;
using namespace resnetc::kernel;

/// Schedules of a shape that are measured at most.
static constexpr size_t maxCandidates = 8;
/// Runs of a compiled model, of which the fastest counts for each layer: at
/// least so many, and more for so long.
static constexpr int minRuns = 5;
static constexpr std::chrono::seconds timeOfRuns(1);
/// The model's choice stays unless another is so much faster: less is noise.
static constexpr double minGain = 0.03;

namespace {

/// A shape of convolutions that the table lacks.
struct Shape {
  std::vector<ScheduleAttr> candidates; ///< The model's choice first.
  std::vector<std::string> layers;
  std::vector<double> nanoseconds; ///< Of all layers, for each candidate.
};

class Tuner {
public:
  Tuner(const CompileOptions &options, const TargetModel &target)
      : options(options), target(target) {
    context.loadDialect<KernelDialect>();
  }

  Error run();

private:
  void collect(mlir::func::FuncOp network);
  Error measure(size_t rank);
  Error writeTable(StringRef path, const ScheduleTable &table);
  ScheduleAttr adopt(ScheduleAttr schedule);
  void report(StringRef key, const Shape &shape, size_t best) const;

  const CompileOptions &options;
  const TargetModel &target;
  mlir::MLIRContext context;
  ScheduleTable table;
  std::map<std::string, Shape> shapes;
};

/// The fastest time of each layer of a model, in nanoseconds.
using LayerTimes = StringMap<double>;

} // namespace

/// The same schedule in this object's context.
ScheduleAttr Tuner::adopt(ScheduleAttr schedule) {
  return ScheduleAttr::get(&context, schedule.getAlgorithm(),
                           schedule.getPixels(), schedule.getOcBlocks(),
                           schedule.getRows(), schedule.getDepth());
}

/// The model's cheapest schedules, and the cheapest of each algorithm: it is
/// between those that it may err most.
static SmallVector<ScheduleAttr>
chooseCandidates(ConvOp op, const TargetModel &target, double maxError) {
  SmallVector<ScheduleAttr> result;
  SmallVector<RankedSchedule> ranked = rankSchedules(op, target, maxError);
  constexpr size_t ofEachAlgorithm = 2;
  DenseMap<int, size_t> count;
  for (const RankedSchedule &candidate : ranked) {
    int algorithm = static_cast<int>(candidate.schedule.getAlgorithm());
    if (result.size() < maxCandidates / 2 ||
        (result.size() < maxCandidates && count[algorithm] < ofEachAlgorithm)) {
      ++count[algorithm];
      result.push_back(candidate.schedule);
    }
  }
  return result;
}

void Tuner::collect(mlir::func::FuncOp network) {
  shapes.clear();
  for (auto op : network.getOps<ConvOp>()) {
    std::string key = ScheduleTable::keyOf(op);
    if (table.contains(key))
      continue;
    Shape &shape = shapes[key];
    shape.layers.push_back(layerOf(op.getLoc()));
    if (shape.candidates.empty())
      for (ScheduleAttr schedule :
           chooseCandidates(op, target, options.exact ? 0 : defaultMaxError))
        shape.candidates.push_back(adopt(schedule));
  }
}

Error Tuner::writeTable(StringRef path, const ScheduleTable &table) {
  OutputFiles files;
  if (Error error = files.write(path, [&](raw_pwrite_stream &os) {
        table.write(os, target.cpu);
        return Error::success();
      }))
    return error;
  return files.commit();
}

static int64_t elementsOf(const resnetc_tensor_info &info, int64_t batch) {
  int64_t count = 1;
  for (int32_t i = 0; i < info.rank; ++i)
    count *= info.dims[i] < 0 ? batch : info.dims[i];
  return count;
}

/// Memory for the tensors of a model: normal noise as its inputs.
static std::vector<std::vector<double>>
makeTensors(ArrayRef<resnetc_tensor_info> infos, int64_t batch) {
  std::mt19937 generator(1);
  std::normal_distribution<float> normal;
  std::vector<std::vector<double>> tensors;
  for (const resnetc_tensor_info &info : infos) {
    // Room for elements of any type.
    std::vector<double> &tensor = tensors.emplace_back(elementsOf(info, batch));
    if (info.element_type == RESNETC_FLOAT32) {
      MutableArrayRef<float> values(reinterpret_cast<float *>(tensor.data()),
                                    tensor.size());
      for (float &value : values)
        value = normal(generator);
    }
  }
  return tensors;
}

static Expected<LayerTimes> timeLayers(const std::string &file,
                                       const std::string &name) {
  std::string message;
  sys::DynamicLibrary library =
      sys::DynamicLibrary::getLibrary(file.c_str(), &message);
  if (!library.isValid())
    return createStringError(message);
  auto symbol = [&](const char *suffix) {
    return library.getAddressOfSymbol((name + suffix).c_str());
  };
  auto *model = static_cast<const resnetc_rt_model *>(symbol("_model"));
  auto run =
      reinterpret_cast<int (*)(const void *const *, void *const *, int64_t,
                               resnetc_workspace, const resnetc_context *)>(
          symbol("_run"));
  auto workspaceSize =
      reinterpret_cast<size_t (*)(int64_t)>(symbol("_workspace_size"));
  if (!model || !run || !workspaceSize)
    return createStringError("a model that was compiled to be measured has no "
                             "entry points");

  int64_t batch = std::max<int64_t>(model->fixed_batch, 1);
  auto inputs = makeTensors(ArrayRef(model->inputs, model->input_count), batch);
  auto outputs =
      makeTensors(ArrayRef(model->outputs, model->output_count), batch);
  auto dataOf = [](std::vector<double> &tensor) -> void * {
    return tensor.data();
  };
  SmallVector<const void *> inputData(llvm::map_range(inputs, dataOf));
  SmallVector<void *> outputData(llvm::map_range(outputs, dataOf));
  auto alignment = static_cast<size_t>(model->workspace_alignment);
  resnetc_workspace workspace;
  workspace.size = workspaceSize(batch);
  std::vector<char> memory(workspace.size + alignment);
  size_t space = memory.size();
  workspace.data = memory.data();
  std::align(alignment, workspace.size, workspace.data, space);

  LayerTimes ofRun, fastest;
  resnetc_context context = {};
  context.profile_user = &ofRun;
  context.profile = [](void *user, int, const char *layer, const char *,
                       int64_t nanoseconds, int64_t) {
    (*static_cast<LayerTimes *>(user))[layer] +=
        static_cast<double>(nanoseconds);
  };
  auto start = std::chrono::steady_clock::now();
  for (int i = 0;
       i < minRuns || std::chrono::steady_clock::now() - start < timeOfRuns;
       ++i) {
    ofRun.clear();
    if (int status = run(inputData.data(), outputData.data(), batch, workspace,
                         &context))
      return createStringError("a model that was compiled to be measured does "
                               "not run (status " +
                               Twine(status) + ")");
    for (const auto &layer : ofRun) {
      auto [it, isNew] = fastest.try_emplace(layer.first(), layer.second);
      if (!isNew)
        it->second = std::min(it->second, layer.second);
    }
  }
  sys::DynamicLibrary::closeLibrary(library);
  return fastest;
}

/// Measures the candidate of each shape that has this rank.
Error Tuner::measure(size_t rank) {
  Expected<TemporaryFolder> folder = TemporaryFolder::create("resnetc-tune");
  if (!folder)
    return folder.takeError();

  ScheduleTable trialTable = table;
  for (const auto &[key, shape] : shapes)
    if (rank < shape.candidates.size())
      trialTable.insert(key, shape.candidates[rank]);
  CompileOptions trial = options;
  trial.tune.clear();
  trial.verbose = false;
  trial.kind = OutputKind::SharedObject;
  trial.output = folder->getFile("trial.so");
  trial.name = "trial" + std::to_string(rank);
  trial.schedules = folder->getFile("schedules");
  if (Error error = writeTable(trial.schedules, trialTable))
    return error;
  if (compile(trial) != CompileStatus::Success)
    return createStringError("the model cannot be compiled to be measured");
  Expected<LayerTimes> times = timeLayers(trial.output, trial.name);
  if (!times)
    return times.takeError();
  for (auto &[key, shape] : shapes) {
    if (rank >= shape.candidates.size())
      continue;
    double &sum = shape.nanoseconds.emplace_back(0);
    for (const std::string &layer : shape.layers)
      sum += times->lookup(layer);
  }
  return Error::success();
}

void Tuner::report(StringRef key, const Shape &shape, size_t best) const {
  auto count = static_cast<double>(shape.layers.size());
  errs() << formatv("{0}: {1:f3} ms as {2}", key,
                    shape.nanoseconds[best] / count * 1e-6,
                    shape.candidates[best]);
  if (best != 0)
    errs() << formatv(", {0:f3} ms as {1}", shape.nanoseconds[0] / count * 1e-6,
                      shape.candidates[0]);
  errs() << "\n";
}

Error Tuner::run() {
  if (sys::fs::exists(options.tune)) {
    if (Error error = ScheduleTable::read(options.tune, target.cpu, context)
                          .moveInto(table))
      return error;
  }
  // Compiles as far as needed to see the convolutions.
  CompileOptions first = options;
  first.tune.clear();
  first.kind = OutputKind::Kernel;
  first.output = "/dev/null";
  first.observe = [&](mlir::func::FuncOp network) { collect(network); };
  if (compile(first) != CompileStatus::Success)
    return createStringError("nothing to tune");
  size_t ranks = 0;
  for (const auto &[key, shape] : shapes)
    ranks = std::max(ranks, shape.candidates.size());
  for (size_t rank = 0; rank < ranks; ++rank)
    if (Error error = measure(rank))
      return error;
  for (const auto &[key, shape] : shapes) {
    size_t best = std::distance(shape.nanoseconds.begin(),
                                llvm::min_element(shape.nanoseconds));
    if (shape.nanoseconds[best] > shape.nanoseconds[0] * (1 - minGain))
      best = 0;
    table.insert(key, shape.candidates[best]);
    if (options.verbose)
      report(key, shape, best);
  }
  return writeTable(options.tune, table);
}

Error resnetc::tuneSchedules(const CompileOptions &options,
                             const TargetModel &target) {
  return Tuner(options, target).run();
}
