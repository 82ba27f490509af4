//===- EmitOutput.cpp - Writes what was asked for -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitOutput.h"
#include "resnetc/Driver/LinkOutput.h"
#include "resnetc/Target/EmitPTX.h"
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
    mlir::ModuleOp(modules.front()).print(os, flags);
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
  errs() << formatv(
      "{0}: {1} steps, {2} kernels, {3:f2} G multiply-adds, "
      "{4:f1} MB of weights, {5:f1} MB of workspace an image, "
      "for {6}\n",
      table.name, table.steps.size(), kernels.size(),
      static_cast<double>(macs) * 1e-9,
      static_cast<double>(table.weightBytes) * 1e-6,
      static_cast<double>(table.workspacePerImage + table.workspaceLocal) *
          1e-6,
      target.cpu);
}

Error EmitOutput::run() {
  if (options.kind == OutputKind::ResNet ||
      options.kind == OutputKind::Kernel) {
    if (Error error = printIR())
      return error;
    return files.commit();
  }
  if (options.verbose)
    for (const CompiledNetwork::Variant &variant : network.getVariants()) {
      printSummary(variant.table, variant.target);
      if (variant.training)
        printSummary(variant.training->backward, variant.target);
    }
  for (const auto &[module, variant] :
       zip_equal(modules, network.getVariants()))
    if (failed(lowerKernels(module, variant.target)))
      return createStringError("kernels do not lower to the LLVM dialect");
  if (options.kind == OutputKind::LLVMDialect) {
    if (Error error = printIR())
      return error;
    return files.commit();
  }
  if (!options.gpu.empty()) {
    if (Error error = takeGPUCode(modules.front()))
      return error;
    const CompiledNetwork::GPUCode &code = *network.getGPUCode();
    bool isCubin = options.kind == OutputKind::Cubin;
    if (isCubin && code.cubin.empty())
      return createStringError(
          "there is no ptxas to make machine code of GPUs");
    if (isCubin || options.kind == OutputKind::PTX) {
      if (Error error = printText([&](raw_pwrite_stream &os) {
            os << (isCubin ? code.cubin : code.ptx);
            return Error::success();
          }))
        return error;
      return files.commit();
    }
  }
  LLVMContext context;
  Expected<std::unique_ptr<Module>> code =
      buildLLVMModule(modules, network, context);
  if (!code)
    return code.takeError();
  if (Error error = writeNative(**code))
    return error;
  return files.commit();
}

/// Turns the kernels of a GPU into its code, which the object holds as data.
Error EmitOutput::takeGPUCode(mlir::ModuleOp module) {
  Expected<GPUModel> model = GPUModel::get(options.gpu);
  if (!model)
    return model.takeError();
  auto kernels = *module.getOps<mlir::gpu::GPUModuleOp>().begin();
  Expected<std::string> ptx = emitPTX(kernels, *model);
  if (!ptx)
    return ptx.takeError();
  kernels.erase();
  module->removeAttr(mlir::gpu::GPUDialect::getContainerModuleAttrName());
  std::string cubin;
  if (std::optional<std::string> assembler = findAssembler()) {
    Expected<std::string> assembled = assemblePTX(*assembler, *ptx, *model);
    if (!assembled)
      return assembled.takeError();
    cubin = std::move(*assembled);
  } else if (options.verbose) {
    errs() << "there is no ptxas: the driver will assemble the kernels\n";
  }
  network.setGPUCode({std::move(*model), std::move(*ptx), std::move(cubin)});
  return Error::success();
}

Error EmitOutput::writeNative(Module &code) {
  std::string companion = getCompanion(options.kind, options.output);
  switch (options.kind) {
  case OutputKind::LLVMIR:
  case OutputKind::Assembly: {
    if (!companion.empty())
      if (Error error = files.write(companion, [&](raw_pwrite_stream &os) {
            network.writeWeights(os);
            return Error::success();
          }))
        return error;
    auto emit = options.kind == OutputKind::LLVMIR ? emitLLVMIR : emitAssembly;
    return printText([&](raw_pwrite_stream &os) {
      return emit(code, network, companion, os);
    });
  }
  default:
    break;
  }
  if (!companion.empty())
    if (Error error = files.write(companion, [&](raw_pwrite_stream &os) {
          emitHeader(network, os);
          return Error::success();
        }))
      return error;
  if (options.kind == OutputKind::Object)
    return files.write(options.output, [&](raw_pwrite_stream &os) {
      return emitObject(code, network, os);
    });
  return linkNative(code);
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
Error EmitOutput::linkNative(Module &code) {
  bool isShared = options.kind == OutputKind::SharedObject;
  // The runtime that is here is the host's; an archive for another machine is
  // the model alone, as an object is.
  bool withRuntime = network.getVariants().front().target.isHostArchitecture();
  if (withRuntime && !sys::fs::exists(options.runtimeArchive))
    return createStringError("there is no runtime library '" +
                             options.runtimeArchive + "'");
  OutputFiles temporary;
  std::string object = options.output + ".o";
  Expected<std::string> objectFile = temporary.create(object);
  if (!objectFile)
    return objectFile.takeError();
  if (Error error = writeFile(*objectFile, object, [&](raw_pwrite_stream &os) {
        return emitObject(code, network, os);
      }))
    return error;
  Expected<std::string> output = files.create(options.output);
  if (!output)
    return output.takeError();
  if (isShared)
    return linkSharedObject(*output, *objectFile, options.runtimeArchive);
  return writeArchive(*output, *objectFile, network.getName() + ".o",
                      withRuntime ? options.runtimeArchive : "");
}
