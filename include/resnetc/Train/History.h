//===- History.h - What was measured after each epoch --------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_HISTORY_H
#define RESNETC_TRAIN_HISTORY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>

namespace resnetc::train {

/// A mean over pictures.
struct Score {
  double loss = 0;
  double accuracy = 0; ///< From 0 to 1.
};

struct EpochRecord {
  int64_t epoch = 0; ///< From 1 on.
  Score training;    ///< During the epoch, of pictures as they were augmented.
  std::optional<Score> validation; ///< After it.
  double rate = 0;                 ///< Learning rate of its last step.
  double seconds = 0;              ///< Since training started.
};

/// Comma-separated values (RFC 4180, but with bare line feeds) under a line of
/// names.
void writeCSV(llvm::ArrayRef<EpochRecord> history, llvm::raw_ostream &os);

/// Loss, accuracy and learning rate as curves over epochs, in SVG. `title` is
/// any text.
void writeCurve(llvm::ArrayRef<EpochRecord> history, llvm::StringRef title,
                llvm::raw_ostream &os);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_HISTORY_H
