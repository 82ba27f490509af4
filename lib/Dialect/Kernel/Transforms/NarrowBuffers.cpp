//===- NarrowBuffers.cpp - Keep activations as bf16 -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-narrow-buffers pass, which makes blocked
// buffers bf16.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELNARROWBUFFERS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

struct NarrowBuffers
    : resnetc::kernel::impl::KernelNarrowBuffersBase<NarrowBuffers> {
  using KernelNarrowBuffersBase::KernelNarrowBuffersBase;

  void runOnOperation() override {
    if (type != "bf16" && type != "f16") {
      emitError(getOperation().getLoc()) << "no narrow type '" << type << "'";
      return signalPassFailure();
    }
    for (auto buffer : getOperation().getOps<BufferOp>())
      if (isImage(buffer) && isComputedWith(buffer) && !isUsedByCode(buffer)) {
        narrow(buffer.getResult());
        ++numNarrowed;
      }
  }

private:
  bool isImage(BufferOp buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    if (!type.getElementType().isF32() || buffer.getShared())
      return false;
    if (keepSums && type.getRank() == 4 && type.getDimSize(1) == 1 &&
        type.getDimSize(2) == 1)
      return false;
    // Planar images are for convolutions alone.
    return type.getRank() == 4 ||
           (type.getRank() == 3 &&
            llvm::all_of(buffer->getUses(), [&](OpOperand &use) {
              return isPaired(use) || (gpu && isa<ConvOp>(use.getOwner()));
            }));
  }
  /// Whether the use is by a convolution that multiplies pairs, or writes.
  static bool isPaired(OpOperand &use) {
    auto conv = dyn_cast<ConvOp>(use.getOwner());
    if (conv && use.get() == conv.getInput())
      return conv.admitsPairs();
    return isWrite(use);
  }
  static bool isWrite(OpOperand &use) {
    auto compute = dyn_cast<ComputeOpInterface>(use.getOwner());
    return compute && use.getOperandNumber() + compute.getNumOutputs() >=
                          compute->getNumOperands();
  }
  static bool isComputedWith(Value value);
  static bool isUsedByCode(Value value);
  void narrow(Value value);
};

} // namespace

/// Whether an operation reads the value otherwise than to copy it.
bool NarrowBuffers::isComputedWith(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto view = dyn_cast<ViewOp>(user))
      return isComputedWith(view);
    return !isWrite(use) && !isa<CopyOp>(user);
  });
}

/// Whether code that was made for a buffer of f32 works on it.
bool NarrowBuffers::isUsedByCode(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    if (auto view = dyn_cast<ViewOp>(user))
      return isUsedByCode(view);
    return isa<GenericOp>(user);
  });
}

/// Changes the type of a buffer and of all its views.
void NarrowBuffers::narrow(Value value) {
  MLIRContext *context = &getContext();
  Type element = type == "f16" ? Type(Float16Type::get(context))
                               : Type(BFloat16Type::get(context));
  value.setType(cast<MemRefType>(value.getType()).clone(element));
  for (Operation *user : value.getUsers())
    if (auto view = dyn_cast<ViewOp>(user))
      narrow(view.getResult());
}
