//===- History.cpp - What was measured after each epoch -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/History.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace resnetc::train;

void resnetc::train::writeCSV(ArrayRef<EpochRecord> history, raw_ostream &os) {
  os << "epoch,loss,accuracy,validation_loss,validation_accuracy,"
        "learning_rate,seconds\n";
  for (const EpochRecord &record : history) {
    os << record.epoch
       << format(",%.6g,%.6g,", record.training.loss, record.training.accuracy);
    if (record.validation)
      os << format("%.6g,%.6g", record.validation->loss,
                   record.validation->accuracy);
    else
      os << ",";
    os << format(",%.6g,%.3f\n", record.rate, record.seconds);
  }
}
