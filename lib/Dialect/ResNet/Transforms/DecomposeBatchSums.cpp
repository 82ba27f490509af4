//===- DecomposeBatchSums.cpp - Sums over a batch, in two steps -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-decompose-batch-sums pass.
//
//===----------------------------------------------------------------------===//

#include "Arithmetic.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETDECOMPOSEBATCHSUMS
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

/// Whether a value is N x C x ..., with a batch and all else known.
static bool hasPlanes(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() >= 2 && type.isDynamicDim(0) &&
         type.getNumDynamicDims() == 1;
}

/// The number of elements of a plane.
static int64_t planeSize(Value value) {
  int64_t size = 1;
  for (int64_t d : Arithmetic::typeOf(value).getShape().drop_front(2))
    size *= d;
  return size;
}

/// The mean of each plane, as planes of one element.
static Value planeMeans(Arithmetic &a, Value value) {
  int64_t rank = Arithmetic::typeOf(value).getRank();
  if (rank == 2)
    return value;
  if (rank == 4)
    return a.create<GlobalAvgPoolOp>(value);
  return a.create<ReduceMeanOp>(
      value, a.integers(llvm::to_vector(llvm::seq<int64_t>(2, rank))),
      /*keepdims=*/true, /*noop_with_empty_axes=*/false);
}

/// The sum over the batch of planes of one element, of shape C.
static Value sumExamples(Arithmetic &a, Value planes) {
  int64_t rank = Arithmetic::typeOf(planes).getRank();
  SmallVector<int64_t> axes = {0};
  llvm::append_range(axes, llvm::seq<int64_t>(2, rank));
  return a.reduce(planes, axes, /*keepdims=*/false);
}

namespace {

/// The mean of plane means; and of the variances of planes, each with the
/// square of the distance of its mean from that.
struct StatisticsPattern : OpRewritePattern<BatchStatisticsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BatchStatisticsOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getInput();
    if (!hasPlanes(x))
      return rewriter.notifyMatchFailure(op, "has planes of unknown size");
    Arithmetic a(rewriter, op.getLoc());
    int64_t rank = Arithmetic::typeOf(x).getRank();
    Value count = a.create<BatchSizeOp>(x);
    Value means = planeMeans(a, x);
    Value mean = a.div(sumExamples(a, means), count);
    Value squares = a.square(a.sub(means, a.byChannel(mean, rank)));
    if (rank > 2)
      squares = a.add(squares, planeMeans(a, a.square(a.sub(x, means))));
    rewriter.replaceOp(op, {mean, a.div(sumExamples(a, squares), count)});
    return success();
  }
};

struct ChannelSumsPattern : OpRewritePattern<ChannelSumsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ChannelSumsOp op,
                                PatternRewriter &rewriter) const override {
    Value g = op.getGradient(), x = op.getInput();
    if (!hasPlanes(g) || !hasPlanes(x))
      return rewriter.notifyMatchFailure(op, "has planes of unknown size");
    Arithmetic a(rewriter, op.getLoc());
    Value distance =
        a.sub(x, a.byChannel(op.getMean(), Arithmetic::typeOf(x).getRank()));
    Value product = a.mul(g, distance);
    auto size = static_cast<double>(planeSize(g));
    auto sum = [&](Value means) {
      Value total = sumExamples(a, means);
      return size == 1 ? total : a.mul(total, a.number(total, size));
    };
    // One after the other, so that one kernel computes both.
    Value means = planeMeans(a, g), products = planeMeans(a, product);
    rewriter.replaceOp(op, {sum(means), sum(products)});
    return success();
  }
};

/// Sums over the batch and planes.
struct SumPattern : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getInput();
    if (op.getKind() != Reduction::sum || op.getKeepdims() || !hasPlanes(x))
      return rewriter.notifyMatchFailure(op, "is no sum that drops dimensions");
    int64_t rank = Arithmetic::typeOf(x).getRank();
    auto axes = reducedAxes(op.getAxes(), rank, op.getNoopWithEmptyAxes());
    SmallVector<int64_t> wanted = {0};
    llvm::append_range(wanted, llvm::seq<int64_t>(2, rank));
    if (!axes || planeSize(x) == 1)
      return rewriter.notifyMatchFailure(op, "has no planes");
    llvm::sort(*axes);
    if (*axes != wanted || !Arithmetic::elementType(x).isF32())
      return rewriter.notifyMatchFailure(op, "is not of channels");
    Arithmetic a(rewriter, op.getLoc());
    Value total = sumExamples(a, planeMeans(a, x));
    Value size = a.number(total, static_cast<double>(planeSize(x)));
    rewriter.replaceOp(op, a.mul(total, size));
    return success();
  }
};

/// The size of the batch is that of any input: the smallest is at hand.
struct BatchSizePattern : OpRewritePattern<BatchSizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BatchSizeOp op,
                                PatternRewriter &rewriter) const override {
    auto function = op->getParentOfType<func::FuncOp>();
    Value smallest;
    int64_t least = 0;
    for (Value argument : function.getArguments()) {
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      if (!type || type.getRank() == 0 || !type.isDynamicDim(0) ||
          type.getNumDynamicDims() != 1)
        continue;
      int64_t size = 1;
      for (int64_t d : type.getShape().drop_front())
        size *= d;
      if (!smallest || size < least) {
        smallest = argument;
        least = size;
      }
    }
    if (!smallest || smallest == op.getInput())
      return rewriter.notifyMatchFailure(op, "is of the smallest input");
    rewriter.modifyOpInPlace(op,
                             [&] { op.getInputMutable().assign(smallest); });
    return success();
  }
};

/// A product and a sum, by factors that are computed once.
struct BatchNormPattern : OpRewritePattern<BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BatchNormOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getInput();
    if (!hasPlanes(x) || isShared(x) ||
        !llvm::all_of(op->getOperands().drop_front(), isShared))
      return rewriter.notifyMatchFailure(op, "has parameters of its own for "
                                             "each example");
    Arithmetic a(rewriter, op.getLoc());
    int64_t rank = Arithmetic::typeOf(x).getRank();
    Value variance = op.getVariance();
    Value epsilon = a.number(variance, op.getEpsilon().convertToFloat());
    Value factor = a.div(op.getScale(), a.sqrt(a.add(variance, epsilon)));
    Value shift = a.sub(op.getOffset(), a.mul(op.getMean(), factor));
    Value scaled = a.mul(x, a.byChannel(factor, rank));
    rewriter.replaceOp(op, a.add(scaled, a.byChannel(shift, rank)));
    return success();
  }
};

struct DecomposeBatchSums
    : resnetc::resnet::impl::ResNetDecomposeBatchSumsBase<DecomposeBatchSums> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr(trainingAttr))
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<StatisticsPattern, ChannelSumsPattern, SumPattern,
                 BatchSizePattern, BatchNormPattern>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
