//===- main.cpp - mlir-opt for resnetc's dialects -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "resnetc/InitAll.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  resnetc::registerAllDialects(registry);
  resnetc::registerAllPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "Optimizer for the dialects of resnetc\n", registry));
}
