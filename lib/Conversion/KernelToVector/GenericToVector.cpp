//===- GenericToVector.cpp - Computations that bring their code -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.generic`: its body, on the function's buffers. The loops in
// it are scalar; LLVM's loop vectorizer may work on them (`resnetc-vectorize`).
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "mlir/IR/IRMapping.h"
#include "resnetc/Conversion/KernelToVector/KernelToVector.h"
#include "resnetc/Conversion/Passes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct GenericLowering
    : VectorLoweringOpInterface::ExternalModel<GenericLowering, GenericOp> {
  LogicalResult buildKernel(Operation *op, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    Block &body = cast<GenericOp>(op).getBody().front();
    IRMapping mapping;
    SmallVector<Value> values(buffers);
    values.append({begin, end});
    for (auto [argument, value] : llvm::zip_equal(body.getArguments(), values))
      mapping.map(argument, value);
    for (Operation &inner : body.without_terminator())
      b.clone(inner, mapping);
    auto function = cast<func::FuncOp>(b.getBlock()->getParentOp());
    function->setAttr("passthrough",
                      b.getArrayAttr(b.getStringAttr(vectorizeAttribute)));
    return success();
  }
};

} // namespace

void resnetc::kernel::registerGenericLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    GenericOp::attachInterface<GenericLowering>(*context);
  });
}
