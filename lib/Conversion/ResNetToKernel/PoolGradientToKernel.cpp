//===- PoolGradientToKernel.cpp - Gradients of pools on memory ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradient of a maximum is put where it came from, window by window: each
// element is looked at once for each window it is in, where code for one
// element of the result would look through all of these for each.
//
//===----------------------------------------------------------------------===//

#include "NetworkBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "resnetc/Dialect/Kernel/IR/BuildGeneric.h"
#include "resnetc/Support/IndexBuilder.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

namespace {

/// Code for one block of channels.
class MaxPoolGradientBuilder {
public:
  MaxPoolGradientBuilder(ImplicitLocOpBuilder &b, MaxPoolGradientOp op,
                         const Image &input, const Image &gradient,
                         const Image &output)
      : b(b), index(b), op(op), input(input), gradient(gradient),
        output(output), type(VectorType::get({input.block}, b.getF32Type())) {}

  void build(Value block, ValueRange buffers);

private:
  /// A place that a tap reads, and whether it is in the image.
  struct Tap {
    Value row, column, inside;
  };

  void buildWindow(Value block, Value row, Value column, ValueRange buffers);
  Tap tapOf(Value row, Value column, int64_t i, int64_t j);
  SmallVector<Value> at(const Image &image, Value block, Value row,
                        Value column) {
    return {block, index.add(row, image.top), index.add(column, image.left),
            index.constant(0)};
  }
  Value splat(float value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
  }

  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  MaxPoolGradientOp op;
  const Image &input, &gradient, &output;
  VectorType type;
};

} // namespace

MaxPoolGradientBuilder::Tap
MaxPoolGradientBuilder::tapOf(Value row, Value column, int64_t i, int64_t j) {
  Tap tap;
  auto place = [&](Value window, size_t d, int64_t k, int64_t size) {
    int64_t offset = k * op.getDilations()[d] - op.getPads()[d];
    Value at = index.add(index.mul(window, op.getStrides()[d]), offset);
    int64_t last = (gradient.size(d + 1) - 1) * op.getStrides()[d] + offset;
    if (offset >= 0 && last < size)
      return at;
    // A negative one is a large number without a sign.
    Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, at,
                                         index.constant(size));
    tap.inside = tap.inside
                     ? Value(arith::AndIOp::create(b, tap.inside, inside))
                     : inside;
    return index.min(index.max(at, index.constant(0)),
                     index.constant(size - 1));
  };
  tap.row = place(row, 0, i, input.height());
  tap.column = place(column, 1, j, input.width());
  return tap;
}

void MaxPoolGradientBuilder::buildWindow(Value block, Value row, Value column,
                                         ValueRange buffers) {
  SmallVector<Tap> taps;
  for (int64_t i = 0; i < op.getKernelShape()[0]; ++i)
    for (int64_t j = 0; j < op.getKernelShape()[1]; ++j)
      taps.push_back(tapOf(row, column, i, j));
  // The largest element, of several the first, and which tap reads it.
  auto places = VectorType::get(type.getShape(), b.getI32Type());
  auto number = [&](int32_t value) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(places, value));
  };
  Value best = splat(-std::numeric_limits<float>::infinity());
  Value found = number(-1), none = found;
  for (auto [i, tap] : llvm::enumerate(taps)) {
    Value x = vector::LoadOp::create(b, type, buffers[0],
                                     at(input, block, tap.row, tap.column));
    Value wins = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, best);
    Value isNaN = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
    Value isFirst =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, found, none);
    wins =
        arith::OrIOp::create(b, arith::OrIOp::create(b, wins, isNaN), isFirst);
    if (tap.inside)
      wins = arith::AndIOp::create(
          b, wins, vector::BroadcastOp::create(b, wins.getType(), tap.inside));
    best = arith::SelectOp::create(b, wins, x, best);
    found = arith::SelectOp::create(b, wins, number(static_cast<int32_t>(i)),
                                    found);
  }
  Value g = vector::LoadOp::create(b, type, buffers[1],
                                   at(gradient, block, row, column));
  Value zero = splat(0);
  for (auto [i, tap] : llvm::enumerate(taps)) {
    // What is outside was not found, and adds zero to what is at the border.
    Value isHere = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, found,
                                         number(static_cast<int32_t>(i)));
    SmallVector<Value> place = at(output, block, tap.row, tap.column);
    Value old = vector::LoadOp::create(b, type, buffers[2], place);
    Value part = arith::SelectOp::create(b, isHere, g, zero);
    vector::StoreOp::create(b, arith::AddFOp::create(b, old, part), buffers[2],
                            place);
  }
}

void MaxPoolGradientBuilder::build(Value block, ValueRange buffers) {
  Value zero = splat(0);
  index.loop(0, output.height(), [&](Value row) {
    index.loop(0, output.width(), [&](Value column) {
      vector::StoreOp::create(b, zero, buffers[2],
                              at(output, block, row, column));
    });
  });
  index.loop(0, gradient.height(), [&](Value row) {
    index.loop(0, gradient.width(),
               [&](Value column) { buildWindow(block, row, column, buffers); });
  });
}

namespace {

struct MaxPoolGradientToKernel
    : KernelConversionOpInterface::ExternalModel<MaxPoolGradientToKernel,
                                                 MaxPoolGradientOp> {
  LogicalResult buildKernels(Operation *operation,
                             NetworkBuilder &builder) const {
    auto op = cast<MaxPoolGradientOp>(operation);
    Image input = builder.get(op.getInput());
    Image gradient = builder.get(op.getGradient());
    if (!input.isBlocked() || gradient.block != input.block ||
        input.shape.size() != 3)
      return op->emitError("is not of images in blocks");
    FailureOr<Image> output = builder.create(op.getResult());
    if (failed(output))
      return failure();
    if (output->block != input.block)
      return op->emitError("is not of images in blocks");
    ImplicitLocOpBuilder &b = builder.b;
    kernel::buildGeneric(
        b, b.getLoc(), "max_pool_gradient",
        ValueRange{input.buffer, gradient.buffer}, output->buffer,
        input.getType().getDimSize(0),
        [&](ImplicitLocOpBuilder &inner, ValueRange buffers, Value block) {
          MaxPoolGradientBuilder(inner, op, input, gradient, *output)
              .build(block, buffers);
        });
    return success();
  }
};

} // namespace

void resnetc::registerPoolGradientToKernel(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    MaxPoolGradientOp::attachInterface<MaxPoolGradientToKernel>(*context);
  });
}
