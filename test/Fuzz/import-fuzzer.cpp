//===- import-fuzzer.cpp - Bytes into the importer ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any bytes are either a model that becomes valid IR or one that is refused
// with an error.
//
//===----------------------------------------------------------------------===//

#include "MutateModel.h"
#include "mlir/IR/MLIRContext.h"
#include "resnetc/Dialect/ResNet/IR/ResNet.h"
#include "resnetc/Import/ImportONNX.h"
#include "resnetc/Support/Diagnostics.h"

using namespace resnetc;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::DialectRegistry registry;
  registry.insert<resnet::ResNetDialect, mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  ModelDiagnosticHandler handler(&context, llvm::nulls());
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  // A directory that does not exist: external data is not read.
  auto module = importONNX(llvm::MemoryBufferRef(bytes, "/none/model.onnx"),
                           context, {"model", mlir::ShapedType::kDynamic, {}});
  if (failed(module) && handler.getNumErrors() == 0)
    llvm::report_fatal_error("refused without an error");
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  return fuzzing::mutateModel(data, size, maxSize, seed);
}
