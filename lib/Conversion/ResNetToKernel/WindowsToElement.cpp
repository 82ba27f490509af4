//===- WindowsToElement.cpp - Convolutions and pools by the element -------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any number of spatial dimensions and any element type; what the kernels of
// the kernel dialect compute is theirs.
//
//===----------------------------------------------------------------------===//

#include "WindowCode.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

static bool isConstantOrAbsent(Value value) {
  return !value || matchPattern(value, m_Constant());
}

namespace {

struct ConvToElement
    : ElementOpInterface::ExternalModel<ConvToElement, ConvOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<ConvOp>(operation);
    if (op.getAutoPad() != "NOTSET")
      return op->emitError("has an unresolved auto_pad");
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    ArrayRef<int64_t> input = builder.getShape(0), weight = builder.getShape(1);
    IndexBuilder &index = builder.index;
    Value zero = zeroOf(builder, op.getInput());
    unsigned next = 2;
    Value sum = op.getBias() ? builder.load(next++, at[1]) : zero;
    // The group's first input channel.
    int64_t channels = weight[1], perGroup = weight[0] / op.getGroup();
    Value first = op.getGroup() == 1
                      ? index.constant(0)
                      : index.mul(index.div(at[1], perGroup), channels);
    sum = builder.reduce(
        weight.drop_front(1), sum, [&](ArrayRef<Value> k, Value carried) {
          Tap tap =
              tapOf(builder, op, input, at.drop_front(2), k.drop_front(1));
          Value x = builder.load(
              0, join(at[0], index.add(first, k[0]), tap.position));
          Value w = builder.load(1, join(at[1], k[0], k.drop_front(1)));
          return s.add(carried, s.mul(s.select(tap.inside, x, zero), w));
        });
    if (op.getResidual())
      sum = s.add(sum, builder.load(next, at));
    return op.getActivation() == Activation::relu ? s.max(sum, zero) : sum;
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<ConvOp>(operation);
    return isConstantOrAbsent(op.getWeight()) &&
           isConstantOrAbsent(op.getBias());
  }
};

struct ConvTransposeToElement
    : ElementOpInterface::ExternalModel<ConvTransposeToElement,
                                        ConvTransposeOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<ConvTransposeOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    ArrayRef<int64_t> input = builder.getShape(0), weight = builder.getShape(1);
    IndexBuilder &index = builder.index;
    Value zero = zeroOf(builder, op.getInput());
    Value sum = op.getBias() ? builder.load(2, at[1]) : zero;
    // The weight is input channels x output channels of a group x taps.
    int64_t outputs = weight[1], channels = input[1] / op.getGroup();
    Value first = op.getGroup() == 1
                      ? index.constant(0)
                      : index.mul(index.div(at[1], outputs), channels);
    Value output = op.getGroup() == 1 ? at[1] : index.rem(at[1], outputs);
    SmallVector<int64_t> sizes = {channels};
    llvm::append_range(sizes, weight.drop_front(2));
    return builder.reduce(sizes, sum, [&](ArrayRef<Value> k, Value carried) {
      // Input i meets tap t in output i * stride + t * dilation - pad.
      Tap tap;
      for (size_t d = 0; d + 1 < k.size(); ++d) {
        Value scaled = index.add(at[2 + d], op.getPads()[d]);
        scaled = index.sub(scaled, index.mul(k[1 + d], op.getDilations()[d]));
        int64_t stride = op.getStrides()[d];
        Value step = index.constant(stride);
        Value valid;
        if (stride > 1)
          valid = arith::CmpIOp::create(
              builder.b, arith::CmpIPredicate::eq,
              arith::RemSIOp::create(builder.b, scaled, step),
              index.constant(0));
        Value i =
            stride > 1
                ? Value(arith::FloorDivSIOp::create(builder.b, scaled, step))
                : scaled;
        addCoordinate(builder, tap, i, input[2 + d], valid);
      }
      Value channel = index.add(first, k[0]);
      Value x = builder.load(0, join(at[0], channel, tap.position));
      Value w = builder.load(1, join(channel, output, k.drop_front(1)));
      return s.add(carried, s.mul(s.select(tap.inside, x, zero), w));
    });
  }

  bool keepsExamples(Operation *operation) const {
    auto op = cast<ConvTransposeOp>(operation);
    return isConstantOrAbsent(op.getWeight()) &&
           isConstantOrAbsent(op.getBias());
  }
};

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

struct MaxPoolToElement
    : ElementOpInterface::ExternalModel<MaxPoolToElement, MaxPoolOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<MaxPoolOp>(operation);
    if (op.getAutoPad() != "NOTSET")
      return op->emitError("has an unresolved auto_pad");
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    Value least = lowest(builder, op.getInput());
    return builder.reduce(
        op.getKernelShape(), least, [&](ArrayRef<Value> k, Value carried) {
          Tap tap =
              tapOf(builder, op, builder.getShape(0), at.drop_front(2), k);
          Value x = builder.load(0, join(at[0], at[1], tap.position));
          return s.max(carried, s.select(tap.inside, x, least));
        });
  }
  bool keepsExamples(Operation *) const { return true; }
};

struct MaxPoolIndicesToElement
    : ElementOpInterface::ExternalModel<MaxPoolIndicesToElement,
                                        MaxPoolIndicesOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<MaxPoolIndicesOp>(operation);
    if (op.getAutoPad() != "NOTSET")
      return op->emitError("has an unresolved auto_pad");
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexBuilder &index = builder.index;
    ArrayRef<int64_t> input = builder.getShape(0);
    SmallVector<LoopRange> kernel;
    for (int64_t size : op.getKernelShape())
      kernel.push_back(LoopRange::all(size));
    // The largest element so far, and its place in the plane.
    SmallVector<Value> found = loopOver(
        index, kernel, {lowest(builder, op.getInput()), index.constant(0)},
        [&](ValueRange k, ValueRange carried) -> SmallVector<Value> {
          Tap tap = tapOf(builder, op, input, at.drop_front(2), k);
          Value x = builder.load(0, join(at[0], at[1], tap.position));
          Value place = index.constant(0);
          size_t rank = tap.position.size();
          for (size_t d = 0; d < rank; ++d) {
            size_t e = op.getStorageOrder() ? rank - 1 - d : d;
            place = index.add(index.mul(place, input[2 + e]), tap.position[e]);
          }
          Value larger = arith::AndIOp::create(builder.b, tap.inside,
                                               s.less(carried[0], x));
          return {s.select(larger, x, carried[0]),
                  s.select(larger, place, carried[1])};
        });
    // In the whole tensor.
    int64_t plane = 1;
    for (int64_t size : input.drop_front(2))
      plane *= size;
    Value planes = index.add(index.mul(at[0], input[1]), at[1]);
    Value place = index.add(index.mul(planes, plane), found[1]);
    return arith::IndexCastOp::create(builder.b, builder.b.getI64Type(), place)
        .getResult();
  }

  /// Indices count from the first example.
  bool keepsExamples(Operation *) const { return false; }
};

struct AvgPoolToElement
    : ElementOpInterface::ExternalModel<AvgPoolToElement, AvgPoolOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<AvgPoolOp>(operation);
    if (op.getAutoPad() != "NOTSET")
      return op->emitError("has an unresolved auto_pad");
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexBuilder &index = builder.index;
    ArrayRef<int64_t> input = builder.getShape(0);
    Value zero = zeroOf(builder, op.getInput()), one = s.constant(zero, 1);
    Value sum = builder.reduce(
        op.getKernelShape(), zero, [&](ArrayRef<Value> k, Value carried) {
          Tap tap = tapOf(builder, op, input, at.drop_front(2), k);
          Value x = builder.load(0, join(at[0], at[1], tap.position));
          return s.add(carried, s.select(tap.inside, x, zero));
        });
    Value count = builder.reduce(
        op.getKernelShape(), zero, [&](ArrayRef<Value> k, Value carried) {
          Value counts;
          if (!op.getCountIncludePad()) {
            counts = tapOf(builder, op, input, at.drop_front(2), k).inside;
          } else {
            // Not beyond the padding, where ceil_mode reaches.
            for (size_t d = 0; d < k.size(); ++d) {
              Value place = index.add(index.mul(at[2 + d], op.getStrides()[d]),
                                      index.mul(k[d], op.getDilations()[d]));
              int64_t end =
                  op.getPads()[d] + input[2 + d] + op.getPads()[k.size() + d];
              counts = conjunction(
                  builder, counts,
                  arith::CmpIOp::create(builder.b, arith::CmpIPredicate::ult,
                                        place, index.constant(end)));
            }
          }
          return s.add(carried, s.select(counts, one, zero));
        });
    return s.div(sum, count);
  }
  bool keepsExamples(Operation *) const { return true; }
};

struct GlobalAvgPoolToElement
    : ElementOpInterface::ExternalModel<GlobalAvgPoolToElement,
                                        GlobalAvgPoolOp> {
  FailureOr<Value> buildElement(Operation *op, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    ScalarBuilder s = scalarsOf(builder, op->getOperand(0));
    ArrayRef<int64_t> plane = builder.getShape(0).drop_front(2);
    double count = 1;
    for (int64_t size : plane)
      count *= static_cast<double>(size);
    Value sum = builder.reduce(plane, zeroOf(builder, op->getOperand(0)),
                               [&](ArrayRef<Value> k, Value c) {
                                 return s.add(
                                     c, builder.load(0, join(at[0], at[1], k)));
                               });
    return s.div(sum, s.constant(sum, count));
  }
  bool keepsExamples(Operation *) const { return true; }
};

struct MaxUnpoolToElement
    : ElementOpInterface::ExternalModel<MaxUnpoolToElement, MaxUnpoolOp> {
  FailureOr<Value> buildElement(Operation *operation, ElementBuilder &builder,
                                unsigned, ValueRange at) const {
    auto op = cast<MaxUnpoolOp>(operation);
    ScalarBuilder s = scalarsOf(builder, op.getInput());
    IndexBuilder &index = builder.index;
    // Indices are places in the whole tensor that was pooled, whose shape is
    // the result's unless output_shape says otherwise.
    ArrayRef<int64_t> indexed = op.getIndexedShape();
    Value place = index.constant(0);
    Value fits;
    for (size_t d = 0; d < at.size(); ++d) {
      place = index.add(index.mul(place, indexed[d]), at[d]);
      fits = conjunction(builder, fits,
                         arith::CmpIOp::create(builder.b,
                                               arith::CmpIPredicate::ult, at[d],
                                               index.constant(indexed[d])));
    }
    Value wanted =
        arith::IndexCastOp::create(builder.b, builder.b.getI64Type(), place);
    Value zero = zeroOf(builder, op.getInput());
    // The input's element, if any, whose index this is: the last of several.
    return builder.reduce(
        builder.getShape(0).drop_front(2), zero,
        [&](ArrayRef<Value> k, Value carried) {
          SmallVector<Value> from = join(at[0], at[1], k);
          Value same =
              arith::CmpIOp::create(builder.b, arith::CmpIPredicate::eq,
                                    builder.load(1, from), wanted);
          same = arith::AndIOp::create(builder.b, same, fits);
          return s.select(same, builder.load(0, from), carried);
        });
  }

  /// Indices count from the first example.
  bool keepsExamples(Operation *) const { return false; }
};

} // namespace

void resnetc::registerWindowsToElement(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ResNetDialect *) {
    ConvOp::attachInterface<ConvToElement>(*context);
    ConvTransposeOp::attachInterface<ConvTransposeToElement>(*context);
    MaxPoolOp::attachInterface<MaxPoolToElement>(*context);
    MaxPoolIndicesOp::attachInterface<MaxPoolIndicesToElement>(*context);
    MaxUnpoolOp::attachInterface<MaxUnpoolToElement>(*context);
    AvgPoolOp::attachInterface<AvgPoolToElement>(*context);
    GlobalAvgPoolOp::attachInterface<GlobalAvgPoolToElement>(*context);
  });
}
