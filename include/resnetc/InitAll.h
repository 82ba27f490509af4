//===- InitAll.h - Registers dialects and passes -------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_INITALL_H
#define RESNETC_INITALL_H

#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc {

inline void registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<resnet::ResNetDialect, mlir::func::FuncDialect>();
}

inline void registerAllPasses() { resnet::registerResNetPasses(); }

} // namespace resnetc

#endif // RESNETC_INITALL_H
