//===- BuildLLVMModule.cpp - Kernels and tables as LLVM IR ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "resnetc/Target/EmitObject.h"
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

void resnetc::buildKernelToLLVMPipeline(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createConvertVectorToLLVMPass());
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

llvm::Expected<std::unique_ptr<llvm::Module>>
resnetc::buildLLVMModule(ModuleOp kernels, const NetworkTable &table,
                         const TargetModel &target,
                         llvm::LLVMContext &context) {
  std::unique_ptr<llvm::Module> module =
      translateModuleToLLVMIR(kernels, context, table.name);
  if (!module)
    return llvm::createStringError("kernels do not translate to LLVM IR");
  llvm::Triple triple(target.triple);
  module->setTargetTriple(triple);
  SmallVector<llvm::Function *> bodies;
  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.setName(function.getName() + ".body");
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    bodies.push_back(&function);
  }

  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> tables = llvm::parseAssemblyString(
      emitTableIR(table, target), diagnostic, context);
  if (!tables)
    return llvm::createStringError("tables of the network: " +
                                   diagnostic.getMessage());
  tables->setTargetTriple(triple);
  tables->setDataLayout(module->getDataLayout());
  if (llvm::Linker::linkModules(*module, std::move(tables)))
    return llvm::createStringError("tables of the network do not link");

  for (llvm::Function *body : bodies) {
    body->setLinkage(llvm::GlobalValue::InternalLinkage);
    body->addFnAttr(llvm::Attribute::AlwaysInline);
  }
  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty())
      function.addFnAttr("target-features", target.features);
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr("frame-pointer", "none");
  }
  return module;
}
