//===- BuildLLVMModule.cpp - Kernels and tables as LLVM IR ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "resnetc/Conversion/KernelToVector/KernelToVector.h"
#include "resnetc/Target/EmitObject.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace resnetc;

#ifndef RESNETC_VERSION
#error "RESNETC_VERSION comes from the build"
#endif

StringRef resnetc::getVersion() { return RESNETC_VERSION; }

void resnetc::buildKernelToLLVMPipeline(OpPassManager &manager, bool hasBF16) {
  manager.addPass(createCanonicalizerPass());
  if (!hasBF16) {
    arith::ArithExpandOpsPassOptions expand;
    expand.includeBf16 = true;
    manager.addPass(arith::createArithExpandOpsPass(expand));
  }
  manager.addPass(createCSEPass());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertMathToLibmPass());
  ConvertVectorToLLVMPassOptions vectors;
  vectors.x86Vector = true;
  manager.addPass(createConvertVectorToLLVMPass(vectors));
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions functions;
  functions.useBarePtrCallConv = true;
  manager.addPass(createConvertFuncToLLVMPass(functions));
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// What the code of a function may use.
static void setCPU(llvm::Function &function, StringRef cpu,
                   StringRef features) {
  function.addFnAttr("target-cpu", cpu);
  if (!features.empty())
    function.addFnAttr("target-features", features);
}

/// The kernels of a variant, named as its table names them, but `.body`.
static std::unique_ptr<llvm::Module>
translateKernels(ModuleOp kernels, const CompiledNetwork::Variant &variant,
                 llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> module =
      translateModuleToLLVMIR(kernels, context, variant.table.name);
  if (!module)
    return nullptr;
  module->setTargetTriple(llvm::Triple(variant.target.triple));
  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.setName(function.getName() + ".body");
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
  return module;
}

llvm::Expected<std::unique_ptr<llvm::Module>>
resnetc::buildLLVMModule(ArrayRef<ModuleOp> kernels,
                         const CompiledNetwork &network,
                         llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> module;
  llvm::StringMap<const TargetModel *> targets;
  for (const auto &[code, variant] :
       llvm::zip_equal(kernels, network.getVariants())) {
    std::unique_ptr<llvm::Module> translated =
        translateKernels(code, variant, context);
    if (!translated)
      return llvm::createStringError("kernels do not translate to LLVM IR");
    if (!module)
      module = std::move(translated);
    else if (llvm::Linker::linkModules(*module, std::move(translated)))
      return llvm::createStringError("kernels of several CPUs do not link");
    SmallVector<const NetworkTable *> tables = {&variant.table};
    if (variant.training)
      tables.append({&variant.training->backward, &variant.training->update});
    for (const NetworkTable *table : tables)
      for (const NetworkTable::Step &step : table->steps)
        targets[step.kernel] = &variant.target;
  }

  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> tables =
      llvm::parseAssemblyString(emitTableIR(network), diagnostic, context);
  if (!tables)
    return llvm::createStringError("tables of the network: " +
                                   diagnostic.getMessage());
  tables->setTargetTriple(module->getTargetTriple());
  tables->setDataLayout(module->getDataLayout());
  if (llvm::Linker::linkModules(*module, std::move(tables)))
    return llvm::createStringError("tables of the network do not link");

  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    StringRef name = function.getName();
    if (name.consume_back(".body")) {
      if (function.hasFnAttribute(vectorizeAttribute))
        module->getFunction(name)->addFnAttr(vectorizeAttribute);
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
      function.addFnAttr(llvm::Attribute::AlwaysInline);
    }
    // The exported functions run before it is known what this CPU can do.
    if (const TargetModel *target = targets.lookup(name))
      setCPU(function, target->cpu, target->features);
    else
      setCPU(function, getBaselineCPU(network.getTriple()), "");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr("frame-pointer", "none");
  }
  return module;
}
