//===- LinkOutput.cpp - Archives and shared objects -----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/LinkOutput.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace llvm;

static Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError(),
                             path + ": " + buffer.getError().message());
  return std::move(*buffer);
}

/// Appends the members of an archive, which refer to it.
static Error readArchive(StringRef path, std::unique_ptr<MemoryBuffer> &buffer,
                         std::unique_ptr<object::Archive> &archive,
                         SmallVectorImpl<NewArchiveMember> &members) {
  if (Error error = readFile(path).moveInto(buffer))
    return error;
  if (Error error = object::Archive::create(*buffer).moveInto(archive))
    return error;
  Error error = Error::success();
  for (const object::Archive::Child &child : archive->children(error)) {
    auto copy = NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!copy)
      return copy.takeError();
    members.push_back(std::move(*copy));
  }
  return error;
}

Error resnetc::writeArchive(StringRef output, StringRef object,
                            StringRef member, StringRef runtime) {
  auto objectBuffer = readFile(object);
  if (!objectBuffer)
    return objectBuffer.takeError();
  SmallVector<NewArchiveMember> members;
  members.emplace_back((*objectBuffer)->getMemBufferRef());
  members.back().MemberName = member;
  std::unique_ptr<MemoryBuffer> runtimeBuffer;
  std::unique_ptr<object::Archive> archive;
  if (!runtime.empty())
    if (Error error = readArchive(runtime, runtimeBuffer, archive, members))
      return error;
  return llvm::writeArchive(output, members, SymtabWritingMode::NormalSymtab,
                            object::Archive::K_GNU, /*Deterministic=*/true,
                            /*Thin=*/false);
}

Error resnetc::linkSharedObject(StringRef output, StringRef object,
                                StringRef runtime) {
  // $CC as make has it, else the system's.
  const char *named = std::getenv("CC");
  StringRef compiler = named && *named ? named : "cc";
  ErrorOr<std::string> program = sys::findProgramByName(compiler);
  if (!program)
    return createStringError("a shared object needs a C compiler to link, and "
                             "there is no '" +
                             compiler + "'; write a .o or .a instead");
  SmallString<128> log;
  if (std::error_code code =
          sys::fs::createTemporaryFile("resnetc-link", "txt", log))
    return createStringError(code, code.message());
  FileRemover remover(log);
  StringRef arguments[] = {*program, "-shared", "-o", output, object,
                           // Its functions are for users of the shared object
                           // too, whether the model calls them or not.
                           "-Wl,--whole-archive", runtime,
                           "-Wl,--no-whole-archive", "-Wl,--build-id=none",
                           "-Wl,-z,noexecstack", "-lpthread", "-lm"};
  std::optional<StringRef> redirects[] = {std::nullopt, log.str(), log.str()};
  std::string message;
  int status = sys::ExecuteAndWait(*program, arguments, std::nullopt, redirects,
                                   0, 0, &message);
  if (status == 0)
    return Error::success();
  if (auto text = readFile(log)) {
    message += (*text)->getBuffer().rtrim();
  } else {
    consumeError(text.takeError());
  }
  return createStringError(
      formatv("{0} failed to link the shared object: {1}", *program, message));
}
