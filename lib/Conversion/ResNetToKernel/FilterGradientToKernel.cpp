//===- FilterGradientToKernel.cpp - Gradients of filters on memory --------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "resnetc/Dialect/Kernel/IR/BuildGeneric.h"
#include "resnetc/Dialect/Kernel/IR/FilterGradientTiling.h"
#include "resnetc/Support/IndexBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using kernel::FilterGradientTiling;

/// Where the sum of output channel m, input channel c of its group, and a tap
/// lies.
static Value placeOf(IndexBuilder &index, const FilterGradientTiling &tiling,
                     Value m, Value c, Value tap) {
  int64_t lanes = tiling.lanes;
  Value block = index.div(m, lanes), lane = index.rem(m, lanes);
  Value part, vector, outside = tap;
  if (tiling.planesPerUnit) {
    part = index.div(c, tiling.planesPerUnit);
    vector =
        index.add(index.mul(index.rem(c, tiling.planesPerUnit), tiling.columns),
                  index.rem(tap, tiling.columns));
    outside = index.div(tap, tiling.columns);
  } else {
    // Groups that are narrower than a block share it.
    if (tiling.group > 1 && tiling.inputsOfGroup < lanes)
      c = index.add(index.mul(index.div(lane, tiling.inputsOfGroup),
                              tiling.inputsOfGroup),
                    c);
    part = index.div(c, lanes);
    vector = index.rem(c, lanes);
  }
  Value unit =
      index.add(index.mul(index.add(index.mul(block, tiling.inputParts), part),
                          tiling.tapsOutside()),
                outside);
  return index.add(
      index.mul(index.add(index.mul(unit, tiling.vectors()), vector), lanes),
      lane);
}

/// The sums as the weight lies: M x C/group x kH x kW.
static void buildUnpack(NetworkBuilder &builder,
                        const FilterGradientTiling &tiling, int64_t outputs,
                        Value sums, Value weight) {
  ImplicitLocOpBuilder &b = builder.b;
  auto type = cast<MemRefType>(weight.getType());
  auto flat = MemRefType::get(type.getNumElements(), type.getElementType());
  weight = builder.view(weight, flat);
  int64_t taps = tiling.rows * tiling.columns;
  auto unpackRow = [&](ImplicitLocOpBuilder &inner, ValueRange buffers,
                       Value m) {
    IndexBuilder index(inner);
    index.loop(0, tiling.inputsOfGroup, [&](Value c) {
      index.loop(0, taps, [&](Value tap) {
        Value value = memref::LoadOp::create(inner, buffers[0],
                                             placeOf(index, tiling, m, c, tap));
        Value row = index.add(index.mul(m, tiling.inputsOfGroup), c);
        memref::StoreOp::create(inner, value, buffers[1],
                                index.add(index.mul(row, taps), tap));
      });
    });
  };
  kernel::buildGeneric(b, b.getLoc(), "unpack_filter", sums, weight, outputs,
                       unpackRow);
}

namespace {

struct FilterGradientToKernel
    : KernelConversionOpInterface::ExternalModel<FilterGradientToKernel,
                                                 ConvFilterGradientOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<ConvFilterGradientOp>(operation);
    Image input = builder.get(op.getInput());
    Image gradient = builder.get(op.getGradient());
    bool planar = !input.isBlocked() && input.getType().getRank() == 3;
    if (!gradient.isBlocked() || gradient.shape.size() != 3 ||
        input.shape.size() != 3 || (!planar && input.block != gradient.block))
      return op->emitError("is not of images in blocks");
    if (!FilterGradientTiling::admits(input.channels(), gradient.channels(),
                                      op.getGroup(), gradient.block, planar))
      return op->emitError("has groups that do not fit blocks");
    FilterGradientTiling tiling(input.channels(), gradient.channels(),
                                op.getGroup(), gradient.block, planar,
                                op.getKernelShape());
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(output))
      return failure();
    ImplicitLocOpBuilder &b = builder.b;
    Value sums = builder.createBuffer(
        MemRefType::get(tiling.elements(), b.getF32Type()), *output);
    kernel::FillOp::create(b, sums);
    ArrayRef<int64_t> pads = op.getPads();
    kernel::ConvFilterGradientOp::create(
        b, input.buffer, gradient.buffer, sums, op.getKernelShape(),
        op.getStrides(), op.getDilations(), op.getGroup(),
        ArrayRef<int64_t>{gradient.height(), gradient.width()},
        ArrayRef<int64_t>{gradient.top, gradient.left},
        ArrayRef<int64_t>{input.top - pads[0], input.left - pads[1]});
    buildUnpack(builder, tiling, gradient.channels(), sums, output->buffer);
    return success();
  }

  bool makesShared(Operation *) const { return true; }
};

/// Of a filter that all examples share.
struct TransposeFilterToKernel
    : KernelConversionOpInterface::ExternalModel<TransposeFilterToKernel,
                                                 TransposeFilterOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<TransposeFilterOp>(operation);
    Image input = builder.get(op.getInput());
    if (!isShared(op.getInput()) || input.shape.size() != 4)
      return op->emitError("is not of a filter of two spatial dimensions");
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(output))
      return failure();
    kernel::TransposeFilterOp::create(builder.b, input.buffer, output->buffer);
    return success();
  }

  bool acceptsShared(Operation *) const { return true; }
  bool makesShared(Operation *) const { return true; }
};

} // namespace

void resnetc::registerFilterGradientToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ConvFilterGradientOp::attachInterface<FilterGradientToKernel>(*context);
    TransposeFilterOp::attachInterface<TransposeFilterToKernel>(*context);
  });
}
