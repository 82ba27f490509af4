//===- EmitOutput.cpp - Writes what was asked for -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitOutput.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "resnetc/Driver/LinkOutput.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace resnetc;

/// Larger constants are not printed unless MLIR's own flags say so.
static constexpr int64_t maxPrintedElements = 64;

Error EmitOutput::printText(function_ref<Error(raw_pwrite_stream &)> writer) {
  if (options.output != "-")
    return files.write(options.output, writer);
  SmallVector<char, 0> text;
  raw_svector_ostream os(text);
  if (Error error = writer(os))
    return error;
  outs().write(text.data(), text.size());
  return Error::success();
}

Error EmitOutput::printIR() {
  mlir::OpPrintingFlags flags;
  if (!flags.getLargeElementsAttrLimit())
    flags.elideLargeElementsAttrs(maxPrintedElements);
  if (!flags.getLargeResourceStringLimit())
    flags.elideLargeResourceString(maxPrintedElements);
  return printText([&](raw_pwrite_stream &os) {
    module.print(os, flags);
    os << "\n";
    return Error::success();
  });
}

static void printSummary(const NetworkTable &table, const TargetModel &target) {
  llvm::StringSet<> kernels;
  int64_t macs = 0;
  for (const NetworkTable::Step &step : table.steps) {
    kernels.insert(step.kernel);
    macs += step.macs;
  }
  errs() << formatv("{0}: {1} steps, {2} kernels, {3:f2} G multiply-adds, "
                    "{4:f1} MB of weights, {5:f1} MB of workspace an image, "
                    "for {6}\n",
                    table.name, table.steps.size(), kernels.size(),
                    static_cast<double>(macs) * 1e-9,
                    static_cast<double>(table.weightBytes) * 1e-6,
                    static_cast<double>(table.workspacePerImage) * 1e-6,
                    target.cpu);
}

Error EmitOutput::run() {
  if (options.kind == OutputKind::ResNet ||
      options.kind == OutputKind::Kernel) {
    if (Error error = printIR())
      return error;
    return files.commit();
  }
  auto network = *llvm::find_if(module.getOps<mlir::func::FuncOp>(),
                                [](mlir::func::FuncOp function) {
                                  return function->hasAttr("kernel.num_inputs");
                                });
  FailureOr<NetworkTable> table = NetworkTable::get(network);
  if (failed(table))
    return createStringError("the network has no table");
  table->name = network.getName().str();
  if (options.verbose)
    printSummary(*table, target);
  network.erase();
  if (failed(lowerKernels()))
    return createStringError("kernels do not lower to the LLVM dialect");
  if (options.kind == OutputKind::LLVMDialect) {
    if (Error error = printIR())
      return error;
    return files.commit();
  }
  LLVMContext context;
  Expected<std::unique_ptr<Module>> code =
      buildLLVMModule(module, *table, target, context);
  if (!code)
    return code.takeError();
  if (Error error = writeNative(**code, *table))
    return error;
  return files.commit();
}

Error EmitOutput::writeNative(Module &code, const NetworkTable &table) {
  std::string companion = getCompanion(options.kind, options.output);
  switch (options.kind) {
  case OutputKind::LLVMIR:
  case OutputKind::Assembly: {
    if (!companion.empty())
      if (Error error = files.write(companion, [&](raw_pwrite_stream &os) {
            table.writeWeights(os);
            return Error::success();
          }))
        return error;
    auto emit = options.kind == OutputKind::LLVMIR ? emitLLVMIR : emitAssembly;
    return printText([&](raw_pwrite_stream &os) {
      return emit(code, table, target, companion, os);
    });
  }
  default:
    break;
  }
  if (!companion.empty())
    if (Error error = files.write(companion, [&](raw_pwrite_stream &os) {
          emitHeader(table, target, os);
          return Error::success();
        }))
      return error;
  if (options.kind == OutputKind::Object)
    return files.write(options.output, [&](raw_pwrite_stream &os) {
      return emitObject(code, table, target, os);
    });
  return linkNative(code, table);
}

/// Writes the file at `path`; errors call it `name`.
static Error writeFile(StringRef path, const Twine &name,
                       function_ref<Error(raw_pwrite_stream &)> writer) {
  std::error_code code;
  raw_fd_ostream os(path, code);
  if (code)
    return createStringError(code, name + ": " + code.message());
  if (Error error = writer(os))
    return error;
  os.close();
  if (!os.has_error())
    return Error::success();
  code = os.error();
  os.clear_error();
  return createStringError(code, name + ": " + code.message());
}

/// Archives and shared objects are made of an object in a temporary file.
Error EmitOutput::linkNative(Module &code, const NetworkTable &table) {
  bool isShared = options.kind == OutputKind::SharedObject;
  // The runtime that is here is the host's; an archive for another machine is
  // the model alone, as an object is.
  bool withRuntime = target.isHostArchitecture();
  if (withRuntime && !sys::fs::exists(options.runtimeArchive))
    return createStringError("there is no runtime library '" +
                             options.runtimeArchive + "'");
  OutputFiles temporary;
  std::string object = options.output + ".o";
  Expected<std::string> objectFile = temporary.create(object);
  if (!objectFile)
    return objectFile.takeError();
  if (Error error = writeFile(*objectFile, object, [&](raw_pwrite_stream &os) {
        return emitObject(code, table, target, os);
      }))
    return error;
  Expected<std::string> output = files.create(options.output);
  if (!output)
    return output.takeError();
  if (isShared)
    return linkSharedObject(*output, *objectFile, options.runtimeArchive);
  return writeArchive(*output, *objectFile, table.name + ".o",
                      withRuntime ? options.runtimeArchive : "");
}
