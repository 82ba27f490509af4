//===- ModelFile.h - The parsed file and its neighbours ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_IMPORT_MODELFILE_H
#define RESNETC_LIB_IMPORT_MODELFILE_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <onnx/onnx_pb.h>

namespace resnetc::import {

/// An ONNX file and the external data files that its tensors name. What holds
/// tensor data is handed out as shared_ptr: attributes keep it alive.
class ModelFile {
public:
  /// Reads and parses the file; an error at `loc` if it is no ONNX model.
  static mlir::FailureOr<std::unique_ptr<ModelFile>> open(llvm::StringRef path,
                                                          mlir::Location loc);

  /// The same of bytes in memory, whose identifier is the file's path.
  static mlir::FailureOr<std::unique_ptr<ModelFile>>
  parse(llvm::MemoryBufferRef buffer, mlir::Location loc);

  std::shared_ptr<const onnx::ModelProto> getModel() const { return model; }

  /// Maps the file at `location`, relative to the model's directory. Fails with
  /// the reason if it does not exist or would leave the directory.
  llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>>
  openExternal(llvm::StringRef location);

private:
  std::string filePath;
  std::shared_ptr<const onnx::ModelProto> model;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> externals;
};

} // namespace resnetc::import

#endif // RESNETC_LIB_IMPORT_MODELFILE_H
