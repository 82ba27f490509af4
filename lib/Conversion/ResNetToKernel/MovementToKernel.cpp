//===- MovementToKernel.cpp - Data movement on memory ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that moves data is a `kernel.copy`, which has three dimensions;
// what moves none is a view.
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// The attributes of a `kernel.copy`, by dimension.
struct CopyShape {
  std::array<int64_t, 3> size, inputSize;
  std::array<int64_t, 3> inputOffset = {0, 0, 0}, outputOffset = {0, 0, 0};
  std::array<int64_t, 3> steps = {1, 1, 1}, inputPerm = {0, 1, 2};
  float fill = 0;
};

} // namespace

/// The shape as three dimensions: plain ones are the last, so that a vector is
/// a row; channels of blocks are the first.
static std::array<int64_t, 3> threeDimensions(const Image &image) {
  if (image.isBlocked())
    return {image.channels(), image.height(), image.width()};
  std::array<int64_t, 3> result = {1, 1, 1};
  llvm::copy(image.shape, result.end() - image.shape.size());
  return result;
}

/// Which of the three dimensions dimension `i` of a tensor is; 0 is the batch.
static int64_t dimensionOf(const Image &image, int64_t i) {
  return image.isBlocked()
             ? i - 1
             : i - 1 + 3 - static_cast<int64_t>(image.shape.size());
}

static Value asPlanes(const Image &image, NetworkBuilder &builder) {
  MemRefType type = image.getType();
  if (image.isBlocked() || type.getRank() == 3)
    return image.buffer;
  return builder.view(image.buffer, MemRefType::get(threeDimensions(image),
                                                    type.getElementType()));
}

static void buildCopy(const Image &input, const Image &output,
                      const CopyShape &shape, NetworkBuilder &builder) {
  std::array<int64_t, 3> outputOffset = shape.outputOffset;
  outputOffset[1] += output.top;
  outputOffset[2] += output.left;
  kernel::CopyOp::create(builder.b, asPlanes(input, builder),
                         asPlanes(output, builder), shape.size, shape.inputSize,
                         shape.inputOffset, outputOffset, shape.steps,
                         llvm::APFloat(shape.fill), shape.inputPerm,
                         ArrayRef<int64_t>{input.top, input.left});
}

void resnetc::buildReorder(Image input, Image output, NetworkBuilder &builder) {
  // Channels lie first in blocks; so must they in what is not blocked.
  const Image &planar = input.isBlocked() ? output : input;
  std::array<int64_t, 3> size = {planar.channels(), planar.height(),
                                 planar.width()};
  auto widen = [&](Image &image) {
    if (!image.isBlocked() && image.getType().getRank() != 3)
      image.buffer =
          builder.view(image.buffer,
                       MemRefType::get(size, image.getType().getElementType()));
  };
  widen(input);
  widen(output);
  buildCopy(input, output, CopyShape{size, size}, builder);
}

/// Creates the output of an operation on at most three dimensions.
static FailureOr<Image> createOutput(Operation *op, NetworkBuilder &builder) {
  FailureOr<Image> output = builder.create(op->getResult(0));
  if (failed(output))
    return failure();
  if (output->shape.size() > 3)
    return op->emitError("moves more than three dimensions");
  return output;
}

namespace {

struct ReorderToKernel
    : KernelConversionOpInterface::ExternalModel<ReorderToKernel, ReorderOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<ReorderOp>(operation);
    Image input = builder.get(op.getInput());
    FailureOr<Image> like = builder.describe(op.getType(), op->getLoc());
    if (failed(like))
      return failure();
    MemRefType type =
        NetworkBuilder::bufferType(*like, cast<RankedTensorType>(op.getType()));
    like->buffer = input.buffer;
    // Without padding, blocks of one pixel lie as plain channels do.
    if (input.isPlain() && type.getNumElements() == like->elements() &&
        (!like->isBlocked() || like->height() * like->width() == 1))
      return builder.setView(op.getResult(), input);
    FailureOr<Image> output = createOutput(op, builder);
    if (failed(output))
      return failure();
    buildReorder(input, *output, builder);
    return success();
  }
};

template <typename OpTy>
struct ReshapeToKernel
    : KernelConversionOpInterface::ExternalModel<ReshapeToKernel<OpTy>, OpTy> {
  LogicalResult buildKernels(Operation *op, NetworkBuilder &builder) const {
    Value input = op->getOperand(0), result = op->getResult(0);
    auto from = cast<RankedTensorType>(input.getType());
    auto to = cast<RankedTensorType>(result.getType());
    if (builder.isTraining() && isShared(input) && isShared(result))
      return builder.setView(result, builder.get(input));
    if (to.getRank() == 0 || from.getDimSize(0) != to.getDimSize(0))
      return op->emitError("does not keep the batch dimension");
    return builder.setView(result, builder.get(input));
  }
  bool acceptsShared(Operation *) const { return true; }
  bool makesShared(Operation *) const { return true; }
};

struct TransposeToKernel
    : KernelConversionOpInterface::ExternalModel<TransposeToKernel,
                                                 TransposeOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<TransposeOp>(operation);
    Image input = builder.get(op.getInput());
    FailureOr<Image> output = createOutput(op, builder);
    if (failed(output))
      return failure();
    if (op.getPerm().front() != 0)
      return op->emitError("moves the batch dimension");
    CopyShape shape{threeDimensions(*output), threeDimensions(*output)};
    for (auto [i, from] : llvm::enumerate(op.getPerm()))
      if (i > 0)
        shape.inputPerm[dimensionOf(*output, static_cast<int64_t>(i))] =
            dimensionOf(input, from);
    buildCopy(input, *output, shape, builder);
    return success();
  }
};

struct SliceToKernel
    : KernelConversionOpInterface::ExternalModel<SliceToKernel, SliceOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<SliceOp>(operation);
    std::optional<SmallVector<int64_t>> starts =
        constantIntegers(op.getStarts());
    std::optional<SmallVector<int64_t>> axes = constantIntegers(op.getAxes());
    std::optional<SmallVector<int64_t>> steps = constantIntegers(op.getSteps());
    if (!starts || (op.getAxes() && !axes) || (op.getSteps() && !steps))
      return op->emitError("has bounds that are not constants");
    Image input = builder.get(op.getInput());
    FailureOr<Image> output = createOutput(op, builder);
    if (failed(output))
      return failure();
    CopyShape shape{threeDimensions(*output), threeDimensions(input)};
    int64_t rank = static_cast<int64_t>(input.shape.size()) + 1;
    for (auto [i, begin] : llvm::enumerate(*starts)) {
      int64_t axis = axes ? (*axes)[i] : static_cast<int64_t>(i);
      axis += axis < 0 ? rank : 0;
      int64_t step = steps ? (*steps)[i] : 1;
      if (axis == 0) {
        // All of the batch, whatever its size.
        if (begin != 0 || step != 1 ||
            op.getInput().getType().getDimSize(0) != op.getType().getDimSize(0))
          return op->emitError("takes part of the batch");
        continue;
      }
      int64_t d = dimensionOf(input, axis), size = shape.inputSize[d];
      int64_t start = begin < 0 ? begin + size : begin;
      // Bounds are clamped; a step back starts at the last element at most.
      shape.inputOffset[d] =
          std::clamp<int64_t>(start, 0, step < 0 ? size - 1 : size);
      shape.steps[d] = step;
    }
    buildCopy(input, *output, shape, builder);
    return success();
  }
};

struct PadToKernel
    : KernelConversionOpInterface::ExternalModel<PadToKernel, PadOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<PadOp>(operation);
    if (op.getMode() != "constant")
      return op->emitError("has a border that is no constant");
    std::optional<SmallVector<int64_t>> pads = constantIntegers(op.getPads());
    std::optional<SmallVector<int64_t>> axes = constantIntegers(op.getAxes());
    std::optional<FloatConstant> value = getFloats(op.getValue());
    if (!pads || (op.getAxes() && !axes) ||
        (op.getValue() && (!value || value->size() != 1)))
      return op->emitError("has pads, axes or a value that is no constant");
    Image input = builder.get(op.getInput());
    FailureOr<Image> output = createOutput(op, builder);
    if (failed(output))
      return failure();
    CopyShape shape{threeDimensions(*output), threeDimensions(input)};
    shape.fill = value ? (*value)[0] : 0;
    int64_t rank = static_cast<int64_t>(input.shape.size()) + 1;
    size_t count = pads->size() / 2;
    for (size_t i = 0; i < count; ++i) {
      int64_t axis = axes ? (*axes)[i] : static_cast<int64_t>(i);
      axis += axis < 0 ? rank : 0;
      if (axis == 0 && ((*pads)[i] || (*pads)[i + count]))
        return op->emitError("pads the batch");
      if (axis > 0)
        shape.inputOffset[dimensionOf(input, axis)] = -(*pads)[i];
    }
    buildCopy(input, *output, shape, builder);
    return success();
  }
};

struct ConcatToKernel
    : KernelConversionOpInterface::ExternalModel<ConcatToKernel, ConcatOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<ConcatOp>(operation);
    FailureOr<Image> output = createOutput(op, builder);
    if (failed(output))
      return failure();
    int64_t rank = static_cast<int64_t>(output->shape.size()) + 1;
    int64_t axis = op.getAxis() + (op.getAxis() < 0 ? rank : 0);
    if (axis == 0)
      return op->emitError("joins batches");
    int64_t d = dimensionOf(*output, axis), at = 0;
    for (Value value : op.getInputs()) {
      if (!builder.has(value))
        return op->emitError("has a constant operand");
      Image input = builder.get(value);
      CopyShape shape{threeDimensions(input), threeDimensions(input)};
      shape.outputOffset[d] = at;
      at += shape.size[d];
      buildCopy(input, *output, shape, builder);
    }
    return success();
  }
};

} // namespace

void resnetc::registerMovementToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ConcatOp::attachInterface<ConcatToKernel>(*context);
    FlattenOp::attachInterface<ReshapeToKernel<FlattenOp>>(*context);
    PadOp::attachInterface<PadToKernel>(*context);
    ReorderOp::attachInterface<ReorderToKernel>(*context);
    ReshapeOp::attachInterface<ReshapeToKernel<ReshapeOp>>(*context);
    SliceOp::attachInterface<SliceToKernel>(*context);
    TransposeOp::attachInterface<TransposeToKernel>(*context);
  });
}
