//===- Pipelines.cpp - The order of passes --------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/Pipelines.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "resnetc/Conversion/Passes.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Target/EmitObject.h"

using namespace mlir;
using namespace resnetc;

void resnetc::buildSimplifyPipeline(OpPassManager &manager) {
  OpPassManager &functions = manager.nest<func::FuncOp>();
  functions.addPass(resnet::createResNetInferShapes());
  functions.addPass(resnet::createResNetFoldConstants());
  functions.addPass(createCanonicalizerPass());
  functions.addPass(resnet::createResNetSignalsToImages());
  functions.addPass(createCSEPass());
  functions.addPass(resnet::createResNetMatricesToImages());
  functions.addPass(resnet::createResNetFoldBatchNorm());
  functions.addPass(resnet::createResNetDecomposeConvTranspose());
  functions.addPass(resnet::createResNetDecomposeBatchSums());
  functions.addPass(resnet::createResNetFuseResidual());
  functions.addPass(resnet::createResNetVolumesToImages());
  functions.addPass(createCanonicalizerPass());
}

void resnetc::buildTrainingPipeline(
    OpPassManager &manager,
    const resnet::ResNetGenerateBackwardOptions &options) {
  manager.addNestedPass<func::FuncOp>(resnet::createResNetInferShapes());
  manager.addNestedPass<func::FuncOp>(resnet::createResNetSliceStridedConv());
  manager.addPass(resnet::createResNetGenerateBackward(options));
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(resnet::createResNetPlaceParameters());
}

void resnetc::buildLayoutPipeline(OpPassManager &manager,
                                  const TargetModel &target,
                                  Precision precision, bool training) {
  resnet::ResNetAssignLayoutOptions layout;
  layout.block = target.lanes;
  manager.addNestedPass<func::FuncOp>(resnet::createResNetAssignLayout(layout));
  manager.addPass(createConvertResNetToKernel());
  manager.addNestedPass<func::FuncOp>(kernel::createKernelFuseMaps());
  manager.addNestedPass<func::FuncOp>(kernel::createKernelFuseMeans());
  if (training) {
    OpPassManager &functions = manager.nest<func::FuncOp>();
    functions.addPass(kernel::createKernelRecomputeMaps());
    functions.addPass(kernel::createKernelFuseMaps());
    functions.addPass(kernel::createKernelFuseMeans());
  }
  if (precision == Precision::BF16) {
    kernel::KernelNarrowBuffersOptions narrow;
    narrow.keepSums = training;
    manager.addNestedPass<func::FuncOp>(
        kernel::createKernelNarrowBuffers(narrow));
  }
}

void resnetc::buildKernelPipeline(OpPassManager &manager,
                                  const TargetModel &target, bool exact,
                                  StringRef schedules, bool releaseConstants) {
  OpPassManager &functions = manager.nest<func::FuncOp>();
  kernel::KernelSelectScheduleOptions schedule;
  schedule.triple = target.triple;
  schedule.cpu = target.requestedCPU;
  schedule.exact = exact;
  schedule.schedules = schedules.str();
  functions.addPass(kernel::createKernelSelectSchedule(schedule));
  functions.addPass(kernel::createKernelExpandWinograd());
  if (!exact)
    functions.addPass(kernel::createKernelExpandWinogradFilters());
  functions.addPass(kernel::createKernelPackWeights({releaseConstants}));
  functions.addPass(kernel::createKernelUpdateInPlace());
  functions.addPass(kernel::createKernelPlanMemory());
}

void resnetc::buildVectorPipeline(OpPassManager &manager, StringRef prefix) {
  ConvertKernelToVectorOptions vectors;
  vectors.prefix = prefix.str();
  manager.addPass(createConvertKernelToVector(vectors));
  manager.addPass(kernel::createKernelApproximateMath());
}

void resnetc::buildGPULayoutPipeline(OpPassManager &manager,
                                     Precision precision) {
  resnet::ResNetAssignLayoutOptions layout;
  layout.gpu = true;
  manager.addNestedPass<func::FuncOp>(resnet::createResNetAssignLayout(layout));
  manager.addPass(createConvertResNetToKernel());
  manager.addNestedPass<func::FuncOp>(kernel::createKernelFuseMaps());
  if (precision == Precision::F32)
    return;
  kernel::KernelNarrowBuffersOptions narrow;
  narrow.type = precision == Precision::F16 ? "f16" : "bf16";
  narrow.gpu = true;
  manager.addNestedPass<func::FuncOp>(
      kernel::createKernelNarrowBuffers(narrow));
}

void resnetc::buildGPUKernelPipeline(OpPassManager &manager, StringRef chip,
                                     int64_t batch, StringRef tile,
                                     bool releaseConstants) {
  OpPassManager &functions = manager.nest<func::FuncOp>();
  functions.addPass(
      kernel::createKernelSelectImplicitGemm({chip.str(), batch, tile.str()}));
  functions.addPass(kernel::createKernelPackWeights({releaseConstants}));
  functions.addPass(kernel::createKernelKeepHalos());
  functions.addPass(kernel::createKernelPlanMemory({/*gpu=*/true}));
}

void resnetc::buildGPUCodePipeline(OpPassManager &manager, StringRef prefix,
                                   StringRef chip) {
  manager.addPass(createConvertKernelToGPU({prefix.str(), chip.str()}));
  manager.addPass(kernel::createKernelApproximateMath());
}

void resnetc::registerPipelines() {
  PassPipelineRegistration<> simplify(
      "resnet-simplify", "Fold and fuse a network", buildSimplifyPipeline);
  PassPipelineRegistration<> kernels(
      "resnet-to-kernel", "Lower a network to kernels for this host",
      [](OpPassManager &manager) {
        llvm::Expected<TargetModel> host = TargetModel::get("", "");
        if (!host)
          llvm::report_fatal_error(host.takeError());
        buildLayoutPipeline(manager, *host, Precision::F32);
        buildKernelPipeline(manager, *host);
      });
  PassPipelineRegistration<> llvmDialect(
      "kernel-to-llvm", "Lower generated kernels to the LLVM dialect",
      [](OpPassManager &manager) { buildKernelToLLVMPipeline(manager); });
}
