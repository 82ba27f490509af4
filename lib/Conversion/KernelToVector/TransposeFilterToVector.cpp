//===- TransposeFilterToVector.cpp - Filters of a transposed convolution --===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"

using namespace mlir;
using namespace resnetc::kernel;

namespace {

/// A unit is an output channel.
struct TransposeFilterLowering
    : VectorLoweringOpInterface::ExternalModel<TransposeFilterLowering,
                                               TransposeFilterOp> {
  LogicalResult buildKernel(Operation *, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    FlatBuffer from(b, buffers[0]), to(b, buffers[1]);
    IndexBuilder index(b);
    int64_t taps = to.strides[1];
    index.loop(begin, end, [&](Value m) {
      index.loop(0, to.shape[1], [&](Value c) {
        Value source = index.add(index.mul(c, from.strides[0]),
                                 index.mul(m, from.strides[1]));
        Value target =
            index.add(index.mul(m, to.strides[0]), index.mul(c, to.strides[1]));
        Value last = index.add(source, taps - 1);
        index.loop(0, taps, [&](Value tap) {
          Value value =
              memref::LoadOp::create(b, from.memref, index.sub(last, tap));
          memref::StoreOp::create(b, value, to.memref, index.add(target, tap));
        });
      });
    });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerTransposeFilterLowering(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    TransposeFilterOp::attachInterface<TransposeFilterLowering>(*context);
  });
}
