//===- Compile.cpp - From a model to a native object ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/Compile.h"
#include "EmitOutput.h"
#include "TuneSchedules.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "resnetc/Driver/Pipelines.h"
#include "resnetc/Import/ImportONNX.h"
#include "resnetc/InitAll.h"
#include "resnetc/Support/Diagnostics.h"
#include "resnetc/Target/EmitPTX.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace resnetc;

std::optional<OutputKind> resnetc::parseOutputKind(StringRef name) {
  name.consume_front(".");
  return llvm::StringSwitch<std::optional<OutputKind>>(name)
      .Case("o", OutputKind::Object)
      .Case("a", OutputKind::Archive)
      .Case("so", OutputKind::SharedObject)
      .Case("ptx", OutputKind::PTX)
      .Case("cubin", OutputKind::Cubin)
      .Case("s", OutputKind::Assembly)
      .Case("ll", OutputKind::LLVMIR)
      .Cases({"mlir", "kernel"}, OutputKind::Kernel)
      .Case("resnet", OutputKind::ResNet)
      .Case("llvm", OutputKind::LLVMDialect)
      .Default(std::nullopt);
}

std::string resnetc::getCompanion(OutputKind kind, StringRef output) {
  bool isText = kind == OutputKind::Assembly || kind == OutputKind::LLVMIR;
  bool isNative = kind == OutputKind::Object || kind == OutputKind::Archive ||
                  kind == OutputKind::SharedObject;
  // Nothing belongs beside /dev/null.
  bool isFile = output != "-" && (!llvm::sys::fs::exists(output) ||
                                  llvm::sys::fs::is_regular_file(output));
  if (!isFile || !(isText || isNative))
    return "";
  SmallString<128> path(output);
  llvm::sys::path::replace_extension(path, isText ? "weights" : "h");
  return std::string(path);
}

namespace {

/// A model on its way down, and all that its IR refers to.
struct Compilation {
  Compilation(const CompileOptions &options, ArrayRef<TargetModel> targets)
      : options(options), targets(targets) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context = std::make_unique<MLIRContext>(registry,
                                            MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    applyDefaultTimingManagerCLOptions(timing);
    timingScope = timing.getRootScope();
  }

  /// How a network depends on its batch.
  enum class Batch {
    Any,    ///< It computes examples, of any number.
    InFile, ///< It computes examples, as many as the file says.
    Whole   ///< It computes tensors, whose first dimension is like others.
  };
  LogicalResult run(Batch batch, llvm::raw_ostream &errors);
  LogicalResult lower(ModuleOp module, const TargetModel &target, bool isLast);
  LogicalResult lowerForGPU(ModuleOp module, const TargetModel &target);
  LogicalResult
  runPasses(ModuleOp module,
            llvm::function_ref<void(OpPassManager &)> buildPipeline);

  const CompileOptions &options;
  ArrayRef<TargetModel> targets;
  std::unique_ptr<MLIRContext> context;
  std::vector<OwningOpRef<ModuleOp>> modules; ///< For each target.
  CompiledNetwork network;
  std::optional<TrainingTable> training;
  bool hasKnownShapes = false; ///< All inputs', so far as it was imported.
  DefaultTimingManager timing;
  TimingScope timingScope;
};

} // namespace

LogicalResult Compilation::runPasses(
    ModuleOp module, llvm::function_ref<void(OpPassManager &)> buildPipeline) {
  PassManager manager(context.get());
  if (failed(applyPassManagerCLOptions(manager)))
    return failure();
  manager.enableTiming(timingScope);
  buildPipeline(manager);
  return manager.run(module);
}

/// Imports the model with this batch and lowers it as far as its kind of output
/// needs, and everything but the batch decides. The first target that cannot be
/// compiled for ends it, with errors that the others would repeat.
LogicalResult Compilation::run(Batch batch, llvm::raw_ostream &errors) {
  ModelDiagnosticHandler handler(context.get(), errors);
  std::optional<int64_t> size;
  if (batch == Batch::Any)
    size = options.batch.value_or(ShapedType::kDynamic);
  auto imported = importONNX(options.input, *context,
                             {options.name, size, options.inputShapes,
                              /*training=*/options.training.has_value()});
  if (failed(imported))
    return failure();
  for (auto function : (*imported)->getOps<func::FuncOp>())
    hasKnownShapes = llvm::all_of(function.getArgumentTypes(), [](Type type) {
      return cast<ShapedType>(type).hasStaticShape();
    });
  if (batch == Batch::Whole)
    for (auto function : (*imported)->getOps<func::FuncOp>())
      function->setAttr("resnet.whole", UnitAttr::get(context.get()));
  if (options.training) {
    if (failed(runPasses(imported->get(), [&](OpPassManager &manager) {
          buildTrainingPipeline(manager, *options.training);
        })))
      return failure();
    auto kept = TrainingTable::findKept(imported->get());
    if (failed(kept))
      return failure();
    training.emplace().kept = std::move(*kept);
    training->label = TrainingTable::findLabel(imported->get());
    training->isParallel = options.training->dataParallel;
  }
  if (failed(runPasses(imported->get(), [&](OpPassManager &manager) {
        buildSimplifyPipeline(manager);
        if (options.recomputeBlocks)
          manager.addNestedPass<func::FuncOp>(
              resnet::createResNetRecomputeBlocks());
      })))
    return failure();
  // Until here nothing depends on the target. Copies share their constants.
  for (size_t i = 1; i < targets.size(); ++i)
    modules.emplace_back((*imported)->clone());
  modules.push_back(std::move(*imported));
  if (options.kind == OutputKind::ResNet)
    return success();
  if (!options.gpu.empty())
    return lowerForGPU(*modules.front(), targets.front());
  for (const auto &[module, target] : llvm::zip_equal(modules, targets))
    if (failed(lower(*module, target, /*isLast=*/&module == &modules.back())))
      return failure();
  return success();
}

/// Makes a simplified network kernels for one target. The last one does not
/// leave the constants for others.
LogicalResult Compilation::lower(ModuleOp module, const TargetModel &target,
                                 bool isLast) {
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildLayoutPipeline(manager, target, options.precision,
                            options.training.has_value());
      })))
    return failure();
  // Kernels become functions beside the network's only in the end.
  auto getFunction = [&] { return *module.getOps<func::FuncOp>().begin(); };
  if (options.observe)
    options.observe(getFunction());
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        // The functions of a network in training share what is not learned.
        buildKernelPipeline(manager, target, options.exact, options.schedules,
                            /*releaseConstants=*/isLast && !options.training);
      })))
    return failure();
  if (options.kind == OutputKind::Kernel)
    return success();
  std::string name = getFunction().getName().str();
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildVectorPipeline(manager, name);
      })))
    return failure();
  auto takeTable = [&](const llvm::Twine &name) -> FailureOr<NetworkTable> {
    auto function = module.lookupSymbol<func::FuncOp>(name.str());
    FailureOr<NetworkTable> table = NetworkTable::get(function);
    if (succeeded(table))
      function.erase();
    return table;
  };
  FailureOr<NetworkTable> table = takeTable(name);
  if (failed(table))
    return failure();
  if (training) {
    FailureOr<NetworkTable> backward = takeTable(name + resnet::backwardSuffix);
    FailureOr<NetworkTable> update = takeTable(name + resnet::updateSuffix);
    if (failed(backward) || failed(update))
      return failure();
    training->backward = std::move(*backward);
    training->update = std::move(*update);
  }
  if (targets.size() > 1) {
    std::string suffix = target.getSymbolSuffix();
    for (auto kernel : module.getOps<func::FuncOp>())
      kernel.setName((kernel.getName() + suffix).str());
    for (NetworkTable::Step &step : table->steps)
      step.kernel += suffix;
  }
  network.add(target, std::move(*table), std::move(training));
  return success();
}

/// Makes a simplified network kernels of a GPU.
LogicalResult Compilation::lowerForGPU(ModuleOp module,
                                       const TargetModel &target) {
  // Runs of a server; a batch that is known counts instead.
  constexpr int64_t usualBatch = 32;
  int64_t batch = options.batch.value_or(ShapedType::kDynamic);
  if (ShapedType::isDynamic(batch))
    batch = usualBatch;
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildGPULayoutPipeline(manager, options.precision);
        buildGPUKernelPipeline(manager, options.gpu, batch, options.gpuTile,
                               /*releaseConstants=*/true);
      })))
    return failure();
  if (options.kind == OutputKind::Kernel)
    return success();
  auto function = *module.getOps<func::FuncOp>().begin();
  std::string name = function.getName().str();
  if (failed(runPasses(module, [&](OpPassManager &manager) {
        buildGPUCodePipeline(manager, name, options.gpu);
      })))
    return failure();
  FailureOr<NetworkTable> table = NetworkTable::get(function);
  if (failed(table))
    return failure();
  function.erase();
  // What runs on the host is the runtime.
  TargetModel host = target;
  host.requiredFeatures = 0;
  network.add(host, std::move(*table));
  return success();
}

/// A model with a fixed batch is mostly one that its exporter traced with an
/// example of one: it runs any batch if nothing in it depends on the size. If
/// something does, the batch stays what the file says; and if its examples
/// depend on each other, or it has none, it is computed as a whole.
static std::unique_ptr<Compilation> runFrontend(const CompileOptions &options,
                                                ArrayRef<TargetModel> targets) {
  using Batch = Compilation::Batch;
  SmallVector<Batch> attempts = {Batch::Any};
  if (!options.batch && !options.training)
    attempts.append({Batch::InFile, Batch::Whole});
  std::vector<std::string> failures;
  for (Batch batch : attempts) {
    std::string errors;
    llvm::raw_string_ostream os(errors);
    auto compilation = std::make_unique<Compilation>(options, targets);
    if (succeeded(compilation->run(batch, os))) {
      llvm::errs() << errors;
      if (options.verbose && batch != Batch::Any)
        llvm::errs() << "the batch is fixed, because with any other:\n"
                     << failures.front();
      return compilation;
    }
    failures.push_back(std::move(errors));
    // Without all sizes there is no whole to compute.
    if (batch == Batch::InFile && !compilation->hasKnownShapes)
      break;
  }
  llvm::errs() << failures.back();
  return nullptr;
}

static void printError(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
}

/// The CPUs that the options name, from the least to the most capable.
static llvm::Expected<std::vector<TargetModel>>
getTargets(const CompileOptions &options) {
  if (options.cpus.empty()) {
    llvm::Expected<TargetModel> host = TargetModel::get(options.triple, "");
    if (!host)
      return host.takeError();
    return std::vector{*host};
  }
  std::vector<TargetModel> targets;
  for (const std::string &cpu : options.cpus) {
    llvm::Expected<TargetModel> target = TargetModel::get(options.triple, cpu);
    if (!target)
      return target.takeError();
    // "native" may be a name of the list, and LLVM spells some in two ways.
    for (const TargetModel &other : targets)
      if (target->getSymbolSuffix() == other.getSymbolSuffix())
        return llvm::createStringError(
            "--cpu names " + target->cpu + " twice" +
            (cpu == other.requestedCPU
                 ? ""
                 : ", as '" + other.requestedCPU + "' and '" + cpu + "'"));
    targets.push_back(std::move(*target));
  }
  llvm::sort(targets, [](const TargetModel &a, const TargetModel &b) {
    return a.isLessCapableThan(b);
  });
  return targets;
}

/// Why there cannot be code for the GPU; empty if there can.
static std::string whyNoGPU(const CompileOptions &options) {
  llvm::Expected<GPUModel> model = GPUModel::get(options.gpu);
  if (!model)
    return toString(model.takeError());
  if (options.training)
    return "--train compiles for CPUs, not for --gpu";
  if (!options.tune.empty() || !options.schedules.empty())
    return "--tune and --schedules are for CPUs, not for --gpu";
  if (options.cpus.size() > 1)
    return "--cpu names several CPUs, but with --gpu only the runtime runs "
           "there";
  return "";
}

/// Why there cannot be code for several CPUs; empty if there can.
static StringRef whyOneCPU(const CompileOptions &options) {
  if (options.training)
    return "--train compiles for one";
  if (!options.tune.empty())
    return "--tune measures on this host, which is one";
  if (!options.schedules.empty())
    return "the file of --schedules is for one";
  if (options.kind != OutputKind::Object &&
      options.kind != OutputKind::Archive &&
      options.kind != OutputKind::SharedObject)
    return "only a .o, .a or .so holds the code of several";
  return "";
}

CompileStatus resnetc::compile(const CompileOptions &options) {
  if (!options.gpu.empty())
    if (std::string reason = whyNoGPU(options); !reason.empty()) {
      printError(reason);
      return CompileStatus::BadUsage;
    }
  llvm::Expected<std::vector<TargetModel>> targets = getTargets(options);
  if (!targets) {
    printError(toString(targets.takeError()));
    return CompileStatus::BadUsage;
  }
  if (StringRef reason = whyOneCPU(options);
      targets->size() > 1 && !reason.empty()) {
    printError("--cpu names " + llvm::Twine(targets->size()) + " CPUs, but " +
               reason);
    return CompileStatus::BadUsage;
  }
  const TargetModel &target = targets->front();
  if (options.kind == OutputKind::SharedObject &&
      !target.isHostArchitecture()) {
    printError("a shared object can be linked for this host only; write a .o "
               "or .a for " +
               target.triple);
    return CompileStatus::BadUsage;
  }
  if (!options.tune.empty()) {
    if (!target.isHostArchitecture()) {
      printError("--tune measures on this host, which is no " + target.triple);
      return CompileStatus::BadUsage;
    }
    if (llvm::Error error = tuneSchedules(options, target)) {
      printError(toString(std::move(error)));
      return CompileStatus::BadInput;
    }
    CompileOptions tuned = options;
    tuned.schedules = options.tune;
    tuned.tune.clear();
    return compile(tuned);
  }
  std::unique_ptr<Compilation> compilation = runFrontend(options, *targets);
  if (!compilation)
    return CompileStatus::BadInput;
  auto lowerKernels = [&](ModuleOp module, const TargetModel &target) {
    return compilation->runPasses(module, [&](OpPassManager &manager) {
      if (!options.gpu.empty())
        return buildGPUToLLVMPipeline(manager);
      buildKernelToLLVMPipeline(manager, target.hasBF16);
    });
  };
  SmallVector<ModuleOp> modules;
  for (OwningOpRef<ModuleOp> &module : compilation->modules)
    modules.push_back(*module);
  EmitOutput output(options, compilation->network, modules, lowerKernels);
  if (llvm::Error error = output.run()) {
    printError(toString(std::move(error)));
    return CompileStatus::BadInput;
  }
  return CompileStatus::Success;
}
