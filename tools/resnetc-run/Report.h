//===- Report.h - What a run tells its user ------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_REPORT_H
#define RESNETC_TOOLS_RESNETC_RUN_REPORT_H

#include "Options.h"
#include "Tensor.h"
#include "resnetc/Runtime/ModelABI.h"

#include <cstdio>

namespace resnetc::run {

struct Times {
  double Load = 0;             ///< ms, of the shared object and its memory.
  double First = 0;            ///< ms, of the first run, measured or not.
  std::vector<double> Repeats; ///< ms
};

/// `p` in [0, 1]; linear between the two nearest, as NumPy does.
double quantile(std::vector<double> Values, double P);

/// Most memory this process has held, in MiB.
double peakMemory();

/// One line for people.
void printTimes(std::FILE *Text, const Options &Opts, int64_t Batch,
                const Times &Measured);
/// One JSON object.
void printJson(std::FILE *Out, const Options &Opts, int64_t Batch,
               const Times &Measured);

/// A line with the target of the code that runs.
void printTarget(std::FILE *Text, const resnetc_rt_model &Model);

/// A line for each output: its name, shape and type.
void printOutputs(std::FILE *Text, const std::vector<Tensor> &Outputs);

/// The `Count` largest elements of each image, with their labels.
void printTop(std::FILE *Text, const Tensor &Output, int64_t Batch,
              int64_t Count, const std::vector<std::string> &Labels);

/// The lines of a file.
std::vector<std::string> readLabels(const std::string &Path);

/// Writes DIR/NAME.npy for each output; makes the directory. A slash in a name
/// becomes an underscore.
void writeOutputs(const std::string &Directory,
                  const std::vector<Tensor> &Outputs);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_REPORT_H
