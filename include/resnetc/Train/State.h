//===- State.h - Where training was interrupted --------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A checkpoint has what the network has learned; how far it got, and by what
// options, is in a file of JSON beside it, CHECKPOINT.json. The two belong
// together by the checkpoint's hash. The file has the states of the new and of
// the previous checkpoint, and is written between them: whenever the program
// ends, it has the state of the checkpoint that is there.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_STATE_H
#define RESNETC_TRAIN_STATE_H

#include "resnetc/Train/Classifier.h"
#include "resnetc/Train/History.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace resnetc::train {

struct TrainingState {
  int64_t epoch = 0; ///< That goes on, from 0 on.
  int64_t step = 0;  ///< Steps of it that are done.
  /// Of these steps.
  double lossSum = 0;
  int64_t correct = 0;
  int64_t seen = 0;
  double seconds = 0; ///< Since training started.
  std::vector<EpochRecord> history;
};

/// All that decides what is learned: a text for each of what has to be the same
/// when training goes on, by the name of its option.
using Settings = llvm::json::Object;

/// Writes the checkpoint `path` and the file beside it.
llvm::Error saveState(const std::string &path, const Classifier &network,
                      const TrainingState &state, const Settings &settings);

/// Reads them. Fails if they do not belong together, are of another network, or
/// of other settings; then nothing has changed but the network.
llvm::Error loadState(const std::string &path, Classifier &network,
                      TrainingState &state, const Settings &settings);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_STATE_H
