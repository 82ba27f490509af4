//===- Classifier.h - A classifier in training ---------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_CLASSIFIER_H
#define RESNETC_TRAIN_CLASSIFIER_H

#include "resnetc/Train/Loader.h"
#include "resnetc/Train/TrainingObject.h"
#include <cstdlib>
#include <memory>

namespace resnetc::train {

/// Of a batch.
struct BatchResult {
  double loss = 0;     ///< Of training the mean, of an evaluation the sum.
  int64_t correct = 0; ///< Pictures whose class has the highest score.
  /// Otherwise the step has changed nothing.
  bool isFinite = true;
};

/// A classifier of pictures, loaded with all memory that it needs to learn. Not
/// movable: its parts point at each other.
class Classifier {
public:
  /// Fails if the object has no classifier of pictures of three channels that
  /// learns from labels, or cannot run here. `path` is for errors.
  static llvm::Expected<std::unique_ptr<Classifier>>
  create(const TrainingObject &object, llvm::StringRef path, int64_t batch,
         int threads);
  ~Classifier();
  Classifier(const Classifier &) = delete;
  Classifier &operator=(const Classifier &) = delete;

  const ImageSize &getImageSize() const { return imageSize; }
  bool isChannelsLast() const { return channelsLast; }
  int64_t getClassCount() const { return classCount; }

  /// A setting of the optimizer or the loss by its name; of one that the object
  /// does not have it is empty.
  llvm::MutableArrayRef<float> getSetting(llvm::StringRef name) const;
  /// Their names.
  std::vector<llvm::StringRef> getSettingNames() const;

  /// Starts what dropout draws at random afresh.
  llvm::Error seed(uint64_t seed);
  /// A step of training.
  llvm::Expected<BatchResult> step(const Batch &batch);
  /// The softmax cross-entropy and the scores of present parameters.
  llvm::Expected<BatchResult> evaluate(const Batch &batch);
  /// Whether all parameters and running statistics are finite numbers.
  bool isFinite() const;

  /// Writes or reads a checkpoint.
  llvm::Error save(const std::string &file) const;
  llvm::Error load(const std::string &file);

private:
  Classifier(const TrainingObject &object, int64_t batch);
  llvm::Error open(llvm::StringRef path, int threads);
  llvm::Error checkShapes(llvm::StringRef path);
  /// An error with a sentence for a status other than RESNETC_OK.
  llvm::Error check(const llvm::Twine &what, int status) const;
  int64_t countCorrect(llvm::ArrayRef<int64_t> labels) const;

  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  using Memory = std::unique_ptr<void, Free>;
  llvm::Expected<Memory> allocate(size_t size) const;

  TrainingObject object;
  int64_t batch;
  ImageSize imageSize;
  bool channelsLast = false;
  int64_t classCount = 0;
  Memory memories[5];
  resnetc_training training = {};
  resnetc_workspace workspace = {};
  resnetc_context context = {};
  std::vector<float> scores;
};

} // namespace resnetc::train

#endif // RESNETC_TRAIN_CLASSIFIER_H
