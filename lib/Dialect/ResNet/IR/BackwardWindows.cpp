//===- BackwardWindows.cpp - Gradients of convolutions and pools ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackwardBuilder.h"

using namespace mlir;
using namespace resnetc::resnet;

/// The spatial sizes of a tensor; an error on the operation if they are not
/// known.
static FailureOr<Dims> planeOf(Operation *op, Value value) {
  auto shape = shapeOf(value);
  if (!shape || shape->size() < 3 ||
      llvm::any_of(shape->drop_front(2), isDynamic))
    return op->emitError("cannot be differentiated: spatial sizes are not "
                         "known");
  return Dims(shape->drop_front(2));
}

template <typename OpTy> static LogicalResult checkAutoPad(OpTy op) {
  if (op.getAutoPad() == "NOTSET")
    return success();
  return op.emitError("cannot be differentiated: auto_pad is not resolved");
}

/// All but the channels.
static Dims batchAndPlane(Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  Dims axes = {0};
  llvm::append_range(axes, llvm::seq<int64_t>(2, rank));
  return axes;
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

/// The gradient with respect to the input of a convolution by `weight` with the
/// attributes of `op`.
template <typename OpTy>
static FailureOr<Value> inputGradient(BackwardBuilder &b, OpTy op, Value input,
                                      Value weight, Value gradient) {
  FailureOr<Dims> from = planeOf(op, input);
  if (failed(from))
    return failure();
  FailureOr<Dims> to = planeOf(op, gradient), kernel = planeOf(op, weight);
  if (failed(to) || failed(kernel))
    return failure();
  // What lies behind the last window is read by none.
  size_t rank = from->size();
  Dims rest(rank);
  for (size_t d = 0; d < rank; ++d)
    rest[d] = (*from)[d] + op.getPads()[d] + op.getPads()[rank + d] -
              ((*kernel)[d] - 1) * op.getDilations()[d] - 1 -
              ((*to)[d] - 1) * op.getStrides()[d];
  return b.create<ConvTransposeOp>(gradient, weight, Value(), op.getStrides(),
                                   op.getPads(), op.getDilations(),
                                   ArrayRef<int64_t>(rest), op.getGroup());
}

Gradients ConvOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  if (failed(checkAutoPad(*this)))
    return failure();
  Value g = gradients.front();
  if (getActivation() == Activation::relu)
    g = b.mul(g, b.create<SignOp>(getResult()));
  FailureOr<Value> forInput =
      inputGradient(b, *this, getInput(), getWeight(), g);
  if (failed(forInput))
    return failure();
  FailureOr<Dims> kernel = planeOf(*this, getWeight());
  SmallVector<Value> results = {
      *forInput, b.create<ConvFilterGradientOp>(
                     getInput(), g, ArrayRef<int64_t>(*kernel), getStrides(),
                     getPads(), getDilations(), getGroup())};
  if (getBias())
    results.push_back(b.sum(g, batchAndPlane(g), /*keepdims=*/false));
  if (getResidual())
    results.push_back(g);
  return results;
}

Gradients ConvTransposeOp::buildBackward(OpBuilder &builder,
                                         ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front(), cut = g;
  FailureOr<Dims> kernel = planeOf(*this, getWeight()),
                  plane = planeOf(*this, g);
  if (failed(kernel) || failed(plane))
    return failure();
  // Negative pads, and output_padding that is not cut off again, add borders
  // to the result that nothing of the input goes to.
  size_t rank = kernel->size();
  Dims pads(getPads());
  for (size_t d = 0; d < rank; ++d) {
    int64_t &begin = pads[d], &end = pads[rank + d], size = (*plane)[d];
    end -= getOutputPadding()[d];
    if (begin < 0 || end < 0)
      cut = b.slice(cut, static_cast<int64_t>(2 + d),
                    std::max<int64_t>(-begin, 0),
                    size - std::max<int64_t>(-end, 0));
    begin = std::max<int64_t>(begin, 0);
    end = std::max<int64_t>(end, 0);
  }
  SmallVector<Value> results = {
      b.create<ConvOp>(cut, getWeight(), Value(), Value(), getStrides(),
                       ArrayRef<int64_t>(pads), getDilations(), getGroup(),
                       "NOTSET", Activation::none),
      b.create<ConvFilterGradientOp>(
          cut, getInput(), ArrayRef<int64_t>(*kernel), getStrides(),
          ArrayRef<int64_t>(pads), getDilations(), getGroup())};
  if (getBias())
    results.push_back(b.sum(g, batchAndPlane(g), /*keepdims=*/false));
  return results;
}

Gradients ConvFilterGradientOp::buildBackward(OpBuilder &builder,
                                              ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value weight = gradients.front();
  FailureOr<Value> forInput =
      inputGradient(b, *this, getInput(), weight, getGradient());
  if (failed(forInput))
    return failure();
  return SmallVector<Value>{
      *forInput, b.create<ConvOp>(getInput(), weight, Value(), Value(),
                                  getStrides(), getPads(), getDilations(),
                                  getGroup(), "NOTSET", Activation::none)};
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

Gradients MaxPoolOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  if (failed(checkAutoPad(*this)))
    return failure();
  return SmallVector<Value>{b.create<MaxPoolGradientOp>(
      getInput(), gradients.front(), getKernelShape(), getStrides(), getPads(),
      getDilations(), getCeilMode())};
}

Gradients AvgPoolOp::buildBackward(OpBuilder &builder, ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  if (failed(checkAutoPad(*this)))
    return failure();
  FailureOr<Dims> plane = planeOf(*this, getInput());
  if (failed(plane))
    return failure();
  return SmallVector<Value>{b.create<AvgPoolGradientOp>(
      gradients.front(), ArrayRef<int64_t>(*plane), getKernelShape(),
      getStrides(), getPads(), getDilations(), getCeilMode(),
      getCountIncludePad())};
}

Gradients AvgPoolGradientOp::buildBackward(OpBuilder &builder,
                                           ValueRange gradients) {
  return SmallVector<Value>{
      BackwardBuilder(builder, *this)
          .create<AvgPoolOp>(gradients.front(), getKernelShape(), getStrides(),
                             getPads(), getDilations(), getCeilMode(), "NOTSET",
                             getCountIncludePad())};
}

Gradients GlobalAvgPoolOp::buildBackward(OpBuilder &builder,
                                         ValueRange gradients) {
  BackwardBuilder b(builder, *this);
  Value g = gradients.front();
  auto type = dyn_cast<RankedTensorType>(getInput().getType());
  if (!type)
    return emitError("cannot be differentiated: the rank of the operand is "
                     "not known");
  FailureOr<double> count = b.knownCount(
      getInput(), llvm::to_vector(llvm::seq<int64_t>(2, type.getRank())));
  if (failed(count))
    return failure();
  return SmallVector<Value>{
      b.broadcastLike(b.mul(g, b.number(g, 1 / *count)), getInput())};
}
