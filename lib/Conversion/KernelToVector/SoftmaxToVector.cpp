//===- SoftmaxToVector.cpp - Softmax --------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generates `kernel.softmax` in three passes over the axis: largest element,
// exponentials and their sum, quotients.
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <limits>

using namespace mlir;
using namespace resnetc::kernel;

static void softmax(ImplicitLocOpBuilder &b, const FlatBuffer &input,
                    const FlatBuffer &output, Value outer) {
  IndexBuilder index(b);
  int64_t axis = input.shape[1];
  Value plane = index.mul(outer, input.strides[0]);
  index.loop(0, input.shape[2], [&](Value inner) {
    Value base = index.add(plane, inner);
    auto at = [&](Value k) {
      return index.add(base, index.mul(k, input.strides[1]));
    };
    Value lowest = arith::ConstantOp::create(
        b, b.getF32FloatAttr(-std::numeric_limits<float>::infinity()));
    Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0));
    using Values = SmallVector<Value>;
    Value max = index.reduce(
        0, axis, lowest, [&](Value k, ValueRange carried) -> Values {
          return {
              arith::MaximumFOp::create(b, carried[0], input.load(b, at(k)))};
        })[0];
    Value sum =
        index.reduce(0, axis, zero, [&](Value k, ValueRange carried) -> Values {
          Value shifted = arith::SubFOp::create(b, input.load(b, at(k)), max);
          Value exponential = math::ExpOp::create(b, shifted);
          output.store(b, exponential, at(k));
          return {arith::AddFOp::create(b, carried[0], exponential)};
        })[0];
    index.loop(0, axis, [&](Value k) {
      Value quotient = arith::DivFOp::create(b, output.load(b, at(k)), sum);
      output.store(b, quotient, at(k));
    });
  });
}

namespace {

struct SoftmaxLowering
    : VectorLoweringOpInterface::ExternalModel<SoftmaxLowering, SoftmaxOp> {
  LogicalResult buildKernel(Operation *, ImplicitLocOpBuilder &b,
                            ValueRange buffers, Value begin, Value end) const {
    FlatBuffer input(b, buffers[0]), output(b, buffers[1]);
    IndexBuilder(b).loop(
        begin, end, [&](Value outer) { softmax(b, input, output, outer); });
    return success();
  }
};

} // namespace

void resnetc::kernel::registerSoftmaxLowering(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    SoftmaxOp::attachInterface<SoftmaxLowering>(*context);
  });
}
