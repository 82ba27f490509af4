//===- Loader.cpp - Batches, prepared while others are computed -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Loader.h"
#include "resnetc/Train/Random.h"
#include "llvm/Support/MathExtras.h"
#include <chrono>
#include <numeric>

using namespace llvm;
using namespace resnetc::train;

int64_t EpochPlan::getBatchCount() const {
  return static_cast<int64_t>(llvm::divideCeil(data->size(), batch));
}

Loader::Loader(const EpochPlan &plan, int64_t first, int workers)
    : plan(plan), count(plan.getBatchCount()), given(first), claimed(first) {
  auto size = static_cast<uint32_t>(plan.data->size());
  if (plan.shuffle) {
    order = shuffledOrder(plan.seed, plan.epoch, size);
  } else {
    order.resize(size);
    std::iota(order.begin(), order.end(), 0);
  }
  // One for each thread, and the one that is in use.
  slots.resize(static_cast<size_t>(workers) + 1);
  for (int i = 0; i < workers; ++i)
    threads.emplace_back([this] { work(); });
}

Loader::~Loader() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    isStopped = true;
  }
  changed.notify_all();
  for (std::thread &thread : threads)
    thread.join();
}

void Loader::prepare(int64_t index, Batch &batch) const {
  size_t begin = index * plan.batch;
  size_t size = std::min<size_t>(plan.batch, order.size() - begin);
  int64_t values = plan.size.getCount();
  batch.input.resize(size * values);
  batch.labels.resize(size);
  batch.error.clear();
  std::vector<uint8_t> pixels(values);
  for (size_t i = 0; i < size; ++i) {
    uint32_t example = order[begin + i];
    if (Error error = plan.data->read(example, pixels)) {
      batch.error = toString(std::move(error));
      return;
    }
    MutableArrayRef<float> input(batch.input);
    prepareInput(pixels, plan.size, plan.normalization,
                 plan.augmentation.place(plan.seed, plan.epoch, example),
                 plan.channelsLast, input.slice(i * values, values));
    batch.labels[i] = plan.data->getLabels()[example];
  }
}

void Loader::work() {
  std::unique_lock<std::mutex> lock(mutex);
  for (;;) {
    changed.wait(lock, [&] {
      return isStopped || claimed == count ||
             claimed < given + static_cast<int64_t>(slots.size());
    });
    if (isStopped || claimed == count)
      return;
    int64_t index = claimed++;
    Slot &slot = getSlot(index);
    lock.unlock();
    prepare(index, slot.batch);
    lock.lock();
    slot.isReady = true;
    changed.notify_all();
  }
}

Expected<const Batch *> Loader::next() {
  auto start = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex);
  if (hasCurrent) {
    getSlot(given).isReady = false;
    ++given;
    hasCurrent = false;
    changed.notify_all();
  }
  if (given == count)
    return nullptr;
  Slot &slot = getSlot(given);
  changed.wait(lock, [&] { return slot.isReady; });
  waited +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  hasCurrent = true;
  if (!slot.batch.error.empty())
    return createStringError(slot.batch.error);
  return &slot.batch;
}
