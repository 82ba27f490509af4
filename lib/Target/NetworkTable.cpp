//===- NetworkTable.cpp - A planned network as data -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/NetworkTable.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "resnetc/Dialect/ResNet/Transforms/Training.h"
#include "resnetc/Target/TrainingTable.h"

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

std::string resnetc::layerOf(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (std::string name = layerOf(part); !name.empty())
        return name;
  return "";
}

static int32_t elementTypeOf(Type type) {
  if (type.isF32())
    return RESNETC_FLOAT32;
  if (type.isF64())
    return RESNETC_FLOAT64;
  if (type.isF16())
    return RESNETC_FLOAT16;
  if (type.isBF16())
    return RESNETC_BFLOAT16;
  if (type.isInteger(1))
    return RESNETC_BOOL;
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isUnsigned ? RESNETC_UINT8 : RESNETC_INT8;
  case 16:
    return isUnsigned ? RESNETC_UINT16 : RESNETC_INT16;
  case 32:
    return isUnsigned ? RESNETC_UINT32 : RESNETC_INT32;
  case 64:
    return isUnsigned ? RESNETC_UINT64 : RESNETC_INT64;
  default:
    return 0;
  }
}

static int64_t bytesOf(MemRefType type) {
  return type.getNumElements() *
         llvm::divideCeilSigned(type.getElementTypeBitWidth(), 8);
}

namespace {

/// Finds where operands of steps lie.
class OperandPlaces {
  using ArgumentPlace = NetworkTable::ArgumentPlace;

public:
  explicit OperandPlaces(const NetworkTable &table) : table(table) {}

  FailureOr<resnetc_rt_operand> get(Value value) const {
    value = getUnderlyingBuffer(value);
    if (auto argument = dyn_cast<BlockArgument>(value))
      return ofArgument(argument);
    if (auto buffer = value.getDefiningOp<BufferOp>();
        buffer && buffer.getOffset()) {
      auto offset = static_cast<int64_t>(*buffer.getOffset());
      if (buffer.getShared())
        return resnetc_rt_operand{RESNETC_RT_WORKSPACE, 0, offset, 0};
      if (buffer.getLocal())
        return resnetc_rt_operand{RESNETC_RT_LOCAL, 0, offset,
                                  table.workspaceLocal};
      return resnetc_rt_operand{RESNETC_RT_WORKSPACE, 0,
                                table.workspaceShared + offset,
                                table.workspacePerImage};
    }
    if (auto weight = value.getDefiningOp<WeightOp>();
        weight && weight.getOffset())
      return resnetc_rt_operand{RESNETC_RT_WEIGHTS, 0,
                                static_cast<int64_t>(*weight.getOffset()), 0};
    return failure();
  }

private:
  resnetc_rt_operand ofArgument(BlockArgument argument) const {
    unsigned number = argument.getArgNumber();
    const ArgumentPlace &place = table.arguments[number];
    int64_t stride = isSharedMemory(argument)
                         ? 0
                         : bytesOf(cast<MemRefType>(argument.getType()));
    return {place.space, place.index, place.offset, stride};
  }

  const NetworkTable &table;
};

} // namespace

/// The place of an argument in memory that the caller keeps between runs, or
/// that the runtime has; nothing for inputs and outputs.
static std::optional<NetworkTable::ArgumentPlace>
keptPlaceOf(func::FuncOp network, unsigned number) {
  auto role = network.getArgAttrOfType<StringAttr>(number, "kernel.role");
  auto place = network.getArgAttrOfType<IntegerAttr>(number, "kernel.place");
  if (role && role.getValue() == resnet::role::example)
    return NetworkTable::ArgumentPlace{RESNETC_RT_EXAMPLE, 0, 0};
  if (!role || !place)
    return std::nullopt;
  int32_t kind = kindOfRole(role);
  if (kind < 0)
    return std::nullopt;
  return NetworkTable::ArgumentPlace{spaceOfKind(kind), 0, place.getInt()};
}

FailureOr<NetworkTable> NetworkTable::get(func::FuncOp network) {
  NetworkTable table;
  auto integer = [&](StringRef name) {
    auto attr = network->getAttrOfType<IntegerAttr>(name);
    return attr ? attr.getInt() : 0;
  };
  int64_t inputs = integer("kernel.num_inputs");
  // Computed on whole tensors, of which there is one.
  bool isWhole = network->hasAttr("kernel.whole");
  table.name = network.getName().str();
  table.workspaceShared = integer("kernel.shared_bytes");
  table.workspacePerImage = integer("kernel.workspace_bytes");
  table.workspaceLocal = integer("kernel.local_bytes");
  table.weightBytes = integer("kernel.weight_bytes");

  for (unsigned i = 0; i < network.getNumArguments(); ++i) {
    bool isInput = i < inputs;
    if (std::optional<ArgumentPlace> place = keptPlaceOf(network, i)) {
      table.arguments.push_back(*place);
      continue;
    }
    std::vector<Tensor> &list = isInput ? table.inputs : table.outputs;
    table.arguments.push_back({isInput ? RESNETC_RT_INPUT : RESNETC_RT_OUTPUT,
                               static_cast<int32_t>(list.size()), 0});
    Tensor tensor;
    if (auto name = network.getArgAttrOfType<StringAttr>(i, "resnet.name"))
      tensor.name = name.str();
    auto typeAttr = network.getArgAttrOfType<TypeAttr>(i, "kernel.tensor");
    if (!typeAttr)
      return network.emitError("argument ") << i << " has no tensor type";
    auto type = cast<RankedTensorType>(typeAttr.getValue());
    if (type.getRank() > RESNETC_MAX_RANK)
      return network.emitError("'")
             << tensor.name << "' has rank " << type.getRank() << "; at most "
             << RESNETC_MAX_RANK << " is supported";
    tensor.elementType = elementTypeOf(type.getElementType());
    for (int64_t d : type.getShape())
      tensor.dims.push_back(ShapedType::isDynamic(d) ? -1 : d);
    if (isWhole)
      table.fixedBatch = 1;
    else if (!network.getArgAttr(i, "kernel.shared") && !type.isDynamicDim(0))
      table.fixedBatch = type.getDimSize(0);
    list.push_back(std::move(tensor));
  }

  OperandPlaces places(table);
  for (auto launch : network.getOps<LaunchOp>()) {
    Step step;
    step.kernel = launch.getCallee().str();
    step.layer = layerOf(launch.getLoc());
    step.units = launch.getUnits();
    step.macs = launch.getMacs();
    step.flags =
        (launch.getImagesInnermost() ? RESNETC_RT_IMAGES_INNERMOST : 0) |
        (launch.getNoBarrier() ? RESNETC_RT_NO_BARRIER : 0) |
        (launch.getOnce() ? RESNETC_RT_ONCE : 0) |
        (launch.getSum() ? RESNETC_RT_SUM : 0);
    for (Value buffer : launch.getBuffers()) {
      FailureOr<resnetc_rt_operand> place = places.get(buffer);
      if (failed(place))
        return launch.emitOpError(
            "has an operand without a place; run kernel-plan-memory");
      step.operands.push_back(*place);
    }
    if (step.operands.size() > RESNETC_RT_MAX_OPERANDS)
      return launch.emitOpError("has more than ")
             << RESNETC_RT_MAX_OPERANDS << " operands";
    if (launch.getAllReduce())
      step.reduced = cast<MemRefType>(launch.getBuffers().back().getType())
                         .getNumElements();
    table.steps.push_back(std::move(step));
  }

  llvm::DenseSet<int64_t> written;
  for (auto weight : network.getOps<WeightOp>())
    if (written.insert(*weight.getOffset()).second)
      table.weights.push_back(
          {static_cast<int64_t>(*weight.getOffset()), weight.getValue()});
  return table;
}
