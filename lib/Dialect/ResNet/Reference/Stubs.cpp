//===- Stubs.cpp - Until the evaluator is there ---------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/IR/ResNet.h"

using namespace mlir;
using namespace resnetc::resnet;

#define STUB(OP)                                                               \
  LogicalResult OP::evaluate(ArrayRef<const ReferenceTensor *>,                \
                             MutableArrayRef<ReferenceTensor>) {               \
    return emitError("cannot be evaluated yet");                               \
  }

STUB(ConstantOp)
STUB(ConvOp)
STUB(GemmOp)
STUB(MatMulOp)
STUB(BatchNormOp)
STUB(SoftmaxOp)
STUB(ReluOp)
STUB(SigmoidOp)
STUB(ClipOp)
STUB(AddOp)
STUB(SubOp)
STUB(MulOp)
STUB(DivOp)
STUB(CastOp)
STUB(MaxPoolOp)
STUB(AvgPoolOp)
STUB(GlobalAvgPoolOp)
STUB(ReduceMeanOp)
STUB(ShapeOp)
STUB(ReshapeOp)
STUB(FlattenOp)
STUB(SqueezeOp)
STUB(UnsqueezeOp)
STUB(TransposeOp)
STUB(ConcatOp)
STUB(GatherOp)
STUB(SliceOp)
STUB(PadOp)
STUB(ConstantOfShapeOp)
STUB(ReorderOp)
