//===- TrainingLoop.h - Epochs of steps ----------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_TRAIN_TRAININGLOOP_H
#define RESNETC_TOOLS_RESNETC_TRAIN_TRAININGLOOP_H

#include "Options.h"
#include "resnetc/Train/Progress.h"
#include "resnetc/Train/State.h"
#include <chrono>

namespace resnetc::train {

/// Trains a network on data, and writes what the options ask for.
class TrainingLoop {
public:
  /// Without validation data, `validation` is null.
  TrainingLoop(const Options &options, Classifier &network,
               const Dataset &training, const Dataset *validation,
               Progress &progress);

  /// Goes on from the checkpoint of --resume.
  llvm::Error resume();
  /// Trains to the end of the last epoch. Whether it got there: otherwise it
  /// was interrupted, and a checkpoint written if there is to be one.
  llvm::Expected<bool> run();

private:
  using Clock = std::chrono::steady_clock;

  /// What a part of training ended by.
  enum class End { Done, Interrupted };

  Settings describeSettings() const;
  EpochPlan plan(const Dataset &data) const;
  /// The rest of the present epoch's steps.
  llvm::Expected<End> runSteps();
  llvm::Error step(const Batch &batch);
  llvm::Expected<End> validate(std::optional<Score> &score);
  /// Ends the present epoch with all that is written after one.
  llvm::Expected<End> finishEpoch();
  llvm::Error writeHistory() const;
  llvm::Error save();
  /// An error with what the checkpoint has.
  llvm::Error fail(const llvm::Twine &what) const;
  void showProgress();
  double getSecondsLeft() const;
  Score getScore() const;
  bool isToStop() const;

  const Options &options;
  Classifier &network;
  const Dataset &training;
  const Dataset *validation;
  Progress &progress;
  Schedule schedule;
  int64_t stepsPerEpoch;
  TrainingState state;
  double rate = 0;        ///< Of the last step.
  std::string savedUntil; ///< What the checkpoint has; empty: there is none.

  // Of this run of the program.
  int64_t steps = 0;
  double stepSeconds = 0, validationSeconds = 0;
  int64_t epochPictures = 0; ///< In the present epoch.
  double epochSeconds = 0, epochWaited = 0;
};

} // namespace resnetc::train

#endif // RESNETC_TOOLS_RESNETC_TRAIN_TRAININGLOOP_H
