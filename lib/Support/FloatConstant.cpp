//===- FloatConstant.cpp - Constants of f32 as arrays ---------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Support/FloatConstant.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <cstring>

using namespace mlir;
using namespace resnetc;

/// What is short to print. Dense constants are uniqued, which hashes them.
static constexpr int64_t maxDenseElements = 64;

/// Of what repeats one value, so that a few characters do not take all memory.
static constexpr int64_t maxSplatElements = 1 << 28;

std::optional<FloatConstant> FloatConstant::get(Attribute attr) {
  auto elements = dyn_cast_if_present<ElementsAttr>(attr);
  if (!elements || !elements.getElementType().isF32())
    return std::nullopt;
  FloatConstant constant;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob ||
        blob->getData().size() != elements.getNumElements() * sizeof(float))
      return std::nullopt;
    constant.mapped = blob->getDataAs<float>();
    return constant;
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense || (dense.isSplat() && dense.getNumElements() > maxSplatElements))
    return std::nullopt;
  if (dense.isSplat())
    constant.owned.assign(dense.getNumElements(), dense.getSplatValue<float>());
  else
    constant.owned.assign(dense.value_begin<float>(), dense.value_end<float>());
  return constant;
}

ElementsAttr resnetc::makeFloatConstant(
    RankedTensorType type, StringRef name,
    llvm::function_ref<void(MutableArrayRef<float>)> fill) {
  int64_t size = type.getNumElements();
  if (size <= maxDenseElements) {
    std::vector<float> values(size);
    fill(values);
    return DenseElementsAttr::get(type, ArrayRef<float>(values));
  }
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      size * sizeof(float), alignof(float), /*dataIsMutable=*/true);
  MutableArrayRef<float> values(
      reinterpret_cast<float *>(blob.getMutableData().data()), size);
  std::memset(values.data(), 0, size * sizeof(float));
  fill(values);
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}
