//===- VectorLowering.cpp - Shared by the kernels' generators -------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorLowering.h"
#include "mlir/IR/TypeUtilities.h"
#include "resnetc/Conversion/KernelToVector/KernelToVector.h"

using namespace mlir;
using namespace resnetc::kernel;

//===----------------------------------------------------------------------===//
// FlatBuffer
//===----------------------------------------------------------------------===//

FlatBuffer::FlatBuffer(ImplicitLocOpBuilder &b, Value buffer) : memref(buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  shape.assign(type.getShape().begin(), type.getShape().end());
  strides.assign(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  if (shape.empty())
    memref = memref::ExpandShapeOp::create(b, ArrayRef<int64_t>{1}, buffer,
                                           ArrayRef<ReassociationIndices>{});
  if (shape.size() > 1) {
    ReassociationIndices all;
    for (size_t d = 0; d < shape.size(); ++d)
      all.push_back(d);
    memref = memref::CollapseShapeOp::create(
        b, buffer, ArrayRef<ReassociationIndices>{all});
  }
}

/// `value`, a number or a vector, with elements of this type.
static Value convertFloats(ImplicitLocOpBuilder &b, Value value, Type element) {
  Type from = getElementTypeOrSelf(value);
  if (from == element || !isa<FloatType>(from))
    return value;
  Type type = element;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(element);
  if (element.getIntOrFloatBitWidth() > from.getIntOrFloatBitWidth())
    return b.createOrFold<arith::ExtFOp>(type, value);
  return b.createOrFold<arith::TruncFOp>(type, value);
}

Value FlatBuffer::load(ImplicitLocOpBuilder &b, Value index) const {
  return convertFloats(b, memref::LoadOp::create(b, memref, index),
                       b.getF32Type());
}

Value FlatBuffer::loadBits(ImplicitLocOpBuilder &b, Value index,
                           int64_t lanes) const {
  return vector::LoadOp::create(b, VectorType::get({lanes}, getElementType()),
                                memref, index);
}

Value FlatBuffer::loadVector(ImplicitLocOpBuilder &b, Value index,
                             int64_t lanes) const {
  return convertFloats(b, loadBits(b, index, lanes), b.getF32Type());
}

void FlatBuffer::store(ImplicitLocOpBuilder &b, Value value,
                       Value index) const {
  value = convertFloats(b, value, getElementType());
  if (isa<VectorType>(value.getType()))
    vector::StoreOp::create(b, value, memref, index);
  else
    memref::StoreOp::create(b, value, memref, index);
}

/// What comes before piece `number`: all pieces have a size or one less, the
/// larger ones first.
static Value startOf(IndexBuilder &index, const EvenSplit &split,
                     Value number) {
  if (split.small == 0)
    return index.mul(number, split.size);
  return index.add(index.mul(number, split.size - 1),
                   index.min(number, index.constant(split.large)));
}

Piece::Piece(IndexBuilder &index, const EvenSplit &split, Value number)
    : first(startOf(index, split, number)) {
  if (split.small == 0)
    count = index.constant(split.size);
  else
    count = index.sub(
        startOf(index, split, index.add(number, index.constant(1))), first);
}

void resnetc::kernel::generateForSize(ImplicitLocOpBuilder &b,
                                      const EvenSplit &split, Value number,
                                      function_ref<void(int64_t)> generate) {
  if (split.small == 0)
    return generate(split.size);
  IndexBuilder index(b);
  Value isLarge = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number,
                                        index.constant(split.large));
  auto branch = scf::IfOp::create(b, isLarge, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  generate(split.size);
  b.setInsertionPointToStart(branch.elseBlock());
  generate(split.size - 1);
}

Value resnetc::kernel::splat(ImplicitLocOpBuilder &b, float value,
                             int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, value));
}

Value resnetc::kernel::buildMaximum(ImplicitLocOpBuilder &b, Value a, Value c) {
  return arith::MaximumFOp::create(
      b, a, c,
      arith::FastMathFlagsAttr::get(b.getContext(), arith::FastMathFlags::nsz));
}

void resnetc::registerVectorLowerings(DialectRegistry &registry) {
  registerConvLowering(registry);
  registerCopyLowering(registry);
  registerFilterGradientLowering(registry);
  registerGenericLowering(registry);
  registerMapLowering(registry);
  registerPlaneMeansLowering(registry);
  registerPoolLowering(registry);
  registerSoftmaxLowering(registry);
  registerTransposeFilterLowering(registry);
  registerWinogradFilterLowering(registry);
  registerWinogradLowering(registry);
}
