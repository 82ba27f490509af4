//===- ReferenceTensor.cpp - A tensor of the reference evaluator ----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/ResNet/Reference/ReferenceTensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APSInt.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace resnetc::resnet;

/// What is short to print.
static constexpr int64_t maxDenseElements = 64;

int64_t ReferenceTensor::size() const {
  int64_t product = 1;
  for (int64_t dim : shape)
    product *= dim;
  return product;
}

int64_t ReferenceTensor::asInt(int64_t i) const {
  // 2^63 is the first double that int64_t cannot hold.
  constexpr double limit = 9223372036854775808.0;
  if (values[i] >= limit)
    return std::numeric_limits<int64_t>::max();
  if (values[i] < -limit)
    return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(values[i]);
}

void ReferenceTensor::resize(ArrayRef<int64_t> newShape, double value) {
  shape.assign(newShape.begin(), newShape.end());
  values.assign(size(), value);
}

/// The bits of an element, and back.
static double decode(Type type, const APInt &bits) {
  if (auto real = dyn_cast<FloatType>(type)) {
    APFloat value(real.getFloatSemantics(), bits);
    bool losesInfo = false;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    return value.convertToDouble();
  }
  bool isSigned = !type.isUnsignedInteger() && !type.isInteger(1);
  return bits.roundToDouble(isSigned);
}

static APInt encode(Type type, double number) {
  if (auto real = dyn_cast<FloatType>(type)) {
    APFloat value(number);
    bool losesInfo = false;
    value.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    return value.bitcastToAPInt();
  }
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 1)
    return APInt(1, number != 0);
  // Out of range saturates, as INT64_MAX does on its way through double.
  bool isSigned = !type.isUnsignedInteger();
  APSInt result(width, !isSigned);
  bool isExact = false;
  APFloat(std::isnan(number) ? 0.0 : number)
      .convertToInteger(result, APFloat::rmTowardZero, &isExact);
  return result;
}

static bool isNumber(Type type) {
  return isa<FloatType>(type) ||
         (isa<IntegerType>(type) && type.getIntOrFloatBitWidth() <= 64);
}

/// The bits of element `i` of raw little-endian data.
static APInt readBits(ArrayRef<char> data, int64_t i, unsigned width) {
  uint64_t bits = 0;
  size_t bytes = llvm::divideCeil(width, 8);
  for (size_t k = 0; k < bytes; ++k)
    bits |= static_cast<uint64_t>(static_cast<uint8_t>(data[i * bytes + k]))
            << (8 * k);
  return APInt(width, bits, /*isSigned=*/false, /*implicitTrunc=*/true);
}

llvm::FailureOr<ReferenceTensor> ReferenceTensor::fromAttr(ElementsAttr attr) {
  ReferenceTensor tensor;
  tensor.elementType = attr.getElementType();
  if (!isNumber(tensor.elementType))
    return failure();
  tensor.shape.assign(attr.getShapedType().getShape().begin(),
                      attr.getShapedType().getShape().end());
  int64_t size = tensor.size();
  tensor.values.reserve(size);
  unsigned width = tensor.elementType.getIntOrFloatBitWidth();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    size_t bytes = static_cast<size_t>(size) * llvm::divideCeil(width, 8);
    if (!blob || blob->getData().size() != bytes)
      return failure();
    for (int64_t i = 0; i < size; ++i)
      tensor.values.push_back(
          decode(tensor.elementType, readBits(blob->getData(), i, width)));
    return tensor;
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense)
    return failure();
  auto bitsOf = [&](const Attribute &element) {
    if (auto real = dyn_cast<FloatAttr>(element))
      return real.getValue().bitcastToAPInt();
    return cast<IntegerAttr>(element).getValue();
  };
  if (dense.isSplat()) {
    tensor.values.assign(
        size,
        decode(tensor.elementType, bitsOf(dense.getSplatValue<Attribute>())));
    return tensor;
  }
  for (Attribute element : dense.getValues<Attribute>())
    tensor.values.push_back(decode(tensor.elementType, bitsOf(element)));
  return tensor;
}

ElementsAttr ReferenceTensor::toAttr() const {
  auto type = RankedTensorType::get(shape, elementType);
  unsigned width = elementType.getIntOrFloatBitWidth();
  if (size() <= maxDenseElements || width == 1) {
    SmallVector<Attribute> elements;
    for (double value : values) {
      APInt bits = encode(elementType, value);
      if (auto real = dyn_cast<FloatType>(elementType))
        elements.push_back(
            FloatAttr::get(real, APFloat(real.getFloatSemantics(), bits)));
      else
        elements.push_back(IntegerAttr::get(elementType, bits));
    }
    return DenseElementsAttr::get(type, elements);
  }
  size_t bytes = width / 8;
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      values.size() * bytes, /*align=*/8, /*dataIsMutable=*/true);
  char *to = blob.getMutableData().data();
  for (double value : values) {
    uint64_t bits = encode(elementType, value).getZExtValue();
    for (size_t k = 0; k < bytes; ++k)
      *to++ = static_cast<char>(bits >> (8 * k));
  }
  return DenseResourceElementsAttr::get(type, "folded", std::move(blob));
}
