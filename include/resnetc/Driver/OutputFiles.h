//===- OutputFiles.h - Files that appear whole or not at all -- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_OUTPUTFILES_H
#define RESNETC_DRIVER_OUTPUTFILES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace resnetc {

/// Writes files beside their final places and moves them there together at the
/// end. What is not committed is removed, also when the program is interrupted.
class OutputFiles {
public:
  ~OutputFiles();

  /// Writes the file that will be `path`; a device or a pipe is written at
  /// once.
  llvm::Error
  write(llvm::StringRef path,
        llvm::function_ref<llvm::Error(llvm::raw_pwrite_stream &)> writer);
  /// The name of an empty file that will be `path`, for other programs to
  /// write.
  llvm::Expected<std::string> create(llvm::StringRef path);
  /// Moves all files to their places.
  llvm::Error commit();

private:
  struct File {
    std::string path;
    llvm::sys::fs::TempFile temporary;
  };
  /// Appends to `files` one that will be `path`; returns its present name.
  llvm::Expected<std::string> open(llvm::StringRef path);

  std::vector<File> files;
};

} // namespace resnetc

#endif // RESNETC_DRIVER_OUTPUTFILES_H
