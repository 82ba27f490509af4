//===- CompileNetwork.cpp - From a model to an object that trains ---------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileNetwork.h"
#include "resnetc/Driver/TemporaryFolder.h"

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

Expected<TrainingObject> resnetc::train::compileNetwork(CompileOptions options,
                                                        CompileStatus &status) {
  Expected<TemporaryFolder> folder = TemporaryFolder::create("resnetc-train");
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
