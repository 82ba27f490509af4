//===- MapBody.cpp - The bodies of elementwise kernels --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapBody.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace resnetc::kernel;

Value MapBody::at(unsigned operand, ArrayRef<Value> position) {
  const FlatBuffer &buffer = operands[operand];
  Value result = index.constant(0);
  for (auto [d, coordinate] : llvm::enumerate(position)) {
    int64_t offset = d == 1 || d == 2 ? offsets[2 * operand + d - 1] : 0;
    bool broadcast = buffer.shape[d] == 1;
    Value inside =
        broadcast ? index.constant(0) : index.add(coordinate, offset);
    result = index.add(result, index.mul(inside, buffer.strides[d]));
  }
  return result;
}

SmallVector<Value> MapBody::compute(ArrayRef<Value> position, int64_t lanes) {
  auto widened = [&](Type type) -> Type {
    return lanes == 1 ? type : VectorType::get({lanes}, type);
  };
  IRMapping mapping;
  for (auto [i, argument] : llvm::enumerate(body.getArguments())) {
    const FlatBuffer &buffer = operands[i];
    Value where = at(i, position);
    Value value;
    if (lanes == 1) {
      value = buffer.load(b, where);
    } else if (buffer.shape.back() == 1) {
      value = vector::BroadcastOp::create(b, widened(argument.getType()),
                                          buffer.load(b, where));
    } else {
      value = buffer.loadVector(b, where, lanes);
    }
    mapping.map(argument, value);
  }
  for (Operation &inner : body.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(inner);
        constant && lanes > 1) {
      auto type = cast<ShapedType>(widened(constant.getType()));
      mapping.map(constant.getResult(),
                  arith::ConstantOp::create(
                      b, DenseElementsAttr::get(type, constant.getValue())));
      continue;
    }
    Operation *clone = b.clone(inner, mapping);
    for (OpResult result : clone->getResults())
      result.setType(widened(result.getType()));
  }
  SmallVector<Value> results;
  for (Value value : cast<YieldOp>(body.getTerminator()).getValues())
    results.push_back(mapping.lookup(value));
  return results;
}
