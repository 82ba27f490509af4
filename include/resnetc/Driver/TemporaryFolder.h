//===- TemporaryFolder.h - Files for a while ------------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_TEMPORARYFOLDER_H
#define RESNETC_DRIVER_TEMPORARYFOLDER_H

#include "llvm/Support/Error.h"
#include <string>

namespace resnetc {

/// A folder of its own, which is deleted with all files in it.
class TemporaryFolder {
public:
  /// Creates one whose name starts with `prefix`, where the system has such.
  static llvm::Expected<TemporaryFolder> create(llvm::StringRef prefix);
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder &&other) noexcept;
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  /// The path of a file in it.
  std::string getFile(llvm::StringRef name) const;

private:
  explicit TemporaryFolder(std::string path) : path(std::move(path)) {}
  std::string path;
};

} // namespace resnetc

#endif // RESNETC_DRIVER_TEMPORARYFOLDER_H
