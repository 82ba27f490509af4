//===- WriteTrainedModel.cpp - From a checkpoint to a model ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/BuiltinTypes.h"
#include "resnetc/Driver/Compile.h"
#include "resnetc/Driver/OutputFiles.h"
#include "resnetc/Import/RestoreCheckpoint.h"
#include "resnetc/InitAll.h"
#include "resnetc/Support/Diagnostics.h"

using namespace mlir;
using namespace resnetc;

CompileStatus resnetc::writeTrainedModel(const CompileOptions &options,
                                         StringRef checkpoint) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  ModelDiagnosticHandler handler(&context);
  // As --train imports it.
  FailureOr<std::string> model =
      restoreCheckpoint(options.input, checkpoint, context,
                        {"net", ShapedType::kDynamic, options.inputShapes,
                         /*training=*/true});
  if (failed(model))
    return CompileStatus::BadInput;
  OutputFiles files;
  llvm::Error error =
      files.write(options.output, [&](llvm::raw_pwrite_stream &os) {
        os << *model;
        return llvm::Error::success();
      });
  if (!error)
    error = files.commit();
  if (!error)
    return CompileStatus::Success;
  llvm::errs() << "error: " << toString(std::move(error)) << "\n";
  return CompileStatus::BadInput;
}
