//===- PackWeights.cpp - Pack the weights of convolutions -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements the kernel-pack-weights pass, which puts weights into
// the order in which generated code reads them.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "resnetc/Dialect/Kernel/IR/BuildGeneric.h"
#include "resnetc/Dialect/Kernel/IR/ConvTiling.h"
#include "resnetc/Dialect/Kernel/Transforms/Passes.h"
#include "resnetc/Support/FloatConstant.h"
#include "resnetc/Support/IndexBuilder.h"
#include <cmath>
#include <cstring>

namespace resnetc::kernel {
#define GEN_PASS_DEF_KERNELPACKWEIGHTS
#include "resnetc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace resnetc::kernel

using namespace mlir;
using namespace resnetc;
using namespace resnetc::kernel;

namespace {

struct PackWeights : resnetc::kernel::impl::KernelPackWeightsBase<PackWeights> {
  using KernelPackWeightsBase::KernelPackWeightsBase;
  void runOnOperation() override;

private:
  WeightOp replace(
      OpBuilder &b, WeightOp old, StringRef suffix, int64_t size, Type element,
      llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack);
  LogicalResult packOne(PackWeightsOpInterface op);
  LogicalResult packAtRunTime(PackWeightsOpInterface op);
  void packBiasAtRunTime(PackWeightsOpInterface op);
  void flush(MutableArrayRef<float> values);
  void erase(WeightOp old);

  llvm::DenseMap<Attribute, int> numWeightOps; ///< For each constant.
};

} // namespace

static MemRefType typeOf(const OpOperand &operand) {
  return cast<MemRefType>(operand.get().getType());
}

void PackWeights::flush(MutableArrayRef<float> values) {
  for (float &value : values)
    if (std::fpclassify(value) == FP_SUBNORMAL) {
      value = std::copysign(0.0f, value);
      ++numFlushed;
    }
}

/// Memory for `size` elements, all zeros.
template <typename T>
static std::pair<AsmResourceBlob, MutableArrayRef<T>> allocate(int64_t size) {
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      size * sizeof(T), alignof(T), /*dataIsMutable=*/true);
  MutableArrayRef<T> values(reinterpret_cast<T *>(blob.getMutableData().data()),
                            size);
  std::memset(values.data(), 0, size * sizeof(T));
  return {std::move(blob), values};
}

/// The bits of the nearest number of 16 bits, of two the even one.
static uint16_t roundTo(const llvm::fltSemantics &semantics, float value) {
  llvm::APFloat number(value);
  bool losesInfo = false;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return static_cast<uint16_t>(number.bitcastToAPInt().getZExtValue());
}

/// A new weight of `size` elements that `pack` fills from the old one, as f32,
/// which are then rounded to the type `element`.
WeightOp PackWeights::replace(
    OpBuilder &b, WeightOp old, StringRef suffix, int64_t size, Type element,
    llvm::function_ref<void(ArrayRef<float>, MutableArrayRef<float>)> pack) {
  auto [blob, packed] = allocate<float>(size);
  if (std::optional<FloatConstant> from = FloatConstant::get(old.getValue()))
    pack(from->values(), packed);
  flush(packed);
  if (element.isBF16() || element.isF16()) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(element).getFloatSemantics();
    auto [narrowBlob, narrow] = allocate<uint16_t>(size);
    llvm::transform(packed, narrow.begin(),
                    [&](float value) { return roundTo(semantics, value); });
    blob = std::move(narrowBlob);
  }
  auto type = RankedTensorType::get({size}, element);
  auto value = DenseResourceElementsAttr::get(type, suffix, std::move(blob));
  return WeightOp::create(b, old.getLoc(), MemRefType::get({size}, element),
                          value, /*offset=*/IntegerAttr());
}

LogicalResult PackWeights::packOne(PackWeightsOpInterface op) {
  auto weight = op.getWeightOperand().get().getDefiningOp<WeightOp>();
  auto bias = op.getBiasOperand().get().getDefiningOp<WeightOp>();
  for (OpOperand *operand : {&op.getWeightOperand(), &op.getBiasOperand()}) {
    if (!isSharedMemory(operand->get()))
      return op->emitOpError("has a weight or bias that is neither a constant "
                             "nor shared by all images");
    if (!typeOf(*operand).getElementType().isF32())
      return op->emitOpError("has a weight or bias that is not of f32");
  }
  if (!op->hasAttr("schedule") && !op->hasAttr("gemm"))
    return op->emitOpError("has no schedule; run kernel-select-schedule");
  if (typeOf(op.getWeightOperand()).getNumElements() != op.getNumWeights())
    return op->emitOpError("has a weight of the wrong size");
  auto channels = op->getAttrOfType<IntegerAttr>("output_channels");
  if (channels &&
      typeOf(op.getBiasOperand()).getNumElements() != channels.getInt())
    return op->emitOpError("has a bias of the wrong size");

  OpBuilder b(op);
  if (!weight) {
    if (failed(packAtRunTime(op)))
      return failure();
  } else {
    op.getWeightOperand().assign(replace(
        b, weight, "packed", op.getNumPackedWeights(), op.getPackedWeightType(),
        [&](ArrayRef<float> from, MutableArrayRef<float> to) {
          op.packWeights(from, to);
        }));
  }
  if (!bias)
    packBiasAtRunTime(op);
  else
    op.getBiasOperand().assign(
        replace(b, bias, "bias", op.getNumPackedBiases(), b.getF32Type(),
                [&](ArrayRef<float> from, MutableArrayRef<float> to) {
                  op.packBiases(from, to);
                }));
  for (WeightOp old : {weight, bias})
    if (old && old->use_empty())
      erase(old);
  return success();
}

/// Where memory that all images share can be read for `op`: behind what writes
/// it, and behind the last operation before `op` for which images wait for each
/// other, so that they need not wait once more, and what is read from there
/// does not fill memory for longer.
static void setInsertionPointBehindWriter(OpBuilder &b, Value memory,
                                          Operation *op) {
  Operation *buffer = getUnderlyingBuffer(memory).getDefiningOp();
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode())
    if (before == buffer || before == memory.getDefiningOp() ||
        writesSharedMemory(before))
      return b.setInsertionPointAfter(before);
  b.setInsertionPointToStart(op->getBlock());
}

/// `source` in one dimension.
static Value flatten(OpBuilder &b, Location loc, Value source) {
  auto type = cast<MemRefType>(source.getType());
  auto flat = MemRefType::get(type.getNumElements(), type.getElementType());
  if (type == flat)
    return source;
  return ViewOp::create(b, loc, flat, getUnderlyingBuffer(source));
}

/// The operations that use memory under any view, and the views.
static void collectUsers(Value memory, SmallVectorImpl<Operation *> &users,
                         SmallVectorImpl<ViewOp> &views) {
  for (Operation *user : memory.getUsers()) {
    if (auto view = dyn_cast<ViewOp>(user)) {
      views.push_back(view);
      collectUsers(view.getResult(), users, views);
    } else {
      users.push_back(user);
    }
  }
}

/// What alone writes a weight, if it transposes another.
static TransposeFilterOp findTranspose(Value weight) {
  auto buffer = getUnderlyingBuffer(weight).getDefiningOp<BufferOp>();
  if (!buffer)
    return {};
  SmallVector<Operation *> users;
  SmallVector<ViewOp> views;
  collectUsers(buffer, users, views);
  for (Operation *user : users)
    if (auto transpose = dyn_cast<TransposeFilterOp>(user);
        transpose &&
        getUnderlyingBuffer(transpose.getOutput()) == buffer.getResult())
      return transpose;
  return {};
}

static void eraseIfUnread(TransposeFilterOp transpose) {
  auto buffer =
      getUnderlyingBuffer(transpose.getOutput()).getDefiningOp<BufferOp>();
  SmallVector<Operation *> users;
  SmallVector<ViewOp> views;
  collectUsers(buffer, users, views);
  if (users.size() != 1)
    return;
  transpose.erase();
  for (ViewOp view : llvm::reverse(views))
    view.erase();
  buffer.erase();
}

/// A step that packs a weight which is not known yet, once for all images.
LogicalResult PackWeights::packAtRunTime(PackWeightsOpInterface op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value from = op.getWeightOperand().get();
  TransposeFilterOp transpose;
  if (op.canPackTransposed())
    transpose = findTranspose(from);
  if (transpose)
    from = transpose.getInput();
  setInsertionPointBehindWriter(b, from, op);
  from = flatten(b, loc, from);
  auto type =
      MemRefType::get(op.getNumPackedWeights(), op.getPackedWeightType());
  Value packed =
      BufferOp::create(b, loc, type, /*offset=*/IntegerAttr(), /*shared=*/true);
  if (op.getNumPackedWeights() != op.getNumWeights())
    FillOp::create(b, loc, packed);
  buildGeneric(
      b, loc, "pack_weights", from, packed, op.getNumPackedBlocks(),
      [&](ImplicitLocOpBuilder &inner, ValueRange buffers, Value block) {
        op.buildPackBlock(inner, buffers[0], buffers[1], block,
                          transpose != nullptr);
      });
  op.getWeightOperand().assign(packed);
  if (transpose)
    eraseIfUnread(transpose);
  return success();
}

/// The same of a bias, whose places are few: each is a constant index.
void PackWeights::packBiasAtRunTime(PackWeightsOpInterface op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Value from = op.getBiasOperand().get();
  setInsertionPointBehindWriter(b, from, op);
  from = flatten(b, loc, from);
  int64_t size = cast<MemRefType>(from.getType()).getNumElements();
  // Where each lies follows from how numbers that tell them apart are packed.
  SmallVector<float> numbers(size), places(op.getNumPackedBiases(), 0);
  for (auto [i, number] : llvm::enumerate(numbers))
    number = static_cast<float>(i + 1);
  op.packBiases(numbers, places);
  auto type = MemRefType::get(op.getNumPackedBiases(), b.getF32Type());
  Value packed =
      BufferOp::create(b, loc, type, /*offset=*/IntegerAttr(), /*shared=*/true);
  FillOp::create(b, loc, packed);
  auto copyRuns = [&](ImplicitLocOpBuilder &inner, ValueRange buffers, Value) {
    IndexBuilder indices(inner);
    // Runs of neighbours that stay neighbours.
    for (size_t i = 0; i < places.size();) {
      size_t length = 1;
      if (places[i] == 0) {
        ++i;
        continue;
      }
      while (i + length < places.size() &&
             places[i + length] == places[i] + static_cast<float>(length))
        ++length;
      auto source = static_cast<int64_t>(places[i]) - 1;
      auto target = static_cast<int64_t>(i);
      indices.loop(0, static_cast<int64_t>(length), [&](Value k) {
        Value value =
            memref::LoadOp::create(inner, buffers[0], indices.add(k, source));
        memref::StoreOp::create(inner, value, buffers[1],
                                indices.add(k, target));
      });
      i += length;
    }
  };
  buildGeneric(b, loc, "pack_bias", from, packed, /*units=*/1, copyRuns);
  op.getBiasOperand().assign(packed);
}

/// Packed constants are as large again, so what they were made from should not
/// wait for the end of the compilation.
void PackWeights::erase(WeightOp old) {
  ElementsAttr value = old.getValue();
  old.erase();
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  if (--numWeightOps[value] == 0 && release && resource)
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

/// Whether the value is what the memory's type says.
static LogicalResult verifyValue(WeightOp op) {
  MemRefType type = op.getType();
  if (op.getValue().getNumElements() != type.getNumElements())
    return op.emitOpError("has a value of another size than its memory");
  if (type.getElementType().isF32() && !FloatConstant::get(op.getValue()))
    return op.emitOpError("is not a constant of f32");
  return success();
}

void PackWeights::runOnOperation() {
  numWeightOps.clear();
  for (auto op : getOperation().getOps<WeightOp>()) {
    if (failed(verifyValue(op)))
      return signalPassFailure();
    ++numWeightOps[op.getValue()];
  }
  for (auto op : llvm::make_early_inc_range(
           getOperation().getOps<PackWeightsOpInterface>()))
    if (failed(packOne(op)))
      return signalPassFailure();
  // Parameters of other operations keep their order.
  for (auto op :
       llvm::make_early_inc_range(getOperation().getOps<WeightOp>())) {
    bool packed =
        isa<DenseResourceElementsAttr>(op.getValue()) &&
        llvm::any_of(op->getUsers(), llvm::IsaPred<PackWeightsOpInterface>);
    if (packed || !op.getType().getElementType().isF32())
      continue;
    OpBuilder b(op);
    ArrayRef<int64_t> shape = op.getType().getShape();
    WeightOp flushed = replace(
        b, op, "parameter", op.getType().getNumElements(), b.getF32Type(),
        [&](ArrayRef<float> from, MutableArrayRef<float> to) {
          llvm::copy(from, to.begin());
        });
    auto type = MemRefType::get(shape, b.getF32Type());
    Value viewed = ViewOp::create(b, op.getLoc(), type, flushed);
    op.replaceAllUsesWith(viewed);
    erase(op);
  }
}
