//===- TemporaryFolder.cpp - Files for a while ----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/TemporaryFolder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace resnetc;

Expected<TemporaryFolder> TemporaryFolder::create(StringRef prefix) {
  SmallString<128> path;
  if (std::error_code code = sys::fs::createUniqueDirectory(prefix, path))
    return createStringError(code, path + ": " + code.message());
  return TemporaryFolder(std::string(path));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder &&other) noexcept
    : path(std::move(other.path)) {
  other.path.clear();
}

TemporaryFolder::~TemporaryFolder() {
  if (path.empty())
    return;
  if (std::error_code code = sys::fs::remove_directories(path))
    errs() << "warning: " << path << ": " << code.message() << "\n";
}

std::string TemporaryFolder::getFile(StringRef name) const {
  SmallString<128> file(path);
  sys::path::append(file, name);
  return std::string(file);
}
