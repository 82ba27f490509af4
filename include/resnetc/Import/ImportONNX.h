//===- ImportONNX.h - From an ONNX file to the resnet dialect - -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_IMPORT_IMPORTONNX_H
#define RESNETC_IMPORT_IMPORTONNX_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <optional>

namespace resnetc {

/// The shape of an input, in place of what the file says.
struct InputShape {
  std::string name; ///< Empty: of the only input.
  /// ShapedType::kDynamic leaves the file's size.
  llvm::SmallVector<int64_t> sizes;

  /// Reads "NAME:1x3x224x224" or "1x3x224x224", where a letter or '?' leaves
  /// the file's size. Nothing for what is no shape.
  static std::optional<InputShape> parse(llvm::StringRef text);
};

struct ImportOptions {
  /// The function's name; empty: the file's name, made a C identifier.
  std::string name;
  /// The batch, dimension 0 of the inputs, in place of what the file says: a
  /// size, or ShapedType::kDynamic.
  std::optional<int64_t> batch;
  /// What shapes the file declares for intermediate values does not count then.
  std::vector<InputShape> inputShapes;
  /// Marks where training drops elements (resnet.dropout).
  bool training = false;
};

/// Reads an ONNX model (IR version 3 or later, opset 1 or later) into a module
/// with one function:
///
///     func.func @resnet18(%arg0: tensor<?x3x224x224xf32> {resnet.name = "x"})
///         -> (tensor<?x1000xf32> {resnet.name = "y"})
///
/// Dimensions without a value in the file are dynamic. Weights are not copied:
/// their attributes refer to the parsed file or to mapped external data, which
/// live as long as the context.
///
/// Fails with errors at the context's diagnostic handlers, one for everything
/// that is unsupported or wrong, not for the first only. No file makes it
/// crash.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importONNX(llvm::StringRef path, mlir::MLIRContext &context,
           const ImportOptions &options = {});

/// The same of a model in memory, which is not needed afterwards. Its
/// identifier is the path that errors name, and beside which external data is
/// looked for.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importONNX(llvm::MemoryBufferRef model, mlir::MLIRContext &context,
           const ImportOptions &options = {});

/// `text` as a C identifier: other characters become '_', and so does a digit's
/// lack of something before it.
std::string toIdentifier(llvm::StringRef text);

} // namespace resnetc

#endif // RESNETC_IMPORT_IMPORTONNX_H
