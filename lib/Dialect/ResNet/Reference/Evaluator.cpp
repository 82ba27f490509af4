//===- Evaluator.cpp - Runs functions of the resnet dialect ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/Reference/Evaluator.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace resnetc::resnet;

namespace {

/// The values computed so far; each is dropped behind its last reader.
class Environment {
public:
  void set(Value value, ReferenceTensor tensor) {
    tensors[value] = std::move(tensor);
    readers[value] = std::distance(value.use_begin(), value.use_end());
  }
  const ReferenceTensor *get(Value value) const {
    auto it = tensors.find(value);
    return it == tensors.end() ? nullptr : &it->second;
  }
  void release(Operation *op) {
    for (Value operand : op->getOperands())
      if (--readers[operand] == 0)
        tensors.erase(operand);
  }

private:
  llvm::DenseMap<Value, ReferenceTensor> tensors;
  llvm::DenseMap<Value, int64_t> readers;
};

} // namespace

/// The operands in the order of the operation's definition, null where an
/// optional one is absent.
static SmallVector<const ReferenceTensor *>
collectOperands(Operation *op, const Environment &environment) {
  SmallVector<const ReferenceTensor *> operands;
  auto add = [&](Value value) {
    operands.push_back(value ? environment.get(value) : nullptr);
  };
  if (auto definition = dyn_cast<ReferenceOpInterface>(op))
    for (Value value : definition.getReferenceOperands())
      add(value);
  return operands;
}

FailureOr<std::vector<ReferenceTensor>>
resnetc::resnet::evaluate(func::FuncOp function,
                          ArrayRef<ReferenceTensor> inputs) {
  if (function.isExternal() || !function.getBody().hasOneBlock() ||
      inputs.size() != function.getNumArguments())
    return function.emitError("cannot be evaluated on ")
           << inputs.size() << " inputs";
  Environment environment;
  for (auto [argument, input] :
       llvm::zip_equal(function.getArguments(), inputs))
    environment.set(argument, input);
  Block &body = function.getBody().front();
  for (Operation &op : body.without_terminator()) {
    auto definition = dyn_cast<ReferenceOpInterface>(op);
    if (!definition)
      return op.emitError("cannot be evaluated");
    std::vector<ReferenceTensor> results(op.getNumResults());
    for (auto [tensor, result] : llvm::zip_equal(results, op.getResults()))
      tensor.elementType = cast<ShapedType>(result.getType()).getElementType();
    if (failed(definition.evaluate(collectOperands(&op, environment), results)))
      return failure();
    for (auto [result, tensor] : llvm::zip_equal(op.getResults(), results))
      environment.set(result, std::move(tensor));
    environment.release(&op);
  }
  std::vector<ReferenceTensor> results;
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(*environment.get(value));
  return results;
}
