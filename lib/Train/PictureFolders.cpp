//===- PictureFolders.cpp - A folder of pictures for each class -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Formats.h"
#include "resnetc/Support/Picture.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <mutex>

using namespace llvm;
using namespace resnetc;
using namespace resnetc::train;

namespace {

/// Pictures are read when they are needed, and kept as they are then so long as
/// all take no more memory than `mostKept`.
class PictureFolders : public Dataset {
public:
  explicit PictureFolders(const ImageSize &size) : size(size) {}
  Error open(StringRef folder);
  Error read(uint32_t example, MutableArrayRef<uint8_t> to) const override;

private:
  static constexpr size_t mostKept = size_t{1} << 30;

  ImageSize size;
  std::vector<std::string> paths;
  mutable std::mutex mutex;
  mutable std::vector<std::vector<uint8_t>> kept; ///< Under `mutex`.
};

} // namespace

/// The names in a folder that a function accepts, sorted.
static Expected<std::vector<std::string>>
listFolder(const Twine &folder,
           function_ref<bool(const sys::fs::directory_entry &)> accept) {
  std::vector<std::string> names;
  std::error_code code;
  sys::fs::directory_iterator at(folder, code);
  for (; !code && at != sys::fs::directory_iterator(); at.increment(code)) {
    StringRef name = sys::path::filename(at->path());
    if (!name.starts_with(".") && accept(*at))
      names.push_back(name.str());
  }
  if (code)
    return createStringError(code, folder + ": " + code.message());
  llvm::sort(names);
  return names;
}

Error PictureFolders::open(StringRef folder) {
  auto folders = listFolder(folder, [](const sys::fs::directory_entry &entry) {
    return sys::fs::is_directory(entry.path());
  });
  if (!folders)
    return folders.takeError();
  for (const std::string &name : *folders) {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    auto files = listFolder(path, [](const sys::fs::directory_entry &entry) {
      return isPictureName(entry.path());
    });
    if (!files)
      return files.takeError();
    for (const std::string &file : *files) {
      SmallString<128> picture(path);
      sys::path::append(picture, file);
      paths.emplace_back(picture);
      labels.push_back(static_cast<uint32_t>(classNames.size()));
    }
    classNames.push_back(name);
  }
  kept.resize(paths.size());
  return Error::success();
}

Error PictureFolders::read(uint32_t example,
                           MutableArrayRef<uint8_t> to) const {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!kept[example].empty()) {
      llvm::copy(kept[example], to.begin());
      return Error::success();
    }
  }
  std::string message;
  Picture picture = readPicture(paths[example], message);
  if (picture)
    picture = fitPicture(std::move(picture), size.height, size.width,
                         paths[example], message);
  if (!picture)
    return createStringError(message);
  uint8_t *next = to.data();
  for (int c = 0; c < Picture::channels; ++c)
    for (int64_t y = 0; y < size.height; ++y)
      for (int64_t x = 0; x < size.width; ++x)
        *next++ = picture.pixel(y, x)[c];
  if (paths.size() * to.size() <= mostKept) {
    std::lock_guard<std::mutex> lock(mutex);
    kept[example].assign(to.begin(), to.end());
  }
  return Error::success();
}

Expected<std::unique_ptr<Dataset>>
resnetc::train::openPictureFolders(StringRef folder, const ImageSize &size) {
  auto result = std::make_unique<PictureFolders>(size);
  if (Error error = result->open(folder))
    return error;
  return result;
}
