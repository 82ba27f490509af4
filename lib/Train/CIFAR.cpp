//===- CIFAR.cpp - The binary layout of CIFAR -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Formats.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace resnetc::train;

Error resnetc::train::checkCIFARSize(StringRef path, const ImageSize &size) {
  if (size == ImageSize{cifarSide, cifarSide})
    return Error::success();
  return createStringError(path + ": has pictures of " + Twine(cifarSide) +
                           "x" + Twine(cifarSide) + ", but the network takes " +
                           Twine(size.height) + "x" + Twine(size.width));
}

Error MemoryDataset::read(uint32_t example, MutableArrayRef<uint8_t> to) const {
  ArrayRef<uint8_t> all(pixels);
  llvm::copy(all.slice(example * pictureSize, pictureSize), to.begin());
  return Error::success();
}

namespace {

class CIFAR : public MemoryDataset {
public:
  explicit CIFAR(const ImageSize &size) { pictureSize = size.getCount(); }
  /// Adds the pictures of a file.
  Error add(const std::string &path);

private:
  size_t labelBytes = 0; ///< Of the files so far; 0: none.
};

} // namespace

Error CIFAR::add(const std::string &path) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return createStringError(file.getError(),
                             path + ": " + file.getError().message());
  StringRef bytes = (*file)->getBuffer();
  // A byte of label, or one of 20 groups of classes and one of 100 classes. A
  // file that could be either, of 9 MB at least, is of the first kind.
  size_t labelBytesHere = 0;
  for (size_t count : {2, 1})
    if (!bytes.empty() && bytes.size() % (count + pictureSize) == 0)
      labelBytesHere = count;
  if (labelBytesHere == 0)
    return createStringError(
        path + ": " + Twine(bytes.size()) +
        " bytes are no whole number of records of CIFAR-10 (" +
        Twine(1 + pictureSize) + " bytes) or CIFAR-100 (" +
        Twine(2 + pictureSize) + ")");
  if (labelBytes != 0 && labelBytes != labelBytesHere)
    return createStringError(path + ": is not of the same CIFAR as the files "
                                    "before it");
  labelBytes = labelBytesHere;
  for (; !bytes.empty(); bytes = bytes.drop_front(labelBytes + pictureSize)) {
    labels.push_back(static_cast<uint8_t>(bytes[labelBytes - 1]));
    StringRef picture = bytes.substr(labelBytes, pictureSize);
    pixels.insert(pixels.end(), picture.bytes_begin(), picture.bytes_end());
  }
  return Error::success();
}

Expected<std::unique_ptr<Dataset>>
resnetc::train::openCIFAR(ArrayRef<std::string> files, const ImageSize &size) {
  if (Error error = checkCIFARSize(files.front(), size))
    return error;
  auto result = std::make_unique<CIFAR>(size);
  for (const std::string &file : files)
    if (Error error = result->add(file))
      return error;
  return result;
}
