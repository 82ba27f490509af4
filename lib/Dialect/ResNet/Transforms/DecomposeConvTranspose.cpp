//===- DecomposeConvTranspose.cpp - Transposed convolution as one ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-decompose-conv-transpose pass.
//
// Along one dimension, with stride s, element q of the uncropped result is the
// sum of x[i] * w[k] over all i * s + k = q. For q = t * s + r that is the sum
// over j of x[t - j] * w[j * s + r]: for each phase r a convolution with every
// s-th tap, reversed. The phases are channels of one convolution, and become
// pixels afterwards (Shi et al., "Is the deconvolution layer the same as a
// convolutional layer?", 2016).
//
//===----------------------------------------------------------------------===//

#include "RewriteUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETDECOMPOSECONVTRANSPOSE
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// The phases' taps are as many as the weight's but for the zeros between those
/// of a dilation and past the last of a phase. More zeros than this, for each
/// tap, are not worth it.
constexpr double maxGrowth = 8;

/// One spatial dimension.
struct Dimension {
  int64_t input, output, kernel, stride, dilation, pad;

  int64_t extent() const { return dilation * (kernel - 1) + 1; }
  /// Taps of a phase.
  int64_t taps() const { return llvm::divideCeilSigned(extent(), stride); }
  /// The first t that is not cropped.
  int64_t first() const { return pad / stride; }
  /// How many t are computed of each phase.
  int64_t count() const {
    return llvm::divideCeilSigned(pad + output, stride) - first();
  }
  int64_t padBegin() const { return taps() - 1 - first(); }
  int64_t padEnd() const { return first() + count() - input; }
  /// What is cropped off the phases in front.
  int64_t crop() const { return pad - first() * stride; }
  /// Which tap of the weight is tap `i` of phase `r`, reversed; none between
  /// the taps of a dilated one.
  std::optional<int64_t> tap(int64_t r, int64_t i) const {
    int64_t at = (taps() - 1 - i) * stride + r;
    if (at >= extent() || at % dilation != 0)
      return std::nullopt;
    return at / dilation;
  }
};

/// A transposed convolution that can be decomposed.
struct Match {
  std::array<Dimension, 2> spatial;
  int64_t inputs, outputs, group;
  std::optional<FloatConstant> weight, bias;
  bool isConstant; ///< Both, if there is a bias.

  static FailureOr<Match> get(ConvTransposeOp op, PatternRewriter &rewriter);
  int64_t phases() const { return spatial[0].stride * spatial[1].stride; }
  /// Whether the channels of a phase are neighbours, which keeps them so in
  /// pixels. Those of a group have to be, too.
  bool phasesFirst() const {
    return group == 1 && spatial[0].stride == spatial[1].stride;
  }
  /// The channel and the phase that channel `i` of the convolution is.
  std::pair<int64_t, int64_t> outputOf(int64_t i) const {
    return phasesFirst() ? std::pair(i % outputs, i / outputs)
                         : std::pair(i / phases(), i % phases());
  }
};

struct DecomposePattern : OpRewritePattern<ConvTransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConvTransposeOp op,
                                PatternRewriter &rewriter) const override;
};

struct DecomposeConvTranspose
    : resnetc::resnet::impl::ResNetDecomposeConvTransposeBase<
          DecomposeConvTranspose> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DecomposePattern>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

FailureOr<Match> Match::get(ConvTransposeOp op, PatternRewriter &rewriter) {
  auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
  auto weight = dyn_cast<RankedTensorType>(op.getWeight().getType());
  auto result = dyn_cast<RankedTensorType>(op.getType());
  if (!input || !weight || !result || input.getRank() != 4)
    return rewriter.notifyMatchFailure(op, "is not of two dimensions");
  auto isKnown = [](RankedTensorType type) {
    return llvm::none_of(type.getShape().drop_front(), [](int64_t size) {
      return ShapedType::isDynamic(size) || size == 0;
    });
  };
  Match match;
  match.weight = getFloatConstant(op.getWeight());
  match.bias = getFloatConstant(op.getBias());
  // Else what all examples share is rearranged at run time.
  match.isConstant = match.weight && (!op.getBias() || match.bias);
  if (!isKnown(input) || !isKnown(result))
    return rewriter.notifyMatchFailure(op, "has an unknown or empty shape");
  bool isLearned = isShared(op.getWeight()) && isShared(op.getBias()) &&
                   weight.hasStaticShape() && !isShared(op.getInput());
  if (!match.isConstant && !isLearned)
    return rewriter.notifyMatchFailure(op, "weight is no constant of f32");
  match.group = op.getGroup();
  match.inputs = input.getDimSize(1);
  match.outputs = result.getDimSize(1);
  for (size_t i = 0; i < 2; ++i) {
    Dimension &d = match.spatial[i];
    d = {input.getDimSize(i + 2),  result.getDimSize(i + 2),
         weight.getDimSize(i + 2), op.getStrides()[i],
         op.getDilations()[i],     op.getPads()[i]};
    if (d.pad < 0 || d.padBegin() < 0 || d.padEnd() < 0)
      return rewriter.notifyMatchFailure(op, "crops more than taps reach");
  }
  double elements = static_cast<double>(match.outputs) * match.inputs /
                    match.group * match.phases();
  for (const Dimension &d : match.spatial)
    elements *= static_cast<double>(d.taps());
  if (elements > maxGrowth * static_cast<double>(weight.getNumElements()))
    return rewriter.notifyMatchFailure(op, "would multiply by zeros mostly");
  return match;
}

/// The taps of all phases, M * phases x C/group x taps x taps.
static ElementsAttr makeWeight(const Match &match, Type element) {
  const Dimension &h = match.spatial[0], &w = match.spatial[1];
  int64_t inputs = match.inputs / match.group;
  int64_t outputs = match.outputs / match.group; // of a group
  auto type = RankedTensorType::get(
      {match.outputs * match.phases(), inputs, h.taps(), w.taps()}, element);
  return makeFloatConstant(
      type, "phases.weight", [&](MutableArrayRef<float> to) {
        size_t next = 0;
        for (int64_t i = 0; i < match.outputs * match.phases(); ++i) {
          const auto [m, r] = match.outputOf(i);
          for (int64_t c = 0; c < inputs; ++c) {
            int64_t channel = m / outputs * inputs + c;
            int64_t row = channel * outputs + m % outputs;
            for (int64_t y = 0; y < h.taps(); ++y)
              for (int64_t x = 0; x < w.taps(); ++x, ++next) {
                auto i = h.tap(r / w.stride, y), j = w.tap(r % w.stride, x);
                if (i && j)
                  to[next] =
                      (*match.weight)[(row * h.kernel + *i) * w.kernel + *j];
              }
          }
        }
      });
}

/// The taps of a weight by row, phase and tap of the phase, then by column, as
/// its dimensions 2; those that a phase lacks are zero.
static Value gatherTaps(const Match &match, Value weight, Location loc,
                        PatternRewriter &rewriter) {
  const auto &[h, w] = match.spatial;
  auto type = cast<RankedTensorType>(weight.getType());
  SmallVector<int64_t> indices;
  SmallVector<Attribute> mask;
  bool lacksAny = false;
  for (int64_t i = 0; i < h.stride * h.taps(); ++i)
    for (int64_t j = 0; j < w.stride * w.taps(); ++j) {
      std::optional<int64_t> row = h.tap(i / h.taps(), i % h.taps());
      std::optional<int64_t> column = w.tap(j / w.taps(), j % w.taps());
      bool isTap = row && column;
      indices.push_back(isTap ? *row * w.kernel + *column : 0);
      mask.push_back(rewriter.getFloatAttr(type.getElementType(), isTap));
      lacksAny |= !isTap;
    }
  auto size = static_cast<int64_t>(indices.size());
  if (llvm::equal(indices, llvm::seq<int64_t>(0, h.kernel * w.kernel)))
    return weight;
  SmallVector<int64_t> shape(type.getShape().take_front(2));
  shape.push_back(h.kernel * w.kernel);
  Value flat = createReshape(rewriter, loc, weight, shape);
  shape.back() = size;
  Value taps = GatherOp::create(rewriter, loc, type.clone(shape), flat,
                                createInts(rewriter, loc, indices),
                                /*axis=*/2);
  if (!lacksAny)
    return taps;
  Value factors = ConstantOp::create(
      rewriter, loc, DenseElementsAttr::get(type.clone({size}), mask));
  return MulOp::create(rewriter, loc, taps, factors);
}

/// The same of a weight that is not known.
static Value gatherWeight(const Match &match, ConvTransposeOp op,
                          PatternRewriter &rewriter) {
  Location loc = op.getLoc();
  bool isPlain = match.group == 1 && llvm::all_of(match.spatial, [](auto &d) {
                   return d.stride == 1 && d.dilation == 1;
                 });
  if (isPlain)
    return TransposeFilterOp::create(rewriter, loc, op.getWeight());
  Value value = gatherTaps(match, op.getWeight(), loc, rewriter);
  const auto &[h, w] = match.spatial;
  int64_t inputs = match.inputs / match.group;
  int64_t outputs = match.outputs / match.group;
  value = createReshape(
      rewriter, loc, value,
      {match.group, inputs, outputs, h.stride, h.taps(), w.stride, w.taps()});
  SmallVector<int64_t> perm = match.phasesFirst()
                                  ? SmallVector<int64_t>{3, 5, 0, 2, 1, 4, 6}
                                  : SmallVector<int64_t>{0, 2, 3, 5, 1, 4, 6};
  value = TransposeOp::create(rewriter, loc, value, ArrayRef<int64_t>(perm));
  return createReshape(
      rewriter, loc, value,
      {match.outputs * match.phases(), inputs, h.taps(), w.taps()});
}

/// The bias of each channel of the convolution.
static Value gatherBias(const Match &match, ConvTransposeOp op,
                        PatternRewriter &rewriter) {
  SmallVector<int64_t> indices;
  for (int64_t i = 0; i < match.outputs * match.phases(); ++i)
    indices.push_back(match.outputOf(i).first);
  auto type = cast<RankedTensorType>(op.getBias().getType());
  auto size = static_cast<int64_t>(indices.size());
  return GatherOp::create(rewriter, op.getLoc(), type.clone({size}),
                          op.getBias(),
                          createInts(rewriter, op.getLoc(), indices),
                          /*axis=*/0);
}

/// The phases as pixels.
static Value interleave(const Match &match, Value phases,
                        PatternRewriter &rewriter) {
  const auto &[h, w] = match.spatial;
  auto type = cast<RankedTensorType>(phases.getType());
  Location loc = phases.getLoc();
  auto result = type.clone({type.getDimSize(0), match.outputs,
                            h.count() * h.stride, w.count() * w.stride});
  if (match.phases() == 1)
    return phases;
  if (h.stride == w.stride)
    return DepthToSpaceOp::create(rewriter, loc, result, phases, h.stride,
                                  /*columns_first=*/!match.phasesFirst());
  Value apart = createReshape(rewriter, loc, phases,
                              {type.getDimSize(0), match.outputs, h.stride,
                               w.stride, h.count(), w.count()});
  SmallVector<int64_t> perm{0, 1, 4, 2, 5, 3}, sizes;
  for (int64_t i : perm)
    sizes.push_back(cast<RankedTensorType>(apart.getType()).getDimSize(i));
  Value moved =
      TransposeOp::create(rewriter, loc, type.clone(sizes), apart, perm);
  return createReshape(rewriter, loc, moved, result.getShape());
}

LogicalResult
DecomposePattern::matchAndRewrite(ConvTransposeOp op,
                                  PatternRewriter &rewriter) const {
  FailureOr<Match> match = Match::get(op, rewriter);
  if (failed(match))
    return failure();
  const auto &[h, w] = match->spatial;
  Location loc = op.getLoc();
  auto result = cast<RankedTensorType>(op.getType());
  // A rectifier behind is the convolution's.
  ReluOp relu;
  if (op->hasOneUse())
    relu = dyn_cast<ReluOp>(*op->user_begin());

  Value bias;
  if (!match->isConstant)
    bias = op.getBias() ? gatherBias(*match, op, rewriter) : Value();
  else if (match->bias)
    bias = ConstantOp::create(
        rewriter, loc,
        makeFloatConstant(
            RankedTensorType::get({match->outputs * match->phases()},
                                  result.getElementType()),
            "phases.bias", [&](MutableArrayRef<float> to) {
              for (size_t i = 0; i < to.size(); ++i)
                to[i] = (*match->bias)[match->outputOf(i).first];
            }));
  Value weight;
  if (match->isConstant)
    weight = ConstantOp::create(rewriter, loc,
                                makeWeight(*match, result.getElementType()));
  else
    weight = gatherWeight(*match, op, rewriter);
  int64_t ones[] = {1, 1};
  Value phases = ConvOp::create(
      rewriter, loc,
      result.clone({result.getDimSize(0), match->outputs * match->phases(),
                    h.count(), w.count()}),
      op.getInput(), weight, bias, /*residual=*/Value(), ones,
      ArrayRef<int64_t>{h.padBegin(), w.padBegin(), h.padEnd(), w.padEnd()},
      ones, match->group, "NOTSET", relu ? Activation::relu : Activation::none);
  Value pixels = interleave(*match, phases, rewriter);
  if (pixels.getType() != result) {
    int64_t starts[] = {h.crop(), w.crop()};
    int64_t ends[] = {h.crop() + h.output, w.crop() + w.output};
    pixels = SliceOp::create(rewriter, loc, result, pixels,
                             createInts(rewriter, loc, starts),
                             createInts(rewriter, loc, ends),
                             createInts(rewriter, loc, {2, 3}), Value());
  }
  if (relu)
    rewriter.replaceOp(relu, pixels);
  rewriter.replaceOp(op, pixels);
  return success();
}
