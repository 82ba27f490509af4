//===- Losses.cpp - What training makes small -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Losses.h"

using namespace mlir;
using namespace resnetc::resnet;

/// Whether a softmax is over the classes: dimension 1.
static bool isOverClasses(SoftmaxOp op) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t axis =
      op.getAxis() < 0 ? op.getAxis() + type.getRank() : op.getAxis();
  return axis == 1 && (!op.getFlatten() || type.getRank() == 2);
}

Value resnetc::resnet::getLogits(LossKind kind, Value output) {
  if (kind == LossKind::SoftmaxCrossEntropy)
    if (auto softmax = output.getDefiningOp<SoftmaxOp>();
        softmax && isOverClasses(softmax))
      return softmax.getInput();
  if (kind == LossKind::BinaryCrossEntropy)
    if (auto sigmoid = output.getDefiningOp<SigmoidOp>())
      return sigmoid.getInput();
  return output;
}

RankedTensorType resnetc::resnet::getTargetType(LossKind kind,
                                                RankedTensorType output) {
  if (kind != LossKind::SoftmaxCrossEntropy)
    return output;
  SmallVector<int64_t> shape(output.getShape());
  shape.erase(shape.begin() + 1);
  return RankedTensorType::get(shape,
                               IntegerType::get(output.getContext(), 64));
}

/// The sum over all examples. What belongs to one comes first, because it can
/// be summed while the example is at hand.
static Value sumAll(Arithmetic &a, Value value) {
  auto inner = llvm::to_vector(
      llvm::seq<int64_t>(1, Arithmetic::typeOf(value).getRank()));
  return a.reduce(a.reduce(value, inner, /*keepdims=*/false), {0},
                  /*keepdims=*/false);
}

/// How many examples count, of all processes if there are several.
static Value countAll(Arithmetic &a, const LossOptions &options, Value count) {
  return options.isParallel ? a.create<AllReduceOp>(count) : count;
}

/// The mean over all elements of all examples.
static Value meanAll(Arithmetic &a, const LossOptions &options, Value value) {
  ArrayRef<int64_t> shape = Arithmetic::typeOf(value).getShape();
  double size = 1;
  for (int64_t dimension : shape.drop_front())
    size *= static_cast<double>(dimension);
  Value sum = sumAll(a, value);
  Value count = countAll(a, options, a.create<BatchSizeOp>(value));
  if (size != 1)
    count = a.mul(count, a.number(count, size));
  return a.div(sum, count);
}

/// In `N x C x ...`, what a probability distribution over the classes C that
/// the label asks for: 1 for its class, or nothing if it does not count; with
/// weights, times that of the class.
static Value encodeLabels(Arithmetic &a, const LossOptions &options,
                          Value logits, Value label) {
  int64_t rank = Arithmetic::typeOf(logits).getRank();
  int64_t classes = Arithmetic::typeOf(logits).getDimSize(1);
  // Classes are compared, not indexed: a label that is no class is 0 in all.
  SmallVector<int64_t> shape(rank - 1, 1);
  shape.front() = classes;
  auto type = RankedTensorType::get(shape, a.getBuilder().getI64Type());
  auto numbers = llvm::to_vector(llvm::seq<int64_t>(0, classes));
  bool isIgnored = options.ignoreIndex >= 0 && options.ignoreIndex < classes;
  if (isIgnored)
    numbers[options.ignoreIndex] = std::numeric_limits<int64_t>::min();
  Value names = a.create<ConstantOp>(
      DenseElementsAttr::get(type, ArrayRef<int64_t>(numbers)));
  Value column = a.create<UnsqueezeOp>(label, a.integers({1}));
  return a.cast(a.create<EqualOp>(column, names),
                Arithmetic::elementType(logits));
}

static Value buildSoftmaxCrossEntropy(Arithmetic &a, const LossOptions &options,
                                      Value logits, Value label,
                                      Value classWeights) {
  int64_t rank = Arithmetic::typeOf(logits).getRank();
  double classes =
      static_cast<double>(Arithmetic::typeOf(logits).getDimSize(1));
  Value isClass = encodeLabels(a, options, logits, label);
  Value weights;
  if (classWeights)
    weights = a.byChannel(classWeights, rank);
  Value weighted = weights ? a.mul(isClass, weights) : isClass;
  Value count = countAll(a, options, sumAll(a, weighted));

  Value asked = weighted;
  if (options.labelSmoothing != 0) {
    Value counts = a.reduce(isClass, {1}, /*keepdims=*/true);
    Value share =
        a.mul(counts, a.number(logits, options.labelSmoothing / classes));
    if (weights)
      share = a.mul(share, weights);
    asked = a.add(a.mul(asked, a.number(logits, 1 - options.labelSmoothing)),
                  share);
  }
  Value normalizer =
      a.reduce(logits, {1}, /*keepdims=*/true, Reduction::log_sum_exp);
  Value loss = a.mul(a.sub(normalizer, logits), asked);
  return a.div(sumAll(a, loss), count);
}

Value resnetc::resnet::buildLoss(Arithmetic &a, const LossOptions &options,
                                 Value logits, Value target,
                                 Value classWeights) {
  Type f32 = a.getBuilder().getF32Type();
  logits = a.cast(logits, f32);
  switch (options.kind) {
  case LossKind::SoftmaxCrossEntropy:
    return buildSoftmaxCrossEntropy(a, options, logits, target, classWeights);
  case LossKind::BinaryCrossEntropy: {
    // -t log(s) - (1 - t) log(1 - s), for s = 1 / (1 + exp(-x))
    Value product = a.mul(logits, a.cast(target, f32));
    return meanAll(a, options, a.sub(a.create<SoftplusOp>(logits), product));
  }
  case LossKind::MeanSquaredError:
    return meanAll(a, options, a.square(a.sub(logits, a.cast(target, f32))));
  }
  llvm_unreachable("all kinds are above");
}
