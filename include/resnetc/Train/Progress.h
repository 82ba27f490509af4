//===- Progress.h - How training gets on ---------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_PROGRESS_H
#define RESNETC_TRAIN_PROGRESS_H

#include "resnetc/Train/History.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <string>

namespace resnetc::train {

/// Shows on a terminal a line that changes, and otherwise a line from time to
/// time.
class Progress {
public:
  /// What there is to show of an epoch that goes on.
  struct Now {
    int64_t epoch, epochs; ///< From 1 on.
    int64_t step, steps;   ///< Of the epoch, and done.
    Score score;           ///< Of its steps.
    double speed;          ///< Pictures a second.
    double secondsLeft;    ///< Of all training.
  };

  Progress(llvm::raw_ostream &os, bool isTerminal);
  ~Progress() { clear(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Shows it, if enough time has passed.
  void show(const Now &now);
  /// Writes a line that stays.
  void print(const llvm::Twine &line);
  /// Takes away the line that changes.
  void clear();

private:
  using Clock = std::chrono::steady_clock;

  llvm::raw_ostream &os;
  bool isTerminal;
  bool isShown = false;
  Clock::time_point last;
};

/// `4 s`, `3 min 5 s`, `2 h 10 min`.
std::string formatDuration(double seconds);

/// `loss 1.234, accuracy 56.78 %`.
std::string formatScore(const Score &score);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_PROGRESS_H
