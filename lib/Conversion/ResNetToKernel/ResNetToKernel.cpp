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
#include "ElementBuilder.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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
  registerDropoutToElement(registry);
  registerElementwiseToElement(registry);
  registerFilterGradientToKernel(registry);
  registerMatrixToElement(registry);
  registerWindowsToElement(registry);
  registerElementwiseToKernel(registry);
  registerGradientsToElement(registry);
  registerIndexingToElement(registry);
  registerMovementToElement(registry);
  registerMovementToKernel(registry);
  registerNormalizationToElement(registry);
  registerPoolGradientToKernel(registry);
  registerPoolToKernel(registry);
  registerReductionToElement(registry);
  registerResizeToElement(registry);
  registerSamplingToElement(registry);
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
  FailureOr<func::FuncOp> createFunction(func::FuncOp from,
                                         const NetworkBuilder &builder);
  LogicalResult buildArguments(func::FuncOp from, func::FuncOp to,
                               NetworkBuilder &builder);
  LogicalResult buildOperation(Operation &op, NetworkBuilder &builder);
  LogicalResult buildResults(func::FuncOp from, func::FuncOp to,
                             NetworkBuilder &builder);
  LogicalResult convert(func::FuncOp function);
};

} // namespace

static LogicalResult describeTensor(const NetworkBuilder &builder, Type type,
                                    Location loc, StringRef what,
                                    MemRefType &memory) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  bool needsBatch = !builder.isWhole() && !builder.isTraining();
  if (!tensor || (tensor.getRank() == 0 && needsBatch))
    return emitError(loc, what) << " has no batch dimension";
  FailureOr<Image> image = builder.describe(type, loc);
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
FailureOr<func::FuncOp>
ResNetToKernel::createFunction(func::FuncOp from,
                               const NetworkBuilder &builder) {
  OpBuilder b(from);
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  bool failedAny = false;
  auto add = [&](Type tensor, DictionaryAttr given, Location loc,
                 StringRef what) {
    Attribute name = given ? given.get("resnet.name") : Attribute();
    MemRefType memory;
    if (failed(
            describeTensor(builder, tensor, loc, quoted(what, name), memory))) {
      failedAny = true;
      return;
    }
    NamedAttrList list;
    if (name)
      list.set("resnet.name", name);
    list.set("kernel.tensor", TypeAttr::get(tensor));
    auto type = cast<RankedTensorType>(tensor);
    if (builder.isTraining() && (type.getRank() == 0 || !type.isDynamicDim(0)))
      list.set("kernel.shared", b.getUnitAttr());
    // What a caller keeps has a place, and results that replace it.
    for (StringRef what : {"role", "place", "updates"})
      if (Attribute value =
              given ? given.get(("resnet." + what).str()) : Attribute())
        list.set(("kernel." + what).str(), value);
    types.push_back(memory);
    attributes.push_back(list.getDictionary(b.getContext()));
  };
  for (BlockArgument argument : from.getArguments())
    add(argument.getType(), from.getArgAttrDict(argument.getArgNumber()),
        argument.getLoc(), "input");
  for (unsigned i = 0; i < from.getNumResults(); ++i)
    add(from.getResultTypes()[i], from.getResultAttrDict(i), from.getLoc(),
        "output");
  if (failedAny)
    return failure();
  auto to = func::FuncOp::create(b, from.getLoc(), from.getName(),
                                 b.getFunctionType(types, /*results=*/{}));
  to.setAllArgAttrs(attributes);
  to->setAttr("kernel.num_inputs", b.getI64IntegerAttr(from.getNumArguments()));
  if (builder.isWhole())
    to->setAttr("kernel.whole", b.getUnitAttr());
  to.addEntryBlock();
  return to;
}

/// Whether an operation is on examples of f32, for which kernels are made; not
/// if one has no elements.
static bool hasExamplesOfF32(Operation &op, NetworkBuilder &builder) {
  auto isF32 = [](Value value) {
    return cast<ShapedType>(value.getType()).getElementType().isF32();
  };
  for (Value operand : op.getOperands())
    if (builder.has(operand) && !(builder.isTraining() && isShared(operand)) &&
        (!builder.get(operand).isExample || !isF32(operand) ||
         builder.get(operand).elements() == 0))
      return false;
  return llvm::all_of(op.getResults(), [&](Value result) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (builder.isTraining() && isShared(result))
      return cast<KernelConversionOpInterface>(op).makesShared();
    return isF32(result) && type && !llvm::is_contained(type.getShape(), 0) &&
           (!builder.isWhole() ||
            (type.getRank() > 0 && type.getDimSize(0) == 1));
  });
}

/// Whether an operand is shared, but no constant.
static bool hasComputedShared(Operation &op, NetworkBuilder &builder) {
  return builder.isTraining() &&
         llvm::any_of(op.getOperands(), [&](Value operand) {
           return builder.has(operand) && isShared(operand);
         });
}

LogicalResult ResNetToKernel::buildOperation(Operation &op,
                                             NetworkBuilder &builder) {
  builder.b.setLoc(op.getLoc());
  // What a kernel of its own cannot compute is computed by the element, if the
  // operation can be; if neither can, the kernel's reason is the better one.
  SmallVector<std::pair<Location, std::string>> reasons;
  Block *block = builder.b.getBlock();
  Operation *last = block->empty() ? nullptr : &block->back();
  auto attempt = [&](llvm::function_ref<LogicalResult()> build) {
    ScopedDiagnosticHandler handler(&getContext(), [&](Diagnostic &diagnostic) {
      reasons.emplace_back(diagnostic.getLocation(), diagnostic.str());
      return success();
    });
    if (succeeded(build()))
      return true;
    while (!block->empty() && &block->back() != last)
      block->back().erase();
    for (Value result : op.getResults())
      builder.forget(result);
    return false;
  };
  if (auto convertible = dyn_cast<KernelConversionOpInterface>(op))
    if (hasExamplesOfF32(op, builder) &&
        (convertible.acceptsShared() || !hasComputedShared(op, builder)) &&
        attempt([&] { return convertible.buildKernels(builder); }))
      return success();
  if (isa<ElementOpInterface>(op) &&
      attempt([&] { return ElementBuilder(&op, builder).build(); }))
    return success();
  if (reasons.empty())
    return op.emitError("cannot be computed at run time on these operands");
  return emitError(reasons.front().first) << reasons.front().second;
}

static bool isZero(ElementsAttr constant) {
  auto floats = dyn_cast<DenseFPElementsAttr>(constant);
  return floats && floats.isSplat() &&
         floats.getSplatValue<APFloat>().isPosZero();
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
    if (ElementsAttr constant; matchPattern(value, m_Constant(&constant))) {
      builder.b.setLoc(value.getLoc());
      if (isZero(constant))
        kernel::FillOp::create(builder.b, argument);
      else
        buildFlatCopy(builder.b, value.getLoc(), builder.weight(constant),
                      argument);
      continue;
    }
    Image image = builder.get(value);
    if (Value output = moved.lookup(image.buffer))
      image.buffer = output;
    auto owner = getUnderlyingBuffer(image.buffer).getDefiningOp<BufferOp>();
    auto type = cast<MemRefType>(argument.getType());
    if (owner && owner.getType().getNumElements() == type.getNumElements() &&
        owner.getType().getElementType() == type.getElementType()) {
      OpBuilder::InsertionGuard guard(builder.b);
      builder.b.setInsertionPointToStart(&to.getBody().front());
      Value output = builder.view(argument, owner.getType());
      owner.replaceAllUsesWith(output);
      moved[owner] = output;
      continue;
    }
    // An input, or the memory of another output.
    builder.b.setLoc(value.getLoc());
    buildFlatCopy(builder.b, value.getLoc(), image.buffer, argument);
  }
  for (auto [buffer, output] : moved)
    buffer.getDefiningOp()->erase();
  return success();
}

/// Fails if not all tensors of `types` have the batch that is given or, if none
/// is, the first one's, which is then given.
static LogicalResult
checkBatch(TypeRange types, std::optional<int64_t> &batch,
           llvm::function_ref<InFlightDiagnostic(unsigned)> emitErrorAt) {
  for (auto [i, type] : llvm::enumerate(types)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0)
      continue; // an error of its own
    int64_t size = tensor.getDimSize(0);
    if (size != batch.value_or(size))
      return emitErrorAt(i) << " has another batch than others";
    batch = size;
  }
  return success();
}

LogicalResult ResNetToKernel::convert(func::FuncOp from) {
  OpBuilder b(from);
  auto kind = NetworkKind::Examples;
  if (from->hasAttr("resnet.whole"))
    kind = NetworkKind::Whole;
  else if (from->hasAttr("resnet.training"))
    kind = NetworkKind::Training;
  bool hasBatch = kind == NetworkKind::Examples;
  std::optional<int64_t> batch;
  if (hasBatch &&
      failed(checkBatch(from.getArgumentTypes(), batch, [&](unsigned i) {
        return emitError(from.getArgument(i).getLoc(),
                         quoted("input", from.getArgAttr(i, "resnet.name")));
      })))
    return failure();
  NetworkBuilder builder(b, kind, batch);
  FailureOr<func::FuncOp> to = createFunction(from, builder);
  if (failed(to))
    return failure();
  builder.b.setInsertionPointToStart(&to->getBody().front());
  bool failedAny = false;
  for (BlockArgument argument : from.getArguments()) {
    FailureOr<Image> image =
        builder.describe(argument.getType(), argument.getLoc());
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
        if (!builder.has(result) && failed(builder.createPlaceholder(result)))
          return failure();
    }
  }
  // What computes a result with another batch has a better error than this.
  auto emitErrorAt = [&](unsigned i) {
    return emitError(from.getLoc(),
                     quoted("output", from.getResultAttr(i, "resnet.name")));
  };
  if (failedAny ||
      (hasBatch &&
       failed(checkBatch(from.getResultTypes(), batch, emitErrorAt))) ||
      failed(buildResults(from, *to, builder)))
    return failure();
  builder.b.setLoc(from.getLoc());
  func::ReturnOp::create(builder.b);
  from.erase();
  return success();
}
