//===- KernelDialect.cpp - The kernel dialect -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace resnetc::kernel;

#include "resnetc/Dialect/Kernel/IR/KernelDialect.cpp.inc"
#include "resnetc/Dialect/Kernel/IR/KernelEnums.cpp.inc"
#include "resnetc/Dialect/Kernel/IR/KernelInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "resnetc/Dialect/Kernel/IR/KernelAttrs.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "resnetc/Dialect/Kernel/IR/KernelAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "resnetc/Dialect/Kernel/IR/KernelOps.cpp.inc"
      >();
}
