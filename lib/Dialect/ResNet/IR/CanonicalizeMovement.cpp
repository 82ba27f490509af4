//===- CanonicalizeMovement.cpp - Canonical forms of data movement --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What moves no data becomes `flatten` where that says it, `reshape` otherwise.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/PatternMatch.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

using namespace mlir;
using namespace resnetc::resnet;

/// Whether both are known but for the first dimension, which both have.
static bool keepsBatch(RankedTensorType from, RankedTensorType to) {
  return from && to && from.getRank() > 0 && to.getRank() > 0 &&
         from.getDimSize(0) == to.getDimSize(0) &&
         llvm::none_of(from.getShape().drop_front(), ShapedType::isDynamic) &&
         llvm::none_of(to.getShape().drop_front(), ShapedType::isDynamic);
}

/// The same elements in the type of `op`'s result.
static LogicalResult replaceByReshape(Operation *op, Value input,
                                      PatternRewriter &rewriter) {
  auto from = dyn_cast<RankedTensorType>(input.getType());
  auto to = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!keepsBatch(from, to))
    return rewriter.notifyMatchFailure(op, "shape of an example is unknown");
  if (from == to) {
    rewriter.replaceOp(op, input);
    return success();
  }
  if (to.getRank() == 2) {
    if (auto flatten = dyn_cast<FlattenOp>(op);
        flatten && flatten.getAxis() == 1 && flatten.getInput() == input)
      return rewriter.notifyMatchFailure(op, "is canonical");
    rewriter.replaceOpWithNewOp<FlattenOp>(op, to, input, /*axis=*/1);
    return success();
  }
  if (isa<ReshapeOp>(op) && op->getOperand(0) == input)
    return rewriter.notifyMatchFailure(op, "is canonical");
  SmallVector<int64_t> shape(to.getShape());
  if (ShapedType::isDynamic(shape.front()))
    shape.front() = -1;
  auto type = RankedTensorType::get({to.getRank()}, rewriter.getI64Type());
  Value constant = ConstantOp::create(
      rewriter, op->getLoc(),
      DenseElementsAttr::get(type, ArrayRef<int64_t>(shape)));
  rewriter.replaceOpWithNewOp<ReshapeOp>(op, to, input, constant);
  return success();
}

namespace {

/// A chain of reshapes ==> the last; and each in its canonical form.
template <typename OpTy> struct Reshaping : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Value input = op.getInput();
    if (Operation *producer = input.getDefiningOp();
        isa_and_present<ReshapeOp, FlattenOp>(producer)) {
      Value source = producer->getOperand(0);
      if (keepsBatch(dyn_cast<RankedTensorType>(source.getType()),
                     dyn_cast<RankedTensorType>(input.getType())) &&
          keepsBatch(dyn_cast<RankedTensorType>(source.getType()),
                     dyn_cast<RankedTensorType>(op.getType())))
        input = source;
    }
    return replaceByReshape(op, input, rewriter);
  }
};

/// Squeeze and unsqueeze depend on the rank of their input.
template <typename OpTy> struct Ranking : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    return replaceByReshape(op, op.getInput(), rewriter);
  }
};

/// transpose(transpose(x)) ==> transpose(x)
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<TransposeOp>();
    if (!producer)
      return rewriter.notifyMatchFailure(op, "input is no transpose");
    SmallVector<int64_t> perm;
    for (int64_t i : op.getPerm())
      perm.push_back(producer.getPerm()[i]);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(),
                                             producer.getInput(), perm);
    return success();
  }
};

/// A transpose that moves only dimensions of size 1 ==> reshape
struct TransposeToReshape : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
    if (!input || op.getPerm().empty() || op.getPerm().front() != 0)
      return rewriter.notifyMatchFailure(op, "moves the batch");
    int64_t last = 0;
    for (int64_t i : op.getPerm()) {
      if (input.getDimSize(i) == 1)
        continue;
      if (i < last)
        return rewriter.notifyMatchFailure(op, "moves data");
      last = i;
    }
    return replaceByReshape(op, op.getInput(), rewriter);
  }
};

/// cast(x) to the type it has ==> x
struct CastToSame : OpRewritePattern<CastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(CastOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getInput().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "changes the type");
    rewriter.replaceOp(op, op.getInput());
    return success();
  }
};

} // namespace

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<Reshaping<ReshapeOp>>(context);
}
void FlattenOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<Reshaping<FlattenOp>>(context);
}
void SqueezeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<Ranking<SqueezeOp>>(context);
}
void UnsqueezeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<Ranking<UnsqueezeOp>>(context);
}
void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<ComposeTransposes, TransposeToReshape>(context);
}
void CastOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<CastToSame>(context);
}
