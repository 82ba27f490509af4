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
#include "resnetc/Driver/Pipelines.h"
#include "resnetc/Import/ImportONNX.h"
#include "resnetc/InitAll.h"
#include "resnetc/Support/Diagnostics.h"
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
  Compilation(const CompileOptions &options, const TargetModel &target)
      : options(options), target(target) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context = std::make_unique<MLIRContext>(registry,
                                            MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    applyDefaultTimingManagerCLOptions(timing);
    timingScope = timing.getRootScope();
  }

  LogicalResult run(std::optional<int64_t> batch, llvm::raw_ostream &errors);
  LogicalResult
  runPasses(llvm::function_ref<void(OpPassManager &)> buildPipeline);

  const CompileOptions &options;
  const TargetModel &target;
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  DefaultTimingManager timing;
  TimingScope timingScope;
};

} // namespace

LogicalResult Compilation::runPasses(
    llvm::function_ref<void(OpPassManager &)> buildPipeline) {
  PassManager manager(context.get());
  if (failed(applyPassManagerCLOptions(manager)))
    return failure();
  manager.enableTiming(timingScope);
  buildPipeline(manager);
  return manager.run(*module);
}

/// Imports the model with this batch and lowers it as far as its kind of output
/// needs, and everything but the batch decides.
LogicalResult Compilation::run(std::optional<int64_t> batch,
                               llvm::raw_ostream &errors) {
  ModelDiagnosticHandler handler(context.get(), errors);
  auto imported = importONNX(options.input, *context, {options.name, batch});
  if (failed(imported))
    return failure();
  module = std::move(*imported);
  if (failed(runPasses(buildSimplifyPipeline)))
    return failure();
  if (options.kind == OutputKind::ResNet)
    return success();
  if (failed(runPasses([&](OpPassManager &manager) {
        buildLayoutPipeline(manager, target);
      })))
    return failure();
  if (options.observe)
    options.observe(*module->getOps<func::FuncOp>().begin());
  if (failed(runPasses([&](OpPassManager &manager) {
        buildKernelPipeline(manager, target, options.exact, options.schedules);
      })))
    return failure();
  if (options.kind == OutputKind::Kernel)
    return success();
  auto network = *module->getOps<func::FuncOp>().begin();
  return runPasses([&](OpPassManager &manager) {
    buildVectorPipeline(manager, network.getName());
  });
}

/// A model with a fixed batch is mostly one that its exporter traced with an
/// example of one: it runs any batch if nothing in it depends on the size. If
/// something does, the batch stays what the file says.
static std::unique_ptr<Compilation> runFrontend(const CompileOptions &options,
                                                const TargetModel &target) {
  std::string withBatch, asInFile;
  llvm::raw_string_ostream withBatchOS(withBatch), asInFileOS(asInFile);
  auto first = std::make_unique<Compilation>(options, target);
  if (succeeded(first->run(options.batch.value_or(ShapedType::kDynamic),
                           withBatchOS))) {
    llvm::errs() << withBatch;
    return first;
  }
  if (!options.batch) {
    first.reset();
    auto second = std::make_unique<Compilation>(options, target);
    if (succeeded(second->run(std::nullopt, asInFileOS))) {
      llvm::errs() << asInFile;
      if (options.verbose)
        llvm::errs() << "the batch is fixed, because with any other:\n"
                     << withBatch;
      return second;
    }
    llvm::errs() << asInFile;
    return nullptr;
  }
  llvm::errs() << withBatch;
  return nullptr;
}

static void printError(const llvm::Twine &message) {
  llvm::errs() << "error: " << message << "\n";
}

CompileStatus resnetc::compile(const CompileOptions &options) {
  llvm::Expected<TargetModel> target =
      TargetModel::get(options.triple, options.cpu);
  if (!target) {
    printError(toString(target.takeError()));
    return CompileStatus::BadUsage;
  }
  if (options.kind == OutputKind::SharedObject &&
      !target->isHostArchitecture()) {
    printError("a shared object can be linked for this host only; write a .o "
               "or .a for " +
               target->triple);
    return CompileStatus::BadUsage;
  }
  if (!options.tune.empty()) {
    if (!target->isHostArchitecture()) {
      printError("--tune measures on this host, which is no " + target->triple);
      return CompileStatus::BadUsage;
    }
    if (llvm::Error error = tuneSchedules(options, *target)) {
      printError(toString(std::move(error)));
      return CompileStatus::BadInput;
    }
    CompileOptions tuned = options;
    tuned.schedules = options.tune;
    tuned.tune.clear();
    return compile(tuned);
  }
  std::unique_ptr<Compilation> compilation = runFrontend(options, *target);
  if (!compilation)
    return CompileStatus::BadInput;
  auto lowerKernels = [&] {
    return compilation->runPasses(buildKernelToLLVMPipeline);
  };
  EmitOutput output(options, *target, *compilation->module, lowerKernels);
  if (llvm::Error error = output.run()) {
    printError(toString(std::move(error)));
    return CompileStatus::BadInput;
  }
  return CompileStatus::Success;
}
