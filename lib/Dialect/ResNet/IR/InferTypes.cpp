//===- InferTypes.cpp - What the inference of types shares ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCommon.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace resnetc::resnet {

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

template <typename T>
static void appendRaw(ArrayRef<char> raw, int64_t count, Dims &values) {
  for (int64_t i = 0; i < count; ++i) {
    T element;
    std::memcpy(&element, raw.data() + i * sizeof(T), sizeof(T));
    values.push_back(static_cast<int64_t>(element));
  }
}

/// The elements of a resource; they lie there as in memory.
static std::optional<Dims> integersOfResource(DenseResourceElementsAttr attr,
                                              int64_t count) {
  AsmResourceBlob *blob = attr.getRawHandle().getBlob();
  unsigned width = attr.getElementType().getIntOrFloatBitWidth();
  if (!blob || width < 8 ||
      blob->getData().size() != static_cast<size_t>(count) * (width / 8))
    return std::nullopt;
  Dims values;
  switch (width) {
  case 8:
    appendRaw<int8_t>(blob->getData(), count, values);
    return values;
  case 16:
    appendRaw<int16_t>(blob->getData(), count, values);
    return values;
  case 32:
    appendRaw<int32_t>(blob->getData(), count, values);
    return values;
  case 64:
    appendRaw<int64_t>(blob->getData(), count, values);
    return values;
  default:
    return std::nullopt;
  }
}

std::optional<Dims> integersOf(Attribute attr, int64_t limit) {
  auto elements = dyn_cast_if_present<ElementsAttr>(attr);
  if (!elements || !isa<IntegerType>(elements.getElementType()) ||
      elements.getElementType().getIntOrFloatBitWidth() > 64)
    return std::nullopt;
  std::optional<int64_t> count = product(elements.getShapedType().getShape());
  if (!count || *count > limit)
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return integersOfResource(resource, *count);
  auto range = elements.tryGetValues<APInt>();
  if (!range)
    return std::nullopt;
  bool isUnsigned = elements.getElementType().isUnsignedInteger() ||
                    elements.getElementType().isInteger(1);
  Dims values;
  for (const APInt &value : *range)
    values.push_back(isUnsigned ? static_cast<int64_t>(value.getZExtValue())
                                : value.getSExtValue());
  return values;
}

std::optional<Dims> constantIntegers(Value value) {
  if (!value)
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (type && llvm::is_contained(type.getShape(), 0))
    return Dims();
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  return integersOf(attr);
}

std::optional<SmallVector<double>> constantNumbers(Value value) {
  constexpr int64_t limit = 1 << 16;
  ElementsAttr attr;
  if (!value || !matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  std::optional<int64_t> count = product(attr.getShapedType().getShape());
  if (!count || *count > limit)
    return std::nullopt;
  FailureOr<ReferenceTensor> tensor = ReferenceTensor::fromAttr(attr);
  if (failed(tensor))
    return std::nullopt;
  return SmallVector<double>(tensor->values.begin(), tensor->values.end());
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::optional<int64_t> product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes) {
    std::optional<int64_t> next = llvm::checkedMul(result, size);
    if (!next)
      return std::nullopt;
    result = *next;
  }
  return result;
}

std::string toString(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  for (auto [i, size] : llvm::enumerate(shape))
    text += (i ? "x" : "") + (isDynamic(size) ? "?" : std::to_string(size));
  return text;
}

LogicalResult addTensor(Types &types, MaybeLoc loc, ArrayRef<int64_t> shape,
                        Type elementType) {
  Dims known;
  for (int64_t size : shape) {
    if (isDynamic(size))
      continue;
    if (size < 0)
      return emitOptionalError(loc, "the result would have a dimension of ",
                               size);
    known.push_back(size);
  }
  // Far below 2^63, so that sizes in bytes and bits do not overflow either.
  std::optional<int64_t> count = product(known);
  if (!count || *count > int64_t(1) << 48)
    return emitOptionalError(loc, "the result of shape ", toString(shape),
                             " is too large");
  types.push_back(RankedTensorType::get(shape, elementType));
  return success();
}

LogicalResult addLike(Types &types, Value value) {
  if (auto ranked = dyn_cast<RankedTensorType>(value.getType())) {
    types.push_back(
        RankedTensorType::get(ranked.getShape(), ranked.getElementType()));
    return success();
  }
  return addUnranked(types, elementType(value));
}

LogicalResult sameElementType(MaybeLoc loc, StringRef name, Value value,
                              Value reference) {
  if (elementType(value) == elementType(reference))
    return success();
  return emitOptionalError(loc, name, " has elements of type ",
                           elementType(value), ", but ", elementType(reference),
                           " is needed");
}

LogicalResult normalizeAxis(MaybeLoc loc, int64_t &axis, int64_t rank,
                            int64_t limit) {
  if (axis < -rank || axis >= limit)
    return emitOptionalError(loc, "axis ", axis,
                             " does not exist in a tensor of rank ", rank);
  if (axis < 0)
    axis += rank;
  return success();
}

LogicalResult normalizeAxes(MaybeLoc loc, Dims &axes, int64_t rank) {
  llvm::SmallDenseSet<int64_t> seen;
  for (int64_t &axis : axes) {
    if (failed(normalizeAxis(loc, axis, rank)))
      return failure();
    if (!seen.insert(axis).second)
      return emitOptionalError(loc, "axis ", axis, " is given twice");
  }
  return success();
}

FailureOr<Dims> broadcast(MaybeLoc loc, ArrayRef<int64_t> a,
                          ArrayRef<int64_t> b) {
  Dims result(std::max(a.size(), b.size()), 1);
  for (size_t i = 1; i <= result.size(); ++i) {
    int64_t x = i <= a.size() ? a[a.size() - i] : 1;
    int64_t y = i <= b.size() ? b[b.size() - i] : 1;
    int64_t &size = result[result.size() - i];
    if (x == y || y == 1)
      size = x;
    else if (x == 1 || isDynamic(x))
      size = y;
    else if (isDynamic(y))
      size = x;
    else
      return emitOptionalError(loc, "shapes ", toString(a), " and ",
                               toString(b), " cannot be broadcast");
  }
  return result;
}

static bool areCompatible(Type a, Type b) {
  auto x = dyn_cast<TensorType>(a), y = dyn_cast<TensorType>(b);
  if (!x || !y || x.getElementType() != y.getElementType())
    return false;
  return !x.hasRank() || !y.hasRank() ||
         succeeded(verifyCompatibleShape(x.getShape(), y.getShape()));
}

bool areCompatible(TypeRange a, TypeRange b) {
  return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [](auto pair) {
           return areCompatible(std::get<0>(pair), std::get<1>(pair));
         });
}

LogicalResult refineResultTypes(Operation *op) {
  auto inferrer = dyn_cast<InferTypeOpInterface>(op);
  if (!inferrer)
    return success();
  SmallVector<Type> inferred;
  if (failed(inferrer.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
          op->getRegions(), inferred)))
    return failure();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), inferred)) {
    if (!areCompatible(type, result.getType()))
      return emitError(op->getLoc(), "the result is declared as ")
             << result.getType() << ", but computes to " << type;
    auto better = dyn_cast<RankedTensorType>(type);
    if (!better)
      continue;
    auto present = dyn_cast<RankedTensorType>(result.getType());
    if (!present) {
      result.setType(better);
      continue;
    }
    Dims shape(present.getShape());
    for (auto [size, known] : llvm::zip_equal(shape, better.getShape()))
      if (isDynamic(size))
        size = known;
    result.setType(RankedTensorType::get(shape, present.getElementType(),
                                         present.getEncoding()));
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

void resolveAutoPad(StringRef autoPad, WindowDimension &window) {
  if (autoPad == "NOTSET")
    return;
  window.padBegin = window.padEnd = 0;
  if (autoPad == "VALID")
    return;
  int64_t windows = llvm::divideCeil(window.size, window.stride);
  int64_t total = std::max<int64_t>(
      (windows - 1) * window.stride + window.extent() - window.size, 0);
  window.padBegin = autoPad == "SAME_LOWER" ? total - total / 2 : total / 2;
  window.padEnd = total - window.padBegin;
}

int64_t countWindows(const WindowDimension &window, bool ceilMode) {
  int64_t padded = window.size + window.padBegin + window.padEnd;
  int64_t room = padded - window.extent();
  if (room < 0)
    return 0;
  if (!ceilMode)
    return room / window.stride + 1;
  int64_t windows = llvm::divideCeil(room, window.stride) + 1;
  if ((windows - 1) * window.stride >= window.size + window.padBegin)
    --windows;
  return windows;
}

} // namespace resnetc::resnet
