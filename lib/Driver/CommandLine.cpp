//===- CommandLine.cpp - What the compiling tools' options share ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/CommandLine.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;
using namespace resnetc;

TrainingOptions::TrainingOptions(cl::OptionCategory &category)
    : loss("loss", cl::cat(category), cl::desc("What training makes small:"),
           cl::init(resnet::LossKind::SoftmaxCrossEntropy),
           cl::values(clEnumValN(resnet::LossKind::SoftmaxCrossEntropy,
                                 "softmax-cross-entropy",
                                 "of logits and labels (default)"),
                      clEnumValN(resnet::LossKind::BinaryCrossEntropy,
                                 "binary-cross-entropy",
                                 "of logits and targets"),
                      clEnumValN(resnet::LossKind::MeanSquaredError, "mse",
                                 "mean squared difference from targets"))),
      optimizer(
          "optimizer", cl::cat(category),
          cl::desc("How training makes a step:"),
          cl::init(resnet::OptimizerKind::SGD),
          cl::values(clEnumValN(resnet::OptimizerKind::SGD, "sgd",
                                "gradient descent with momentum (default)"),
                     clEnumValN(resnet::OptimizerKind::AdamW, "adamw",
                                "Adam with decoupled weight decay"),
                     clEnumValN(resnet::OptimizerKind::LARS, "lars",
                                "layer-wise adaptive rates"))),
      nesterov("nesterov", cl::cat(category),
               cl::desc("Nesterov's momentum, with sgd")),
      labelSmoothing("label-smoothing", cl::cat(category), cl::init(0),
                     cl::desc("What of a label is spread over all classes")),
      ignoreIndex("ignore-index", cl::cat(category), cl::init(-100),
                  cl::desc("A label that does not count")),
      classWeights("class-weights", cl::CommaSeparated,
                   cl::value_desc("W[,W...]|setting"), cl::cat(category),
                   cl::desc("What each class counts in the loss, or 'setting' "
                            "to give it at run time")),
      trainable("trainable", cl::CommaSeparated,
                cl::value_desc("GLOB[,GLOB...]"), cl::cat(category),
                cl::desc("Parameters that training changes, by their names in "
                         "the model (default: all)")),
      recompute("recompute", cl::cat(category),
                cl::desc("What training computes again rather than keeps in "
                         "memory:"),
                cl::init(Recompute::None),
                cl::values(clEnumValN(Recompute::None, "none",
                                      "elementwise operations (default)"),
                           clEnumValN(Recompute::Blocks, "blocks",
                                      "blocks of layers, too"))) {}

resnet::ResNetGenerateBackwardOptions TrainingOptions::get() const {
  resnet::ResNetGenerateBackwardOptions options;
  options.loss = loss;
  options.optimizer = optimizer;
  options.nesterov = nesterov;
  options.labelSmoothing = labelSmoothing;
  options.ignoreIndex = ignoreIndex;
  options.classWeights.assign(classWeights.begin(), classWeights.end());
  options.trainable.assign(trainable.begin(), trainable.end());
  return options;
}

bool TrainingOptions::recomputesBlocks() const {
  return recompute == Recompute::Blocks;
}

std::string TrainingOptions::getText() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::ListSeparator separator(" ");
  if (optimizer != resnet::OptimizerKind::SGD)
    os << separator << "--optimizer="
       << (optimizer == resnet::OptimizerKind::AdamW ? "adamw" : "lars");
  if (nesterov)
    os << separator << "--nesterov";
  if (labelSmoothing != 0)
    os << separator
       << llvm::formatv("--label-smoothing={0}", labelSmoothing.getValue());
  if (ignoreIndex.getNumOccurrences())
    os << separator << "--ignore-index=" << ignoreIndex;
  if (!classWeights.empty())
    os << separator << "--class-weights=" << llvm::join(classWeights, ",");
  if (!trainable.empty())
    os << separator << "--trainable=" << llvm::join(trainable, ",");
  return text;
}

std::string resnetc::findRuntime(const char *argv0) {
  static int anchor = 0;
  llvm::SmallString<128> path(llvm::sys::fs::getMainExecutable(argv0, &anchor));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "libresnetc_rt.a");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

void resnetc::registerCompilerOptions(cl::OptionCategory &category) {
  mlir::registerAsmPrinterCLOptions();
  mlir::registerMLIRContextCLOptions();
  mlir::registerPassManagerCLOptions();
  mlir::registerDefaultTimingManagerCLOptions();
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name != "help" && name != "help-hidden" && name != "version" &&
        !llvm::is_contained(option->Categories, &category))
      option->setHiddenFlag(cl::Hidden);
  cl::getRegisteredOptions()["help-hidden"]->setHiddenFlag(cl::NotHidden);
}
