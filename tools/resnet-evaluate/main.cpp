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

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Reference/Evaluator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include <cmath>
#include <random>

namespace cl = llvm::cl;
using namespace mlir;
using resnetc::resnet::ReferenceTensor;

static cl::opt<std::string> inputPath(cl::Positional, cl::Required,
                                      cl::desc("A.mlir"));
static cl::opt<std::string>
    expectPath("expect", cl::desc("Compare with the functions of this file"),
               cl::value_desc("B.mlir"));
static cl::opt<int64_t> batch("batch", cl::desc("Size of the batch"),
                              cl::init(2));
static cl::opt<double> tolerance("tolerance",
                                 cl::desc("Largest relative L2 error"),
                                 cl::init(1e-6));

/// Seeded by the function, so that both files get the same inputs.
static FailureOr<std::vector<ReferenceTensor>>
makeInputs(func::FuncOp function) {
  std::mt19937_64 engine(0);
  std::vector<ReferenceTensor> inputs;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !isa<FloatType>(type.getElementType()))
      return function.emitError("has an argument that is no tensor of floats");
    ReferenceTensor tensor;
    tensor.elementType = type.getElementType();
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t &size : shape)
      if (ShapedType::isDynamic(size))
        size = batch;
    tensor.resize(shape);
    // Sums of uniform numbers, for a normal distribution that every standard
    // library agrees on.
    for (double &value : tensor.values) {
      for (int i = 0; i < 12; ++i)
        value += static_cast<double>(engine() >> 11) * 0x1p-53;
      value -= 6;
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

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

/// The relative L2 distance of all results; nothing if shapes differ.
static std::optional<double> distance(ArrayRef<ReferenceTensor> a,
                                      ArrayRef<ReferenceTensor> b) {
  if (a.size() != b.size())
    return std::nullopt;
  double difference = 0, norm = 0;
  for (auto [left, right] : llvm::zip_equal(a, b)) {
    if (left.shape != right.shape)
      return std::nullopt;
    for (auto [x, y] : llvm::zip_equal(left.values, right.values)) {
      difference += (x - y) * (x - y);
      norm += y * y;
    }
  }
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

/// Whether the function, and its namesake if there is one to compare with,
/// could be run and agree.
static bool run(func::FuncOp function, func::FuncOp expected) {
  auto inputs = makeInputs(function);
  if (failed(inputs))
    return false;
  auto results = resnetc::resnet::evaluate(function, *inputs);
  if (failed(results))
    return false;
  if (!expected) {
    print(function, *results);
    return true;
  }
  auto want = resnetc::resnet::evaluate(expected, *inputs);
  if (failed(want))
    return false;
  std::optional<double> error = distance(*results, *want);
  llvm::outs() << "@" << function.getName() << ": ";
  if (!error) {
    llvm::outs() << "different shapes\n";
    return false;
  }
  bool agree = *error <= tolerance;
  llvm::outs() << (agree ? "same" : "different")
               << llvm::format(", relative error %.1e\n", *error);
  return agree;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(
      argc, argv, "Runs or compares functions of the resnet dialect\n");
  DialectRegistry registry;
  registry.insert<resnetc::resnet::ResNetDialect, func::FuncDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = parseSourceFile<ModuleOp>(inputPath, &context);
  OwningOpRef<ModuleOp> expected;
  if (module && !expectPath.empty())
    expected = parseSourceFile<ModuleOp>(expectPath, &context);
  if (!module || (!expectPath.empty() && !expected))
    return 1;
  bool agree = true;
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
    agree &= run(function, other);
  }
  return agree ? 0 : 1;
}
