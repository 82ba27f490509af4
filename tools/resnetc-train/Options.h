//===- Options.h - The command line of resnetc-train ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_TRAIN_OPTIONS_H
#define RESNETC_TOOLS_RESNETC_TRAIN_OPTIONS_H

#include "resnetc/Driver/Compile.h"
#include "resnetc/Train/Augment.h"
#include "resnetc/Train/Schedule.h"
#include <optional>
#include <string>
#include <vector>

namespace resnetc::train {

/// How the program ends.
enum ExitCode {
  Success = 0,
  InputAtFault = 1,
  WrongUsage = 2,
  Interrupted = 3 ///< A checkpoint was written, from which training goes on.
};

struct Options {
  std::string network; ///< NET.so or MODEL.onnx.
  std::string model;   ///< MODEL.onnx, if known.
  std::string name;    ///< Prefix in NET.so; empty: the only one.
  std::optional<CompileOptions> compile; ///< Of MODEL.onnx.
  std::string compileText;               ///< Its options, as they are written.

  std::vector<std::string> data;
  std::vector<std::string> validation; ///< Empty: none.
  Normalization normalization;
  Augmentation augmentation;

  int64_t epochs = 1;
  int64_t batch = 1;
  uint64_t seed = 0;
  int threads = 1;
  int workers = 1;
  std::optional<double> rate; ///< Empty: as the object has it.
  ScheduleKind schedule = ScheduleKind::Constant;
  double warmup = 0; ///< Epochs.
  std::vector<double> milestones;
  double factor = 0;
  /// Values of the object's settings, by their names.
  std::vector<std::pair<std::string, double>> settings;

  std::string save, checkpoint, resume, csv, svg; ///< Empty: none.
  int64_t checkpointEvery = 0;                    ///< Steps; 0: epochs only.
  int64_t maxSteps = 0;                           ///< Steps; 0: never.
};

/// Reads the command line. Nothing if it is wrong, which has been said then.
std::optional<Options> parseOptions(int argc, char **argv);

} // namespace resnetc::train

#endif // RESNETC_TOOLS_RESNETC_TRAIN_OPTIONS_H
