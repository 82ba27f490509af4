//===- SliceStridedConv.cpp - Pixels that a stride skips ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-slice-strided-conv pass.
//
//===----------------------------------------------------------------------===//

#include "RewriteUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETSLICESTRIDEDCONV
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

namespace {

struct SlicePattern : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    auto weight = dyn_cast<RankedTensorType>(op.getWeight().getType());
    auto is = [](ArrayRef<int64_t> values, int64_t value) {
      return llvm::all_of(values, [&](int64_t v) { return v == value; });
    };
    if (!weight || !isKnownOfRank(op.getInput().getType(), 4) ||
        !isKnownOfRank(op.getType(), 4) || op.getAutoPad() != "NOTSET")
      return rewriter.notifyMatchFailure(op, "is no image of known size");
    if (!is(weight.getShape().drop_front(2), 1) || !is(op.getPads(), 0) ||
        is(op.getStrides(), 1))
      return rewriter.notifyMatchFailure(op, "reads other pixels, or all");
    auto input = cast<RankedTensorType>(op.getInput().getType());
    auto output = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> starts(2, 0), ends, shape(output.getShape());
    for (size_t d = 0; d < 2; ++d)
      ends.push_back((output.getDimSize(2 + d) - 1) * op.getStrides()[d] + 1);
    shape[1] = input.getDimSize(1);
    Location loc = op.getLoc();
    Value pixels = SliceOp::create(
        rewriter, loc, input.clone(shape), op.getInput(),
        createInts(rewriter, loc, starts), createInts(rewriter, loc, ends),
        createInts(rewriter, loc, {2, 3}),
        createInts(rewriter, loc, op.getStrides()));
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pixels);
      op.setStrides({1, 1});
    });
    return success();
  }
};

struct SliceStridedConv
    : resnetc::resnet::impl::ResNetSliceStridedConvBase<SliceStridedConv> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SlicePattern>(&getContext());
    // A greedy rewrite would merge initializers of one value, which are
    // parameters yet to be learned, and forget their names.
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
