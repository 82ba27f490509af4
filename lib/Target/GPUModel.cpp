//===- GPUModel.cpp - What schedules need to know of a GPU ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/GPUModel.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

using namespace llvm;
using namespace resnetc;

Expected<GPUModel> GPUModel::get(StringRef chip) {
  GPUModel model;
  model.chip = chip.str();
  // sm_XY, the last digit the minor number, perhaps with an a behind it.
  StringRef text = chip;
  int64_t number = 0;
  bool isKnown = text.consume_front("sm_");
  model.isArchitecture = text.consume_back("a");
  isKnown = isKnown && !text.getAsInteger(10, number);
  model.major = number / 10;
  model.minor = number % 10;
  constexpr int64_t known[] = {80, 86, 87, 89, 90, 100, 103, 120};
  if (!isKnown || !is_contained(known, number) ||
      (model.isArchitecture && number < 90))
    return createStringError("--gpu=" + chip +
                             " is not known; known are sm_80, sm_86, sm_87, "
                             "sm_89, sm_90, sm_90a, sm_100, sm_100a, sm_103, "
                             "sm_103a, sm_120 and sm_120a");
  model.hasWgmma = number == 90 && model.isArchitecture;
  if (number >= 90) {
    model.multiprocessors = 132;
    model.matrixProducts = 2048;
  }
  // Of workstations; sm_87 has as much as sm_80.
  bool isSmall = is_contained({86, 89, 120}, number);
  model.sharedBytes = (isSmall ? 100 : number >= 90 ? 228 : 164) << 10;
  if (isSmall)
    model.blockThreads = 1536;
  return model;
}
