//===- CanonicalizeCompute.cpp - Canonical forms of computations ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters have many ways to write the few things a residual network does.
// These patterns leave one of each.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Support/FloatConstant.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static bool isZeroOrAbsent(Value value) {
  if (!value)
    return true;
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return false;
  std::optional<FloatConstant> constant = FloatConstant::get(attr);
  return constant && constant->size() == 1 && (*constant)[0] == 0;
}

static bool allEqual(ArrayRef<int64_t> values, int64_t expected) {
  return llvm::all_of(values, [&](int64_t value) { return value == expected; });
}

namespace {

/// The pads of a `resnet.pad` with zeros in the two spatial dimensions alone.
struct SpatialPad {
  PadOp op;
  std::array<int64_t, 4> pads;

  static std::optional<SpatialPad> match(Value value) {
    auto op = value.getDefiningOp<PadOp>();
    if (!op || op.getMode() != "constant" || op.getAxes() ||
        !isZeroOrAbsent(op.getValue()))
      return std::nullopt;
    std::optional<SmallVector<int64_t>> pads = constantIntegers(op.getPads());
    if (!pads || pads->size() != 8 ||
        llvm::any_of(*pads, [](int64_t pad) { return pad < 0; }) ||
        (*pads)[0] || (*pads)[1] || (*pads)[4] || (*pads)[5])
      return std::nullopt;
    return SpatialPad{op, {(*pads)[2], (*pads)[3], (*pads)[6], (*pads)[7]}};
  }
};

/// conv(pad(x)) ==> conv(x) with pads
struct PadIntoConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<SpatialPad> pad = SpatialPad::match(op.getInput());
    if (!pad)
      return rewriter.notifyMatchFailure(op, "input is not padded with zeros");
    if (op.getAutoPad() != "NOTSET" || op.getPads().size() != 4)
      return rewriter.notifyMatchFailure(op, "pads are not resolved");
    SmallVector<int64_t> pads(op.getPads());
    for (auto [to, from] : llvm::zip_equal(pads, pad->pads))
      to += from;
    rewriter.modifyOpInPlace(op, [&] {
      op.setPads(pads);
      op.getInputMutable().assign(pad->op.getInput());
    });
    return success();
  }
};

/// The taps of a convolution along one spatial dimension that ever read its
/// input: those of a wide dilation may see padding only.
struct ReadTaps {
  int64_t first = 0, last = 0;

  ReadTaps(ConvOp op, int64_t d) {
    int64_t size = op.getInput().getType().getDimSize(d + 2);
    int64_t outputs = op.getType().getDimSize(d + 2);
    int64_t stride = op.getStrides()[d], dilation = op.getDilations()[d];
    auto row = [&](int64_t output, int64_t tap) {
      return output * stride + tap * dilation - op.getPads()[d];
    };
    last = op.getWeight().getType().getDimSize(d + 2) - 1;
    while (first < last && row(outputs - 1, first) < 0)
      ++first;
    while (first < last && row(0, last) >= size)
      --last;
  }
  int64_t count() const { return last - first + 1; }
};

/// A convolution without the taps that read nothing.
struct TrimTaps : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override {
    auto isKnown = [](Value value) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      return type && type.getRank() == 4 &&
             llvm::all_of(type.getShape().drop_front(), [](int64_t size) {
               return !ShapedType::isDynamic(size) && size > 0;
             });
    };
    Attribute attr;
    if (op.getAutoPad() != "NOTSET" || !isKnown(op.getInput()) ||
        !isKnown(op.getWeight()) || !isKnown(op.getResult()) ||
        !matchPattern(op.getWeight(), m_Constant(&attr)))
      return rewriter.notifyMatchFailure(op, "shapes or weights are unknown");
    std::optional<FloatConstant> weight = FloatConstant::get(attr);
    auto type = cast<RankedTensorType>(op.getWeight().getType());
    ReadTaps rows(op, 0), columns(op, 1);
    if (!weight || (rows.count() == type.getDimSize(2) &&
                    columns.count() == type.getDimSize(3)))
      return rewriter.notifyMatchFailure(op, "reads its input with all taps");
    SmallVector<int64_t> pads(op.getPads());
    const ReadTaps both[] = {rows, columns};
    for (auto [d, taps] : llvm::enumerate(both)) {
      int64_t dilation = op.getDilations()[d];
      pads[d] -= taps.first * dilation;
      pads[d + 2] -= (type.getDimSize(d + 2) - 1 - taps.last) * dilation;
    }
    if (llvm::any_of(pads, [](int64_t pad) { return pad < 0; }))
      return rewriter.notifyMatchFailure(op, "would not read all of its input");
    auto trimmed = type.clone({type.getDimSize(0), type.getDimSize(1),
                               rows.count(), columns.count()});
    int64_t planes = type.getDimSize(0) * type.getDimSize(1);
    Value constant = ConstantOp::create(
        rewriter, op.getLoc(),
        makeFloatConstant(
            trimmed, "trimmed.weight", [&](MutableArrayRef<float> to) {
              size_t next = 0;
              for (int64_t plane = 0; plane < planes; ++plane)
                for (int64_t i = rows.first; i <= rows.last; ++i)
                  for (int64_t j = columns.first; j <= columns.last; ++j)
                    to[next++] = (*weight)[(plane * type.getDimSize(2) + i) *
                                               type.getDimSize(3) +
                                           j];
            }));
    rewriter.modifyOpInPlace(op, [&] {
      op.setPads(pads);
      op.getWeightMutable().assign(constant);
    });
    return success();
  }
};

/// max_pool(pad(relu(x))) ==> max_pool(relu(x)) with pads: a zero never wins
/// over what is not negative, and every window has such an element.
struct PadIntoMaxPool : OpRewritePattern<MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxPoolOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<SpatialPad> pad = SpatialPad::match(op.getInput());
    if (!pad)
      return rewriter.notifyMatchFailure(op, "input is not padded with zeros");
    if (op.getAutoPad() != "NOTSET" || op.getCeilMode() ||
        !allEqual(op.getPads(), 0) || !allEqual(op.getDilations(), 1))
      return rewriter.notifyMatchFailure(op, "has pads of its own");
    Operation *producer = pad->op.getInput().getDefiningOp();
    auto conv = dyn_cast_if_present<ConvOp>(producer);
    if (!isa_and_present<ReluOp>(producer) &&
        !(conv && conv.getActivation() == Activation::relu))
      return rewriter.notifyMatchFailure(op, "input may be negative");
    for (size_t i = 0; i < 4; ++i)
      if (pad->pads[i] >= op.getKernelShape()[i % 2])
        return rewriter.notifyMatchFailure(op, "a window sees padding only");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPads(pad->pads);
      op.getInputMutable().assign(pad->op.getInput());
    });
    return success();
  }
};

/// avg_pool with one window for the whole plane ==> global_avg_pool
struct AvgPoolToGlobal : OpRewritePattern<AvgPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AvgPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto result = dyn_cast<RankedTensorType>(op.getType());
    if (!input || !result || op.getAutoPad() != "NOTSET" ||
        !allEqual(op.getPads(), 0) || !allEqual(op.getDilations(), 1) ||
        input.getShape().drop_front(2) != op.getKernelShape() ||
        !allEqual(result.getShape().drop_front(2), 1))
      return rewriter.notifyMatchFailure(op, "window is not the plane");
    rewriter.replaceOpWithNewOp<GlobalAvgPoolOp>(op, op.getInput());
    return success();
  }
};

/// reduce_mean of the spatial dimensions ==> global_avg_pool; of dimensions 1
/// and 2 (an NHWC network) the same behind a transpose.
struct ReduceMeanToGlobal : OpRewritePattern<ReduceMeanOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceMeanOp op,
                                PatternRewriter &rewriter) const override {
    auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto result = dyn_cast<RankedTensorType>(op.getType());
    std::optional<SmallVector<int64_t>> axes = constantIntegers(op.getAxes());
    if (!input || !result || input.getRank() != 4 || !axes || axes->size() != 2)
      return rewriter.notifyMatchFailure(op, "is not of two of four axes");
    if (!isa<FloatType>(input.getElementType()))
      return rewriter.notifyMatchFailure(op, "is of integers");
    for (int64_t &axis : *axes)
      axis += axis < 0 ? 4 : 0;
    llvm::sort(*axes);
    bool isNHWC = ArrayRef<int64_t>(*axes) == ArrayRef<int64_t>({1, 2});
    if (!isNHWC && ArrayRef<int64_t>(*axes) != ArrayRef<int64_t>({2, 3}))
      return rewriter.notifyMatchFailure(op, "axes are not spatial");
    Value value = op.getInput();
    if (isNHWC)
      value = TransposeOp::create(rewriter, op.getLoc(), value,
                                  ArrayRef<int64_t>{0, 3, 1, 2});
    value = GlobalAvgPoolOp::create(rewriter, op.getLoc(), value);
    if (isNHWC && op.getKeepdims())
      value = TransposeOp::create(rewriter, op.getLoc(), value,
                                  ArrayRef<int64_t>{0, 2, 3, 1});
    if (!op.getKeepdims())
      value = FlattenOp::create(rewriter, op.getLoc(), value);
    rewriter.replaceOp(op, value);
    return success();
  }
};

/// matmul of matrices ==> gemm
struct MatMulToGemm : OpRewritePattern<MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MatMulOp op,
                                PatternRewriter &rewriter) const override {
    auto a = dyn_cast<RankedTensorType>(op.getA().getType());
    auto b = dyn_cast<RankedTensorType>(op.getB().getType());
    if (!a || !b || a.getRank() != 2 || b.getRank() != 2)
      return rewriter.notifyMatchFailure(op, "operands are no matrices");
    rewriter.replaceOpWithNewOp<GemmOp>(
        op, op.getA(), op.getB(), /*c=*/Value(), /*trans_a=*/false,
        /*trans_b=*/false, llvm::APFloat(1.0f), llvm::APFloat(1.0f));
    return success();
  }
};

/// relu(relu(x)) ==> relu(x)
struct ReluOfRelu : OpRewritePattern<ReluOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReluOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getInput().getDefiningOp<ReluOp>())
      return rewriter.notifyMatchFailure(op, "input is no relu");
    rewriter.replaceOp(op, op.getInput());
    return success();
  }
};

/// clip(x, 0) ==> relu(x)
struct ClipToRelu : OpRewritePattern<ClipOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ClipOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getMax() || !op.getMin() || !isZeroOrAbsent(op.getMin()))
      return rewriter.notifyMatchFailure(op, "is not [0, inf)");
    rewriter.replaceOpWithNewOp<ReluOp>(op, op.getInput());
    return success();
  }
};

} // namespace

void ConvOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<PadIntoConv, TrimTaps>(context);
}
void MaxPoolOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<PadIntoMaxPool>(context);
}
void AvgPoolOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<AvgPoolToGlobal>(context);
}
void ReduceMeanOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<ReduceMeanToGlobal>(context);
}
void MatMulOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<MatMulToGemm>(context);
}
void ReluOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<ReluOfRelu>(context);
}
void ClipOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *context) {
  patterns.add<ClipToRelu>(context);
}
