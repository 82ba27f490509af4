//===- InferShapes.cpp - Makes all shapes known but the batch -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the resnet-infer-shapes pass, which infers types in
// order, replaces computed shapes by constants and resolves auto_pad.
//
//===----------------------------------------------------------------------===//

#include "FoldOperation.h"
#include "SymbolicShapes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Dialect/ResNet/IR/InferTypes.h"
#include "resnetc/Dialect/ResNet/Transforms/Passes.h"
#include "llvm/Support/CheckedArithmetic.h"

namespace resnetc::resnet {
#define GEN_PASS_DEF_RESNETINFERSHAPES
#include "resnetc/Dialect/ResNet/Transforms/Passes.h.inc"
} // namespace resnetc::resnet

using namespace mlir;
using namespace resnetc::resnet;

namespace {

struct InferShapes : resnetc::resnet::impl::ResNetInferShapesBase<InferShapes> {
  void runOnOperation() override;

private:
  LogicalResult visit(Operation *op);
  LogicalResult resolveReshape(ReshapeOp op);
  void resolveExpand(ExpandOp op);
  void resolveResize(ResizeOp op);
  std::optional<SmallVector<int64_t>> lookupBehindBatch(Value shape,
                                                        Value input);
  void refineConstantOfShape(ConstantOfShapeOp op);
  Value createIntegers(Operation *op, Value like, ArrayRef<int64_t> values);
  template <typename OpTy>
  void resolveWindow(OpTy op, ArrayRef<int64_t> kernel);
  void resolveAutoPads(Operation *op);
  LogicalResult makeConstant(Operation *op);
  Value originOf(Value value);
  void findOrigin(Operation *op);
  void refineOperands(Operation *op);
  LogicalResult checkShapes(func::FuncOp function);

  SymbolicShapes shapes;
  llvm::DenseMap<Value, Value> origins; ///< Of the shapes of others.
};

} // namespace

static DenseElementsAttr makeIntegers(RankedTensorType type,
                                      ArrayRef<int64_t> values) {
  SmallVector<APInt> elements;
  for (int64_t value : values)
    elements.emplace_back(type.getElementTypeBitWidth(), value,
                          /*isSigned=*/true, /*implicitTrunc=*/true);
  return DenseElementsAttr::get(type, elements);
}

//===----------------------------------------------------------------------===//
// Shapes that contain the batch
//===----------------------------------------------------------------------===//

/// A constant vector in the place of `like`, an operand of `op`.
Value InferShapes::createIntegers(Operation *op, Value like,
                                  ArrayRef<int64_t> values) {
  OpBuilder builder(op);
  auto type = RankedTensorType::get({int64_t(values.size())},
                                    getElementTypeOrSelf(like));
  auto constant =
      ConstantOp::create(builder, op->getLoc(), makeIntegers(type, values));
  shapes.visit(constant);
  ++numConstants;
  return constant;
}

/// Gives a reshape whose shape contains the batch a constant shape: -1 for the
/// batch, or 0 (copy) where -1 is taken already.
LogicalResult InferShapes::resolveReshape(ReshapeOp op) {
  const SymbolicShapes::Elements *elements = shapes.lookup(op.getShape());
  if (!elements || matchPattern(op.getShape(), m_Constant()))
    return success();
  SmallVector<int64_t> shape;
  bool remaining = false;
  std::optional<size_t> batchAt;
  for (auto [i, size] : llvm::enumerate(*elements)) {
    if (size.isKnown()) {
      remaining |= size.value == -1;
      shape.push_back(size.value);
    } else if (size.isBatch() && !batchAt) {
      batchAt = i;
      shape.push_back(-1);
    } else {
      return success(); // unknown, or the batch twice
    }
  }
  if (!batchAt)
    return success();
  bool copies = shapes.isBatched(op.getInput()) && !op.getAllowzero();
  if (remaining && !(copies && *batchAt == 0))
    return success();
  if (remaining)
    shape.front() = 0;
  // The batch stands for -1 only if the rest fits exactly.
  auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (!remaining && copies && input) {
    auto known = [](int64_t size) { return size > 0; };
    int64_t from = 1, to = 1;
    bool comparable = true;
    for (int64_t size : input.getShape().drop_front())
      comparable =
          comparable && known(size) && !llvm::MulOverflow(from, size, from);
    for (auto [i, size] : llvm::enumerate(shape))
      if (i != *batchAt)
        comparable =
            comparable && known(size) && !llvm::MulOverflow(to, size, to);
    if (comparable && from != to)
      return emitError(op.getLoc()) << "cannot reshape " << from
                                    << " elements of each example to " << to;
  }
  op.getShapeMutable().assign(createIntegers(op, op.getShape(), shape));
  return success();
}

/// The sizes in `shape` behind the batch, if they are known and it begins with
/// the batch, as `input` does, with a size for each dimension.
std::optional<SmallVector<int64_t>>
InferShapes::lookupBehindBatch(Value shape, Value input) {
  const SymbolicShapes::Elements *elements = shapes.lookup(shape);
  if (!elements || elements->empty() || !elements->front().isBatch() ||
      !shapes.isBatched(input) ||
      cast<RankedTensorType>(input.getType()).getRank() !=
          int64_t(elements->size()))
    return std::nullopt;
  SmallVector<int64_t> sizes;
  for (const SymbolicSize &size : llvm::drop_begin(*elements)) {
    if (!size.isKnown())
      return std::nullopt;
    sizes.push_back(size.value);
  }
  return sizes;
}

/// What has the batch already keeps it when a size of 1 asks for it.
void InferShapes::resolveExpand(ExpandOp op) {
  auto sizes = lookupBehindBatch(op.getShape(), op.getInput());
  if (!sizes)
    return;
  sizes->insert(sizes->begin(), 1);
  op.getShapeMutable().assign(createIntegers(op, op.getShape(), *sizes));
}

/// The batch keeps its size when all others are resized.
void InferShapes::resolveResize(ResizeOp op) {
  if (!op.getSizes() || op.getAxes() || op.getRoi())
    return;
  auto sizes = lookupBehindBatch(op.getSizes(), op.getInput());
  if (!sizes)
    return;
  op.setAxes(llvm::to_vector(llvm::seq<int64_t>(1, sizes->size() + 1)));
  op.getSizesMutable().assign(createIntegers(op, op.getSizes(), *sizes));
}

/// A fill whose shape contains the batch cannot have a constant shape, but a
/// known type.
void InferShapes::refineConstantOfShape(ConstantOfShapeOp op) {
  const SymbolicShapes::Elements *elements = shapes.lookup(op.getShape());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!elements || !type || type.getRank() != int64_t(elements->size()))
    return;
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, element] : llvm::zip_equal(shape, *elements))
    if (ShapedType::isDynamic(size) && element.isKnown() && element.value >= 0)
      size = element.value;
  op.getResult().setType(type.clone(shape));
}

//===----------------------------------------------------------------------===//
// auto_pad
//===----------------------------------------------------------------------===//

template <typename OpTy>
void InferShapes::resolveWindow(OpTy op, ArrayRef<int64_t> kernel) {
  auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (op.getAutoPad() == "NOTSET" || !input)
    return;
  size_t rank = kernel.size();
  SmallVector<int64_t> pads(2 * rank);
  for (size_t i = 0; i < rank; ++i) {
    WindowDimension window{input.getDimSize(i + 2), kernel[i],
                           op.getStrides()[i], op.getDilations()[i]};
    if (op.getAutoPad() != "VALID" && (ShapedType::isDynamic(window.size) ||
                                       ShapedType::isDynamic(window.kernel)))
      return;
    resnetc::resnet::resolveAutoPad(op.getAutoPad(), window);
    pads[i] = window.padBegin;
    pads[i + rank] = window.padEnd;
  }
  op.setPads(pads);
  op.setAutoPad("NOTSET");
  ++numAutoPads;
}

void InferShapes::resolveAutoPads(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op)) {
    auto weight = dyn_cast<RankedTensorType>(conv.getWeight().getType());
    if (weight)
      resolveWindow(conv, weight.getShape().drop_front(2));
  } else if (auto pool = dyn_cast<MaxPoolOp>(op)) {
    resolveWindow(pool, pool.getKernelShape());
  } else if (auto pool = dyn_cast<AvgPoolOp>(op)) {
    resolveWindow(pool, pool.getKernelShape());
  }
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// Numbers from which sizes are computed are few.
static constexpr int64_t maxNumbers = 64;

/// Replaces a result that is known by a constant.
LogicalResult InferShapes::makeConstant(Operation *op) {
  if (isa<ConstantOp>(op) || op->getNumResults() != 1)
    return success();
  Value result = op->getResult(0);
  std::optional<SmallVector<int64_t>> values = shapes.lookupKnown(result);
  if (!values) {
    // No shape depends on a matrix of floating point: such are weights, which
    // keep their names until constants are folded.
    auto type = cast<ShapedType>(result.getType());
    if (isa<FloatType>(type.getElementType()) &&
        (!type.hasRank() || type.getRank() > 1))
      return success();
    // Also those that are no integers, or come from other operations.
    FailureOr<SmallVector<Value>> constants = foldOperation(op, maxNumbers);
    if (failed(constants))
      return failure();
    for (Value constant : *constants)
      shapes.visit(constant.getDefiningOp());
    numConstants += constants->empty() ? 0 : 1;
    return success();
  }
  auto type = cast<RankedTensorType>(result.getType());
  OpBuilder builder(op);
  auto constant =
      ConstantOp::create(builder, op->getLoc(), makeIntegers(type, *values));
  shapes.visit(constant);
  result.replaceAllUsesWith(constant);
  ++numConstants;
  return success();
}

//===----------------------------------------------------------------------===//
// Declared shapes
//===----------------------------------------------------------------------===//

/// The operands of an operation on elements that may have more than one: they
/// decide the shape of the result.
static SmallVector<Value> largeOperands(Operation *op) {
  SmallVector<Value> result;
  if (!op->hasTrait<resnetc::resnet::OpTrait::Elementwise>() &&
      !isa<CastOp>(op))
    return result;
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type ||
        llvm::any_of(type.getShape(), [](int64_t n) { return n != 1; }))
      result.push_back(operand);
  }
  return result;
}

/// The value whose shape `value` has, whatever that is.
Value InferShapes::originOf(Value value) {
  auto known = origins.find(value);
  return known == origins.end() ? value : known->second;
}

void InferShapes::findOrigin(Operation *op) {
  SmallVector<Value> operands = largeOperands(op);
  if (operands.empty())
    return;
  Value origin = originOf(operands.front()), result = op->getResult(0);
  auto rank = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type ? type.getRank() : -1;
  };
  if (rank(result) == rank(operands.front()) &&
      llvm::all_of(operands,
                   [&](Value value) { return originOf(value) == origin; }))
    origins[result] = origin;
}

/// Where the file declares the shape of a result, operands that have this shape
/// have it, too: their own may depend on values that are not known.
void InferShapes::refineOperands(Operation *op) {
  auto origin =
      op->getNumResults() == 1 ? origins.find(op->getResult(0)) : origins.end();
  if (origin == origins.end())
    return;
  auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!result || !result.hasStaticShape())
    return;
  for (Value operand : largeOperands(op)) {
    auto type = cast<TensorType>(operand.getType());
    if (!type.hasStaticShape() && operand.getDefiningOp() &&
        !shapes.isBatched(operand))
      operand.setType(type.clone(result.getShape()));
  }
}

LogicalResult InferShapes::visit(Operation *op) {
  if (auto reshape = dyn_cast<ReshapeOp>(op))
    if (failed(resolveReshape(reshape)))
      return failure();
  if (auto expand = dyn_cast<ExpandOp>(op))
    resolveExpand(expand);
  if (auto resize = dyn_cast<ResizeOp>(op))
    resolveResize(resize);
  if (failed(refineResultTypes(op)))
    return failure();
  resolveAutoPads(op);
  if (auto filled = dyn_cast<ConstantOfShapeOp>(op))
    refineConstantOfShape(filled);
  shapes.visit(op);
  findOrigin(op);
  return makeConstant(op);
}

/// "dimension 2 is unknown", or nothing if only the batch is.
static std::string explainUnknown(Value value, const SymbolicShapes &shapes) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return "the rank is unknown";
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (type.isDynamicDim(i) && !(i == 0 && shapes.isBatched(value)))
      return "dimension " + std::to_string(i) + " is unknown";
  return "";
}

LogicalResult InferShapes::checkShapes(func::FuncOp function) {
  static constexpr StringRef hint =
      "; only the batch, dimension 0 of an input, may be";
  for (BlockArgument argument : function.getArguments()) {
    std::string problem = explainUnknown(argument, shapes);
    if (problem.empty())
      continue;
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                      "resnet.name");
    return emitError(argument.getLoc(), "of input '")
           << (name ? name.getValue() : "") << "' " << problem << hint
           << " (--input-shape gives sizes to the others)";
  }
  for (Operation &op : function.getBody().front())
    for (Value result : op.getResults()) {
      std::string problem = explainUnknown(result, shapes);
      if (!problem.empty())
        return emitError(op.getLoc()) << problem << hint;
    }
  return success();
}

void InferShapes::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal())
    return;
  shapes = SymbolicShapes();
  origins.clear();
  for (BlockArgument argument : function.getArguments())
    shapes.visitArgument(argument);
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(body))
    if (failed(visit(&op)))
      return signalPassFailure();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
    else
      refineOperands(&op);
  if (failed(checkShapes(function)))
    return signalPassFailure();
  function.setType(FunctionType::get(&getContext(), function.getArgumentTypes(),
                                     body.getTerminator()->getOperandTypes()));
}
