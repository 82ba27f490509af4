//===- KernelToGPU.cpp - Kernels as code of a GPU -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the convert-kernel-to-gpu pass, which generates one
// function for each kind of computation and launches it in its place.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Conversion/KernelToGPU/KernelToGPU.h"
#include "../SameKernel.h"
#include "ThreadBuilder.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "resnetc/Conversion/Passes.h"

namespace resnetc {
#define GEN_PASS_DEF_CONVERTKERNELTOGPU
#include "resnetc/Conversion/Passes.h.inc"
} // namespace resnetc

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct KernelToGPU : resnetc::impl::ConvertKernelToGPUBase<KernelToGPU> {
  using Base::Base;

  void runOnOperation() override;

private:
  struct Kernel {
    StringAttr name;
    GridAttr grid;
  };
  FailureOr<Kernel> build(ComputeOpInterface op, SymbolTable &symbols);
};

} // namespace

FailureOr<KernelToGPU::Kernel> KernelToGPU::build(ComputeOpInterface op,
                                                  SymbolTable &symbols) {
  MLIRContext *context = &getContext();
  auto lowering = dyn_cast<GPULoweringOpInterface>(op.getOperation());
  bool isUnits = !lowering || !lowering.hasGPUKernel();
  GridAttr grid = isUnits ? getUnitGrid(op) : lowering.getGrid();
  SmallVector<Type> types(op->getNumOperands(),
                          LLVM::LLVMPointerType::get(context, globalSpace));
  types.push_back(IntegerType::get(context, 32));
  ImplicitLocOpBuilder b(op.getLoc(), context);
  std::string name = prefix + "_" + op.getKernelName();
  // Not a gpu.func: what lowers that makes calls of a library of math.
  auto function = LLVM::LLVMFuncOp::create(
      b, name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                    UnitAttr::get(context));
  auto threads = static_cast<int32_t>(grid.getThreads());
  function->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                    DenseI32ArrayAttr::get(context, {threads, 1, 1}));
  symbols.insert(function);
  b.setInsertionPointToStart(function.addEntryBlock(b));
  ValueRange arguments = function.getBody().getArguments();
  ValueRange pointers = arguments.drop_back();
  ThreadBuilder(b).allowNextLaunch();
  LogicalResult built =
      isUnits ? buildUnitKernel(op, b, pointers, arguments.back())
              : lowering.buildGPUKernel(b, pointers, arguments.back());
  if (failed(built))
    return failure();
  LLVM::ReturnOp::create(b, ValueRange());
  return Kernel{function.getNameAttr(), grid};
}

void KernelToGPU::runOnOperation() {
  ModuleOp module = getOperation();
  MLIRContext *context = &getContext();
  SmallVector<ComputeOpInterface> computations;
  module.walk([&](ComputeOpInterface op) { computations.push_back(op); });
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                  UnitAttr::get(context));
  OpBuilder top = OpBuilder::atBlockEnd(module.getBody());
  auto target = NVVM::NVVMTargetAttr::get(context, /*optLevel=*/3,
                                          "nvptx64-nvidia-cuda", chip);
  auto code = gpu::GPUModuleOp::create(top, module.getLoc(), prefix + "_gpu",
                                       ArrayRef<Attribute>{target});
  SymbolTable symbols(code);

  llvm::DenseMap<Operation *, Kernel, SameKernelInfo> kernels;
  for (ComputeOpInterface op : computations) {
    auto it = kernels.find(op.getOperation());
    if (it == kernels.end()) {
      FailureOr<Kernel> kernel = build(op, symbols);
      if (failed(kernel))
        return signalPassFailure();
      it = kernels.insert({op.getOperation(), *kernel}).first;
    }
    OpBuilder b(op);
    ValueRange operands = op->getOperands();
    bool once = llvm::all_of(operands, isSharedMemory);
    bool sum = !once && llvm::all_of(operands.take_back(op.getNumOutputs()),
                                     isSharedMemory);
    LaunchOp::create(b, op.getLoc(), FlatSymbolRefAttr::get(it->second.name),
                     operands, b.getI64IntegerAttr(op.getNumUnits()),
                     b.getI64IntegerAttr(op.getNumMacs()), UnitAttr(),
                     UnitAttr(), once ? b.getUnitAttr() : UnitAttr(),
                     sum ? b.getUnitAttr() : UnitAttr(), UnitAttr(),
                     it->second.grid);
  }
  kernels.clear();
  for (ComputeOpInterface op : computations)
    op->erase();
}

void resnetc::registerGPULowerings(DialectRegistry &registry) {
  registerConvGPULowering(registry);
  registerCopyGPULowering(registry);
  registerPoolGPULowering(registry);
}
