//===- Expect.cpp - Comparing outputs with expected ones ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expect.h"
#include "Error.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace resnetc::run;

double resnetc::run::relativeError(const Tensor &Actual, TensorFile &Expected) {
  constexpr int64_t ChunkSize = 4096;
  double Want[ChunkSize];
  double Got[ChunkSize];
  double Difference = 0;
  double Norm = 0;
  const char *Next = Actual.Data.get();
  for (int64_t Left = Actual.Count; Left > 0;) {
    int64_t Size = std::min(Left, ChunkSize);
    Expected.read(RESNETC_FLOAT64, Want, Size);
    convertElements(Actual.type(), Next, RESNETC_FLOAT64, Got, Size);
    for (int64_t I = 0; I < Size; ++I) {
      if (std::isfinite(Want[I]) && std::isfinite(Got[I])) {
        Difference += (Got[I] - Want[I]) * (Got[I] - Want[I]);
        Norm += Want[I] * Want[I];
      } else if (Got[I] != Want[I] &&
                 !(std::isnan(Got[I]) && std::isnan(Want[I]))) {
        return std::numeric_limits<double>::infinity();
      }
    }
    Next += Size * elementSize(Actual.type());
    Left -= Size;
  }
  if (Difference == 0)
    return 0;
  return std::sqrt(Difference / Norm);
}

void resnetc::run::checkOutputs(const std::vector<Tensor> &Outputs,
                                const std::vector<std::string> &Paths,
                                double Tolerance, std::FILE *Text) {
  const Tensor *Wrong = nullptr;
  double WrongError = 0;
  for (size_t I = 0; I < Outputs.size(); ++I) {
    if (Paths[I].empty())
      continue;
    const Tensor &Output = Outputs[I];
    TensorFile Expected = TensorFile::open(Paths[I], *Output.Info);
    if (Expected.dims() != Output.Dims)
      fatal("%s: shape %s does not match output '%s', which is %s",
            Paths[I].c_str(), shapeText(Expected.dims()).c_str(), Output.name(),
            shapeText(Output.Dims).c_str());
    double Error = relativeError(Output, Expected);
    std::fprintf(Text, "expect %s: relative L2 error %.3g, tolerance %g\n",
                 Output.name(), Error, Tolerance);
    if (!(Error <= Tolerance) && !Wrong) {
      Wrong = &Output;
      WrongError = Error;
    }
  }
  if (Wrong)
    fatal("output '%s' differs from what is expected: relative L2 error %.3g "
          "is above %g",
          Wrong->name(), WrongError, Tolerance);
}
