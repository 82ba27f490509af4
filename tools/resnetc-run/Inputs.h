//===- Inputs.h - The inputs of a run ------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_INPUTS_H
#define RESNETC_TOOLS_RESNETC_RUN_INPUTS_H

#include "LoadedModel.h"
#include "Options.h"
#include "Tensor.h"

namespace resnetc::run {

/// Finds which file each tensor has: `Given` holds `NAME=FILE` or `FILE`, which
/// is for the first tensor not yet served. The result has one path for each
/// tensor, empty for none. `Kind` (`input`, `output`) is for messages.
std::vector<std::string> assignFiles(const std::vector<std::string> &Given,
                                     const resnetc_tensor_info *Tensors,
                                     int32_t Count, const char *Kind);

/// The inputs and the batch that they have.
struct Inputs {
  int64_t Batch;
  std::vector<Tensor> Tensors;
};

/// Reads the inputs' files; an input without one gets noise. All errors are
/// fatal.
Inputs readInputs(const resnetc_rt_model &Model, const Options &Opts);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_INPUTS_H
