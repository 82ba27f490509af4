//===- main.cpp - resnet-opt ----------------------------------------------===//
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
#include "resnetc/Driver/Pipelines.h"
#include "resnetc/InitAll.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  resnetc::registerAllDialects(registry);
  resnetc::registerAllPasses();
  mlir::registerTransformsPasses();
  resnetc::registerPipelines();
  return mlir::failed(
      mlir::MlirOptMain(argc, argv, "resnetc optimizer driver\n", registry));
}
