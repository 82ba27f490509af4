//===- FuseResidual.cpp - Skip connections into convolutions --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-fuse-residual pass: the sum that ends a
// residual block, and the activation behind it, become part of a convolution.
//
//===----------------------------------------------------------------------===//

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETFUSERESIDUAL
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

/// The convolution that computes `value`, if it can take a residual: nothing
/// else reads it and nothing follows its sum yet.
static ConvOp getConvForResidual(Value value) {
  auto conv = value.getDefiningOp<ConvOp>();
  if (!conv || !conv->hasOneUse() || conv.getResidual() ||
      conv.getActivation() != Activation::none)
    return nullptr;
  return conv;
}

namespace {

/// add(conv(x), y) ==> conv(x) residual y
struct FuseAdd : OpRewritePattern<AddOp> {
  FuseAdd(MLIRContext *context, Pass::Statistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getLhs().getType() != op.getType() ||
        op.getRhs().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "broadcasts");
    ConvOp lhs = getConvForResidual(op.getLhs());
    ConvOp rhs = getConvForResidual(op.getRhs());
    if (!lhs && !rhs)
      return rewriter.notifyMatchFailure(
          op, "no operand is a convolution that only this sum reads");
    // Of two, the later one: the other result is there by then. In a block
    // with a projection that is the shortcut's convolution, which adds itself
    // to the block's output.
    ConvOp conv = !rhs || (lhs && rhs->isBeforeInBlock(lhs)) ? lhs : rhs;
    Value residual = conv == rhs ? op.getLhs() : op.getRhs();
    rewriter.moveOpBefore(conv, op);
    rewriter.modifyOpInPlace(
        conv, [&] { conv.getResidualMutable().assign(residual); });
    rewriter.replaceOp(op, conv);
    ++count;
    return success();
  }

private:
  Pass::Statistic &count;
};

/// relu(conv(x)) ==> conv(x) activation relu
struct FuseRelu : OpRewritePattern<ReluOp> {
  FuseRelu(MLIRContext *context, Pass::Statistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(ReluOp op,
                                PatternRewriter &rewriter) const override {
    auto conv = op.getInput().getDefiningOp<ConvOp>();
    if (!conv || !conv->hasOneUse())
      return rewriter.notifyMatchFailure(
          op, "input is no convolution that only this activation reads");
    // A relu after a relu changes nothing.
    rewriter.modifyOpInPlace(conv,
                             [&] { conv.setActivation(Activation::relu); });
    rewriter.replaceOp(op, conv);
    ++count;
    return success();
  }

private:
  Pass::Statistic &count;
};

struct FuseResidual
    : resnetc::resnet::impl::ResNetFuseResidualBase<FuseResidual> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseAdd>(&getContext(), numResiduals);
    patterns.add<FuseRelu>(&getContext(), numActivations);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
