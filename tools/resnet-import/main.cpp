//===- main.cpp - Prints an ONNX model as IR ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/AsmState.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Import/ImportONNX.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;

static cl::opt<std::string> inputPath(cl::Positional, cl::Required,
                                      cl::desc("MODEL.onnx"));
static cl::opt<std::string>
    functionName("name", cl::desc("The function's name"), cl::init(""));
static cl::list<std::string>
    inputShapes("input-shape", cl::desc("Shape of an input, as of resnetc"));
static cl::opt<bool> train("train", cl::desc("Import it to be trained"));
static cl::opt<bool> printWeights("weights", cl::desc("Print weights in full"));

/// The same limit as the importer's for what becomes a resource.
static constexpr int64_t maxPrintedElements = 64;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlir::registerAsmPrinterCLOptions();
  cl::ParseCommandLineOptions(argc, argv, "Prints an ONNX model as IR\n");

  mlir::DialectRegistry registry;
  registry.insert<resnetc::resnet::ResNetDialect, mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  resnetc::ModelDiagnosticHandler handler(&context);
  resnetc::ImportOptions options;
  options.name = functionName;
  options.training = train;
  for (const std::string &text : inputShapes) {
    auto shape = resnetc::InputShape::parse(text);
    if (!shape) {
      llvm::errs() << "error: --input-shape=" << text << " is no shape\n";
      return 2;
    }
    options.inputShapes.push_back(std::move(*shape));
  }
  auto module = resnetc::importONNX(inputPath, context, options);
  if (mlir::failed(module))
    return 1;
  mlir::OpPrintingFlags flags;
  if (!printWeights)
    // With a limit other than 0, text is made of the weights to measure it.
    flags.elideLargeElementsAttrs(maxPrintedElements)
        .elideLargeResourceString(0);
  (*module)->print(llvm::outs(), flags);
  llvm::outs() << "\n";
  return 0;
}
