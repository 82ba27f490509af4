//===- BuildGeneric.cpp - Creates kernel.generic --------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/BuildGeneric.h"
#include "resnetc/Support/IndexBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

GenericOp resnetc::kernel::buildGeneric(
    OpBuilder &builder, Location loc, StringRef name, ValueRange inputs,
    ValueRange outputs, int64_t units,
    llvm::function_ref<void(ImplicitLocOpBuilder &, ValueRange, Value)> body) {
  auto generic = GenericOp::create(builder, loc, name, inputs, outputs, units);
  ImplicitLocOpBuilder b(loc, builder.getContext());
  Block *block = b.createBlock(&generic.getBody());
  for (Value operand : generic->getOperands())
    block->addArgument(operand.getType(), loc);
  Value begin = block->addArgument(b.getIndexType(), loc);
  Value end = block->addArgument(b.getIndexType(), loc);
  ValueRange buffers = block->getArguments().drop_back(2);
  IndexBuilder(b).loop(begin, end, [&](Value unit) { body(b, buffers, unit); });
  YieldOp::create(b, ValueRange());
  return generic;
}
