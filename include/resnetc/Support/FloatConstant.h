//===- FloatConstant.h - Constants of f32 as arrays ----------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_FLOATCONSTANT_H
#define RESNETC_SUPPORT_FLOATCONSTANT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <vector>

namespace resnetc {

/// Read access to a constant of f32, wherever it is stored: a resource is not
/// copied.
class FloatConstant {
public:
  /// Nothing for other element types, for a resource without its data, and for
  /// what repeats one value more than 2^28 times.
  static std::optional<FloatConstant> get(mlir::Attribute attr);

  llvm::ArrayRef<float> values() const {
    return owned.empty() ? mapped : llvm::ArrayRef<float>(owned);
  }
  float operator[](size_t i) const { return values()[i]; }
  size_t size() const { return values().size(); }

private:
  llvm::ArrayRef<float> mapped;
  std::vector<float> owned;
};

/// A constant of f32 that `fill` writes; it starts as zeros. It is dense where
/// that is short to print, a resource called `name` otherwise.
mlir::ElementsAttr
makeFloatConstant(mlir::RankedTensorType type, llvm::StringRef name,
                  llvm::function_ref<void(llvm::MutableArrayRef<float>)> fill);

} // namespace resnetc

#endif // RESNETC_SUPPORT_FLOATCONSTANT_H
