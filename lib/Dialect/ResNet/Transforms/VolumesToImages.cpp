//===- VolumesToImages.cpp - Three spatial dimensions as two --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-volumes-to-images pass.
//
// The planes of a volume N x C x D x H x W lie under each other: that is an
// image N x C x (D * H) x W, on which a convolution in the plane works, if
// enough rows are between the planes. The taps along the depth are channels of
// its input: for each of them the planes that it reads.
//
//===----------------------------------------------------------------------===//

#include "RewriteUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETVOLUMESTOIMAGES
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static bool isVolume(Type type) { return isKnownOfRank(type, 5); }

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The planes of a volume under each other.
static Value stackPlanes(OpBuilder &b, Value volume) {
  ArrayRef<int64_t> shape = shapeOf(volume);
  return createReshape(b, volume.getLoc(), volume,
                       {shape[0], shape[1], shape[2] * shape[3], shape[4]});
}

/// Zeros before and after the elements of one dimension.
static Value pad(OpBuilder &b, Value value, int64_t axis, int64_t before,
                 int64_t after) {
  if (before == 0 && after == 0)
    return value;
  SmallVector<int64_t> shape(shapeOf(value)), pads(2 * shape.size());
  shape[axis] += before + after;
  pads[axis] = before;
  pads[shape.size() + axis] = after;
  auto type = cast<RankedTensorType>(value.getType());
  return PadOp::create(b, value.getLoc(), type.clone(shape), value,
                       createInts(b, value.getLoc(), pads), Value(), Value(),
                       "constant");
}

/// `count` elements of one dimension.
static Value slice(OpBuilder &b, Value value, int64_t axis, int64_t begin,
                   int64_t count, int64_t step) {
  SmallVector<int64_t> shape(shapeOf(value));
  if (begin == 0 && step == 1 && shape[axis] == count)
    return value;
  shape[axis] = count;
  auto type = cast<RankedTensorType>(value.getType());
  Location loc = value.getLoc();
  return SliceOp::create(b, loc, type.clone(shape), value,
                         createInts(b, loc, begin),
                         createInts(b, loc, begin + (count - 1) * step + 1),
                         createInts(b, loc, axis), createInts(b, loc, step));
}

namespace {

struct ConvPattern : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvOp op,
                                PatternRewriter &rewriter) const override;
};

/// A pool in the planes, each a channel of its own, and one along the depth.
template <typename OpTy> struct PoolPattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override;
};

/// What does not ask where in the volume an element is.
struct PointwisePattern : RewritePattern {
  PointwisePattern(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override;
};

struct VolumesToImages
    : resnetc::resnet::impl::ResNetVolumesToImagesBase<VolumesToImages> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvPattern, PoolPattern<MaxPoolOp>, PoolPattern<AvgPoolOp>,
                 PointwisePattern>(&getContext());
    ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// M x C x kD x kH x kW as M x (kD * C) x kH x kW.
static ElementsAttr makePlanarWeight(const FloatConstant &weight,
                                     RankedTensorType type) {
  ArrayRef<int64_t> shape = type.getShape();
  int64_t outputs = shape[0], channels = shape[1], depth = shape[2];
  int64_t plane = shape[3] * shape[4];
  auto planar = type.clone({outputs, depth * channels, shape[3], shape[4]});
  return makeFloatConstant(
      planar, "planar.weight", [&](MutableArrayRef<float> to) {
        size_t next = 0;
        for (int64_t m = 0; m < outputs; ++m)
          for (int64_t d = 0; d < depth; ++d)
            for (int64_t c = 0; c < channels; ++c)
              for (int64_t i = 0; i < plane; ++i)
                to[next++] =
                    weight[((m * channels + c) * depth + d) * plane + i];
      });
}

/// For each tap along the depth the planes that it reads, as channels.
static Value gatherPlanes(OpBuilder &b, ConvOp op, int64_t taps,
                          int64_t outputDepth) {
  int64_t stride = op.getStrides()[0], dilation = op.getDilations()[0];
  Value padded = pad(b, op.getInput(), 2, op.getPads()[0], op.getPads()[3]);
  SmallVector<Value> planes;
  for (int64_t tap = 0; tap < taps; ++tap)
    planes.push_back(slice(b, padded, 2, tap * dilation, outputDepth, stride));
  if (taps == 1)
    return planes.front();
  SmallVector<int64_t> shape(shapeOf(planes.front()));
  shape[1] *= taps;
  auto type = cast<RankedTensorType>(padded.getType()).clone(shape);
  return ConcatOp::create(b, op.getLoc(), type, planes, /*axis=*/1);
}

LogicalResult ConvPattern::matchAndRewrite(ConvOp op,
                                           PatternRewriter &rewriter) const {
  auto weightType = dyn_cast<RankedTensorType>(op.getWeight().getType());
  if (!isVolume(op.getInput().getType()) || !isVolume(op.getType()))
    return rewriter.notifyMatchFailure(op, "is not on volumes");
  std::optional<FloatConstant> weight = getFloatConstant(op.getWeight());
  if (!weight || op.getGroup() != 1 || op.getAutoPad() != "NOTSET" ||
      llvm::any_of(op.getPads(), [](int64_t pad) { return pad < 0; }))
    return rewriter.notifyMatchFailure(
        op, "has groups, a weight that is no constant, or other pads");
  auto resultType = cast<RankedTensorType>(op.getType());
  ArrayRef<int64_t> result = resultType.getShape(), pads = op.getPads();
  if (llvm::is_contained(result.drop_front(), 0))
    return rewriter.notifyMatchFailure(op, "has an empty result");
  Location loc = op.getLoc();

  Value planes =
      gatherPlanes(rewriter, op, weightType.getDimSize(2), result[2]);
  // Each plane has its own padding, and rows up to a multiple of the stride.
  int64_t stride = op.getStrides()[1];
  int64_t rows = shapeOf(planes)[3] + pads[1] + pads[4];
  int64_t height = llvm::divideCeilSigned(rows, stride) * stride;
  planes = pad(rewriter, planes, 3, pads[1], height - rows + pads[4]);
  int64_t extent = (weightType.getDimSize(3) - 1) * op.getDilations()[1] + 1;
  int64_t outputRows = height / stride;
  auto stacked = resultType.clone(
      {result[0], result[1], result[2] * outputRows, result[4]});

  Value residual = op.getResidual();
  if (residual)
    residual = stackPlanes(
        rewriter, pad(rewriter, residual, 3, 0, outputRows - result[3]));
  Value planar =
      ConstantOp::create(rewriter, loc, makePlanarWeight(*weight, weightType));
  Value conv = ConvOp::create(
      rewriter, loc, stacked, stackPlanes(rewriter, planes), planar,
      op.getBias(), residual, op.getStrides().drop_front(),
      ArrayRef<int64_t>{0, pads[2], std::max<int64_t>(extent - stride, 0),
                        pads[5]},
      op.getDilations().drop_front(), /*group=*/1, "NOTSET",
      op.getActivation());
  Value volume =
      createReshape(rewriter, loc, conv,
                    {result[0], result[1], result[2], outputRows, result[4]});
  rewriter.replaceOp(op, slice(rewriter, volume, 3, 0, result[3], 1));
  return success();
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

template <typename OpTy>
LogicalResult
PoolPattern<OpTy>::matchAndRewrite(OpTy op, PatternRewriter &rewriter) const {
  if (!isVolume(op.getInput().getType()) || !isVolume(op.getType()) ||
      op.getAutoPad() != "NOTSET")
    return rewriter.notifyMatchFailure(op, "is not on volumes");
  ArrayRef<int64_t> from = shapeOf(op.getInput()), to = shapeOf(op.getResult());
  auto type = cast<RankedTensorType>(op.getType());
  Location loc = op.getLoc();
  ArrayRef<int64_t> pads = op.getPads();
  auto pool = [&](Value input, ArrayRef<int64_t> shape,
                  ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                  ArrayRef<int64_t> dilations, ArrayRef<int64_t> padding) {
    auto pooled = cast<OpTy>(rewriter.clone(*op));
    pooled.getInputMutable().assign(input);
    pooled.setKernelShape(kernel);
    pooled.setStrides(strides);
    pooled.setDilations(dilations);
    pooled.setPads(padding);
    pooled.getResult().setType(type.clone(shape));
    return pooled.getResult();
  };
  Value planes = createReshape(rewriter, loc, op.getInput(),
                               {from[0], from[1] * from[2], from[3], from[4]});
  planes = pool(planes, {from[0], from[1] * from[2], to[3], to[4]},
                op.getKernelShape().drop_front(), op.getStrides().drop_front(),
                op.getDilations().drop_front(),
                {pads[1], pads[2], pads[4], pads[5]});
  Value depth = createReshape(rewriter, loc, planes,
                              {from[0], from[1], from[2], to[3] * to[4]});
  depth = pool(depth, {to[0], to[1], to[2], to[3] * to[4]},
               {op.getKernelShape()[0], 1}, {op.getStrides()[0], 1},
               {op.getDilations()[0], 1}, {pads[0], 0, pads[3], 0});
  rewriter.replaceOp(op, createReshape(rewriter, loc, depth, to));
  return success();
}

LogicalResult
PointwisePattern::matchAndRewrite(Operation *op,
                                  PatternRewriter &rewriter) const {
  bool isElementwise =
      op->hasTrait<resnetc::resnet::OpTrait::Elementwise>() || isa<ClipOp>(op);
  if (!isElementwise && !isa<BatchNormOp, GlobalAvgPoolOp>(op))
    return rewriter.notifyMatchFailure(op, "is not pointwise");
  if (op->getNumResults() != 1 || !isVolume(op->getResult(0).getType()))
    return rewriter.notifyMatchFailure(op, "is not on volumes");
  Type type = op->getResult(0).getType();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    auto own = dyn_cast<RankedTensorType>(operand.getType());
    bool isWhole =
        isVolume(operand.getType()) &&
        (!isElementwise ||
         shapeOf(operand) == cast<RankedTensorType>(type).getShape());
    bool isParameter = own && (!isElementwise || own.getNumElements() == 1) &&
                       own.getRank() <= 1;
    if (!isWhole && !isParameter)
      return rewriter.notifyMatchFailure(op, "broadcasts along a dimension");
    operands.push_back(isWhole ? stackPlanes(rewriter, operand) : operand);
  }
  Operation *clone = rewriter.clone(*op);
  clone->setOperands(operands);
  Value result = clone->getResult(0);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
  result.setType(cast<RankedTensorType>(type).clone(
      {shape[0], shape[1], shape[2] * shape[3], shape[4]}));
  rewriter.replaceOp(op, createReshape(rewriter, op->getLoc(), result, shape));
  return success();
}
