//===- MutateModel.h - Small changes to ONNX models ----------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TEST_FUZZ_MUTATEMODEL_H
#define RESNETC_TEST_FUZZ_MUTATEMODEL_H

#include <cstddef>
#include <cstdint>

namespace resnetc::fuzzing {

/// Changes a model in place, a field or a few, and returns its new size, at
/// most `maxSize`: a number becomes another one or a telling one, a name
/// another one of the model (so that edges move), an operator another operator;
/// messages and elements of lists go, come twice or change places. Now and
/// then, and if the bytes are no model, libFuzzer changes the bytes.
size_t mutateModel(uint8_t *data, size_t size, size_t maxSize, unsigned seed);

} // namespace resnetc::fuzzing

#endif // RESNETC_TEST_FUZZ_MUTATEMODEL_H
