//===- ConstantBytes.cpp - Constants as bytes in memory -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Support/ConstantBytes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Endian.h"

using namespace mlir;

static void append(const llvm::APInt &value, std::vector<char> &bytes) {
  // In 64-bit words, the lowest first.
  unsigned width = std::max(value.getBitWidth(), 8u) / 8;
  for (unsigned i = 0; i < width; ++i)
    bytes.push_back(static_cast<char>(value.getRawData()[i / 8] >> i % 8 * 8));
}

std::vector<char> resnetc::bytesOf(ElementsAttr attr) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? std::vector<char>(blob->getData()) : std::vector<char>();
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  std::vector<char> bytes;
  if (!dense)
    return bytes;
  if (isa<FloatType>(dense.getElementType())) {
    for (const llvm::APFloat &value : dense.getValues<llvm::APFloat>())
      append(value.bitcastToAPInt(), bytes);
  } else if (isa<IntegerType>(dense.getElementType())) {
    for (const llvm::APInt &value : dense.getValues<llvm::APInt>())
      append(value, bytes);
  }
  return bytes;
}

ElementsAttr resnetc::makeResource(RankedTensorType type, StringRef name,
                                   ArrayRef<char> bytes) {
  constexpr size_t alignment = 8;
  return DenseResourceElementsAttr::get(
      type, name,
      HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, alignment,
                                                    /*dataIsMutable=*/false));
}
