//===- CompileNetwork.cpp - From a model to an object that trains ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileNetwork.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

Expected<TemporaryFolder> TemporaryFolder::create() {
  SmallString<128> path;
  if (std::error_code code =
          sys::fs::createUniqueDirectory("resnetc-train", path))
    return createStringError(code, path + ": " + code.message());
  return TemporaryFolder(std::string(path));
}

TemporaryFolder::TemporaryFolder(TemporaryFolder &&other)
    : path(std::move(other.path)) {
  other.path.clear();
}

TemporaryFolder::~TemporaryFolder() {
  if (!path.empty())
    (void)sys::fs::remove_directories(path);
}

std::string TemporaryFolder::getFile(StringRef name) const {
  SmallString<128> file(path);
  sys::path::append(file, name);
  return std::string(file);
}

Expected<TrainingObject> resnetc::train::compileNetwork(CompileOptions options,
                                                        CompileStatus &status) {
  Expected<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder)
    return folder.takeError();
  options.kind = OutputKind::SharedObject;
  options.name = "net";
  options.output = folder->getFile("net.so");
  status = compile(options);
  if (status != CompileStatus::Success)
    return createStringError("");
  // What is loaded stays when the file is gone.
  return TrainingObject::load(options.output);
}
