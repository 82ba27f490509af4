//===- SoftmaxToKernel.cpp - Softmax on memory ----------------------------===//
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

namespace {

struct SoftmaxToKernel
    : KernelConversionOpInterface::ExternalModel<SoftmaxToKernel, SoftmaxOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<SoftmaxOp>(operation);
    Image input = builder.get(op.getInput());
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(output))
      return failure();
    int64_t rank = static_cast<int64_t>(input.shape.size()) + 1;
    int64_t axis = op.getAxis() + (op.getAxis() < 0 ? rank : 0);
    if (axis < 1)
      return op->emitError("is along the batch");
    // outer x axis x inner; before opset 13 all from the axis on is one.
    int64_t sizes[] = {1, 1, 1};
    for (int64_t d = 1; d < rank; ++d)
      sizes[d < axis                       ? 0
            : d == axis || op.getFlatten() ? 1
                                           : 2] *= input.shape[d - 1];
    auto type = MemRefType::get(sizes, builder.b.getF32Type());
    kernel::SoftmaxOp::create(builder.b, builder.view(input.buffer, type),
                              builder.view(output->buffer, type));
    return success();
  }
};

} // namespace

void resnetc::registerSoftmaxToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    SoftmaxOp::attachInterface<SoftmaxToKernel>(*context);
  });
}
