//===- TrainingObject.h - A shared object that trains --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_TRAININGOBJECT_H
#define RESNETC_TRAIN_TRAININGOBJECT_H

#include "resnetc_rt.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace resnetc::train {

/// What the header of an object that `resnetc --train` has written declares.
/// It is loaded for the rest of the process.
struct TrainingObject {
  /// Loads the network of prefix `name`, or the only one if `name` is empty.
  static llvm::Expected<TrainingObject> load(llvm::StringRef path,
                                             llvm::StringRef name = "");

  int (*initialize)(const resnetc_training *training);
  int (*seed)(const resnetc_training *training, uint64_t seed);
  int (*trainStep)(const void *const *inputs, void *const *outputs,
                   int64_t batch, const resnetc_training *training,
                   resnetc_workspace workspace, const resnetc_context *context);
  int (*evaluate)(const void *const *inputs, void *const *outputs,
                  int64_t batch, const resnetc_training *training,
                  resnetc_workspace workspace, const resnetc_context *context);
  int (*save)(const char *path, const resnetc_training *training);
  int (*restore)(const char *path, const resnetc_training *training);
  int (*prepare)();
  size_t (*workspaceSize)(int64_t batch);
  const char *(*errorString)(int status);
  /// The runtime that is linked into the object, not one of this program.
  resnetc_pool *(*poolCreate)(int threads);
  void (*poolDestroy)(resnetc_pool *pool);

  size_t workspaceAlignment;
  resnetc_training_sizes sizes;
  llvm::ArrayRef<resnetc_kept_info> kept;
  llvm::ArrayRef<resnetc_tensor_info> inputs, outputs;
  llvm::ArrayRef<resnetc_tensor_info> backwardInputs, backwardOutputs;
  llvm::StringRef version;
};

} // namespace resnetc::train

#endif // RESNETC_TRAIN_TRAININGOBJECT_H
