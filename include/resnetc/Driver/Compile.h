//===- Compile.h - From a model to a native object ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_COMPILE_H
#define RESNETC_DRIVER_COMPILE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Driver/Pipelines.h"
#include "resnetc/Import/ImportONNX.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace resnetc {

/// What to write.
enum class OutputKind {
  Object,       ///< .o
  Archive,      ///< .a, with the runtime
  SharedObject, ///< .so, with the runtime
  PTX,          ///< .ptx, the kernels of a GPU as assembly
  Cubin,        ///< .cubin, the same as machine code
  Assembly,     ///< .s, which includes OUT.weights
  LLVMIR,       ///< .ll
  ResNet,       ///< the resnet dialect, folded and fused
  Kernel,       ///< the kernel dialect, scheduled and planned
  LLVMDialect   ///< the kernels in the LLVM dialect
};

/// The kind that a suffix (".o") or the argument of --emit stands for.
std::optional<OutputKind> parseOutputKind(llvm::StringRef name);

/// The file that is written beside OUT: the header of native code, the weights
/// of text. Empty if there is none, or OUT is no file but a device or a pipe.
std::string getCompanion(OutputKind kind, llvm::StringRef output);

struct CompileOptions {
  std::string input;
  std::string output; ///< "-" is standard output, for text.
  OutputKind kind = OutputKind::Object;
  std::string name;   ///< Prefix of symbols; empty: from the input's name.
  std::string triple; ///< Empty: this host.
  /// Whose code the object holds, in any order; empty: this host's.
  std::vector<std::string> cpus;
  /// The GPU that computes, as LLVM names it; empty: the CPU.
  std::string gpu;
  /// The tile of all its convolutions, for measuring; empty: the model's.
  std::string gpuTile;
  std::optional<int64_t> batch; ///< Empty: dynamic where the model allows it.
  std::vector<InputShape> inputShapes; ///< In place of the file's.
  Precision precision = Precision::F32;
  bool exact = false; ///< No algorithm that rounds otherwise than the sum.
  /// File with schedules that go before the model's; empty: none.
  std::string schedules;
  /// The same, to which those are added that this host runs fastest for the
  /// convolutions whose shapes it lacks; empty: nothing is measured.
  std::string tune;
  /// Sees the network when it has kernels, but not their schedules yet.
  std::function<void(mlir::func::FuncOp)> observe;
  /// Makes functions that train the network, too.
  std::optional<resnet::ResNetGenerateBackwardOptions> training;
  /// Computes blocks again for the backward pass.
  bool recomputeBlocks = false;
  bool verbose = false;
  std::string runtimeArchive; ///< libresnetc_rt.a
};

/// How a compilation ended; the values are exit statuses.
enum class CompileStatus { Success = 0, BadInput = 1, BadUsage = 2 };

/// Compiles a model. Errors are printed to standard error, one line each; no
/// output file is left if there are any.
CompileStatus compile(const CompileOptions &options);

/// Writes the model `options.input` to `options.output` with what a checkpoint
/// has for its parameters and running statistics. Errors as compile's.
CompileStatus writeTrainedModel(const CompileOptions &options,
                                llvm::StringRef checkpoint);

} // namespace resnetc

#endif // RESNETC_DRIVER_COMPILE_H
