//===- VerifyOps.cpp - Verifiers of the kernel dialect --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace resnetc::kernel;

/// Of a buffer; so many that sizes in bytes are far from overflowing.
static constexpr int64_t maxElements = int64_t(1) << 40;
/// Of the innermost of four dimensions, which is one vector: more than a block
/// of channels has, but not too many to be split into registers.
static constexpr int64_t maxLanes = 1024;
/// Of parameters; twice the product of two and a third are 63 bits.
static constexpr int64_t maxParameter = (int64_t(1) << 31) - 1;

static MemRefType typeOf(Value buffer) {
  return cast<MemRefType>(buffer.getType());
}

LogicalResult resnetc::kernel::detail::verifyComputeOp(Operation *op) {
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<MemRefType>(operand.getType());
    if (!type)
      continue;
    if (!type.getLayout().isIdentity())
      return op->emitOpError("has a buffer that is not dense");
    int64_t elements = 1;
    for (int64_t size : type.getShape()) {
      if (size == 0 && !isa<GenericOp>(op))
        return op->emitOpError("has a buffer without elements");
      if (llvm::MulOverflow(elements, size, elements) || elements > maxElements)
        return op->emitOpError("has a buffer that is too large");
    }
    bool isBlocked = type.getRank() == 4 && !isa<GenericOp, FillOp>(op);
    if (isBlocked && type.getDimSize(3) > maxLanes)
      return op->emitOpError("has a buffer with blocks of ")
             << type.getDimSize(3) << "; at most " << maxLanes
             << " are supported";
  }
  for (NamedAttribute attribute : op->getAttrs()) {
    auto values = dyn_cast<DenseI64ArrayAttr>(attribute.getValue());
    if (!values)
      continue;
    for (int64_t value : values.asArrayRef())
      if (value > maxParameter || value < -maxParameter)
        return op->emitOpError("has a parameter ")
               << attribute.getName().getValue() << " of " << value;
  }
  return success();
}

LogicalResult resnetc::kernel::detail::verifySchedule(Operation *op,
                                                      ScheduleAttr schedule) {
  int64_t sizes[] = {schedule.getPixels(), schedule.getOcBlocks(),
                     schedule.getRows()};
  if (*llvm::min_element(sizes) < 1 || schedule.getDepth() < 0)
    return op->emitOpError("has a schedule of nothing");
  if (*llvm::max_element(sizes) > maxParameter ||
      schedule.getDepth() > maxParameter)
    return op->emitOpError("has a schedule that is too large");
  return success();
}

static LogicalResult verifyPositive(Operation *op, StringRef name,
                                    ArrayRef<int64_t> values) {
  for (int64_t value : values)
    if (value < 1)
      return op->emitOpError("has a parameter ") << name << " of " << value;
  return success();
}

/// Whether `size` elements from `offset` are among those of `shape`.
static bool isInside(ArrayRef<int64_t> offset, ArrayRef<int64_t> size,
                     ArrayRef<int64_t> shape) {
  for (auto [begin, count, end] : llvm::zip_equal(offset, size, shape))
    if (begin < 0 || count < 0 || begin + count > end)
      return false;
  return true;
}

/// How many channels an image's buffer has room for.
static int64_t channelsOf(ArrayRef<int64_t> shape) {
  return shape.size() == 4 ? shape[0] * shape[3] : shape[0];
}

//===----------------------------------------------------------------------===//
// ConvOp
//===----------------------------------------------------------------------===//

/// Whether the units of a warp fit a tile, and threads the copies of a slice.
static LogicalResult verifyGemm(ConvOp op, ImplicitGemmAttr gemm) {
  int64_t warps = gemm.getPixelWarps() * gemm.getChannelWarps();
  for (int64_t value : {gemm.getPixels(), gemm.getChannels(),
                        gemm.getPixelWarps(), gemm.getChannelWarps()})
    if (value < 1 || value > 256)
      return op.emitOpError("has an implicit GEMM of ") << value;
  if (warps < 2 || warps > 32 || warps % 2)
    return op.emitOpError("has an implicit GEMM of ") << warps << " warps";
  if (gemm.getSplits() < 1 || gemm.getSplits() * warps > 32)
    return op.emitOpError("has an implicit GEMM of ")
           << gemm.getSplits() << " times " << warps << " warps";
  bool isWide = typeOf(op.getInput()).getElementType().isF32();
  bool isGroup = gemm.getUnit() == MatrixUnit::wgmma;
  if (gemm.getStages() < 2 || gemm.getStages() > 8)
    return op.emitOpError("has an implicit GEMM of ")
           << gemm.getStages() << " stages";
  if (isWide != (gemm.getUnit() == MatrixUnit::simt))
    return op.emitOpError("has an implicit GEMM whose unit does not multiply ")
           << typeOf(op.getInput()).getElementType();
  if (isGroup && (gemm.getChannelWarps() != 1 || warps % 4))
    return op.emitOpError("has an implicit GEMM without groups of four warps");
  int64_t rows = gemm.getPixels() / gemm.getPixelWarps();
  int64_t columns = gemm.getChannels() / gemm.getChannelWarps();
  int64_t threadRows = warps * 32 / 8;
  if (rows * gemm.getPixelWarps() != gemm.getPixels() ||
      columns * gemm.getChannelWarps() != gemm.getChannels() ||
      rows % (isWide ? 8 : 16) || columns % (isWide ? 4 : 16) ||
      gemm.getPixels() % threadRows ||
      std::max(gemm.getPixels(), warps * 32) %
          std::min(gemm.getPixels(), warps * 32) ||
      (warps * 32) % (gemm.getChannels() / 8) ||
      gemm.getPixels() * (gemm.getChannels() / 8) % (warps * 32))
    return op.emitOpError("has an implicit GEMM whose warps do not divide its "
                          "tile");
  return success();
}

LogicalResult ConvOp::verify() {
  int64_t rank = typeOf(getInput()).getRank();
  if (rank != 3 && rank != 4)
    return emitOpError("needs an input of rank 3 or 4");
  if (typeOf(getOutput()).getRank() != 4 ||
      (getResidual() && typeOf(getResidual()).getRank() != 4))
    return emitOpError("needs a blocked output and residual");
  for (ArrayRef<int64_t> pair :
       {getKernelShape(), getStrides(), getDilations(), getOutputSize(),
        getInputOffset(), getOutputOffset(), getResidualOffset()})
    if (pair.size() != 2)
      return emitOpError("needs attributes of two elements, rows and columns");
  if (rank == 3 && getGroup() != 1)
    return emitOpError("on a planar input must have one group");
  if (getGroup() < 1 || getInputChannels() < 1 || getOutputChannels() < 1 ||
      getInputChannels() % getGroup() || getOutputChannels() % getGroup())
    return emitOpError("has channels that groups do not divide");
  if (failed(verifyPositive(*this, "kernel_shape", getKernelShape())) ||
      failed(verifyPositive(*this, "strides", getStrides())) ||
      failed(verifyPositive(*this, "dilations", getDilations())) ||
      failed(verifyPositive(*this, "output_size", getOutputSize())))
    return failure();

  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  if (rank == 4 && in[3] != out[3])
    return emitOpError("has an input and an output of different blocks");
  if (getInputChannels() > channelsOf(in) ||
      getOutputChannels() > channelsOf(out))
    return emitOpError("has more channels than its buffers");
  if (getResidual()) {
    ArrayRef<int64_t> residual = typeOf(getResidual()).getShape();
    if (residual[0] != out[0] || residual[3] != out[3] ||
        !isInside(getResidualOffset(), getOutputSize(), residual.slice(1, 2)))
      return emitOpError("has a residual that does not fit its output");
  }
  for (int d : {0, 1}) {
    int64_t last = getInputOffset()[d] +
                   (getOutputSize()[d] - 1) * getStrides()[d] +
                   (getKernelShape()[d] - 1) * getDilations()[d];
    if (getInputOffset()[d] < 0 || last >= in[1 + d])
      return emitOpError("reads outside its input in dimension ") << d;
    if (getOutputOffset()[d] < 0 ||
        getOutputOffset()[d] + getOutputSize()[d] > out[1 + d])
      return emitOpError("writes outside its output in dimension ") << d;
  }
  if (auto gemm = getGemm())
    return verifyGemm(*this, *gemm);
  if (auto schedule = getSchedule()) {
    if (failed(resnetc::kernel::detail::verifySchedule(*this, *schedule)))
      return failure();
    if (isWinograd()) {
      if (!admitsWinograd())
        return emitOpError("does not admit Winograd's algorithm");
      return success();
    }
    if (schedule->getAlgorithm() == Algorithm::dot && !hasPairs(Algorithm::dot))
      return emitOpError("has dot products of an input that is not bf16");
    if (schedule->getDepth() && !typeOf(getOutput()).getElementType().isF32())
      return emitOpError("has passes whose sums its output would round");
    if (getOutputSize()[0] % schedule->getRows())
      return emitOpError("has a schedule whose rows do not divide ")
             << getOutputSize()[0];
    if (schedule->getAlgorithm() == Algorithm::diagonal &&
        !ConvChannels::isDiagonal(getInputChannels(), getOutputChannels(),
                                  getGroup(), getBlock(), isPlanar()))
      return emitOpError("has groups that the diagonal algorithm does not fit");
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Other computations
//===----------------------------------------------------------------------===//

LogicalResult GenericOp::verify() {
  if (getUnits() < 0)
    return emitOpError("has a negative number of units");
  if (getOutputs().empty())
    return emitOpError("writes nothing");
  SmallVector<Type> types(getOperandTypes());
  types.append(2, IndexType::get(getContext()));
  if (getBody().getArgumentTypes() != ArrayRef<Type>(types))
    return emitOpError("needs a body whose arguments are its operands and a "
                       "range of units");
  return success();
}

LogicalResult CopyOp::verify() {
  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  for (size_t rank : {in.size(), out.size()})
    if (rank != 3 && rank != 4)
      return emitOpError("needs buffers of rank 3 or 4");
  for (ArrayRef<int64_t> triple :
       {getSize(), getInputSize(), getInputOffset(), getOutputOffset(),
        getSteps(), getInputPerm()})
    if (triple.size() != 3)
      return emitOpError("needs attributes of three elements");
  if (getInputBase().size() != 2)
    return emitOpError("needs an input_base of two elements");
  if (!isPermutationVector(getInputPerm()))
    return emitOpError("has an input_perm that is no permutation");
  if (failed(verifyPositive(*this, "size", getSize())) ||
      failed(verifyPositive(*this, "input_size", getInputSize())))
    return failure();
  if (!isInside(getOutputOffset(), getSize(),
                {channelsOf(out), out[1], out[2]}))
    return emitOpError("writes outside its output");
  int64_t base[] = {0, getInputBase()[0], getInputBase()[1]};
  int64_t room[] = {channelsOf(in), in[1], in[2]};
  for (int d : {0, 1, 2})
    if (!isInside(base[d], getInputSize()[d],
                  room[in.size() == 4 ? d : getInputPerm()[d]]))
      return emitOpError("reads outside its input");
  return success();
}

LogicalResult FillHaloOp::verify() {
  ArrayRef<int64_t> shape = typeOf(getOutput()).getShape();
  if (shape.size() != 3 && shape.size() != 4)
    return emitOpError("needs a buffer of rank 3 or 4");
  if (getOffset().size() != 2 || getSize().size() != 2)
    return emitOpError("needs attributes of two elements, rows and columns");
  if (!isInside(getOffset(), getSize(), shape.slice(1, 2)))
    return emitOpError("has a plane outside its buffer");
  return success();
}

/// Whether the body can be computed for a vector of elements at once, from one
/// of each input.
template <typename OpTy>
static LogicalResult verifyBody(OpTy op, size_t outputs) {
  Block &body = op.getBody().front();
  if (body.getNumArguments() != op.getInputs().size())
    return op.emitOpError("needs a body argument for each input");
  if (cast<YieldOp>(body.getTerminator()).getValues().size() != outputs)
    return op.emitOpError("must yield ")
           << (outputs == 1 ? "one value" : "a value for each output");
  for (BlockArgument argument : body.getArguments())
    if (!isa<FloatType, IntegerType>(argument.getType()))
      return op.emitOpError("has a body of what are no elements");
  for (Operation &inner : body) {
    if (llvm::any_of(inner.getOperands(), [&](Value operand) {
          return operand.getParentBlock() != &body;
        }))
      return op.emitOpError("has a body that takes values from outside");
    bool isConstant = inner.hasTrait<mlir::OpTrait::ConstantLike>() &&
                      isa<arith::ConstantOp>(inner);
    if (!isa<YieldOp>(inner) && !isConstant &&
        !mlir::OpTrait::hasElementwiseMappableTraits(&inner))
      return op.emitOpError("has a body with ")
             << inner.getName() << ", which is not elementwise";
    for (Type type : inner.getResultTypes())
      if (!isa<FloatType, IntegerType>(type))
        return op.emitOpError("has a body of what are no elements");
  }
  return success();
}

/// Whether operand `i` has the elements that a body is computed for; only an
/// input may be broadcast.
template <typename OpTy>
static LogicalResult verifyElements(OpTy op, unsigned i, bool isOutput) {
  ArrayRef<int64_t> shape = typeOf(op->getOperand(i)).getShape();
  ArrayRef<int64_t> size = op.getSize();
  if (shape.size() != size.size())
    return op.emitOpError("has operands of different ranks");
  for (size_t d = 0; d < size.size(); ++d) {
    int64_t offset = d == 1 || d == 2 ? op.getOffsets()[2 * i + d - 1] : 0;
    bool isBroadcast = shape[d] == 1 && !isOutput;
    if (offset < 0 || (!isBroadcast && offset + size[d] > shape[d]))
      return op.emitOpError("reaches outside operand ")
             << i << " in dimension " << d;
  }
  return success();
}

LogicalResult MapOp::verify() {
  if (getSize().size() != static_cast<size_t>(typeOf(getOutput()).getRank()))
    return emitOpError("needs a size for each dimension of the output");
  if (getOffsets().size() != 2 * (getInputs().size() + 1))
    return emitOpError("needs two offsets for each operand");
  int64_t rank = typeOf(getOutput()).getRank();
  if (rank < 2 || rank > 4)
    return emitOpError("needs two to four dimensions");
  if (failed(verifyPositive(*this, "size", getSize())))
    return failure();
  for (unsigned i = 0; i < getNumOperands(); ++i)
    if (failed(verifyElements(*this, i, i == getInputs().size())))
      return failure();
  return verifyBody(*this, 1);
}

LogicalResult PlaneMeansOp::verify() {
  ArrayRef<int64_t> size = getSize();
  if (size.size() != 4)
    return emitOpError("needs a size for each of four dimensions");
  if (failed(verifyPositive(*this, "size", size)))
    return failure();
  if (size[3] < 2)
    return emitOpError("needs blocks of several channels");
  if (getOffsets().size() != 2 * getInputs().size())
    return emitOpError("needs two offsets for each input");
  if (getOutputs().empty())
    return emitOpError("needs an output");
  for (unsigned i = 0; i < getInputs().size(); ++i)
    if (failed(verifyElements(*this, i, /*isOutput=*/false)))
      return failure();
  for (Value output : getOutputs())
    if (typeOf(output).getShape() != ArrayRef<int64_t>{size[0], 1, 1, size[3]})
      return emitOpError("needs an element for each channel in each output");
  return verifyBody(*this, getOutputs().size());
}

LogicalResult TransposeFilterOp::verify() {
  SmallVector<int64_t> shape(typeOf(getInput()).getShape());
  if (shape.size() != 4 || typeOf(getOutput()).getRank() != 4)
    return emitOpError("needs filters of two spatial dimensions");
  std::swap(shape[0], shape[1]);
  if (typeOf(getOutput()).getShape() != ArrayRef<int64_t>(shape) ||
      typeOf(getOutput()).getElementType() !=
          typeOf(getInput()).getElementType())
    return emitOpError("has an output that does not fit its input");
  return success();
}

LogicalResult PoolOp::verify() {
  ArrayRef<int64_t> in = typeOf(getInput()).getShape();
  ArrayRef<int64_t> out = typeOf(getOutput()).getShape();
  if (in.size() != 4 || out.size() != 4 || in[0] != out[0] || in[3] != out[3])
    return emitOpError("needs an input and an output of the same blocks");
  for (ArrayRef<int64_t> pair :
       {getKernelShape(), getStrides(), getDilations(), getInputSize(),
        getOutputSize(), getInputOffset(), getOutputOffset()})
    if (pair.size() != 2)
      return emitOpError("needs attributes of two elements, rows and columns");
  if (getPads().size() != 4)
    return emitOpError("needs pads of four elements");
  if (failed(verifyPositive(*this, "kernel_shape", getKernelShape())) ||
      failed(verifyPositive(*this, "strides", getStrides())) ||
      failed(verifyPositive(*this, "dilations", getDilations())) ||
      failed(verifyPositive(*this, "input_size", getInputSize())) ||
      failed(verifyPositive(*this, "output_size", getOutputSize())))
    return failure();
  for (int64_t pad : getPads())
    if (pad < 0)
      return emitOpError("has a parameter pads of ") << pad;
  if (!isInside(getInputOffset(), getInputSize(), in.slice(1, 2)))
    return emitOpError("reads outside its input");
  if (!isInside(getOutputOffset(), getOutputSize(), out.slice(1, 2)))
    return emitOpError("writes outside its output");
  return success();
}

LogicalResult SoftmaxOp::verify() {
  if (typeOf(getInput()).getRank() != 3 ||
      typeOf(getInput()).getShape() != typeOf(getOutput()).getShape())
    return emitOpError("needs two buffers of one shape of rank 3");
  return success();
}
