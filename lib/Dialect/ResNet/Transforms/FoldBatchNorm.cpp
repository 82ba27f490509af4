//===- FoldBatchNorm.cpp - Fold normalization into weights ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-fold-batch-norm pass. With weights W and bias
// b, and a normalization s * x + t by channel,
//
//   after:   s * (W x + b) + t = (s W) x + (s b + t)
//   before:  W (s x + t) + b   = (W s) x + (W t + b)
//
// The second holds only without padding (or shift): a padded zero is a zero
// after the normalization, not before it.
//
//===----------------------------------------------------------------------===//

#include "ChannelAffine.h"
#include "RewriteUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETFOLDBATCHNORM
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// A convolution, transposed or not, or a Gemm as a matrix with constant
/// coefficients: `outputs` rows of `inputs` coefficients of `window` elements
/// each.
struct LinearLayer {
  Operation *op = nullptr;
  Value weightValue;
  std::optional<FloatConstant> weight;
  std::optional<FloatConstant> bias;
  int64_t outputs = 0, inputs = 0, window = 1, groups = 1;
  /// The matrix lies as inputs x outputs: of all groups x of one.
  bool transposed = false;

  static FailureOr<LinearLayer> match(Operation *op, PatternRewriter &rewriter);
  /// Where the coefficient of output m and input k (of m's group) lies.
  int64_t index(int64_t m, int64_t k) const {
    if (!transposed)
      return (m * inputs + k) * window;
    int64_t ofGroup = outputs / groups;
    return (channel(m, k) * ofGroup + m % ofGroup) * window;
  }
  /// The channel that input k of output m's group is.
  int64_t channel(int64_t m, int64_t k) const {
    return m / (outputs / groups) * inputs + k;
  }
  void setParameters(
      PatternRewriter &rewriter, bool changesWeight,
      llvm::function_ref<void(MutableArrayRef<float>)> fillWeight,
      llvm::function_ref<void(MutableArrayRef<float>)> fillBias) const;
};

} // namespace

FailureOr<LinearLayer> LinearLayer::match(Operation *op,
                                          PatternRewriter &rewriter) {
  LinearLayer layer;
  layer.op = op;
  Value bias;
  if (auto conv = dyn_cast<ConvOp>(op)) {
    if (conv.getResidual() || conv.getActivation() != Activation::none)
      return rewriter.notifyMatchFailure(op, "has a residual or activation");
    layer.weightValue = conv.getWeight();
    layer.groups = conv.getGroup();
    bias = conv.getBias();
  } else if (auto conv = dyn_cast<ConvTransposeOp>(op)) {
    layer.weightValue = conv.getWeight();
    layer.groups = conv.getGroup();
    layer.transposed = true;
    bias = conv.getBias();
  } else if (auto gemm = dyn_cast<GemmOp>(op)) {
    if (gemm.getTransA() || !gemm.getAlpha().isExactlyValue(1) ||
        !gemm.getBeta().isExactlyValue(1))
      return rewriter.notifyMatchFailure(op, "is scaled or transposes A");
    layer.weightValue = gemm.getB();
    layer.transposed = !gemm.getTransB();
    bias = gemm.getC();
  } else {
    return rewriter.notifyMatchFailure(op, "is no convolution or Gemm");
  }
  auto type = dyn_cast<RankedTensorType>(layer.weightValue.getType());
  layer.weight = getFloatConstant(layer.weightValue);
  if (!type || !layer.weight)
    return rewriter.notifyMatchFailure(op, "weight is no constant of f32");
  layer.outputs = type.getDimSize(layer.transposed ? 1 : 0);
  layer.inputs = type.getDimSize(layer.transposed ? 0 : 1);
  if (isa<ConvTransposeOp>(op)) {
    layer.outputs *= layer.groups;
    layer.inputs /= layer.groups;
  }
  for (int64_t size : type.getShape().drop_front(2))
    layer.window *= size;
  if (bias) {
    layer.bias = getFloatConstant(bias);
    if (!layer.bias ||
        static_cast<int64_t>(layer.bias->size()) != layer.outputs)
      return rewriter.notifyMatchFailure(
          op, "bias is no constant of f32 with a value for each channel");
  }
  return layer;
}

/// Gives the layer a new weight, unless that stays, and a new bias.
void LinearLayer::setParameters(
    PatternRewriter &rewriter, bool changesWeight,
    llvm::function_ref<void(MutableArrayRef<float>)> fillWeight,
    llvm::function_ref<void(MutableArrayRef<float>)> fillBias) const {
  rewriter.setInsertionPoint(op);
  Location loc = op->getLoc();
  Value newWeight = weightValue;
  if (changesWeight)
    newWeight = ConstantOp::create(
        rewriter, loc,
        makeFloatConstant(cast<RankedTensorType>(weightValue.getType()),
                          "folded.weight", fillWeight));
  auto biasType = RankedTensorType::get({outputs}, rewriter.getF32Type());
  Value newBias = ConstantOp::create(
      rewriter, loc, makeFloatConstant(biasType, "folded.bias", fillBias));
  rewriter.modifyOpInPlace(op, [&] {
    if (auto conv = dyn_cast<ConvOp>(op)) {
      conv.getWeightMutable().assign(newWeight);
      conv.getBiasMutable().assign(newBias);
    } else if (auto conv = dyn_cast<ConvTransposeOp>(op)) {
      conv.getWeightMutable().assign(newWeight);
      conv.getBiasMutable().assign(newBias);
    } else {
      auto gemm = cast<GemmOp>(op);
      gemm.getBMutable().assign(newWeight);
      gemm.getCMutable().assign(newBias);
    }
  });
}

namespace {

/// conv → batch_norm ==> conv
struct FoldIntoProducer : RewritePattern {
  FoldIntoProducer(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/2, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    std::optional<ChannelAffine> affine = ChannelAffine::match(op);
    if (!affine)
      return rewriter.notifyMatchFailure(op, "is not affine by channel");
    Operation *producer = affine->input.getDefiningOp();
    if (!producer || !producer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "input has other uses");
    FailureOr<LinearLayer> layer = LinearLayer::match(producer, rewriter);
    if (failed(layer))
      return failure();
    layer->setParameters(
        rewriter, affine->scales(),
        [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; m < layer->outputs; ++m)
            for (int64_t k = 0; k < layer->inputs; ++k)
              for (int64_t i = layer->index(m, k), end = i + layer->window;
                   i < end; ++i)
                to[i] =
                    static_cast<float>((*layer->weight)[i] * affine->scale[m]);
        },
        [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; m < layer->outputs; ++m) {
            double bias = layer->bias ? (*layer->bias)[m] : 0;
            to[m] =
                static_cast<float>(bias * affine->scale[m] + affine->shift[m]);
          }
        });
    rewriter.replaceOp(op, producer);
    return success();
  }
};

/// batch_norm → conv ==> conv
struct FoldIntoConsumer : RewritePattern {
  FoldIntoConsumer(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa<ConvOp, GemmOp>(op))
      return failure();
    FailureOr<LinearLayer> layer = LinearLayer::match(op, rewriter);
    Operation *producer = op->getOperand(0).getDefiningOp();
    if (failed(layer) || !producer || !producer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "input has other uses");
    std::optional<ChannelAffine> affine = ChannelAffine::match(producer);
    if (!affine)
      return rewriter.notifyMatchFailure(op, "input is not affine by channel");
    auto conv = dyn_cast<ConvOp>(op);
    bool pads = conv && (conv.getAutoPad() != "NOTSET" ||
                         llvm::any_of(conv.getPads(),
                                      [](int64_t pad) { return pad != 0; }));
    if (pads && affine->shifts())
      return rewriter.notifyMatchFailure(
          op, "pads with zeros what is shifted before");
    layer->setParameters(
        rewriter, affine->scales(),
        [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; m < layer->outputs; ++m)
            for (int64_t k = 0; k < layer->inputs; ++k)
              for (int64_t i = layer->index(m, k), end = i + layer->window;
                   i < end; ++i)
                to[i] = static_cast<float>((*layer->weight)[i] *
                                           affine->scale[layer->channel(m, k)]);
        },
        [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; m < layer->outputs; ++m) {
            double bias = layer->bias ? (*layer->bias)[m] : 0;
            for (int64_t k = 0; k < layer->inputs; ++k)
              for (int64_t i = layer->index(m, k), end = i + layer->window;
                   i < end; ++i)
                bias +=
                    (*layer->weight)[i] * affine->shift[layer->channel(m, k)];
            to[m] = static_cast<float>(bias);
          }
        });
    rewriter.replaceOp(producer, affine->input);
    return success();
  }
};

struct FoldBatchNorm
    : resnetc::resnet::impl::ResNetFoldBatchNormBase<FoldBatchNorm> {
  void runOnOperation() override {
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoProducer, FoldIntoConsumer>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    numFolded += before - count();
  }

private:
  int64_t count() {
    return llvm::range_size(getOperation().getOps<BatchNormOp>());
  }
};

} // namespace
