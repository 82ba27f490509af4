//===- Expect.h - Comparing outputs with expected ones -------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_EXPECT_H
#define RESNETC_TOOLS_RESNETC_RUN_EXPECT_H

#include "TensorFile.h"

#include <cstdio>

namespace resnetc::run {

/// ||actual - expected|| / ||expected||, in double precision. Equal infinities,
/// and NaN where NaN is expected, are no error; any other difference of those
/// is an infinite one.
double relativeError(const Tensor &Actual, TensorFile &Expected);

/// Prints the error of each output that has a file (`Paths`, empty for none) to
/// `Text`. Fatal when one is above the tolerance.
void checkOutputs(const std::vector<Tensor> &Outputs,
                  const std::vector<std::string> &Paths, double Tolerance,
                  std::FILE *Text);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_EXPECT_H
