//===- Options.cpp - The command line of resnetc-run ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Error.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <getopt.h>
#include <limits>
#include <sched.h>

using namespace resnetc::run;

static constexpr char Help[] =
    R"(usage: resnetc-run MODEL.so|MODEL.onnx [options]

Runs a compiled model, checks its results and measures its time. An ONNX file
is first compiled by the resnetc beside this program.

Data:
  --input [NAME=]FILE    .npy, .bin (raw elements), .png or .jpg; repeatable.
                         Without NAME, files go to the inputs in their order.
                         Inputs without a file get normal noise, always the same
  --image-format=KIND    what pixels become: torch (default), keras or raw
  --output-dir DIR       write each output to DIR/NAME.npy
  --expect [NAME=]FILE   .npy or .bin to compare an output with; repeatable
  --tolerance R          largest relative L2 error to accept (default 1e-4)
  --labels FILE          names of the classes, one a line
  --top N                print the N largest elements of the first output
                         (default 5 with an image or labels)

Execution:
  --threads N            default 1; 0: one for each core
  --batch N              default: as the inputs have it, else 1. An input of
                         batch 1 is repeated
  --warmup N             runs before those measured (default 0)
  --repeat N             runs to measure (default 1)
  --profile              print a table of layers
  --json                 print one JSON object on stdout, all else on stderr:
                         times in ms, peak_rss_mb in units of 2^20 bytes
  --name NAME            the model's prefix, where an object holds several

  --help  --version

Exit status: 0 done, 1 the input is at fault, 2 wrong usage.
)";

namespace {
enum OptionId {
  OptionInput = 1,
  OptionImageFormat,
  OptionOutputDirectory,
  OptionExpect,
  OptionTolerance,
  OptionLabels,
  OptionTop,
  OptionThreads,
  OptionBatch,
  OptionWarmup,
  OptionRepeat,
  OptionProfile,
  OptionJson,
  OptionName,
  OptionHelp,
  OptionVersion,
};
} // namespace

static const option LongOptions[] = {
    {"input", required_argument, nullptr, OptionInput},
    {"image-format", required_argument, nullptr, OptionImageFormat},
    {"output-dir", required_argument, nullptr, OptionOutputDirectory},
    {"expect", required_argument, nullptr, OptionExpect},
    {"tolerance", required_argument, nullptr, OptionTolerance},
    {"labels", required_argument, nullptr, OptionLabels},
    {"top", required_argument, nullptr, OptionTop},
    {"threads", required_argument, nullptr, OptionThreads},
    {"batch", required_argument, nullptr, OptionBatch},
    {"warmup", required_argument, nullptr, OptionWarmup},
    {"repeat", required_argument, nullptr, OptionRepeat},
    {"profile", no_argument, nullptr, OptionProfile},
    {"json", no_argument, nullptr, OptionJson},
    {"name", required_argument, nullptr, OptionName},
    {"help", no_argument, nullptr, OptionHelp},
    {"version", no_argument, nullptr, OptionVersion},
    {nullptr, 0, nullptr, 0},
};

static int64_t parseInteger(const char *Option, const char *Text,
                            int64_t Smallest, int64_t Largest) {
  char *End;
  errno = 0;
  long long Value = std::strtoll(Text, &End, 10);
  if (errno != 0 || End == Text || *End != '\0' || Value < Smallest ||
      Value > Largest)
    usageError("--%s: '%s' is not an integer from %lld to %lld", Option, Text,
               static_cast<long long>(Smallest),
               static_cast<long long>(Largest));
  return Value;
}

static double parseTolerance(const char *Text) {
  char *End;
  double Value = std::strtod(Text, &End);
  if (End == Text || *End != '\0' || !(Value >= 0))
    usageError("--tolerance: '%s' is not a number of at least 0", Text);
  return Value;
}

static ImageFormat parseImageFormat(const std::string &Text) {
  if (Text == "torch")
    return ImageFormat::Torch;
  if (Text == "keras")
    return ImageFormat::Keras;
  if (Text == "raw")
    return ImageFormat::Raw;
  usageError("--image-format: '%s' is none of torch, keras and raw",
             Text.c_str());
}

static int availableCores() {
  cpu_set_t Set;
  if (sched_getaffinity(0, sizeof(Set), &Set) != 0)
    return 1;
  return CPU_COUNT(&Set);
}

Options resnetc::run::parseOptions(int ArgumentCount, char **Arguments) {
  constexpr int64_t Many = int64_t{1} << 30;
  Options Result;
  // Own messages, of one form with all others.
  opterr = 0;
  int Id;
  while ((Id = getopt_long(ArgumentCount, Arguments, ":", LongOptions,
                           nullptr)) != -1) {
    switch (Id) {
    case OptionInput:
      Result.Inputs.emplace_back(optarg);
      break;
    case OptionImageFormat:
      Result.Format = parseImageFormat(optarg);
      break;
    case OptionOutputDirectory:
      Result.OutputDirectory = optarg;
      break;
    case OptionExpect:
      Result.Expected.emplace_back(optarg);
      break;
    case OptionTolerance:
      Result.Tolerance = parseTolerance(optarg);
      break;
    case OptionLabels:
      Result.Labels = optarg;
      break;
    case OptionTop:
      Result.Top = parseInteger("top", optarg, 0, Many);
      break;
    case OptionThreads:
      Result.Threads =
          static_cast<int>(parseInteger("threads", optarg, 0, 4096));
      break;
    case OptionBatch:
      Result.Batch = parseInteger("batch", optarg, 1, Many);
      break;
    case OptionWarmup:
      Result.Warmup = parseInteger("warmup", optarg, 0, Many);
      break;
    case OptionRepeat:
      Result.Repeat = parseInteger("repeat", optarg, 1, Many);
      break;
    case OptionProfile:
      Result.Profile = true;
      break;
    case OptionJson:
      Result.Json = true;
      break;
    case OptionName:
      Result.Name = optarg;
      break;
    case OptionHelp:
      std::fputs(Help, stdout);
      std::exit(Success);
    case OptionVersion:
      std::puts("resnetc-run " RESNETC_VERSION);
      std::exit(Success);
    case ':':
      usageError("%s needs a value; see --help", Arguments[optind - 1]);
    default:
      usageError("unknown option '%s'; see --help", Arguments[optind - 1]);
    }
  }
  if (ArgumentCount - optind != 1)
    usageError("%s; see --help", optind == ArgumentCount
                                     ? "no model given"
                                     : "more than one model given");
  Result.Model = Arguments[optind];
  if (Result.Threads == 0)
    Result.Threads = availableCores();
  return Result;
}
