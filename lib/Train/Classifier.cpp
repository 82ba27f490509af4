//===- Classifier.cpp - A classifier in training --------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Classifier.h"
#include <cerrno>
#include <cmath>

using namespace llvm;
using namespace resnetc::train;

Expected<std::unique_ptr<Classifier>>
Classifier::create(const TrainingObject &object, StringRef path, int64_t batch,
                   int threads) {
  std::unique_ptr<Classifier> result(new Classifier(object, batch));
  if (Error error = result->open(path, threads))
    return error;
  return result;
}

Classifier::Classifier(const TrainingObject &object, int64_t batch)
    : object(object), batch(batch) {}

Classifier::~Classifier() {
  if (context.pool)
    object.poolDestroy(context.pool);
}

Error Classifier::check(const Twine &what, int status) const {
  if (status == RESNETC_OK)
    return Error::success();
  return createStringError(what + ": " +
                           (status == RESNETC_ERROR_FILE
                                ? std::strerror(errno)
                                : object.errorString(status)));
}

Expected<Classifier::Memory> Classifier::allocate(size_t size) const {
  void *memory = nullptr;
  if (posix_memalign(&memory, object.workspaceAlignment,
                     std::max<size_t>(size, 1)))
    return createStringError("there is no memory for " + Twine(size) +
                             " bytes to train with batches of " + Twine(batch));
  return Memory(memory);
}

Error Classifier::checkShapes(StringRef path) {
  auto fail = [&](const Twine &why) {
    return createStringError(path + ": " + why);
  };
  const resnetc_tensor_info &input = object.inputs.front();
  ArrayRef<int64_t> dims(input.dims, input.rank);
  if (object.inputs.size() != 1 || dims.size() != 4 ||
      input.element_type != RESNETC_FLOAT32 ||
      (dims[1] != ImageSize::channels && dims[3] != ImageSize::channels))
    return fail("does not take pictures of three channels alone");
  channelsLast = dims[1] != ImageSize::channels;
  imageSize.height = dims[channelsLast ? 1 : 2];
  imageSize.width = dims[channelsLast ? 2 : 3];
  const resnetc_tensor_info &output = object.outputs.front();
  if (object.outputs.size() != 1 || output.rank != 2 ||
      output.element_type != RESNETC_FLOAT32)
    return fail("is no classifier: its output is not a score for each class");
  classCount = output.dims[1];
  if (object.backwardInputs.size() != 2 ||
      object.backwardInputs[1].element_type != RESNETC_INT64 ||
      object.backwardOutputs.size() != 2)
    return fail("does not learn from labels; compile it with "
                "--loss=softmax-cross-entropy and without --gradient-of");
  return Error::success();
}

Error Classifier::open(StringRef path, int threads) {
  if (Error error = checkShapes(path))
    return error;
  size_t sizes[] = {object.sizes.parameters, object.sizes.gradients,
                    object.sizes.state, object.sizes.settings,
                    object.workspaceSize(batch)};
  for (auto [memory, size] : zip_equal(memories, sizes))
    if (Error error = allocate(size).moveInto(memory))
      return error;
  training = {memories[0].get(), memories[1].get(), memories[2].get(),
              static_cast<float *>(memories[3].get())};
  workspace = {memories[4].get(), sizes[4]};
  scores.resize(batch * classCount);
  if (Error error = check(path, object.prepare()))
    return error;
  if (threads > 1)
    context.pool = object.poolCreate(threads);
  if (threads > 1 && !context.pool)
    return createStringError("cannot create " + Twine(threads) + " threads");
  return check(path, object.initialize(&training));
}

MutableArrayRef<float> Classifier::getSetting(StringRef name) const {
  for (const resnetc_kept_info &info : object.kept)
    if (info.kind == RESNETC_SETTING && name == info.name) {
      size_t count = 1;
      for (int64_t size : ArrayRef(info.dims, info.rank))
        count *= size;
      return {training.settings +
                  info.offset / static_cast<int64_t>(sizeof(float)),
              count};
    }
  return {};
}

std::vector<StringRef> Classifier::getSettingNames() const {
  std::vector<StringRef> names;
  for (const resnetc_kept_info &info : object.kept)
    if (info.kind == RESNETC_SETTING)
      names.push_back(info.name);
  return names;
}

int64_t Classifier::countCorrect(ArrayRef<int64_t> labels) const {
  int64_t correct = 0;
  ArrayRef<float> all(scores);
  for (auto [i, label] : enumerate(labels)) {
    ArrayRef<float> row = all.slice(i * classCount, classCount);
    correct += std::max_element(row.begin(), row.end()) - row.begin() == label;
  }
  return correct;
}

Error Classifier::seed(uint64_t seed) {
  return check("seed", object.seed(&training, seed));
}

Expected<BatchResult> Classifier::step(const Batch &batch) {
  float loss = 0;
  const void *inputs[] = {batch.input.data(), batch.labels.data()};
  void *outputs[] = {&loss, scores.data()};
  int status = object.trainStep(inputs, outputs,
                                static_cast<int64_t>(batch.labels.size()),
                                &training, workspace, &context);
  BatchResult result;
  result.loss = loss;
  if (status == RESNETC_ERROR_LOSS) {
    result.isFinite = false;
    return result;
  }
  if (Error error = check("train_step", status))
    return error;
  result.correct = countCorrect(batch.labels);
  return result;
}

/// -log(softmax(scores)[label]).
static double getCrossEntropy(ArrayRef<float> scores, int64_t label) {
  double largest = *llvm::max_element(scores);
  double sum = 0;
  for (float score : scores)
    sum += std::exp(score - largest);
  return std::log(sum) + largest - scores[label];
}

Expected<BatchResult> Classifier::evaluate(const Batch &batch) {
  const void *inputs[] = {batch.input.data()};
  void *outputs[] = {scores.data()};
  if (Error error = check(
          "evaluate", object.evaluate(inputs, outputs,
                                      static_cast<int64_t>(batch.labels.size()),
                                      &training, workspace, &context)))
    return error;
  BatchResult result;
  result.correct = countCorrect(batch.labels);
  for (auto [i, label] : enumerate(batch.labels))
    result.loss += getCrossEntropy(
        ArrayRef(scores).slice(i * classCount, classCount), label);
  result.isFinite = std::isfinite(result.loss);
  return result;
}

bool Classifier::isFinite() const {
  auto *values = static_cast<const float *>(training.parameters);
  return all_of(ArrayRef(values, object.sizes.parameters / sizeof(float)),
                [](float value) { return std::isfinite(value); });
}

Error Classifier::save(const std::string &file) const {
  return check(file, object.save(file.c_str(), &training));
}

Error Classifier::load(const std::string &file) {
  return check(file, object.restore(file.c_str(), &training));
}
