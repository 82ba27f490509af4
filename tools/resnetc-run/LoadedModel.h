//===- LoadedModel.h - A compiled model in a shared object ---- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_LOADEDMODEL_H
#define RESNETC_TOOLS_RESNETC_RUN_LOADEDMODEL_H

#include "resnetc/Runtime/ModelABI.h"

#include <string>

namespace resnetc::run {

/// The functions and descriptors of a model, loaded for the rest of the
/// process.
class LoadedModel {
public:
  /// Loads the model of prefix `Name`, or the only one when `Name` is empty.
  /// Fatal when there is none.
  static LoadedModel load(const std::string &Path, const std::string &Name);

  int (*Run)(const void *const *Inputs, void *const *Outputs, int64_t Batch,
             resnetc_workspace Workspace, const resnetc_context *Context);
  int (*Prepare)();
  size_t (*WorkspaceSize)(int64_t Batch);
  const char *(*ErrorString)(int Status);
  size_t WorkspaceAlignment;

  /// The runtime that is linked into the object, not one of this program.
  resnetc_pool *(*PoolCreate)(int Threads);
  void (*PoolDestroy)(resnetc_pool *Pool);
  /// The same; of models that a GPU computes.
  int (*GPUOpen)(int Device, resnetc_gpu **GPU) = nullptr;
  void (*GPUClose)(resnetc_gpu *GPU) = nullptr;
  const char *(*GPUMessage)(const resnetc_gpu *GPU) = nullptr;

  /// The table of the code that runs here, if there is that of several CPUs.
  const resnetc_rt_model *Model;
};

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_LOADEDMODEL_H
