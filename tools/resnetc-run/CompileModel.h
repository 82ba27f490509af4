//===- CompileModel.h - Compiling an ONNX file to run it ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_COMPILEMODEL_H
#define RESNETC_TOOLS_RESNETC_RUN_COMPILEMODEL_H

#include <string>

namespace resnetc::run {

/// A shared object in a directory of its own, both deleted at the end.
class CompiledModel {
public:
  /// Runs the resnetc beside this program. Its messages go to stderr; when it
  /// fails, this program exits with its status.
  explicit CompiledModel(const std::string &OnnxPath);
  ~CompiledModel() { remove(); }
  CompiledModel(const CompiledModel &) = delete;
  CompiledModel &operator=(const CompiledModel &) = delete;

  const std::string &path() const { return Path; }

  /// Deletes the files; what is loaded stays mapped.
  void remove();

private:
  std::string Directory;
  std::string Path;
};

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_COMPILEMODEL_H
