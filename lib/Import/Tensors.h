//===- Tensors.h - From TensorProto to attributes ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_TENSORS_H
#define RESNETC_LIB_IMPORT_TENSORS_H

#include "ModelFile.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"

namespace resnetc::import {

/// The MLIR type of ONNX's element type: signless for signed integers,
/// unsigned for unsigned ones, i1 for bool; null for what is not supported.
mlir::Type convertElementType(mlir::MLIRContext *context, int32_t dataType);

/// "FLOAT8E4M3FN" or "type 99".
std::string nameOfElementType(int64_t dataType);

/// No tensor of a network has more dimensions. A file can claim any number, and
/// what works on shapes need not be fast for that.
constexpr int maxRank = 64;

/// The value of a tensor in any of ONNX's storage forms. Up to 64 elements, and
/// booleans, become dense; others become a resource called `name`, without a
/// copy where they lie aligned in the file. The error says what is wrong.
llvm::Expected<mlir::ElementsAttr> convertTensor(mlir::MLIRContext *context,
                                                 ModelFile &file,
                                                 const onnx::TensorProto &proto,
                                                 llvm::StringRef name);

/// The bytes of a tensor that is external data.
llvm::Expected<std::string> readExternalData(mlir::MLIRContext *context,
                                             ModelFile &file,
                                             const onnx::TensorProto &proto);

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_TENSORS_H
