//===- Report.cpp - What a run tells its user -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Error.h"
#include "TensorFile.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sys/stat.h>

using namespace resnetc::run;

double resnetc::run::quantile(std::vector<double> Values, double P) {
  std::sort(Values.begin(), Values.end());
  double Position = P * static_cast<double>(Values.size() - 1);
  auto Below = static_cast<size_t>(Position);
  size_t Above = std::min(Below + 1, Values.size() - 1);
  double Part = Position - static_cast<double>(Below);
  return Values[Below] + Part * (Values[Above] - Values[Below]);
}

double resnetc::run::peakMemory() {
  // Not getrusage: its ru_maxrss starts from that of the program that started
  // this one.
  std::ifstream Status("/proc/self/status");
  std::string Line;
  const std::string Key = "VmHWM:";
  while (std::getline(Status, Line))
    if (Line.compare(0, Key.size(), Key) == 0)
      return std::strtod(Line.c_str() + Key.size(), nullptr) / 1024;
  return 0;
}

void resnetc::run::printTimes(std::FILE *Text, const Options &Opts,
                              int64_t Batch, const Times &Measured) {
  std::fprintf(Text,
               "batch %lld, threads %d, %lld run%s: min %.3f ms, median %.3f "
               "ms, p95 %.3f ms; load %.3f ms, first run %.3f ms, peak memory "
               "%.1f MiB\n",
               static_cast<long long>(Batch), Opts.Threads,
               static_cast<long long>(Opts.Repeat), Opts.Repeat == 1 ? "" : "s",
               quantile(Measured.Repeats, 0), quantile(Measured.Repeats, 0.5),
               quantile(Measured.Repeats, 0.95), Measured.Load, Measured.First,
               peakMemory());
}

static std::string jsonString(const std::string &Text) {
  std::string Result = "\"";
  for (char C : Text) {
    auto Byte = static_cast<unsigned char>(C);
    if (C == '"' || C == '\\') {
      Result += '\\';
      Result += C;
    } else if (Byte < 0x20) {
      char Escaped[8];
      std::snprintf(Escaped, sizeof(Escaped), "\\u%04x", Byte);
      Result += Escaped;
    } else {
      Result += C;
    }
  }
  return Result + '"';
}

void resnetc::run::printJson(std::FILE *Out, const Options &Opts, int64_t Batch,
                             const Times &Measured) {
  std::fprintf(Out,
               "{\"model\": %s, \"threads\": %d, \"batch\": %lld, "
               "\"repeat\": %lld, \"min_ms\": %.4f, \"median_ms\": %.4f, "
               "\"p95_ms\": %.4f, \"load_ms\": %.4f, \"first_ms\": %.4f, "
               "\"peak_rss_mb\": %.2f}\n",
               jsonString(Opts.Model).c_str(), Opts.Threads,
               static_cast<long long>(Batch),
               static_cast<long long>(Opts.Repeat),
               quantile(Measured.Repeats, 0), quantile(Measured.Repeats, 0.5),
               quantile(Measured.Repeats, 0.95), Measured.Load, Measured.First,
               peakMemory());
}

void resnetc::run::printTarget(std::FILE *Text, const resnetc_rt_model &Model) {
  std::fprintf(Text, "target %s\n", Model.target);
}

void resnetc::run::printOutputs(std::FILE *Text,
                                const std::vector<Tensor> &Outputs) {
  for (const Tensor &Output : Outputs)
    std::fprintf(Text, "output %s: %s %s\n", Output.name(),
                 shapeText(Output.Dims).c_str(), elementName(Output.type()));
}

void resnetc::run::printTop(std::FILE *Text, const Tensor &Output,
                            int64_t Batch, int64_t Count,
                            const std::vector<std::string> &Labels) {
  int64_t Classes = Output.Count / Batch;
  if (!Labels.empty() && static_cast<int64_t>(Labels.size()) != Classes)
    fatal("%zu labels for the %lld elements of output '%s'", Labels.size(),
          static_cast<long long>(Classes), Output.name());
  std::vector<double> Values(Classes);
  std::vector<int64_t> Order(Classes);
  Count = std::min(Count, Classes);
  for (int64_t Image = 0; Image < Batch; ++Image) {
    convertElements(Output.type(),
                    Output.Data.get() +
                        Image * Classes * elementSize(Output.type()),
                    RESNETC_FLOAT64, Values.data(), Classes);
    std::iota(Order.begin(), Order.end(), 0);
    // NaN last, so that the order is one; equal ones by their index.
    auto isBefore = [&](int64_t A, int64_t B) {
      double X = std::isnan(Values[A]) ? -INFINITY : Values[A];
      double Y = std::isnan(Values[B]) ? -INFINITY : Values[B];
      return X != Y ? X > Y : A < B;
    };
    std::partial_sort(Order.begin(), Order.begin() + Count, Order.end(),
                      isBefore);
    for (int64_t I = 0; I < Count; ++I) {
      if (Batch > 1)
        std::fprintf(Text, "image %lld: ", static_cast<long long>(Image));
      std::fprintf(Text, "%lld: class %lld, %.6g%s%s\n",
                   static_cast<long long>(I) + 1,
                   static_cast<long long>(Order[I]), Values[Order[I]],
                   Labels.empty() ? "" : ", ",
                   Labels.empty() ? "" : Labels[Order[I]].c_str());
    }
  }
}

std::vector<std::string> resnetc::run::readLabels(const std::string &Path) {
  std::ifstream File(Path);
  if (!File)
    fatal("%s: %s", Path.c_str(), std::strerror(errno));
  std::vector<std::string> Labels;
  std::string Line;
  while (std::getline(File, Line)) {
    if (!Line.empty() && Line.back() == '\r')
      Line.pop_back();
    Labels.push_back(Line);
  }
  while (!Labels.empty() && Labels.back().empty())
    Labels.pop_back();
  if (Labels.empty())
    fatal("%s: no labels in this file", Path.c_str());
  return Labels;
}

void resnetc::run::writeOutputs(const std::string &Directory,
                                const std::vector<Tensor> &Outputs) {
  constexpr mode_t AllByUmask = 0777;
  if (mkdir(Directory.c_str(), AllByUmask) != 0 && errno != EEXIST)
    fatal("%s: %s", Directory.c_str(), std::strerror(errno));
  for (const Tensor &Output : Outputs) {
    std::string Name = Output.name();
    std::replace(Name.begin(), Name.end(), '/', '_');
    std::string Path = Directory;
    Path.append("/").append(Name).append(".npy");
    writeNpy(Path, Output);
  }
}
