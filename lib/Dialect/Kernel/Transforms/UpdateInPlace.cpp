//===- UpdateInPlace.cpp - Results in the place of arguments --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-update-in-place pass.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELUPDATEINPLACE
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

struct UpdateInPlace
    : resnetc::kernel::impl::KernelUpdateInPlaceBase<UpdateInPlace> {
  void runOnOperation() override;
};

} // namespace

/// The operations that touch memory under any view.
static void collectUsers(Value buffer, SmallVectorImpl<Operation *> &users) {
  for (Operation *user : buffer.getUsers())
    if (isa<ViewOp>(user))
      collectUsers(user->getResult(0), users);
    else
      users.push_back(user);
}

/// Whether an operation writes an element of its output only after it has read
/// all that it reads of that element's place in `old`.
static bool canOverwrite(Operation *op, Value old) {
  auto compute = dyn_cast<ComputeOpInterface>(op);
  if (!compute || compute.getNumOutputs() != 1)
    return false;
  for (auto [i, operand] : llvm::enumerate(op->getOperands().drop_back()))
    if (getUnderlyingBuffer(operand) == old && !compute.canReuseForOutput(i))
      return false;
  return true;
}

/// Whether what is in `old` is not read any more when `next` is written.
static bool isReadBefore(Value old, Value next) {
  SmallVector<Operation *> readers, writers;
  collectUsers(old, readers);
  collectUsers(next, writers);
  for (Operation *reader : readers)
    for (Operation *writer : writers)
      if (reader == writer ? !canOverwrite(reader, old)
                           : writer->isBeforeInBlock(reader))
        return false;
  return true;
}

/// After which nothing reads `old`, and `next` is computed: what waits for it
/// should not have to wait longer.
static Operation *findLastUser(Value old, Value next) {
  SmallVector<Operation *> users;
  collectUsers(old, users);
  collectUsers(next, users);
  return *llvm::max_element(
      users, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
}

void UpdateInPlace::runOnOperation() {
  func::FuncOp function = getOperation();
  if (!function.getBody().hasOneBlock())
    return;
  Block &body = function.getBody().front();
  OpBuilder b(&getContext());
  for (BlockArgument next : body.getArguments()) {
    auto updates = function.getArgAttrOfType<IntegerAttr>(next.getArgNumber(),
                                                          "kernel.updates");
    if (!updates || updates.getInt() < 0 ||
        updates.getInt() >= next.getArgNumber())
      continue;
    Value old = body.getArgument(updates.getInt());
    if (isReadBefore(old, next))
      continue;
    ++numCopied;
    Operation *last = findLastUser(old, next);
    b.setInsertionPointToStart(&body);
    auto type = cast<MemRefType>(next.getType());
    auto buffer = BufferOp::create(b, next.getLoc(), type, IntegerAttr(),
                                   isSharedMemory(next));
    next.replaceAllUsesWith(buffer);
    b.setInsertionPointAfter(last);
    buildFlatCopy(b, next.getLoc(), buffer, next);
  }
}
