//===- PoolToKernel.cpp - Pools on memory ---------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using kernel::PoolKind;

namespace {

struct Window {
  ArrayRef<int64_t> kernel, strides, pads, dilations;
  bool countsPads;
};

} // namespace

static LogicalResult buildPool(Operation *op, PoolKind kind,
                               const Window &window, NetworkBuilder &builder) {
  Value inputValue = op->getOperand(0), result = op->getResult(0);
  Image input = builder.get(inputValue);
  if (input.shape.size() != 3)
    return op->emitError("has ")
           << static_cast<int64_t>(input.shape.size()) - 1
           << " spatial dimensions; only two are supported";
  FailureOr<Image> output = builder.create(result);
  if (failed(output))
    return failure();
  kernel::PoolOp::create(
      builder.b, kind, input.buffer, output->buffer, window.kernel,
      window.strides, window.pads, window.dilations,
      ArrayRef<int64_t>{input.height(), input.width()},
      ArrayRef<int64_t>{output->height(), output->width()},
      ArrayRef<int64_t>{input.top, input.left},
      ArrayRef<int64_t>{output->top, output->left}, window.countsPads);
  return success();
}

namespace {

struct MaxPoolToKernel
    : KernelConversionOpInterface::ExternalModel<MaxPoolToKernel, MaxPoolOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<MaxPoolOp>(operation);
    return buildPool(op, PoolKind::max,
                     {op.getKernelShape(), op.getStrides(), op.getPads(),
                      op.getDilations(), /*countsPads=*/false},
                     builder);
  }
};

struct AvgPoolToKernel
    : KernelConversionOpInterface::ExternalModel<AvgPoolToKernel, AvgPoolOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<AvgPoolOp>(operation);
    return buildPool(op, PoolKind::avg,
                     {op.getKernelShape(), op.getStrides(), op.getPads(),
                      op.getDilations(), op.getCountIncludePad()},
                     builder);
  }
};

struct GlobalAvgPoolToKernel
    : KernelConversionOpInterface::ExternalModel<GlobalAvgPoolToKernel,
                                                 GlobalAvgPoolOp> {
  LogicalResult buildKernels(Operation *op, NetworkBuilder &builder) const {
    Image input = builder.get(op->getOperand(0));
    int64_t plane[] = {input.height(), input.width()};
    int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
    return buildPool(op, PoolKind::avg,
                     {plane, ones, zeros, ones, /*countsPads=*/false}, builder);
  }
};

} // namespace

void resnetc::registerPoolToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    MaxPoolOp::attachInterface<MaxPoolToKernel>(*context);
    AvgPoolOp::attachInterface<AvgPoolToKernel>(*context);
    GlobalAvgPoolOp::attachInterface<GlobalAvgPoolToKernel>(*context);
  });
}
