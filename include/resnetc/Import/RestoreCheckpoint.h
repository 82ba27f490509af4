//===- RestoreCheckpoint.h - Trained values into a model ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_IMPORT_RESTORECHECKPOINT_H
#define RESNETC_IMPORT_RESTORECHECKPOINT_H

#include "resnetc/Import/ImportONNX.h"
#include <string>

namespace resnetc {

/// The bytes of the ONNX model at `path` with the parameters and running
/// statistics of a checkpoint (docs/checkpoints.md) that an object has saved
/// that was compiled from the model.
///
/// Initializers get the trained values. Where several layers of the model share
/// one that training has separated, further initializers are added and their
/// nodes take these. External data is put inside. Nothing else is changed.
///
/// Fails with errors at the context's diagnostic handlers: if the model cannot
/// be imported, the checkpoint is damaged, or the two do not belong together.
mlir::FailureOr<std::string> restoreCheckpoint(llvm::StringRef path,
                                               llvm::StringRef checkpoint,
                                               mlir::MLIRContext &context,
                                               const ImportOptions &options);

} // namespace resnetc

#endif // RESNETC_IMPORT_RESTORECHECKPOINT_H
