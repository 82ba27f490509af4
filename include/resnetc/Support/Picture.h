//===- Picture.h - Pictures in files -------------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Needs no LLVM: resnetc-run has none.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_PICTURE_H
#define RESNETC_SUPPORT_PICTURE_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace resnetc {

/// RGB, rows from the top.
struct Picture {
  static constexpr int channels = 3;
  struct Free {
    void operator()(unsigned char *memory) const { std::free(memory); }
  };

  int width = 0;
  int height = 0;
  std::unique_ptr<unsigned char, Free> pixels;

  const unsigned char *pixel(int64_t y, int64_t x) const {
    return pixels.get() + (static_cast<size_t>(y) * width + x) * channels;
  }
  explicit operator bool() const { return pixels != nullptr; }
};

/// Whether the file's name says that it is a picture: .png, .jpg or .jpeg, in
/// any case.
bool isPictureName(const std::string &path);

/// Reads a PNG or JPEG file. No picture, and a sentence with the path, if it
/// cannot be.
Picture readPicture(const std::string &path, std::string &error);

/// The picture at another size: resized, so that its shorter side is 256/224 of
/// what is wanted, with an antialiasing bilinear filter, and its middle cut
/// out: the evaluation transform of torchvision's models. One that has the size
/// is returned as it is. `path` is for the error.
Picture fitPicture(Picture picture, int64_t height, int64_t width,
                   const std::string &path, std::string &error);

} // namespace resnetc

#endif // RESNETC_SUPPORT_PICTURE_H
