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

#include "mlir/IR/Matchers.h"
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

private:
  bool isSmall(Type type) const;
  LogicalResult fold(ReferenceOpInterface op);
};

} // namespace

bool FoldConstants::isSmall(Type type) const {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getNumElements() <= maxElements;
}

/// Replaces an operation on constants by its value.
LogicalResult FoldConstants::fold(ReferenceOpInterface op) {
  std::vector<ReferenceTensor> operands;
  SmallVector<const ReferenceTensor *> pointers;
  SmallVector<Value> values = op.getReferenceOperands();
  operands.reserve(values.size());
  for (Value value : values) {
    if (!value) {
      pointers.push_back(nullptr);
      continue;
    }
    ElementsAttr attr;
    matchPattern(value, m_Constant(&attr));
    FailureOr<ReferenceTensor> tensor = ReferenceTensor::fromAttr(attr);
    if (failed(tensor))
      return success(); // not a tensor of numbers
    operands.push_back(std::move(*tensor));
    pointers.push_back(&operands.back());
  }
  std::vector<ReferenceTensor> results(op->getNumResults());
  for (auto [tensor, result] : llvm::zip_equal(results, op->getResults()))
    tensor.elementType = cast<ShapedType>(result.getType()).getElementType();
  if (failed(op.evaluate(pointers, results)))
    return failure();
  OpBuilder builder(op);
  for (auto [result, tensor] : llvm::zip_equal(op->getResults(), results))
    result.replaceAllUsesWith(
        ConstantOp::create(builder, op.getLoc(), tensor.toAttr()));
  ++numFolded;
  return success();
}

void FoldConstants::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal())
    return;
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(body)) {
    auto definition = dyn_cast<ReferenceOpInterface>(op);
    bool known = definition && !isa<ConstantOp>(op) &&
                 op.getNumOperands() > 0 &&
                 llvm::all_of(op.getOperands(), [&](Value operand) {
                   return matchPattern(operand, m_Constant()) &&
                          isSmall(operand.getType());
                 });
    if (known &&
        llvm::all_of(op.getResultTypes(),
                     [&](Type type) { return isSmall(type); }) &&
        failed(fold(definition)))
      return signalPassFailure();
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}
