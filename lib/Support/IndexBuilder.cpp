//===- IndexBuilder.cpp - Loops and index arithmetic ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Support/IndexBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace resnetc;

Value IndexBuilder::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}
Value IndexBuilder::add(Value a, Value c) {
  return b.createOrFold<arith::AddIOp>(a, c);
}
Value IndexBuilder::add(Value a, int64_t c) {
  return c == 0 ? a : add(a, constant(c));
}
Value IndexBuilder::sub(Value a, Value c) {
  return b.createOrFold<arith::SubIOp>(a, c);
}
Value IndexBuilder::mul(Value a, int64_t c) {
  return c == 1 ? a : b.createOrFold<arith::MulIOp>(a, constant(c));
}
Value IndexBuilder::div(Value a, int64_t c) {
  return c == 1 ? a : b.createOrFold<arith::DivUIOp>(a, constant(c));
}
Value IndexBuilder::rem(Value a, int64_t c) {
  return c == 1 ? constant(0) : b.createOrFold<arith::RemUIOp>(a, constant(c));
}
Value IndexBuilder::min(Value a, Value c) {
  return b.createOrFold<arith::MinSIOp>(a, c);
}
Value IndexBuilder::max(Value a, Value c) {
  return b.createOrFold<arith::MaxSIOp>(a, c);
}

SmallVector<Value> IndexBuilder::reduce(
    Value begin, Value end, ValueRange init,
    llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(
      b, begin, end, constant(1), init,
      [&](OpBuilder &nested, Location, Value iv, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(nested.getInsertionBlock(),
                            nested.getInsertionPoint());
        SmallVector<Value> next = body(iv, carried);
        scf::YieldOp::create(b, next);
      });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> IndexBuilder::reduce(
    int64_t begin, int64_t end, ValueRange init,
    llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (end - begin == 1)
    return body(constant(begin), init);
  return reduce(constant(begin), constant(end), init, body);
}

void IndexBuilder::loop(Value begin, Value end,
                        llvm::function_ref<void(Value)> body, int64_t step) {
  scf::ForOp::create(b, begin, end, constant(step), ValueRange(),
                     [&](OpBuilder &nested, Location, Value iv, ValueRange) {
                       OpBuilder::InsertionGuard guard(b);
                       b.setInsertionPoint(nested.getInsertionBlock(),
                                           nested.getInsertionPoint());
                       body(iv);
                       scf::YieldOp::create(b);
                     });
}

void IndexBuilder::loop(int64_t begin, int64_t end,
                        llvm::function_ref<void(Value)> body, int64_t step) {
  if (begin >= end)
    return;
  if (end - begin <= step)
    return body(constant(begin));
  loop(constant(begin), constant(end), body, step);
}
