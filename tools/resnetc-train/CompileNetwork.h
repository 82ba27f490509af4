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

namespace resnetc::train {

/// Compiles the model `options.input` to a shared object and loads it; sets
/// `status` to why that failed, if what is wrong has been said already.
llvm::Expected<TrainingObject> compileNetwork(CompileOptions options,
                                              CompileStatus &status);

} // namespace resnetc::train

#endif // RESNETC_TOOLS_RESNETC_TRAIN_COMPILENETWORK_H
