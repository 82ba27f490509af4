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

/// Whether `path` is a device or a pipe, such as /dev/null. One cannot be
/// replaced by a file: that would work for root, and break the machine.
static bool isSpecial(StringRef path) {
  sys::fs::file_status status;
  return !sys::fs::status(path, status) &&
         (status.type() == sys::fs::file_type::character_file ||
          status.type() == sys::fs::file_type::fifo_file ||
          status.type() == sys::fs::file_type::block_file ||
          status.type() == sys::fs::file_type::socket_file);
}

/// What a link leads to is replaced, not the link: it may be /dev/stdout.
static std::string followLinks(StringRef path) {
  SmallString<128> target;
  if (sys::fs::is_symlink_file(path) && !sys::fs::real_path(path, target))
    return std::string(target);
  return path.str();
}

Expected<std::string> OutputFiles::open(StringRef output) {
  if (sys::fs::is_directory(output))
    return createStringError(output + ": is a directory");
  if (isSpecial(output))
    return createStringError(output + ": is not a regular file");
  std::string path = followLinks(output);
  // A temporary file is for its owner only; an output is as any other file.
  mode_t mask = ::umask(0);
  ::umask(mask);
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(
      path + ".%%%%%%%%.tmp", static_cast<sys::fs::perms>(0666 & ~mask));
  if (!file)
    return describe(output, file.takeError());
  std::string name = file->TmpName;
  files.push_back({path, std::move(*file)});
  return name;
}

static Error writeTo(raw_fd_ostream &os, StringRef path,
                     function_ref<Error(raw_pwrite_stream &)> writer) {
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

Error OutputFiles::write(StringRef path,
                         function_ref<Error(raw_pwrite_stream &)> writer) {
  if (isSpecial(path)) {
    std::error_code code;
    raw_fd_ostream os(path, code);
    if (code)
      return createStringError(code, path + ": " + code.message());
    return writeTo(os, path, writer);
  }
  if (Error error = open(path).takeError())
    return error;
  raw_fd_ostream os(files.back().temporary.FD, /*shouldClose=*/false);
  return writeTo(os, path, writer);
}

Expected<std::string> OutputFiles::create(StringRef path) { return open(path); }

Error OutputFiles::commit() {
  while (!files.empty()) {
    File file = std::move(files.front());
    files.erase(files.begin());
    if (Error error = file.temporary.keep(file.path))
      return describe(file.path, std::move(error));
  }
  return Error::success();
}
