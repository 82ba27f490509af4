//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/OutputFiles.h"
#include <sys/stat.h>

using namespace llvm;
using namespace resnetc;

static Error describe(StringRef path, Error error) {
  return createStringError(Twine(path) + ": " + toString(std::move(error)));
}

OutputFiles::~OutputFiles() {
  for (File &file : files)
    consumeError(file.temporary.discard());
}

Expected<sys::fs::TempFile> OutputFiles::open(StringRef path) {
  if (sys::fs::is_directory(path))
    return createStringError(path + ": is a directory");
  // A temporary file is for its owner only; an output is as any other file.
  mode_t mask = ::umask(0);
  ::umask(mask);
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(
      path + ".%%%%%%%%.tmp", static_cast<sys::fs::perms>(0666 & ~mask));
  if (!file)
    return describe(path, file.takeError());
  return file;
}

Error OutputFiles::write(StringRef path,
                         function_ref<Error(raw_pwrite_stream &)> writer) {
  Expected<sys::fs::TempFile> file = open(path);
  if (!file)
    return file.takeError();
  int descriptor = file->FD;
  files.push_back({path.str(), std::move(*file)});
  raw_fd_ostream os(descriptor, /*shouldClose=*/false);
  Error error = writer(os);
  os.flush();
  if (os.has_error()) {
    std::error_code code = os.error();
    os.clear_error();
    if (!error)
      return createStringError(code, path + ": " + code.message());
  }
  return error;
}

Expected<std::string> OutputFiles::create(StringRef path) {
  Expected<sys::fs::TempFile> file = open(path);
  if (!file)
    return file.takeError();
  std::string name = file->TmpName;
  files.push_back({path.str(), std::move(*file)});
  return name;
}

Error OutputFiles::commit() {
  while (!files.empty()) {
    File file = std::move(files.front());
    files.erase(files.begin());
    if (Error error = file.temporary.keep(file.path))
      return describe(file.path, std::move(error));
  }
  return Error::success();
}
