//===- FoldConstants.cpp - Evaluate what is known -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-fold-constants pass.
//
//===----------------------------------------------------------------------===//

#include "FoldOperation.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETFOLDCONSTANTS
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

namespace {

struct FoldConstants
    : resnetc::resnet::impl::ResNetFoldConstantsBase<FoldConstants> {
  using Base::Base;

  void runOnOperation() override;
};

} // namespace

void FoldConstants::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal())
    return;
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(body)) {
    FailureOr<SmallVector<Value>> constants = foldOperation(&op, maxElements);
    if (failed(constants))
      return signalPassFailure();
    numFolded += constants->empty() ? 0 : 1;
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}
