//===- Profile.h - Time of each layer ------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_PROFILE_H
#define RESNETC_TOOLS_RESNETC_RUN_PROFILE_H

#include "resnetc/Runtime/ModelABI.h"

#include <cstdio>
#include <vector>

namespace resnetc::run {

/// Adds up the steps' times over runs.
class Profile {
public:
  explicit Profile(const resnetc_rt_model &Model)
      : Steps(static_cast<size_t>(Model.step_count)) {}

  /// Makes runs with `Context` count. This must stay where it is meanwhile.
  void attach(resnetc_context &Context);

  /// A table of the steps' mean times in a run.
  void print(std::FILE *Text, int64_t Runs) const;

private:
  struct Step {
    const char *Layer = "";
    const char *Kernel = "";
    int64_t Nanoseconds = 0;
    int64_t Macs = 0; ///< Of one run.
  };
  std::vector<Step> Steps;
};

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_PROFILE_H
