//===- Profile.cpp - Time of each layer -----------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include <algorithm>
#include <cstring>

using namespace resnetc::run;

void Profile::attach(resnetc_context &Context) {
  Context.profile_user = this;
  Context.profile = [](void *User, int Index, const char *Layer,
                       const char *Kernel, int64_t Nanoseconds, int64_t Macs) {
    Step &Record = static_cast<Profile *>(User)->Steps[Index];
    Record.Layer = Layer;
    Record.Kernel = Kernel;
    Record.Nanoseconds += Nanoseconds;
    Record.Macs = Macs;
  };
}

void Profile::print(std::FILE *Text, int64_t Runs) const {
  int LayerWidth = static_cast<int>(std::strlen("layer"));
  int KernelWidth = static_cast<int>(std::strlen("kernel"));
  double TotalNanoseconds = 0;
  double TotalMacs = 0;
  for (const Step &Record : Steps) {
    LayerWidth = std::max(LayerWidth, int(std::strlen(Record.Layer)));
    KernelWidth = std::max(KernelWidth, int(std::strlen(Record.Kernel)));
    TotalNanoseconds += static_cast<double>(Record.Nanoseconds);
    TotalMacs += static_cast<double>(Record.Macs);
  }

  auto printRow = [&](const char *Layer, const char *Kernel, double Nanoseconds,
                      double Macs) {
    double PerRun = Nanoseconds / static_cast<double>(Runs);
    double Percent =
        TotalNanoseconds > 0 ? 100 * Nanoseconds / TotalNanoseconds : 0;
    std::fprintf(Text, "%-*s  %-*s  %9.4f  %5.1f", LayerWidth, Layer,
                 KernelWidth, Kernel, PerRun * 1e-6, Percent);
    // A multiplication and an addition. Not every layer is made of them.
    if (Macs > 0 && PerRun > 0)
      std::fprintf(Text, "  %8.1f", 2 * Macs / PerRun);
    std::fputc('\n', Text);
  };

  std::fprintf(Text, "%-*s  %-*s  %9s  %5s  %8s\n", LayerWidth, "layer",
               KernelWidth, "kernel", "ms", "%", "GFLOP/s");
  for (const Step &Record : Steps)
    printRow(Record.Layer, Record.Kernel,
             static_cast<double>(Record.Nanoseconds),
             static_cast<double>(Record.Macs));
  printRow("total", "", TotalNanoseconds, TotalMacs);
}
