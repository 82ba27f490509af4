//===- SignalsToImages.cpp - One spatial dimension as two -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-signals-to-images pass. Convolutions and
// pools on N x C x L work on N x C x 1 x L instead, between two reshapes;
// elementwise operations behind follow, so that reshapes cancel each other.
//
//===----------------------------------------------------------------------===//

#include "RewriteUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETSIGNALSTOIMAGES
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

/// The shape with a dimension of 1 before the last.
static SmallVector<int64_t> widen(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result(shape);
  result.insert(result.end() - 1, 1);
  return result;
}

static bool isSignal(Type type) { return isKnownOfRank(type, 3); }

/// A constant with a dimension of 1 before the last, on the same memory.
static Value widenConstant(PatternRewriter &rewriter, Value value) {
  ElementsAttr attr;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!matchPattern(value, m_Constant(&attr)) || !type || type.getRank() == 0)
    return {};
  RankedTensorType to = type.clone(widen(type.getShape()));
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    attr = dense.reshape(to);
  else if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    attr = DenseResourceElementsAttr::get(to, resource.getRawHandle());
  else
    return {};
  return ConstantOp::create(rewriter, value.getLoc(), attr);
}

/// Gives attributes on one spatial dimension another in front.
static void widenAttributes(Operation *op) {
  auto insert = [&](StringRef name, int64_t value, size_t parts) {
    auto attr = op->getAttrOfType<DenseI64ArrayAttr>(name);
    if (!attr)
      return;
    SmallVector<int64_t> values;
    size_t size = attr.size() / parts;
    for (size_t part = 0; part < parts; ++part) {
      values.push_back(value);
      llvm::append_range(values, attr.asArrayRef().slice(part * size, size));
    }
    op->setAttr(name, DenseI64ArrayAttr::get(op->getContext(), values));
  };
  insert("kernel_shape", 1, 1);
  insert("strides", 1, 1);
  insert("dilations", 1, 1);
  insert("output_padding", 0, 1);
  insert("pads", 0, 2);
}

/// The operation on other operands, which are images.
static void replaceByImages(PatternRewriter &rewriter, Operation *op,
                            ValueRange operands) {
  Operation *clone = rewriter.clone(*op);
  clone->setOperands(operands);
  widenAttributes(clone);
  SmallVector<Value> results;
  for (OpResult result : clone->getResults()) {
    auto type = cast<RankedTensorType>(result.getType());
    result.setType(type.clone(widen(type.getShape())));
    results.push_back(
        createReshape(rewriter, op->getLoc(), result, type.getShape()));
  }
  rewriter.replaceOp(op, results);
}

static Value widenSignal(PatternRewriter &rewriter, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return createReshape(rewriter, value.getLoc(), value, widen(type.getShape()));
}

static bool areSignals(TypeRange types) {
  return llvm::all_of(types, isSignal);
}

namespace {

/// Operations on windows and planes: operand 0 is a signal, `constants` more
/// have its spatial dimension, others have none.
template <typename OpTy, unsigned constants>
struct WindowPattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!isSignal(op->getOperand(0).getType()) ||
        !areSignals(op->getResultTypes()))
      return rewriter.notifyMatchFailure(op, "is not on signals");
    SmallVector<Value> operands(op->getOperands());
    for (unsigned i = 1; i <= constants; ++i) {
      operands[i] = widenConstant(rewriter, operands[i]);
      if (!operands[i])
        return rewriter.notifyMatchFailure(op, "weight is no constant");
    }
    operands[0] = widenSignal(rewriter, operands[0]);
    replaceByImages(rewriter, op, operands);
    return success();
  }
};

/// Joined signals; the axis moves if it is the last.
struct ConcatPattern : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override;
};

/// Elementwise operations behind a reshape that makes an image a signal.
struct ElementwisePattern : RewritePattern {
  ElementwisePattern(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override;
};

struct SignalsToImages
    : resnetc::resnet::impl::ResNetSignalsToImagesBase<SignalsToImages> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns
        .add<WindowPattern<ConvOp, 1>, WindowPattern<ConvTransposeOp, 1>,
             WindowPattern<MaxPoolOp, 0>, WindowPattern<AvgPoolOp, 0>,
             WindowPattern<GlobalAvgPoolOp, 0>, WindowPattern<BatchNormOp, 0>,
             ConcatPattern, ElementwisePattern>(&getContext());
    // Reshapes that cancel each other let the next operation follow.
    ReshapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

/// Whether a value is an image of one row, reshaped to a signal.
static bool isReshapedImage(Value value) {
  auto op = value.getDefiningOp<ReshapeOp>();
  auto from = op ? dyn_cast<RankedTensorType>(op.getInput().getType())
                 : RankedTensorType();
  auto to = dyn_cast<RankedTensorType>(value.getType());
  return from && to && from.getRank() == 4 && to.getRank() == 3 &&
         from.getShape() == ArrayRef<int64_t>(widen(to.getShape()));
}

LogicalResult ConcatPattern::matchAndRewrite(ConcatOp op,
                                             PatternRewriter &rewriter) const {
  if (!areSignals(op->getOperandTypes()) || !isSignal(op.getType()) ||
      !llvm::any_of(op->getOperands(), isReshapedImage))
    return rewriter.notifyMatchFailure(op, "is not on signals");
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(widenSignal(rewriter, operand));
  int64_t axis = op.getAxis() < 0 ? op.getAxis() + 3 : op.getAxis();
  auto type = cast<RankedTensorType>(op.getType());
  Value image = ConcatOp::create(rewriter, op.getLoc(),
                                 type.clone(widen(type.getShape())), operands,
                                 axis == 2 ? 3 : axis);
  rewriter.replaceOp(
      op, createReshape(rewriter, op.getLoc(), image, type.getShape()));
  return success();
}

LogicalResult
ElementwisePattern::matchAndRewrite(Operation *op,
                                    PatternRewriter &rewriter) const {
  if (!op->hasTrait<resnetc::resnet::OpTrait::Elementwise>() &&
      !isa<ClipOp>(op))
    return rewriter.notifyMatchFailure(op, "is not elementwise");
  if (!areSignals(op->getResultTypes()) ||
      !llvm::any_of(op->getOperands(), isReshapedImage))
    return rewriter.notifyMatchFailure(op, "is not on signals");
  auto rankOf = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type ? type.getRank() : -1;
  };
  for (Value operand : op->getOperands())
    if (rankOf(operand) < 0 || (rankOf(operand) != 3 && rankOf(operand) > 1 &&
                                !matchPattern(operand, m_Constant())))
      return rewriter.notifyMatchFailure(op, "broadcasts what is computed");
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    // A scalar and what is broadcast along the signal stay what they are.
    if (rankOf(operand) > 1) {
      Value constant = widenConstant(rewriter, operand);
      operand = constant ? constant : widenSignal(rewriter, operand);
    }
    operands.push_back(operand);
  }
  replaceByImages(rewriter, op, operands);
  return success();
}
