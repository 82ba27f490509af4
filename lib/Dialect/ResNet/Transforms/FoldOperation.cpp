//===- FoldOperation.cpp - Evaluates an operation on constants ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldOperation.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

using namespace mlir;

namespace resnetc::resnet {

static bool isSmall(Type type, int64_t maxElements) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getNumElements() <= maxElements;
}

static bool canFold(Operation *op, int64_t maxElements) {
  return isa<ReferenceOpInterface>(op) && !isa<ConstantOp>(op) &&
         op->getNumOperands() > 0 &&
         llvm::all_of(op->getOperands(),
                      [&](Value operand) {
                        return matchPattern(operand, m_Constant()) &&
                               isSmall(operand.getType(), maxElements);
                      }) &&
         llvm::all_of(op->getResultTypes(),
                      [&](Type type) { return isSmall(type, maxElements); });
}

FailureOr<SmallVector<Value>> foldOperation(Operation *op,
                                            int64_t maxElements) {
  SmallVector<Value> constants;
  if (!canFold(op, maxElements))
    return constants;
  auto definition = cast<ReferenceOpInterface>(op);
  std::vector<ReferenceTensor> operands;
  SmallVector<const ReferenceTensor *> pointers;
  SmallVector<Value> values = definition.getReferenceOperands();
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
      return constants; // not a tensor of numbers
    operands.push_back(std::move(*tensor));
    pointers.push_back(&operands.back());
  }
  std::vector<ReferenceTensor> results(op->getNumResults());
  for (auto [tensor, result] : llvm::zip_equal(results, op->getResults()))
    tensor.elementType = cast<ShapedType>(result.getType()).getElementType();
  if (failed(definition.evaluate(pointers, results)))
    return failure();
  OpBuilder builder(op);
  for (auto [result, tensor] : llvm::zip_equal(op->getResults(), results)) {
    constants.push_back(
        ConstantOp::create(builder, op->getLoc(), tensor.toAttr()));
    result.replaceAllUsesWith(constants.back());
  }
  return constants;
}

} // namespace resnetc::resnet
