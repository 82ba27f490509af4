//===- Options.h - The command line of resnetc-run ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_OPTIONS_H
#define RESNETC_TOOLS_RESNETC_RUN_OPTIONS_H

#include <cstdint>
#include <string>
#include <vector>

namespace resnetc::run {

/// What an image's pixels become before they enter the network.
enum class ImageFormat {
  Torch, ///< RGB, 0 to 1, less ImageNet's mean and divided by its deviation.
  Keras, ///< BGR, 0 to 255, less ImageNet's mean.
  Raw,   ///< RGB, 0 to 255.
};

struct Options {
  std::string Model;
  /// Prefix of the model's symbols; found in the object when empty.
  std::string Name;
  /// `FILE` or `NAME=FILE`, as given.
  std::vector<std::string> Inputs;
  std::vector<std::string> Expected;
  std::string OutputDirectory;
  std::string Labels;
  ImageFormat Format = ImageFormat::Torch;
  double Tolerance = 1e-4;
  int Threads = 1;
  int64_t Batch = 0; ///< 0: as the inputs have it.
  int64_t Warmup = 0;
  int64_t Repeat = 1;
  int64_t Top = -1; ///< -1: not given.
  bool Profile = false;
  bool Json = false;
};

/// Exits on --help, --version and on wrong usage.
Options parseOptions(int ArgumentCount, char **Arguments);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_OPTIONS_H
