//===- CommandLine.h - What the compiling tools' options share - *- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_COMMANDLINE_H
#define RESNETC_DRIVER_COMMANDLINE_H

#include "resnetc/Driver/Compile.h"
#include "llvm/Support/CommandLine.h"

namespace resnetc {

/// The options that say how a network is trained. They belong to `category` and
/// live as long as this.
class TrainingOptions {
public:
  explicit TrainingOptions(llvm::cl::OptionCategory &category);

  /// What the command line says.
  resnet::ResNetGenerateBackwardOptions get() const;
  /// Whether to compute blocks again rather than to keep what they compute,
  /// which changes no result in f32.
  bool recomputesBlocks() const;
  /// Those that are given, as they would be written; empty if there are none.
  std::string getText() const;

private:
  llvm::cl::opt<resnet::LossKind> loss;
  llvm::cl::opt<resnet::OptimizerKind> optimizer;
  llvm::cl::opt<bool> nesterov;
  llvm::cl::opt<double> labelSmoothing;
  llvm::cl::opt<int64_t> ignoreIndex;
  llvm::cl::list<std::string> classWeights;
  llvm::cl::list<std::string> trainable;
  enum class Recompute { None, Blocks };
  llvm::cl::opt<Recompute> recompute;
};

/// The runtime that models are linked with: it lies beside the program, as in
/// build/{bin,lib} or prefix/{bin,lib}.
std::string findRuntime(const char *argv0);

/// Registers MLIR's standard flags, which `compile` follows. With those of LLVM
/// they are hundreds: --help shows those of `category`, and --help-hidden all.
void registerCompilerOptions(llvm::cl::OptionCategory &category);

} // namespace resnetc

#endif // RESNETC_DRIVER_COMMANDLINE_H
