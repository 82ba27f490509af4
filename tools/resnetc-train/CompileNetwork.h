//===- CompileNetwork.h - From a model to an object that trains -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_TRAIN_COMPILENETWORK_H
#define RESNETC_TOOLS_RESNETC_TRAIN_COMPILENETWORK_H

#include "resnetc/Driver/Compile.h"
#include "resnetc/Train/TrainingObject.h"
#include <string>

namespace resnetc::train {

/// A folder that is deleted with all files in it.
class TemporaryFolder {
public:
  static llvm::Expected<TemporaryFolder> create();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder &&other);
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  /// The path of a file in it.
  std::string getFile(llvm::StringRef name) const;

private:
  explicit TemporaryFolder(std::string path) : path(std::move(path)) {}
  std::string path;
};

/// Compiles the model `options.input` to a shared object and loads it; sets
/// `status` to why that failed, if what is wrong has been said already.
llvm::Expected<TrainingObject> compileNetwork(CompileOptions options,
                                              CompileStatus &status);

} // namespace resnetc::train

#endif // RESNETC_TOOLS_RESNETC_TRAIN_COMPILENETWORK_H
