//===- main.cpp - Runs and compares functions of the resnet dialect -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle of pass tests: the reference evaluator runs a function before and
// after a pass on the same inputs.
//
//===----------------------------------------------------------------------===//

#include "EachPass.h"
#include "NamedValues.h"
#include "Values.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Reference/Evaluator.h"
#include "resnetc/Import/ImportONNX.h"
#include "resnetc/InitAll.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

namespace cl = llvm::cl;
using namespace mlir;
using namespace resnetc;
using resnetc::resnet::ReferenceTensor;

static cl::opt<std::string> inputPath(cl::Positional, cl::Required,
                                      cl::desc("A.mlir or A.onnx"));
static cl::opt<std::string>
    expectPath("expect", cl::desc("Compare with the functions of this file"),
               cl::value_desc("B.mlir"));
static cl::opt<bool>
    eachPass("each-pass",
             cl::desc("Run the compiler's passes on the resnet dialect and "
                      "compare after each one that changes a function"));
static cl::opt<int64_t> batch("batch", cl::desc("Size of the batch"),
                              cl::init(2));
static cl::opt<double> tolerance("tolerance",
                                 cl::desc("Largest relative L2 error"),
                                 cl::init(1e-6));
static cl::opt<std::string>
    inputsPath("inputs",
               cl::desc("The inputs of the only function: float32, one after "
                        "the other"),
               cl::value_desc("FILE"));
static cl::opt<std::string>
    resultsPath("results",
                cl::desc("Write the results of the only function here, as "
                         "float64, in place of printing them"),
                cl::value_desc("FILE"));

static cl::opt<std::string>
    functionName("function", cl::desc("Only the function of this name"),
                 cl::value_desc("NAME"));
static cl::list<std::string>
    inputFiles("input",
               cl::desc("The value of an argument by its name; or of one that "
                        "has a role, by this and its name: gradient.w"),
               cl::value_desc("NAME=FILE.npy"));
static cl::opt<std::string>
    outputDirectory("output-dir",
                    cl::desc("Write the results of the only function here, as "
                             "NAME.npy of float64"),
                    cl::value_desc("DIR"));

static void print(func::FuncOp function, ArrayRef<ReferenceTensor> results) {
  for (auto [i, result] : llvm::enumerate(results)) {
    llvm::outs() << "@" << function.getName() << " result " << i << ": [";
    llvm::interleave(result.shape, llvm::outs(), "x");
    llvm::outs() << "] = [";
    llvm::interleave(
        result.values, llvm::outs(),
        [](double value) { llvm::outs() << llvm::format("%g", value); }, ", ");
    llvm::outs() << "]\n";
  }
}

static bool printError(llvm::Error error) {
  if (!error)
    return false;
  llvm::errs() << "error: " << toString(std::move(error)) << "\n";
  return true;
}

/// What the options say that a function gets.
static FailureOr<Values> getInputs(func::FuncOp function) {
  if (inputsPath.empty())
    return makeInputs(function, batch, readTensors(inputFiles));
  llvm::Expected<Values> inputs = readInputs(function, batch, inputsPath);
  if (inputs)
    return std::move(*inputs);
  printError(inputs.takeError());
  return failure();
}

static OwningOpRef<ModuleOp> load(StringRef path, MLIRContext &context) {
  if (!path.ends_with(".onnx"))
    return parseSourceFile<ModuleOp>(path, &context);
  ModelDiagnosticHandler handler(&context);
  ImportOptions options;
  options.batch = ShapedType::kDynamic;
  auto module = importONNX(path, context, options);
  return failed(module) ? nullptr : std::move(*module);
}

/// Whether the function, and its namesake if there is one to compare with,
/// could be run and agree. Keeps what it got and gave.
static bool run(func::FuncOp function, func::FuncOp expected,
                std::vector<Values> &allInputs,
                std::vector<Values> &allResults) {
  FailureOr<Values> inputs = getInputs(function);
  if (failed(inputs))
    return false;
  auto results = resnet::evaluate(function, *inputs);
  if (failed(results))
    return false;
  bool agree = true;
  if (!resultsPath.empty()) {
    if (printError(writeResults(*results, resultsPath)))
      return false;
  } else if (!outputDirectory.empty()) {
    if (failed(writeNamedResults(function, *results, outputDirectory)))
      return false;
  } else if (!expected && !eachPass) {
    print(function, *results);
  }
  if (expected) {
    auto want = resnet::evaluate(expected, *inputs);
    if (failed(want))
      return false;
    agree =
        printComparison("@" + function.getName(), *results, *want, tolerance);
  }
  allInputs.push_back(std::move(*inputs));
  allResults.push_back(std::move(*results));
  return agree;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(
      argc, argv, "Runs or compares functions of the resnet dialect\n");
  DialectRegistry registry;
  // Passes need what they make of a network, too.
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = load(inputPath, context);
  OwningOpRef<ModuleOp> expected;
  if (module && !expectPath.empty())
    expected = load(expectPath, context);
  if (!module || (!expectPath.empty() && !expected))
    return 1;
  if (!functionName.empty()) {
    auto wanted = module->lookupSymbol<func::FuncOp>(functionName);
    if (!wanted) {
      llvm::errs() << "error: @" << functionName << " is missing\n";
      return 1;
    }
    for (auto function :
         llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
      if (function != wanted)
        function.erase();
  }
  bool hasOne = llvm::hasSingleElement(module->getOps<func::FuncOp>());
  bool needsOne = !inputsPath.empty() || !resultsPath.empty() ||
                  !inputFiles.empty() || !outputDirectory.empty();
  if (!hasOne && needsOne) {
    llvm::errs() << "error: " << inputPath << " has not one function\n";
    return 1;
  }
  bool agree = true;
  std::vector<Values> inputs, results;
  for (auto function : module->getOps<func::FuncOp>()) {
    func::FuncOp other;
    if (expected) {
      other = expected->lookupSymbol<func::FuncOp>(function.getName());
      if (!other) {
        llvm::errs() << "error: @" << function.getName() << " is missing\n";
        agree = false;
        continue;
      }
    }
    agree &= run(function, other, inputs, results);
  }
  if (agree && eachPass)
    agree = evaluateAfterEachPass(*module, inputs, results, tolerance);
  return agree ? 0 : 1;
}
