//===- KeepHalos.cpp - Zero halos once ------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-keep-halos pass.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/Transforms/Passes.h"

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELKEEPHALOS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// A buffer with a halo, which is the same for all that may share its place.
struct HaloBuffer {
  BufferOp buffer;
  DenseI64ArrayAttr offset, size; ///< Of what is inside the halo.
  int64_t first, last;            ///< The operations that touch it.

  bool canFollow(HaloBuffer &other) {
    return other.last < first && other.buffer.getType() == buffer.getType() &&
           other.buffer.getShared() == buffer.getShared() &&
           other.offset == offset && other.size == size;
  }
};

struct KeepHalos : resnetc::kernel::impl::KernelKeepHalosBase<KeepHalos> {
  void runOnOperation() override;

private:
  std::vector<HaloBuffer> collect();
};

} // namespace

/// The buffers with halos, in the order of their first use otherwise than to
/// fill them; without what fills them.
std::vector<HaloBuffer> KeepHalos::collect() {
  llvm::DenseMap<Operation *, int64_t> numbers;
  for (Operation &op : getOperation().getBody().front())
    numbers[&op] = static_cast<int64_t>(numbers.size());
  std::vector<HaloBuffer> halos;
  for (auto fill :
       llvm::make_early_inc_range(getOperation().getOps<FillHaloOp>())) {
    auto buffer = fill.getOutput().getDefiningOp<BufferOp>();
    if (!buffer)
      continue;
    HaloBuffer halo{buffer, fill.getOffsetAttr(), fill.getSizeAttr(), 0, 0};
    fill.erase();
    SmallVector<Value> values = {buffer.getResult()};
    bool isFirst = true;
    while (!values.empty())
      for (Operation *user : values.pop_back_val().getUsers()) {
        if (auto view = dyn_cast<ViewOp>(user)) {
          values.push_back(view.getResult());
          continue;
        }
        int64_t number = numbers[user];
        halo.first = isFirst ? number : std::min(halo.first, number);
        halo.last = isFirst ? number : std::max(halo.last, number);
        isFirst = false;
      }
    halos.push_back(halo);
  }
  llvm::sort(halos, [](const HaloBuffer &a, const HaloBuffer &c) {
    return a.first < c.first;
  });
  return halos;
}

void KeepHalos::runOnOperation() {
  if (!getOperation().getBody().hasOneBlock())
    return;
  std::vector<HaloBuffer> kept;
  for (HaloBuffer &halo : collect()) {
    auto other = llvm::find_if(
        kept, [&](HaloBuffer &old) { return halo.canFollow(old); });
    if (other == kept.end()) {
      halo.buffer.setZeroed(true);
      kept.push_back(halo);
      continue;
    }
    // The first of all uses comes after the buffer that is taken over.
    halo.buffer.getResult().replaceAllUsesWith(other->buffer.getResult());
    halo.buffer.erase();
    other->last = halo.last;
    ++numShared;
  }
}
