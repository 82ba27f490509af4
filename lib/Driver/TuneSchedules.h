//===- TuneSchedules.h - Measure schedules on this host ------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_DRIVER_TUNESCHEDULES_H
#define RESNETC_LIB_DRIVER_TUNESCHEDULES_H

#include "resnetc/Driver/Compile.h"
#include "resnetc/Target/TargetModel.h"

namespace resnetc {

/// Measures how the convolutions of a model run fastest on this host, one
/// thread, and adds the schedules to the table in file `options.tune`. What the
/// table has for a shape stays.
///
/// The whole model is compiled once for each rank: to the model's first choices
/// of schedules, to its second ones, and so on. So each schedule is measured
/// where it is used, with caches as the other layers leave them.
llvm::Error tuneSchedules(const CompileOptions &options,
                          const TargetModel &target);

} // namespace resnetc

#endif // RESNETC_LIB_DRIVER_TUNESCHEDULES_H
