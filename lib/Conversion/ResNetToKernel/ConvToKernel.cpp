//===- ConvToKernel.cpp - Convolutions and Gemm on memory -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A Gemm with constant B is a convolution of one pixel.
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

static kernel::Activation convert(Activation activation) {
  return activation == Activation::relu ? kernel::Activation::relu
                                        : kernel::Activation::none;
}

/// What all examples share: a constant of f32, or memory.
static FailureOr<Value> buildShared(Operation *op, Value value, StringRef what,
                                    NetworkBuilder &builder) {
  ElementsAttr attr;
  if (matchPattern(value, m_Constant(&attr)) && FloatConstant::get(attr))
    return builder.weight(attr);
  auto type = cast<RankedTensorType>(value.getType());
  if (builder.isTraining() && isShared(value) && builder.has(value) &&
      type.getElementType().isF32())
    return builder.view(
        builder.get(value).buffer,
        MemRefType::get(type.getShape(), type.getElementType()));
  return op->emitError("has a ") << what << " that is no constant of f32";
}

/// A bias of zeros where there is none.
static FailureOr<Value> buildBias(Operation *op, Value bias, int64_t channels,
                                  NetworkBuilder &builder) {
  if (!bias)
    return builder.weight({channels}, "bias", [](MutableArrayRef<float>) {});
  return buildShared(op, bias, "bias", builder);
}

namespace {

struct ConvToKernel
    : KernelConversionOpInterface::ExternalModel<ConvToKernel, ConvOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<ConvOp>(operation);
    auto inputType = cast<RankedTensorType>(op.getInput().getType());
    if (inputType.getRank() != 4)
      return op->emitError("has ")
             << inputType.getRank() - 2
             << " spatial dimensions; only two are supported";
    if (op.getAutoPad() != "NOTSET")
      return op->emitError("has an unresolved auto_pad");
    FailureOr<Value> weight =
        buildShared(op, op.getWeight(), "weight", builder);
    if (failed(weight))
      return failure();
    auto weightType = cast<RankedTensorType>(op.getWeight().getType());
    FailureOr<Value> bias =
        buildBias(op, op.getBias(), weightType.getDimSize(0), builder);
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(bias) || failed(output))
      return failure();

    Image input = builder.get(op.getInput());
    ArrayRef<int64_t> pads = op.getPads();
    Value residual;
    int64_t residualOffset[] = {0, 0};
    if (op.getResidual()) {
      Image image = builder.get(op.getResidual());
      residual = image.buffer;
      residualOffset[0] = image.top;
      residualOffset[1] = image.left;
    }
    kernel::ConvOp::create(
        builder.b, input.buffer, *weight, *bias, residual, output->buffer,
        weightType.getShape().take_back(2), op.getStrides(), op.getDilations(),
        op.getGroup(), input.channels(), output->channels(),
        ArrayRef<int64_t>{output->height(), output->width()},
        ArrayRef<int64_t>{input.top - pads[0], input.left - pads[1]},
        ArrayRef<int64_t>{output->top, output->left}, residualOffset,
        convert(op.getActivation()), kernel::ScheduleAttr(),
        kernel::ImplicitGemmAttr());
    return success();
  }

  bool acceptsShared(Operation *) const { return true; }
};

struct GemmToKernel
    : KernelConversionOpInterface::ExternalModel<GemmToKernel, GemmOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<GemmOp>(operation);
    std::optional<FloatConstant> b = getFloats(op.getB());
    if (op.getTransA() || !b)
      return op->emitError("is supported with a constant B and without transA "
                           "only");
    auto type = cast<RankedTensorType>(op.getB().getType());
    bool transposed = op.getTransB();
    int64_t outputs = type.getDimSize(transposed ? 0 : 1);
    int64_t inputs = type.getDimSize(transposed ? 1 : 0);
    std::optional<FloatConstant> c = getFloats(op.getC());
    bool isRow =
        !op.getC() ||
        (c && (c->size() == 1 || static_cast<int64_t>(c->size()) == outputs));
    // A column of the size of a row would have been expanded to it.
    if (auto cType = op.getC() ? dyn_cast<RankedTensorType>(op.getC().getType())
                               : RankedTensorType();
        cType && cType.getRank() == 2 && cType.getDimSize(0) != 1)
      isRow = false;
    if (!isRow)
      return op->emitError("has a C that is not a constant row");

    float alpha = op.getAlpha().convertToFloat();
    float beta = op.getBeta().convertToFloat();
    Value weight = builder.weight(
        {outputs, inputs, 1, 1}, "gemm.weight", [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; m < outputs; ++m)
            for (int64_t k = 0; k < inputs; ++k)
              to[m * inputs + k] =
                  alpha * (*b)[transposed ? m * inputs + k : k * outputs + m];
        });
    Value bias =
        builder.weight({outputs}, "gemm.bias", [&](MutableArrayRef<float> to) {
          for (int64_t m = 0; c && m < outputs; ++m)
            to[m] = beta * (*c)[c->size() == 1 ? 0 : m];
        });
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(output))
      return failure();
    int64_t ones[] = {1, 1}, zeros[] = {0, 0};
    kernel::ConvOp::create(builder.b, builder.get(op.getA()).buffer, weight,
                           bias, /*residual=*/Value(), output->buffer,
                           /*kernel_shape=*/ones, /*strides=*/ones,
                           /*dilations=*/ones, /*group=*/1, inputs, outputs,
                           /*output_size=*/ones, /*input_offset=*/zeros,
                           /*output_offset=*/zeros, /*residual_offset=*/zeros,
                           kernel::Activation::none, kernel::ScheduleAttr(),
                           kernel::ImplicitGemmAttr());
    return success();
  }
};

} // namespace

void resnetc::registerConvToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ConvOp::attachInterface<ConvToKernel>(*context);
    GemmOp::attachInterface<GemmToKernel>(*context);
  });
}
