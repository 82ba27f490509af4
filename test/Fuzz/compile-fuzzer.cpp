//===- compile-fuzzer.cpp - Bytes into the whole compiler -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any bytes are compiled as far as LLVM IR, or refused: by the importer or by
// a pass, but not because a pass made something invalid.
//
//===----------------------------------------------------------------------===//

#include "MutateModel.h"
#include "resnetc/Driver/Compile.h"
#include "resnetc/Target/TargetModel.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <onnx/onnx_pb.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace resnetc;

/// Models with more are not worth their time.
static constexpr int maxNodes = 32;

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  initializeTargets();
  return 0;
}

/// Whether the bytes are a model that is small enough.
static bool isSmall(const uint8_t *data, size_t size) {
  onnx::ModelProto model;
  return model.ParseFromArray(data, static_cast<int>(size)) &&
         model.has_graph() && model.graph().node_size() <= maxNodes;
}

/// A file in memory with the bytes.
static int writeFile(const uint8_t *data, size_t size) {
  int file = memfd_create("model.onnx", 0);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size))
    llvm::report_fatal_error("no file in memory");
  return file;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // The others are for the importer alone; -1 keeps them out of the corpus.
  if (!isSmall(data, size))
    return -1;
  int file = writeFile(data, size);
  CompileOptions options;
  options.input = "/proc/self/fd/" + std::to_string(file);
  options.output = "/dev/null";
  options.kind = OutputKind::LLVMIR;
  options.name = "model";
  // Whatever this machine is.
  options.triple = "x86_64-unknown-linux-gnu";
  options.cpus = {"x86-64-v3"};
  compile(options);
  close(file);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  return fuzzing::mutateModel(data, size, maxSize, seed);
}
