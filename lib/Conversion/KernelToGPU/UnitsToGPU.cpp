//===- UnitsToGPU.cpp - Kernels of CPUs on a GPU --------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has no code of its own for GPUs is computed by that for CPUs, a work
// unit of an image by each thread.
//
//===----------------------------------------------------------------------===//

#include "ThreadBuilder.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"

using namespace mlir;
using namespace resnetc::kernel;

static constexpr int64_t blockThreads = 64;

/// Whether a step adds something of each image to what they share.
static bool isSum(ComputeOpInterface op) {
  ValueRange operands = op->getOperands();
  return !llvm::all_of(operands, isSharedMemory) &&
         llvm::all_of(operands.take_back(op.getNumOutputs()), isSharedMemory);
}

GridAttr resnetc::kernel::getUnitGrid(ComputeOpInterface op) {
  return GridAttr::get(op->getContext(), blockThreads, op.getNumUnits(),
                       blockThreads, /*columns=*/1, /*sharedBytes=*/0);
}

/// The memory of one image at an address.
static Value getBuffer(ThreadBuilder &t, Value pointer, MemRefType type) {
  ImplicitLocOpBuilder &b = t.b;
  LLVMTypeConverter converter(b.getContext());
  Value generic = LLVM::AddrSpaceCastOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext()), pointer);
  Value descriptor = MemRefDescriptor::fromStaticShape(b, b.getLoc(), converter,
                                                       type, generic);
  return UnrealizedConversionCastOp::create(b, type, descriptor).getResult(0);
}

LogicalResult resnetc::kernel::buildUnitKernel(ComputeOpInterface op,
                                               ImplicitLocOpBuilder &b,
                                               ValueRange pointers,
                                               Value batch) {
  auto lowering = dyn_cast<VectorLoweringOpInterface>(op.getOperation());
  if (!lowering)
    return op->emitOpError("has no code generator");
  ThreadBuilder t(b);
  t.awaitPreviousLaunch();
  int64_t units = op.getNumUnits();
  bool sum = isSum(op);
  Value number = t.add(t.mul(t.block(), blockThreads), t.thread());
  Value count = sum ? t.constant(units) : t.mul(batch, units);
  LogicalResult result = success();
  auto compute = [&](Value image, Value unit) {
    SmallVector<Value> buffers;
    for (auto [pointer, operand] :
         llvm::zip_equal(pointers, op->getOperands())) {
      auto type = cast<MemRefType>(operand.getType());
      Value at = pointer;
      if (!isSharedMemory(operand))
        at = t.at(pointer, type.getElementType(),
                  t.mulWide(image, type.getNumElements()));
      buffers.push_back(getBuffer(t, at, type));
    }
    Value begin = arith::IndexCastUIOp::create(b, b.getIndexType(), unit);
    Value end =
        arith::AddIOp::create(b, begin, arith::ConstantIndexOp::create(b, 1));
    result = lowering.buildKernel(b, buffers, begin, end);
  };
  t.ifThen(t.isLess(number, count), [&] {
    if (!sum)
      return compute(t.div(number, units), t.rem(number, units));
    t.loop(t.constant(0), batch, 1, {},
           [&](Value image, ValueRange) -> SmallVector<Value> {
             compute(image, number);
             return {};
           });
  });
  return result;
}
