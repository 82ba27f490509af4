//===- main.cpp - resnet-opt --------------------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt for the dialects and passes of resnetc.
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "resnetc/InitAll.h"
#include "resnetc/Target/EmitObject.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  resnetc::registerAllDialects(registry);
  resnetc::registerAllPasses();
  mlir::registerTransformsPasses();
  mlir::PassPipelineRegistration<> toLLVM(
      "kernel-to-llvm", "Lower generated kernels to the LLVM dialect",
      resnetc::buildKernelToLLVMPipeline);
  return mlir::failed(
      mlir::MlirOptMain(argc, argv, "resnetc optimizer driver\n", registry));
}
