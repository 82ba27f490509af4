//===- Loader.h - Batches, prepared while others are computed - -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_LOADER_H
#define RESNETC_TRAIN_LOADER_H

#include "resnetc/Train/Dataset.h"
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace resnetc::train {

/// What becomes of the pictures of an epoch.
struct EpochPlan {
  const Dataset *data = nullptr;
  ImageSize size;
  Normalization normalization;
  Augmentation augmentation;
  bool channelsLast = false;
  bool shuffle = false;
  int64_t batch = 1;
  uint64_t seed = 0;
  uint32_t epoch = 0;

  /// How many batches there are; the last may be smaller.
  int64_t getBatchCount() const;
};

/// A batch as the network takes it.
struct Batch {
  std::vector<float> input;
  std::vector<int64_t> labels; ///< As many as there are pictures.
  std::string error;           ///< Why it could not be prepared; empty: it is.
};

/// Prepares the batches of an epoch in threads of its own, ahead of those who
/// ask for them. What a batch is depends on the plan alone.
class Loader {
public:
  /// Starts with batch `first`. `workers` > 0 threads prepare a batch each.
  Loader(const EpochPlan &plan, int64_t first, int workers);
  ~Loader();
  Loader(const Loader &) = delete;
  Loader &operator=(const Loader &) = delete;

  /// Waits for the next batch, which lives until the next call. Null after the
  /// last.
  llvm::Expected<const Batch *> next();
  /// Seconds that calls have waited.
  double getWaited() const { return waited; }

private:
  struct Slot {
    Batch batch;
    bool isReady = false;
  };

  void work();
  void prepare(int64_t index, Batch &batch) const;
  Slot &getSlot(int64_t index) { return slots[index % slots.size()]; }

  EpochPlan plan;
  std::vector<uint32_t> order;
  int64_t count; ///< Of batches.
  int64_t given; ///< Batches that nobody needs any more.
  bool hasCurrent = false;
  double waited = 0;
  std::mutex mutex; ///< Of all that follows, and `given`.
  std::condition_variable changed;
  std::vector<Slot> slots;
  int64_t claimed; ///< Batches that a thread has prepared, or prepares.
  bool isStopped = false;
  std::vector<std::thread> threads;
};

} // namespace resnetc::train

#endif // RESNETC_TRAIN_LOADER_H
