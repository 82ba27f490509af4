//===- TrainingLoop.cpp - Epochs of steps ---------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingLoop.h"
#include "Interrupt.h"
#include "resnetc/Driver/OutputFiles.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <cmath>
#include <limits>

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

static constexpr StringLiteral rateSetting = "learning_rate";

TrainingLoop::TrainingLoop(const Options &options, Classifier &network,
                           const Dataset &training, const Dataset *validation,
                           Progress &progress)
    : options(options), network(network), training(training),
      validation(validation), progress(progress) {
  stepsPerEpoch = plan(training).getBatchCount();
  schedule.kind = options.schedule;
  schedule.rate =
      options.rate ? *options.rate : network.getSetting(rateSetting).front();
  schedule.totalSteps = options.epochs * stepsPerEpoch;
  schedule.warmupSteps =
      std::llround(options.warmup * static_cast<double>(stepsPerEpoch));
  schedule.milestones = options.milestones;
  schedule.factor = options.factor;
}

//===----------------------------------------------------------------------===//
// What decides the result
//===----------------------------------------------------------------------===//

/// The shortest text that is this number.
template <typename T> static std::string formatNumber(T value) {
  std::string text;
  for (int digits = 6; digits <= std::numeric_limits<T>::max_digits10;
       ++digits) {
    text.clear();
    raw_string_ostream(text)
        << format("%.*g", digits, static_cast<double>(value));
    double read = 0;
    if (!StringRef(text).getAsDouble(read) && static_cast<T>(read) == value)
      break;
  }
  return text;
}

template <typename T> static std::string joinNumbers(const T &numbers) {
  std::string text;
  for (auto number : numbers)
    text += (text.empty() ? "" : ",") + formatNumber(number);
  return text;
}

static std::string describeData(const Dataset *data) {
  if (!data)
    return "none";
  ArrayRef<uint32_t> labels = data->getLabels();
  ArrayRef<uint8_t> bytes(reinterpret_cast<const uint8_t *>(labels.data()),
                          labels.size() * sizeof(uint32_t));
  return formatv("{0} pictures with labels of hash {1:x-}", labels.size(),
                 xxh3_64bits(bytes));
}

Settings TrainingLoop::describeSettings() const {
  static const char *const schedules[] = {"constant", "cosine", "step"};
  std::vector<StringRef> augmentations;
  if (options.augmentation.crop)
    augmentations.push_back("crop");
  if (options.augmentation.flip)
    augmentations.push_back("flip");
  Settings settings{
      {"--data", describeData(&training)},
      {"--validation", describeData(validation)},
      {"--epochs", options.epochs},
      {"--batch", options.batch},
      {"--seed", options.seed},
      {"--lr", formatNumber(schedule.rate)},
      {"--schedule", schedules[static_cast<int>(options.schedule)]},
      {"--warmup", formatNumber(options.warmup)},
      {"--mean", joinNumbers(options.normalization.mean)},
      {"--std", joinNumbers(options.normalization.deviation)},
      {"--augment", join(augmentations, ",")}};

  if (options.schedule == ScheduleKind::Step) {
    settings["--milestones"] = joinNumbers(options.milestones);
    settings["--factor"] = formatNumber(options.factor);
  }
  if (options.compile)
    settings["options of compiling"] = options.compileText;
  for (StringRef name : network.getSettingNames())
    if (name != rateSetting)
      settings["--set=" + name.str()] = joinNumbers(network.getSetting(name));
  return settings;
}

EpochPlan TrainingLoop::plan(const Dataset &data) const {
  EpochPlan plan;
  plan.data = &data;
  plan.size = network.getImageSize();
  plan.normalization = options.normalization;
  plan.channelsLast = network.isChannelsLast();
  plan.batch = options.batch;
  if (&data == &training) {
    plan.augmentation = options.augmentation;
    plan.shuffle = true;
    plan.seed = options.seed;
    plan.epoch = static_cast<uint32_t>(state.epoch);
  }
  return plan;
}

//===----------------------------------------------------------------------===//
// Checkpoints
//===----------------------------------------------------------------------===//

static std::string describePlace(const TrainingState &state) {
  if (state.step == 0)
    return formatv("the end of epoch {0}", state.epoch);
  return formatv("step {0} of epoch {1}", state.step, state.epoch + 1);
}

Error TrainingLoop::resume() {
  if (Error error =
          loadState(options.resume, network, state, describeSettings()))
    return error;
  if (state.epoch < 0 || state.epoch > options.epochs || state.step < 0 ||
      state.step > stepsPerEpoch)
    return createStringError(options.resume + ".json: is damaged");
  savedUntil = describePlace(state);
  progress.print("goes on from " + savedUntil);
  // What it would write after this epoch is there again.
  return writeHistory();
}

Error TrainingLoop::save() {
  if (options.checkpoint.empty())
    return Error::success();
  if (Error error =
          saveState(options.checkpoint, network, state, describeSettings()))
    return error;
  savedUntil = describePlace(state);
  return Error::success();
}

Error TrainingLoop::fail(const Twine &what) const {
  if (options.checkpoint.empty())
    return createStringError(what);
  if (savedUntil.empty())
    return createStringError(what + "; no checkpoint was written");
  return createStringError(what + "; " + options.checkpoint +
                           " has what was learned until " + savedUntil);
}

Error TrainingLoop::writeHistory() const {
  if (state.history.empty())
    return Error::success();
  OutputFiles files;
  auto write = [&](const std::string &path,
                   function_ref<void(raw_ostream &)> print) -> Error {
    if (path.empty())
      return Error::success();
    return files.write(path, [&](raw_pwrite_stream &os) {
      print(os);
      return Error::success();
    });
  };
  if (Error error = write(
          options.csv, [&](raw_ostream &os) { writeCSV(state.history, os); }))
    return error;
  if (Error error = write(options.svg, [&](raw_ostream &os) {
        writeCurve(state.history, sys::path::stem(options.network), os);
      }))
    return error;
  return files.commit();
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

bool TrainingLoop::isToStop() const {
  return isInterrupted() || (options.maxSteps && steps >= options.maxSteps);
}

Score TrainingLoop::getScore() const {
  auto seen = static_cast<double>(std::max<int64_t>(state.seen, 1));
  return {state.lossSum / seen, static_cast<double>(state.correct) / seen};
}

double TrainingLoop::getSecondsLeft() const {
  int64_t done = state.epoch * stepsPerEpoch + state.step;
  double perStep =
      stepSeconds / static_cast<double>(std::max<int64_t>(steps, 1));
  return perStep * static_cast<double>(schedule.totalSteps - done) +
         validationSeconds * static_cast<double>(options.epochs - state.epoch);
}

void TrainingLoop::showProgress() {
  Progress::Now now = {};
  now.epoch = state.epoch + 1;
  now.epochs = options.epochs;
  now.step = state.step;
  now.steps = stepsPerEpoch;
  now.score = getScore();
  now.speed = static_cast<double>(epochPictures) / epochSeconds;
  now.secondsLeft = getSecondsLeft();
  progress.show(now);
}

Error TrainingLoop::step(const Batch &batch) {
  rate = schedule.getRate(state.epoch * stepsPerEpoch + state.step);
  network.getSetting(rateSetting).front() = static_cast<float>(rate);
  Expected<BatchResult> result = network.step(batch);
  if (!result)
    return result.takeError();
  if (!result->isFinite)
    return fail("the loss is no finite number in step " +
                Twine(state.step + 1) + " of epoch " + Twine(state.epoch + 1));
  auto pictures = static_cast<int64_t>(batch.labels.size());
  state.lossSum += result->loss * static_cast<double>(pictures);
  state.correct += result->correct;
  state.seen += pictures;
  ++state.step;
  ++steps;
  epochPictures += pictures;
  return Error::success();
}

Expected<TrainingLoop::End> TrainingLoop::runSteps() {
  epochPictures = 0;
  epochSeconds = epochWaited = 0;
  Loader loader(plan(training), state.step, options.workers);
  for (;;) {
    Clock::time_point start = Clock::now();
    Expected<const Batch *> batch = loader.next();
    if (!batch)
      return fail(toString(batch.takeError()));
    if (!*batch)
      return End::Done;
    if (Error error = step(**batch))
      return error;
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    state.seconds += seconds;
    stepSeconds += seconds;
    epochSeconds += seconds;
    epochWaited = loader.getWaited();
    showProgress();
    if (isToStop())
      return End::Interrupted;
    if (options.checkpointEvery && state.step < stepsPerEpoch &&
        state.step % options.checkpointEvery == 0)
      if (Error error = save())
        return error;
  }
}

Expected<TrainingLoop::End>
TrainingLoop::validate(std::optional<Score> &score) {
  if (!validation)
    return End::Done;
  Clock::time_point start = Clock::now();
  Loader loader(plan(*validation), 0, options.workers);
  double lossSum = 0;
  int64_t correct = 0;
  for (;;) {
    Expected<const Batch *> batch = loader.next();
    if (!batch)
      return fail(toString(batch.takeError()));
    if (!*batch)
      break;
    if (isInterrupted())
      return End::Interrupted;
    Expected<BatchResult> result = network.evaluate(**batch);
    if (!result)
      return result.takeError();
    if (!result->isFinite)
      return fail(
          "the loss of the validation is no finite number after epoch " +
          Twine(state.epoch + 1));
    lossSum += result->loss;
    correct += result->correct;
  }
  auto count = static_cast<double>(validation->size());
  score = {lossSum / count, static_cast<double>(correct) / count};
  validationSeconds =
      std::chrono::duration<double>(Clock::now() - start).count();
  state.seconds += validationSeconds;
  return End::Done;
}

Expected<TrainingLoop::End> TrainingLoop::finishEpoch() {
  if (!network.isFinite())
    return fail("a parameter is no finite number after epoch " +
                Twine(state.epoch + 1));
  EpochRecord record;
  record.epoch = state.epoch + 1;
  record.training = getScore();
  Expected<End> end = validate(record.validation);
  if (!end || *end == End::Interrupted)
    return end;
  // Of its last step, also if that was in another run of the program.
  record.rate = schedule.getRate((state.epoch + 1) * stepsPerEpoch - 1);
  record.seconds = state.seconds;
  state.history.push_back(record);
  ++state.epoch;
  state.step = 0;
  state.lossSum = 0;
  state.correct = state.seen = 0;

  std::string line = formatv("epoch {0}/{1}: {2}", record.epoch, options.epochs,
                             formatScore(record.training));
  if (record.validation)
    line += "; validation " + formatScore(*record.validation);
  line += "; rate " + formatNumber(static_cast<float>(record.rate));
  if (epochSeconds > 0)
    line += formatv("; {0:F0} images/s, {1:F1} % of it waiting for data",
                    static_cast<double>(epochPictures) / epochSeconds,
                    100 * epochWaited / epochSeconds);
  if (state.epoch < options.epochs)
    line += "; " + formatDuration(getSecondsLeft()) + " left";
  progress.print(line);
  if (Error error = writeHistory())
    return error;
  if (Error error = save())
    return error;
  return End::Done;
}

Expected<bool> TrainingLoop::run() {
  while (state.epoch < options.epochs) {
    Expected<End> end = runSteps();
    // Having done the last step, it need not be interrupted before the test.
    if (end && (*end == End::Done ||
                (state.step == stepsPerEpoch && !isInterrupted())))
      end = finishEpoch();
    if (!end)
      return end.takeError();
    bool isLast = state.epoch == options.epochs;
    if (*end == End::Interrupted || (isToStop() && !isLast)) {
      if (state.step != 0)
        if (Error error = save())
          return error;
      progress.print(options.checkpoint.empty()
                         ? "interrupted"
                         : "interrupted; --resume=" + options.checkpoint +
                               " goes on from " + savedUntil);
      return false;
    }
  }
  return true;
}
