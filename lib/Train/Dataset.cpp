//===- Dataset.cpp - Pictures to learn from -------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Dataset.h"
#include "Formats.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace resnetc::train;

Dataset::~Dataset() = default;

/// Files of a folder whose names are `prefix`, any text, and `suffix`: in the
/// order of the numbers in this text, as data_batch_10 comes after 9.
static SmallVector<std::string, 0> findFiles(StringRef folder, StringRef prefix,
                                             StringRef suffix) {
  std::vector<std::pair<unsigned, std::string>> found;
  std::error_code code;
  sys::fs::directory_iterator at(folder, code);
  for (; !code && at != sys::fs::directory_iterator(); at.increment(code)) {
    StringRef name = sys::path::filename(at->path());
    unsigned number = 0;
    if (name.consume_front(prefix) && name.consume_back(suffix) &&
        (name.empty() || !name.getAsInteger(10, number)))
      found.emplace_back(number, at->path());
  }
  llvm::sort(found);
  return to_vector<0>(make_second_range(found));
}

/// Opens a folder in the first layout that it has.
static Expected<std::unique_ptr<Dataset>>
openFolder(StringRef folder, DatasetPart part, const ImageSize &size) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(folder, status))
    return createStringError(code, folder + ": " + code.message());
  if (!sys::fs::is_directory(status))
    return createStringError(folder + ": is neither a folder nor a .bin file "
                                      "of CIFAR");
  bool isTraining = part == DatasetPart::Training;
  for (const char *prefix : {"data_batch_", "train"}) {
    SmallVector<std::string, 0> all = findFiles(folder, prefix, ".bin");
    if (all.empty())
      continue;
    if (!isTraining)
      all = findFiles(
          folder, prefix == StringRef("train") ? "test" : "test_batch", ".bin");
    if (all.empty())
      return createStringError(folder + ": has no pictures to test with");
    return openCIFAR(all, size);
  }
  SmallVector<std::string, 0> rows =
      findFiles(folder, isTraining ? "data_batch_" : "test_batch", ".png");
  if (!rows.empty()) {
    SmallString<128> labels(folder);
    sys::path::append(labels,
                      isTraining ? "train_lables.json" : "test_lables.json");
    return openPictureRows(rows, labels, size);
  }
  return openPictureFolders(folder, size);
}

Expected<std::unique_ptr<Dataset>>
resnetc::train::openDataset(ArrayRef<std::string> paths, DatasetPart part,
                            const ImageSize &size, int64_t classes) {
  auto isCIFAR = [](StringRef path) {
    return sys::path::extension(path) == ".bin";
  };
  if (paths.size() > 1 && !all_of(paths, isCIFAR))
    return createStringError(
        "several files of data are .bin files of CIFAR; a folder is given "
        "alone");
  auto result = isCIFAR(paths.front()) && !sys::fs::is_directory(paths.front())
                    ? openCIFAR(paths, size)
                    : openFolder(paths.front(), part, size);
  if (!result)
    return result;
  ArrayRef<uint32_t> labels = (*result)->getLabels();
  if (labels.empty())
    return createStringError(paths.front() +
                             ": has no pictures: neither files of CIFAR nor "
                             "folders with .png or .jpg files");
  uint32_t largest = *llvm::max_element(labels);
  if (static_cast<int64_t>(largest) >= classes)
    return createStringError(paths.front() + ": has a label " + Twine(largest) +
                             ", but the network tells apart " + Twine(classes) +
                             " classes, from 0 on");
  return result;
}
