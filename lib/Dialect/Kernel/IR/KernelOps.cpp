//===- KernelOps.cpp - Operations of the kernel dialect -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

std::string resnetc::kernel::getElementName(Value buffer) {
  std::string name;
  llvm::raw_string_ostream(name) << typeOf(buffer).getElementType();
  return name;
}

Value resnetc::kernel::getUnderlyingBuffer(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewOp>())
    buffer = view.getSource();
  return buffer;
}

bool resnetc::kernel::isSharedMemory(Value buffer) {
  buffer = getUnderlyingBuffer(buffer);
  if (auto own = buffer.getDefiningOp<BufferOp>())
    return own.getShared();
  if (auto argument = dyn_cast<BlockArgument>(buffer)) {
    auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
    return function &&
           function.getArgAttr(argument.getArgNumber(), "kernel.shared");
  }
  return buffer.getDefiningOp<WeightOp>() != nullptr;
}

bool resnetc::kernel::writesSharedMemory(Operation *op) {
  auto compute = dyn_cast<ComputeOpInterface>(op);
  return compute &&
         llvm::any_of(op->getOperands().take_back(compute.getNumOutputs()),
                      isSharedMemory);
}

int64_t resnetc::kernel::getNumBytes(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return type.getNumElements() *
         llvm::divideCeilSigned(type.getElementTypeBitWidth(), 8);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

LogicalResult ViewOp::verify() {
  if (typeOf(getSource()).getNumElements() !=
          typeOf(getResult()).getNumElements() ||
      !typeOf(getSource()).getLayout().isIdentity() ||
      !typeOf(getResult()).getLayout().isIdentity())
    return emitOpError("needs dense types with the same number of elements");
  return success();
}

OpFoldResult WeightOp::fold(FoldAdaptor) { return getValueAttr(); }

//===----------------------------------------------------------------------===//
// ConvOp
//===----------------------------------------------------------------------===//

bool ConvOp::admitsPairs() {
  if (!isPlanar())
    return true;
  if (getDilations()[1] != 1)
    return false;
  // Of the last column the second is read, too, but multiplied with nothing.
  auto isLast = [&](int d) {
    return getInputOffset()[d] + (getOutputSize()[d] - 1) * getStrides()[d] +
               (getKernelShape()[d] - 1) * getDilations()[d] + 1 ==
           typeOf(getInput()).getDimSize(1 + d);
  };
  return getKernelShape()[1] % 2 == 0 || !isLast(0) || !isLast(1);
}

bool ConvOp::hasPairs(Algorithm algorithm) {
  return (algorithm == Algorithm::direct || algorithm == Algorithm::dot) &&
         typeOf(getInput()).getElementType().isBF16() && admitsPairs();
}

bool ConvOp::admitsWinograd() {
  auto is = [](ArrayRef<int64_t> pair, int64_t value) {
    return pair[0] == value && pair[1] == value;
  };
  return is(getKernelShape(), 3) && is(getStrides(), 1) &&
         is(getDilations(), 1) && getGroup() == 1 && !isPlanar();
}

bool ConvOp::hasRoomForWinograd(int64_t outputs) {
  bool fits = true;
  for (int d : {0, 1}) {
    int64_t tiles = llvm::divideCeilSigned(getOutputSize()[d], outputs);
    fits &= getInputOffset()[d] + tiles * outputs + 2 <=
            typeOf(getInput()).getDimSize(1 + d);
  }
  if (fits)
    return true;
  // A buffer with a halo may have a wider one, if no view says how large it is.
  auto buffer = getInput().getDefiningOp<BufferOp>();
  return buffer && llvm::none_of(buffer->getUsers(), llvm::IsaPred<ViewOp>) &&
         llvm::any_of(buffer->getUsers(), llvm::IsaPred<FillHaloOp>);
}

int64_t ConvOp::getWinogradOutputs() {
  switch (getSchedule()->getAlgorithm()) {
  case Algorithm::winograd_f2:
  case Algorithm::fused_winograd_f2:
    return 2;
  case Algorithm::winograd_f4:
  case Algorithm::fused_winograd_f4:
    return 4;
  case Algorithm::direct:
  case Algorithm::diagonal:
  case Algorithm::dot:
    break;
  }
  return 0;
}

int64_t ConvOp::getNumUnits() {
  if (getGemm())
    return getOutputSize()[0] * getOutputSize()[1];
  auto schedule = getSchedule();
  return schedule ? ConvTiling(*this, *schedule).units() : 1;
}

int64_t ConvOp::getNumMacs() {
  return getOutputChannels() * getOutputSize()[0] * getOutputSize()[1] *
         (getInputChannels() / getGroup()) * getKernelShape()[0] *
         getKernelShape()[1];
}

std::string ConvOp::getKernelName() {
  if (auto gemm = getGemm())
    return llvm::formatv(
        "conv_{0}_{1}_{2}x{3}_p{4}_c{5}", getElementName(getInput()),
        stringifyEnum(gemm->getUnit()), getKernelShape()[0],
        getKernelShape()[1], gemm->getPixels(), gemm->getChannels());
  std::string name =
      llvm::formatv("conv_{0}_{1}_{2}x{3}", getElementName(getInput()),
                    getSchedule() ? stringifyEnum(getSchedule()->getAlgorithm())
                                  : StringRef("unscheduled"),
                    getKernelShape()[0], getKernelShape()[1]);
  if (getSchedule())
    name += llvm::formatv("_p{0}_o{1}", getSchedule()->getPixels(),
                          getSchedule()->getOcBlocks());
  return name;
}

bool ConvOp::prefersImagesInnermost() {
  // A matrix product: a weight is used once an image.
  return getOutputSize()[0] * getOutputSize()[1] == 1;
}

bool ConvOp::canReuseForOutput(unsigned input) {
  // The epilogue reads a residual element just before it writes the same one.
  if (!getResidual() || getOperand(input) != getResidual())
    return false;
  Value residual = getUnderlyingBuffer(getResidual());
  return residual != getUnderlyingBuffer(getInput()) &&
         getResidual().getType() == getOutput().getType() &&
         getResidualOffset() == getOutputOffset();
}

//===----------------------------------------------------------------------===//
// Other computations
//===----------------------------------------------------------------------===//

int64_t GenericOp::getNumUnits() { return getUnits(); }

unsigned GenericOp::getNumOutputs() {
  return static_cast<unsigned>(getOutputs().size());
}

std::string GenericOp::getKernelName() {
  return llvm::formatv("{0}_{1}", getName(),
                       getElementName(getOutputs().front()));
}

int64_t CopyOp::getNumUnits() {
  // Output channels, by block where there are blocks.
  MemRefType type = typeOf(getOutput());
  if (type.getRank() != 4)
    return getSize()[0];
  int64_t block = type.getDimSize(3), first = getOutputOffset()[0] / block;
  return llvm::divideCeilSigned(getOutputOffset()[0] + getSize()[0], block) -
         first;
}

std::string CopyOp::getKernelName() {
  return "copy_" + getElementName(getOutput());
}

int64_t FillOp::getNumUnits() {
  return llvm::divideCeilSigned(typeOf(getOutput()).getNumElements(),
                                elementsPerUnit);
}

std::string FillOp::getKernelName() {
  return "fill_" + getElementName(getOutput());
}

int64_t FillHaloOp::getNumUnits() { return typeOf(getOutput()).getDimSize(0); }

std::string FillHaloOp::getKernelName() {
  return "fill_halo_" + getElementName(getOutput());
}

int64_t MapOp::getNumUnits() { return getSize()[0]; }

/// The operations of an elementwise body; of long ones the first tell enough.
static std::string nameOf(Block &body) {
  static constexpr unsigned maxNamed = 4;
  std::string name;
  unsigned count = 0;
  for (Operation &op : body.without_terminator())
    if (!op.hasTrait<OpTrait::ConstantLike>() && ++count <= maxNamed)
      name += "_" + op.getName().stripDialect().str();
  if (count > maxNamed)
    name += "_and_" + std::to_string(count - maxNamed);
  return name;
}

std::string MapOp::getKernelName() {
  return "map_" + getElementName(getOutput()) + nameOf(getBody().front());
}

bool MapOp::canReuseForOutput(unsigned input) {
  if (input >= getInputs().size())
    return false;
  ArrayRef<int64_t> offsets = getOffsets();
  Value value = getInputs()[input];
  return llvm::count_if(getInputs(),
                        [&](Value v) {
                          return getUnderlyingBuffer(v) ==
                                 getUnderlyingBuffer(value);
                        }) == 1 &&
         value.getType() == getOutput().getType() &&
         offsets.slice(2 * input, 2) == offsets.take_back(2);
}

int64_t PlaneMeansOp::getNumUnits() { return getSize()[0]; }

unsigned PlaneMeansOp::getNumOutputs() {
  return static_cast<unsigned>(getOutputs().size());
}

std::string PlaneMeansOp::getKernelName() {
  return "plane_means_" + getElementName(getOutputs().front()) +
         nameOf(getBody().front());
}

int64_t PoolOp::getNumUnits() {
  return typeOf(getOutput()).getDimSize(0) * getOutputSize()[0];
}

std::string PoolOp::getKernelName() {
  return llvm::formatv("{0}_pool_{1}_{2}x{3}", stringifyEnum(getKind()),
                       getElementName(getOutput()), getKernelShape()[0],
                       getKernelShape()[1]);
}

int64_t TransposeFilterOp::getNumUnits() {
  return typeOf(getOutput()).getDimSize(0);
}

std::string TransposeFilterOp::getKernelName() {
  return "transpose_filter_" + getElementName(getOutput());
}

int64_t SoftmaxOp::getNumUnits() { return typeOf(getOutput()).getDimSize(0); }

std::string SoftmaxOp::getKernelName() { return "softmax_f32"; }

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // A kernel of a GPU is in a module of its own.
  if (getGrid()) {
    auto module = (*this)->getParentOfType<ModuleOp>();
    for (Operation &op : *module.getBody())
      if (op.hasTrait<mlir::OpTrait::SymbolTable>() &&
          symbols.lookupSymbolIn(&op, getCalleeAttr()))
        return success();
    return emitOpError("refers to ") << getCallee() << ", which is no kernel";
  }
  auto callee = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getCalleeAttr());
  if (!callee)
    return emitOpError("refers to ") << getCallee() << ", which is no function";
  return success();
}

#define GET_OP_CLASSES
#include "resnetc/Dialect/Kernel/IR/KernelOps.cpp.inc"
