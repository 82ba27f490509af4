//===- FlatCopy.cpp - Copies of memory as it lies -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/BuildGeneric.h"

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
  buildGeneric(b, loc, "copy", source, destination, /*units=*/1,
               [](ImplicitLocOpBuilder &inner, ValueRange buffers, Value) {
                 memref::CopyOp::create(inner, buffers[0], buffers[1]);
               });
}
