//===- TrainingForward.cpp - Layers that compute otherwise in training ----===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingForward.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include <limits>

using namespace mlir;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// Batch normalization
//===----------------------------------------------------------------------===//

/// Mixes the statistics of a batch into the running ones, as
/// torch.nn.BatchNorm2d does.
static Value mixIn(Arithmetic &a, Value running, Value ofBatch,
                   Value momentum) {
  Value kept = a.sub(a.number(momentum, 1), momentum);
  return a.add(a.mul(kept, running), a.mul(momentum, ofBatch));
}

namespace {

/// The statistics of a batch, or of the shares of it that processes have.
struct Statistics {
  Value examples; ///< How many there are; null for one batch.
  Value mean, variance;
};

} // namespace

static Statistics computeStatistics(Arithmetic &a, Value input, bool isShare) {
  auto own = BatchStatisticsOp::create(a.getBuilder(), a.getLoc(), input);
  if (!isShare)
    return {Value(), own.getMean(), own.getVariance()};
  // The mean of means, and of variances, each with the square of the distance
  // of its mean from that.
  Value examples = a.create<BatchSizeOp>(input);
  Value all = a.create<AllReduceOp>(examples);
  Value share = a.div(examples, all);
  Value mean = a.create<AllReduceOp>(a.mul(share, own.getMean()));
  Value distance = a.sub(own.getMean(), mean);
  Value variance = a.create<AllReduceOp>(
      a.mul(share, a.add(own.getVariance(), a.square(distance))));
  return {all, mean, variance};
}

/// n / (n - 1) for the n elements of a channel; at most n, where there is one.
static Value unbiasing(Arithmetic &a, Value count, Value input) {
  if (!count)
    count = a.create<BatchSizeOp>(input);
  double size = 1;
  for (int64_t dimension : Arithmetic::typeOf(input).getShape().drop_front(2))
    size *= static_cast<double>(dimension);
  Value one = a.number(count, 1);
  if (size != 1)
    count = a.mul(count, a.number(count, size));
  return a.div(count, a.max(a.sub(count, one), one));
}

SmallVector<Value> resnetc::resnet::useBatchStatistics(
    TrainingFunction &function, const IRMapping &values,
    ArrayRef<BatchNormOp> batchNorms, ArrayRef<BlockArgument> buffers,
    bool isShare) {
  llvm::SmallDenseMap<Value, Value> running;
  for (BlockArgument buffer : buffers)
    running[buffer] = buffer;
  Value momentum;
  if (!batchNorms.empty())
    momentum = function.addSetting("batch_norm_momentum", 0.1);
  for (BatchNormOp original : batchNorms) {
    auto norm = cast<BatchNormOp>(values.lookup(original.getOperation()));
    OpBuilder builder(norm);
    Arithmetic before(builder, norm.getLoc());
    Statistics ofBatch = computeStatistics(before, norm.getInput(), isShare);
    Arithmetic a(function.getBuilder(), norm.getLoc());
    Value &mean = running[norm.getMean()];
    mean = mixIn(a, mean, ofBatch.mean, momentum);
    Value &variance = running[norm.getVariance()];
    Value unbiased = a.mul(ofBatch.variance,
                           unbiasing(a, ofBatch.examples, norm.getInput()));
    variance = mixIn(a, variance, unbiased, momentum);
    norm.getMeanMutable().assign(ofBatch.mean);
    norm.getVarianceMutable().assign(ofBatch.variance);
  }
  return llvm::map_to_vector(
      buffers, [&](BlockArgument buffer) { return running[buffer]; });
}

Value resnetc::resnet::keepFinite(Arithmetic &a, Value loss, Value next,
                                  Value running) {
  Value isFinite =
      a.create<LessOp>(a.create<AbsOp>(loss),
                       a.number(loss, std::numeric_limits<double>::infinity()));
  return a.create<WhereOp>(isFinite, next, running);
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

BlockArgument resnetc::resnet::useRandomNumbers(
    TrainingFunction &function,
    llvm::function_ref<std::string(StringRef)> makeUnique) {
  Block &body = function.getFunction().getBody().front();
  auto dropouts = llvm::to_vector(body.getOps<DropoutOp>());
  if (dropouts.empty())
    return {};
  Builder b(body.getParentOp()->getContext());
  BlockArgument example = function.addArgument(
      RankedTensorType::get({ShapedType::kDynamic}, b.getI64Type()),
      makeUnique("example"), role::example);
  auto type =
      RankedTensorType::get({3}, b.getIntegerType(32, /*isSigned=*/false));
  BlockArgument random = function.addArgument(
      type, makeUnique("random"), role::random,
      DenseElementsAttr::get(type, ArrayRef<uint32_t>{0, 0, 0}));
  for (auto [stream, dropout] : llvm::enumerate(dropouts)) {
    dropout.getExampleMutable().assign(example);
    dropout.getRandomMutable().assign(random);
    dropout.setStream(static_cast<int64_t>(stream));
  }
  return random;
}

Value resnetc::resnet::countBatch(Arithmetic &a, BlockArgument random) {
  auto type = cast<RankedTensorType>(random.getType());
  Value one = a.create<ConstantOp>(
      DenseElementsAttr::get(type, ArrayRef<uint32_t>{0, 0, 1}));
  return a.create<AddOp>(random, one);
}
