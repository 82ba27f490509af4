//===- Passes.h - Passes of the resnet dialect ---------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_H
#define RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

namespace resnetc::resnet {

#define GEN_PASS_DECL
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"

} // namespace resnetc::resnet

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_H
