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

std::optional<ReferenceTensor> constantTensor(Value value) {
  std::optional<ReferenceTensor> known;
  if (ElementsAttr attr; matchPattern(value, m_Constant(&attr)))
    if (auto tensor = ReferenceTensor::fromAttr(attr); succeeded(tensor))
      known.emplace(std::move(*tensor));
  return known;
}

FailureOr<std::vector<ReferenceTensor>> evaluateOperation(
    ReferenceOpInterface op,
    llvm::function_ref<std::optional<ReferenceTensor>(Value)> lookup) {
  std::vector<ReferenceTensor> operands, results;
  SmallVector<const ReferenceTensor *> pointers;
  SmallVector<Value> values = op.getReferenceOperands();
  operands.reserve(values.size()); // for the pointers
  for (Value value : values) {
    if (!value) {
      pointers.push_back(nullptr);
      continue;
    }
    std::optional<ReferenceTensor> tensor = lookup(value);
    if (!tensor)
      return results;
    operands.push_back(std::move(*tensor));
    pointers.push_back(&operands.back());
  }
  results.resize(op->getNumResults());
  for (auto [tensor, result] : llvm::zip_equal(results, op->getResults()))
    tensor.elementType = cast<ShapedType>(result.getType()).getElementType();
  if (failed(op.evaluate(pointers, results)))
    return failure();
  return results;
}

FailureOr<SmallVector<Value>> foldOperation(Operation *op,
                                            int64_t maxElements) {
  SmallVector<Value> constants;
  if (!canFold(op, maxElements))
    return constants;
  auto results =
      evaluateOperation(cast<ReferenceOpInterface>(op), constantTensor);
  if (failed(results))
    return failure();
  if (results->empty())
    return constants; // not tensors of numbers
  OpBuilder builder(op);
  for (auto [result, tensor] : llvm::zip_equal(op->getResults(), *results)) {
    constants.push_back(
        ConstantOp::create(builder, op->getLoc(), tensor.toAttr()));
    result.replaceAllUsesWith(constants.back());
  }
  return constants;
}

} // namespace resnetc::resnet
