//===- FlatCopy.cpp - Copies of memory as it lies -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"

using namespace mlir;
using namespace resnetc::kernel;

void resnetc::kernel::buildFlatCopy(OpBuilder &builder, Location loc,
                                    Value from, Value to) {
  auto type = cast<MemRefType>(to.getType());
  auto flat = MemRefType::get(type.getNumElements(), type.getElementType());
  ImplicitLocOpBuilder b(loc, builder);
  auto flatten = [&](Value buffer) -> Value {
    return buffer.getType() == flat ? buffer : ViewOp::create(b, flat, buffer);
  };
  Value source = flatten(from), destination = flatten(to);
  auto generic = GenericOp::create(b, "copy", source, destination, /*units=*/1);
  Block *block = b.createBlock(&generic.getBody());
  Type index = b.getIndexType();
  for (Type argument : {Type(flat), Type(flat), index, index})
    block->addArgument(argument, loc);
  // One unit: the range is empty or all.
  auto when =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, block->getArgument(2),
                            block->getArgument(3));
  scf::IfOp::create(b, when, [&](OpBuilder &inner, Location loc) {
    memref::CopyOp::create(inner, loc, block->getArgument(0),
                           block->getArgument(1));
    scf::YieldOp::create(inner, loc);
  });
  YieldOp::create(b, ValueRange());
}
