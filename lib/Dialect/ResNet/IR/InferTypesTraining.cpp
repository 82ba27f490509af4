//===- InferTypesTraining.cpp - What only gradients need ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferWindows.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace resnetc::resnet {

/// Checks that two shapes, which are aligned at the front, can be equal.
static LogicalResult checkShapes(MaybeLoc loc, StringRef name,
                                 ArrayRef<int64_t> shape, StringRef otherName,
                                 ArrayRef<int64_t> other) {
  bool fits = shape.size() == other.size();
  for (size_t i = 0; fits && i < shape.size(); ++i)
    fits = mayAgree(shape[i], other[i]);
  if (fits)
    return success();
  return emitOptionalError(loc, name, " has shape ", toString(shape), ", but ",
                           otherName, " ", toString(other));
}

//===----------------------------------------------------------------------===//
// Convolutions and pools
//===----------------------------------------------------------------------===//

/// Checks that `gradient` has an element for each window on `input`.
static LogicalResult checkWindows(MaybeLoc loc, ArrayRef<int64_t> input,
                                  ArrayRef<int64_t> gradient,
                                  const WindowAttributes &attrs) {
  if (input.size() < 3 || gradient.size() != input.size())
    return emitOptionalError(loc, "the input has rank ", input.size(),
                             " and the gradient ", gradient.size());
  Dims windows = {gradient[0], gradient[1]};
  if (failed(inferWindows(loc, input, attrs, windows)))
    return failure();
  if (!mayAgree(input[0], gradient[0]))
    return emitOptionalError(loc, "the input has a batch of ", input[0],
                             ", but the gradient of ", gradient[0]);
  return checkShapes(loc, "the gradient", gradient, "the windows have",
                     windows);
}

LogicalResult ConvFilterGradientOp::inferReturnTypes(MLIRContext *,
                                                     MaybeLoc loc,
                                                     Adaptor adaptor,
                                                     Types &types) {
  Type element = elementType(adaptor.getInput());
  if (failed(sameElementType(loc, "the gradient", adaptor.getGradient(),
                             adaptor.getInput())))
    return failure();
  auto input = shapeOf(adaptor.getInput()),
       gradient = shapeOf(adaptor.getGradient());
  if (!input || !gradient)
    return addUnranked(types, element);
  ArrayRef<int64_t> kernel = adaptor.getKernelShape();
  if (failed(checkWindows(loc, *input, *gradient,
                          {kernel, adaptor.getStrides(), adaptor.getPads(),
                           adaptor.getDilations(), "NOTSET"})))
    return failure();
  int64_t group = adaptor.getGroup();
  if (group < 1 || group > maxWindowNumber)
    return emitOptionalError(loc, "group is ", group);
  int64_t inputs = (*input)[1], outputs = (*gradient)[1];
  for (int64_t channels : {inputs, outputs})
    if (!isDynamic(channels) && channels % group != 0)
      return emitOptionalError(
          loc, channels, " channels are no multiple of the ", group, " groups");
  Dims result = {outputs, isDynamic(inputs) ? inputs : inputs / group};
  llvm::append_range(result, kernel);
  return addTensor(types, loc, result, element);
}

LogicalResult MaxPoolGradientOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  if (failed(sameElementType(loc, "the gradient", adaptor.getGradient(),
                             adaptor.getInput())))
    return failure();
  auto input = shapeOf(adaptor.getInput()),
       gradient = shapeOf(adaptor.getGradient());
  if (!input || !gradient)
    return addLike(types, adaptor.getInput());
  if (failed(checkWindows(loc, *input, *gradient,
                          {adaptor.getKernelShape(), adaptor.getStrides(),
                           adaptor.getPads(), adaptor.getDilations(), "NOTSET",
                           adaptor.getCeilMode()})))
    return failure();
  if (!mayAgree((*input)[1], (*gradient)[1]))
    return emitOptionalError(loc, "the input has ", (*input)[1],
                             " channels, but the gradient ", (*gradient)[1]);
  return addLike(types, adaptor.getInput());
}

LogicalResult MaxPoolGradientOp::verify() {
  return verifyPoolPads(*this, getKernelShape(), getPads(), getDilations());
}

LogicalResult AvgPoolGradientOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  Type element = elementType(adaptor.getGradient());
  auto gradient = shapeOf(adaptor.getGradient());
  if (!gradient)
    return addUnranked(types, element);
  Dims result(gradient->take_front(2));
  for (int64_t size : adaptor.getInputShape()) {
    if (size < 1)
      return emitOptionalError(loc, "input_shape contains ", size);
    result.push_back(size);
  }
  if (failed(checkWindows(loc, result, *gradient,
                          {adaptor.getKernelShape(), adaptor.getStrides(),
                           adaptor.getPads(), adaptor.getDilations(), "NOTSET",
                           adaptor.getCeilMode()})))
    return failure();
  return addTensor(types, loc, result, element);
}

LogicalResult AvgPoolGradientOp::verify() {
  return verifyPoolPads(*this, getKernelShape(), getPads(), getDilations());
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

LogicalResult InsertSliceOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                              Adaptor adaptor, Types &types) {
  ArrayRef<int64_t> starts = adaptor.getStarts(), steps = adaptor.getSteps(),
                    sizes = adaptor.getSizes();
  size_t count = adaptor.getAxes().size();
  for (const auto &[name, list] :
       {std::pair("starts", starts), {"steps", steps}, {"sizes", sizes}})
    if (list.size() != count)
      return emitOptionalError(loc, name, " has ", list.size(),
                               " elements, but there are ", count, " axes");
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  Dims axes(adaptor.getAxes()), result(*input);
  if (failed(normalizeAxes(loc, axes, result.size())))
    return failure();
  for (size_t i = 0; i < count; ++i) {
    int64_t length = result[axes[i]];
    if (steps[i] == 0)
      return emitOptionalError(loc, "a step is 0");
    if (sizes[i] < 0)
      return emitOptionalError(loc, "sizes contains ", sizes[i]);
    result[axes[i]] = sizes[i];
    if (length == 0)
      continue;
    // The first and, if it is known which, the last element must fit.
    auto way = isDynamic(length) ? std::optional<int64_t>(0)
                                 : llvm::checkedMul(length - 1, steps[i]);
    auto last = way ? llvm::checkedAdd(starts[i], *way) : std::nullopt;
    for (std::optional<int64_t> at : {std::optional(starts[i]), last})
      if (!at || *at < 0 || *at >= sizes[i])
        return emitOptionalError(loc, "dimension ", axes[i], " of ", sizes[i],
                                 " has no place for ", toString({length}),
                                 " elements from ", starts[i], " in steps of ",
                                 steps[i]);
  }
  return addTensor(types, loc, result, element);
}

LogicalResult ResampleOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                           Adaptor adaptor, Types &types) {
  Type element = elementType(adaptor.getInput());
  auto length = lengthOf(loc, "begins", adaptor.getBegins());
  if (failed(length) ||
      failed(sameElementType(loc, "the weights", adaptor.getWeights(),
                             adaptor.getInput())))
    return failure();
  auto input = shapeOf(adaptor.getInput()),
       weights = shapeOf(adaptor.getWeights());
  if (!input)
    return addUnranked(types, element);
  int64_t axis = adaptor.getAxis();
  if (failed(normalizeAxis(loc, axis, input->size())))
    return failure();
  int64_t count = *length ? **length : ShapedType::kDynamic;
  if (weights && (weights->size() != 2 || !mayAgree(weights->front(), count)))
    return emitOptionalError(loc, "the weights have shape ", toString(*weights),
                             ", but there are ", count, " begins");
  int64_t size = (*input)[axis];
  std::optional<Dims> begins = constantIntegers(adaptor.getBegins());
  if (begins && weights && !isDynamic(weights->back()) && !isDynamic(size))
    for (int64_t begin : *begins)
      if (begin < 0 || begin > size - weights->back())
        return emitOptionalError(loc, weights->back(), " elements from ", begin,
                                 " on are not in dimension ", axis,
                                 ", which is ", size);
  Dims result(*input);
  result[axis] = count;
  return addTensor(types, loc, result, element);
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

/// Appends two vectors with an element for each channel.
static LogicalResult addChannels(Types &types, MaybeLoc loc, Value input) {
  auto shape = shapeOf(input);
  if (shape && shape->size() < 2)
    return emitOptionalError(loc, "the input has rank ", shape->size(),
                             ", but at least 2 is needed");
  int64_t channels = shape ? (*shape)[1] : ShapedType::kDynamic;
  if (failed(addTensor(types, loc, {channels}, elementType(input))))
    return failure();
  types.push_back(types.back());
  return success();
}

LogicalResult BatchStatisticsOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  return addChannels(types, loc, adaptor.getInput());
}

LogicalResult ChannelSumsOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                              Adaptor adaptor, Types &types) {
  Value x = adaptor.getInput();
  if (failed(sameElementType(loc, "the gradient", adaptor.getGradient(), x)) ||
      failed(sameElementType(loc, "the mean", adaptor.getMean(), x)) ||
      failed(addChannels(types, loc, x)))
    return failure();
  auto input = shapeOf(x), gradient = shapeOf(adaptor.getGradient()),
       mean = shapeOf(adaptor.getMean());
  if (input && gradient &&
      failed(checkShapes(loc, "the gradient", *gradient, "the input", *input)))
    return failure();
  if (input && mean)
    return checkShapes(loc, "the mean", *mean, "the channels are",
                       {(*input)[1]});
  return success();
}

LogicalResult BatchSizeOp::inferReturnTypes(MLIRContext *context, MaybeLoc loc,
                                            Adaptor adaptor, Types &types) {
  auto input = shapeOf(adaptor.getInput());
  if (input && input->empty())
    return emitOptionalError(loc, "the input is a scalar");
  Type element = elementType(adaptor.getInput());
  return addTensor(types, loc, {},
                   element.isF64() ? element : Float32Type::get(context));
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                          Adaptor adaptor, Types &types) {
  Value example = adaptor.getExample(), random = adaptor.getRandom();
  if (!example != !random)
    return emitOptionalError(loc, "examples and random numbers go together");
  float ratio = adaptor.getRatio().convertToFloat();
  if (!(ratio >= 0) || ratio >= 1)
    return emitOptionalError(loc, "the ratio is ", ratio,
                             ", but must be from 0 and less than 1");
  if (!llvm::isUInt<32>(adaptor.getStream()))
    return emitOptionalError(loc, "the stream is ", adaptor.getStream(),
                             ", but must have 32 bits");
  auto input = shapeOf(adaptor.getInput());
  if (input && example) {
    if (input->empty())
      return emitOptionalError(loc, "the input has no examples");
    auto numbers = shapeOf(example), words = shapeOf(random);
    if (numbers && failed(checkShapes(loc, "example", *numbers, "the batch is",
                                      {input->front()})))
      return failure();
    if (words && failed(checkShapes(loc, "random", *words,
                                    "a key and a number are", {3})))
      return failure();
    std::optional<int64_t> size = product(input->drop_front());
    bool isKnown =
        !llvm::is_contained(input->drop_front(), ShapedType::kDynamic);
    if (isKnown && (!size || *size > std::numeric_limits<uint32_t>::max()))
      return emitOptionalError(loc,
                               "an example has more than 2^32 - 1 elements");
  }
  return addLike(types, adaptor.getInput());
}

uint32_t DropoutOp::getThreshold() {
  // A ratio of f32 that is less than 1 is so by 2^-24 at least.
  return static_cast<uint32_t>(
      std::llround(std::ldexp(getRatio().convertToDouble(), 32)));
}

OpFoldResult DropoutOp::fold(FoldAdaptor) {
  bool keepsAll = getRatio().isZero() && getInput().getType() == getType();
  return keepsAll ? getInput() : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Processes
//===----------------------------------------------------------------------===//

LogicalResult AllReduceOp::inferReturnTypes(MLIRContext *, MaybeLoc,
                                            Adaptor adaptor, Types &types) {
  return addLike(types, adaptor.getInput());
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

LogicalResult TransposeFilterOp::inferReturnTypes(MLIRContext *, MaybeLoc loc,
                                                  Adaptor adaptor,
                                                  Types &types) {
  Type element = elementType(adaptor.getInput());
  auto input = shapeOf(adaptor.getInput());
  if (!input)
    return addUnranked(types, element);
  if (input->size() < 2)
    return emitOptionalError(loc, "the input has no channels");
  Dims result(*input);
  std::swap(result[0], result[1]);
  return addTensor(types, loc, result, element);
}

} // namespace resnetc::resnet
