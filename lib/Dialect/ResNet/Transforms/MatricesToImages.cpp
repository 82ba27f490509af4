//===- MatricesToImages.cpp - Products of learned matrices ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-matrices-to-images pass.
//
//===----------------------------------------------------------------------===//

#include "RewriteUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETMATRICESTOIMAGES
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

namespace {

/// A product of two matrices, each of them transposed or not, plus a row.
struct Product {
  Operation *op;
  Value a, b, c;
  bool transA = false, transB = false;

  explicit Product(GemmOp gemm)
      : op(gemm), a(gemm.getA()), b(gemm.getB()), c(gemm.getC()),
        transA(gemm.getTransA()), transB(gemm.getTransB()) {}
  explicit Product(MatMulOp matmul)
      : op(matmul), a(matmul.getA()), b(matmul.getB()) {
    lookThrough(a, transA);
    lookThrough(b, transB);
  }

  static void lookThrough(Value &operand, bool &transposed) {
    auto transpose = operand.getDefiningOp<TransposeOp>();
    if (!transpose || transpose.getPerm() != ArrayRef<int64_t>{1, 0})
      return;
    operand = transpose.getInput();
    transposed = true;
  }
};

} // namespace

/// Whether a value is a matrix of f32 with a row for each example.
static bool hasRowOfExample(Value value) {
  return isKnownOfRank(value.getType(), 2) && !isShared(value) &&
         cast<ShapedType>(value.getType()).getElementType().isF32();
}

/// Whether a value is a matrix of f32 that all examples share, and no constant.
static bool isLearned(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() == 2 && type.hasStaticShape() &&
         type.getElementType().isF32() && !matchPattern(value, m_Constant());
}

/// The matrix as images, or filters, of one pixel.
static Value toPixels(PatternRewriter &rewriter, Value matrix) {
  auto type = cast<RankedTensorType>(matrix.getType());
  return createReshape(
      rewriter, matrix.getLoc(), matrix,
      {type.getDimSize(0), type.getDimSize(1), int64_t(1), int64_t(1)});
}

/// A row for each example times a learned matrix: a convolution, or where the
/// matrix has a row for each input channel a transposed one.
static LogicalResult rewriteForward(const Product &product,
                                    PatternRewriter &rewriter) {
  if (product.transA || !hasRowOfExample(product.a) || !isLearned(product.b))
    return rewriter.notifyMatchFailure(product.op, "is no row times a learned "
                                                   "matrix");
  auto result = cast<RankedTensorType>(product.op->getResult(0).getType());
  if (product.c) {
    auto row = dyn_cast<RankedTensorType>(product.c.getType());
    if (!row || row.getRank() != 1 || row.getDimSize(0) != result.getDimSize(1))
      return rewriter.notifyMatchFailure(product.op, "adds no row");
  }
  Location loc = product.op->getLoc();
  Value pixels = toPixels(rewriter, product.a);
  Value filters = toPixels(rewriter, product.b);
  auto type = result.clone({result.getDimSize(0), result.getDimSize(1), 1, 1});
  int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
  Value image;
  if (product.transB)
    image = ConvOp::create(rewriter, loc, type, pixels, filters, product.c,
                           /*residual=*/Value(), ones, zeros, ones,
                           /*group=*/1, "NOTSET", Activation::none);
  else
    image = ConvTransposeOp::create(
        rewriter, loc, type, pixels, filters, product.c, ones, zeros, ones,
        /*output_padding=*/ArrayRef<int64_t>{0, 0}, /*group=*/1);
  rewriter.replaceOp(product.op,
                     createReshape(rewriter, loc, image, result.getShape()));
  return success();
}

/// The sum over the examples of products of a column and a row: the gradient of
/// a filter of one pixel.
static LogicalResult rewriteGradient(const Product &product,
                                     PatternRewriter &rewriter) {
  if (!product.transA || product.transB || product.c ||
      !hasRowOfExample(product.a) || !hasRowOfExample(product.b))
    return rewriter.notifyMatchFailure(product.op, "is no sum over examples");
  auto result = cast<RankedTensorType>(product.op->getResult(0).getType());
  Location loc = product.op->getLoc();
  int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
  Value filters = ConvFilterGradientOp::create(
      rewriter, loc,
      result.clone({result.getDimSize(0), result.getDimSize(1), 1, 1}),
      toPixels(rewriter, product.b), toPixels(rewriter, product.a), ones, ones,
      zeros, ones, /*group=*/1);
  rewriter.replaceOp(product.op,
                     createReshape(rewriter, loc, filters, result.getShape()));
  return success();
}

static LogicalResult rewrite(const Product &product,
                             PatternRewriter &rewriter) {
  if (succeeded(rewriteForward(product, rewriter)))
    return success();
  return rewriteGradient(product, rewriter);
}

namespace {

struct GemmPattern : OpRewritePattern<GemmOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(GemmOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getAlpha().isExactlyValue(1) ||
        (op.getC() && !op.getBeta().isExactlyValue(1)))
      return rewriter.notifyMatchFailure(op, "has factors");
    return rewrite(Product(op), rewriter);
  }
};

struct MatMulPattern : OpRewritePattern<MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MatMulOp op,
                                PatternRewriter &rewriter) const override {
    return rewrite(Product(op), rewriter);
  }
};

struct MatricesToImages
    : resnetc::resnet::impl::ResNetMatricesToImagesBase<MatricesToImages> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr(trainingAttr))
      return;
    RewritePatternSet patterns(&getContext());
    patterns.add<GemmPattern, MatMulPattern>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
