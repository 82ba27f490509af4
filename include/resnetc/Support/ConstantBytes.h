//===- ConstantBytes.h - Constants as bytes in memory --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_CONSTANTBYTES_H
#define RESNETC_SUPPORT_CONSTANTBYTES_H

#include "mlir/IR/BuiltinAttributes.h"
#include <vector>

namespace resnetc {

/// The elements of a constant of numbers as they lie in memory: row-major,
/// little-endian, a boolean in a byte. Empty if it is no constant of numbers.
std::vector<char> bytesOf(mlir::ElementsAttr attr);

/// A resource of these bytes, which are the elements of `type`.
mlir::ElementsAttr makeResource(mlir::RankedTensorType type,
                                llvm::StringRef name,
                                llvm::ArrayRef<char> bytes);

} // namespace resnetc

#endif // RESNETC_SUPPORT_CONSTANTBYTES_H
