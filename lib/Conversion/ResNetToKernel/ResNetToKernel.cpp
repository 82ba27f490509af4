//===- ResNetToKernel.cpp - Put a network on memory -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the convert-resnet-to-kernel pass. Operations say
// themselves what they become (KernelConversionOpInterface); here is what
// concerns the function: its arguments and results.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Conversion/ResNetToKernel/ResNetToKernel.h"
#include "NetworkBuilder.h"
#include "mlir/IR/Matchers.h"
#include "resnetc/Conversion/Passes.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"

namespace resnetc {
#define GEN_PASS_DEF_CONVERTRESNETTOKERNEL
#include "resnetc/Conversion/Passes.h.inc"
} // namespace resnetc

using namespace mlir;
using namespace resnetc;
using namespace resnetc::resnet;
using namespace resnetc::kernel;

void resnetc::registerKernelConversions(DialectRegistry &registry) {
  registerConvToKernel(registry);
  registerElementwiseToKernel(registry);
  registerMovementToKernel(registry);
  registerPoolToKernel(registry);
  registerSoftmaxToKernel(registry);
}

namespace {

struct ResNetToKernel
    : resnetc::impl::ConvertResNetToKernelBase<ResNetToKernel> {
  void runOnOperation() override {
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isExternal() && failed(convert(function)))
        signalPassFailure();
  }

private:
  FailureOr<func::FuncOp> createFunction(func::FuncOp from);
  LogicalResult buildArguments(func::FuncOp from, func::FuncOp to,
                               NetworkBuilder &builder);
  LogicalResult buildOperation(Operation &op, NetworkBuilder &builder);
  LogicalResult buildResults(func::FuncOp from, func::FuncOp to,
                             NetworkBuilder &builder);
  LogicalResult convert(func::FuncOp function);
};

} // namespace

static LogicalResult describeTensor(Type type, Location loc, StringRef what,
                                    MemRefType &memory) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() == 0)
    return emitError(loc, what) << " has no batch dimension";
  if (!tensor.getElementType().isF32())
    return emitError(loc, what)
           << " has elements of type " << tensor.getElementType()
           << "; only f32 is supported";
  FailureOr<Image> image = NetworkBuilder::describe(type, loc);
  if (failed(image))
    return failure();
  memory = NetworkBuilder::bufferType(*image, tensor);
  return success();
}

static std::string quoted(StringRef what, Attribute name) {
  auto text = dyn_cast_if_present<StringAttr>(name);
  return (what + " '" + (text ? text.getValue() : "") + "'").str();
}

/// The function of kernels: results become arguments, and the types that
/// tensors had are attributes.
FailureOr<func::FuncOp> ResNetToKernel::createFunction(func::FuncOp from) {
  OpBuilder b(from);
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  bool failedAny = false;
  auto add = [&](Type tensor, Attribute name, Location loc, StringRef what) {
    MemRefType memory;
    if (failed(describeTensor(tensor, loc, quoted(what, name), memory))) {
      failedAny = true;
      return;
    }
    NamedAttrList list;
    if (name)
      list.set("resnet.name", name);
    list.set("kernel.tensor", TypeAttr::get(tensor));
    types.push_back(memory);
    attributes.push_back(list.getDictionary(b.getContext()));
  };
  for (BlockArgument argument : from.getArguments())
    add(argument.getType(),
        from.getArgAttr(argument.getArgNumber(), "resnet.name"),
        argument.getLoc(), "input");
  for (unsigned i = 0; i < from.getNumResults(); ++i)
    add(from.getResultTypes()[i], from.getResultAttr(i, "resnet.name"),
        from.getLoc(), "output");
  if (failedAny)
    return failure();
  auto to = func::FuncOp::create(b, from.getLoc(), from.getName(),
                                 b.getFunctionType(types, /*results=*/{}));
  to.setAllArgAttrs(attributes);
  to->setAttr("kernel.num_inputs", b.getI64IntegerAttr(from.getNumArguments()));
  to.addEntryBlock();
  return to;
}

LogicalResult ResNetToKernel::buildOperation(Operation &op,
                                             NetworkBuilder &builder) {
  builder.b.setLoc(op.getLoc());
  if (auto convertible = dyn_cast<KernelConversionOpInterface>(op))
    return convertible.buildKernels(builder);
  return op.emitError("cannot be computed at run time on these operands");
}

/// Gives what is returned the memory of an output: the buffer in which it is
/// computed if that lies the same way, a copy otherwise.
LogicalResult ResNetToKernel::buildResults(func::FuncOp from, func::FuncOp to,
                                           NetworkBuilder &builder) {
  Operation *terminator = from.getBody().front().getTerminator();
  // Buffers that became outputs: what is returned twice still refers to them.
  DenseMap<Value, Value> moved;
  for (auto [i, value] : llvm::enumerate(terminator->getOperands())) {
    Value argument = to.getArgument(from.getNumArguments() + i);
    if (!builder.has(value))
      return from.emitError(
                 quoted("output", from.getResultAttr(i, "resnet.name")))
             << " is a constant";
    Image image = builder.get(value);
    if (Value output = moved.lookup(image.buffer))
      image.buffer = output;
    auto owner = getUnderlyingBuffer(image.buffer).getDefiningOp<BufferOp>();
    auto type = cast<MemRefType>(argument.getType());
    if (owner && owner.getType().getNumElements() == type.getNumElements()) {
      OpBuilder::InsertionGuard guard(builder.b);
      builder.b.setInsertionPointToStart(&to.getBody().front());
      Value output = builder.view(argument, owner.getType());
      owner.replaceAllUsesWith(output);
      moved[owner] = output;
      continue;
    }
    // An input, or the memory of another output: a row to copy.
    int64_t row[] = {1, 1, type.getNumElements()}, zeros[] = {0, 0, 0};
    auto flat = MemRefType::get(row, type.getElementType());
    int64_t ones[] = {1, 1, 1}, same[] = {0, 1, 2}, base[] = {0, 0};
    builder.b.setLoc(value.getLoc());
    CopyOp::create(builder.b, builder.view(image.buffer, flat),
                   builder.view(argument, flat), row, row, zeros, zeros, ones,
                   llvm::APFloat(0.0f), same, base);
  }
  for (auto [buffer, output] : moved)
    buffer.getDefiningOp()->erase();
  return success();
}

LogicalResult ResNetToKernel::convert(func::FuncOp from) {
  FailureOr<func::FuncOp> to = createFunction(from);
  if (failed(to))
    return failure();
  OpBuilder b(&to->getBody());
  NetworkBuilder builder(b);
  bool failedAny = false;
  for (BlockArgument argument : from.getArguments()) {
    FailureOr<Image> image =
        NetworkBuilder::describe(argument.getType(), argument.getLoc());
    if (failed(image))
      return failure();
    image->buffer = to->getArgument(argument.getArgNumber());
    builder.set(argument, *image);
  }
  // All operations that cannot be converted are reported, not the first only:
  // the result of one that failed is memory that nobody writes.
  for (Operation &op : from.getBody().front().without_terminator()) {
    if (isa<resnet::ConstantOp>(op))
      continue;
    if (failed(buildOperation(op, builder))) {
      failedAny = true;
      for (Value result : op.getResults())
        if (!builder.has(result) && failed(builder.create(result)))
          return failure();
    }
  }
  if (failedAny || failed(buildResults(from, *to, builder)))
    return failure();
  builder.b.setLoc(from.getLoc());
  func::ReturnOp::create(builder.b);
  from.erase();
  return success();
}
