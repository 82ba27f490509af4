//===- Picture.cpp - Pictures in files ------------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Support/Picture.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
// It asserts that a filter's weights add up to about 1 before it makes them do
// so; between some sizes they do not.
#define STBIR_ASSERT(condition) ((void)0)
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>

using namespace resnetc;

bool resnetc::isPictureName(const std::string &path) {
  size_t dot = path.rfind('.');
  std::string suffix = dot == std::string::npos ? "" : path.substr(dot);
  for (char &c : suffix)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return suffix == ".png" || suffix == ".jpg" || suffix == ".jpeg";
}

Picture resnetc::readPicture(const std::string &path, std::string &error) {
  Picture result;
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file) {
    error = path + ": " + std::strerror(errno);
    return result;
  }
  int fileChannels;
  result.pixels.reset(stbi_load_from_file(file, &result.width, &result.height,
                                          &fileChannels, Picture::channels));
  std::fclose(file);
  if (!result)
    error = path + ": cannot decode: " + stbi_failure_reason();
  return result;
}

static Picture resize(const Picture &from, int height, int width) {
  Picture to;
  to.width = width;
  to.height = height;
  size_t bytes = static_cast<size_t>(width) * height * Picture::channels;
  to.pixels.reset(static_cast<unsigned char *>(std::malloc(bytes)));
  // The triangle filter widens when it shrinks, which is what antialias=True
  // means in PIL and torchvision.
  if (to.pixels && !stbir_resize_uint8_generic(
                       from.pixels.get(), from.width, from.height, 0,
                       to.pixels.get(), width, height, 0, Picture::channels,
                       STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP,
                       STBIR_FILTER_TRIANGLE, STBIR_COLORSPACE_LINEAR, nullptr))
    to.pixels.reset();
  return to;
}

static std::string sizeText(int64_t height, int64_t width) {
  return std::to_string(height) + "x" + std::to_string(width);
}

/// The size whose middle is cut out; empty if it cannot be.
static Picture resizeForCrop(const Picture &from, int64_t height,
                             int64_t width) {
  constexpr double resizeToCrop = 256.0 / 224.0;
  double scaleY =
      std::round(static_cast<double>(height) * resizeToCrop) / from.height;
  double scaleX =
      std::round(static_cast<double>(width) * resizeToCrop) / from.width;
  double scale = std::max(scaleY, scaleX);
  // A little more, lest rounding errors of an exact result lose a pixel.
  constexpr double epsilon = 1e-6;
  double scaledHeight = std::floor(from.height * scale + epsilon);
  double scaledWidth = std::floor(from.width * scale + epsilon);
  constexpr double largest = 1 << 15;
  if (scaledHeight > largest || scaledWidth > largest)
    return Picture();
  return resize(from, static_cast<int>(scaledHeight),
                static_cast<int>(scaledWidth));
}

Picture resnetc::fitPicture(Picture picture, int64_t height, int64_t width,
                            const std::string &path, std::string &error) {
  if (picture.height == height && picture.width == width)
    return picture;
  Picture scaled = resizeForCrop(picture, height, width);
  Picture result;
  if (scaled) {
    result.height = static_cast<int>(height);
    result.width = static_cast<int>(width);
    result.pixels.reset(static_cast<unsigned char *>(
        std::malloc(static_cast<size_t>(height * width) * Picture::channels)));
  }
  if (!result) {
    error = path + ": cannot resize " +
            sizeText(picture.height, picture.width) + " for an input of " +
            sizeText(height, width);
    return result;
  }
  auto top = static_cast<int64_t>(
      std::nearbyint(static_cast<double>(scaled.height - height) / 2));
  auto left = static_cast<int64_t>(
      std::nearbyint(static_cast<double>(scaled.width - width) / 2));
  size_t row = static_cast<size_t>(width) * Picture::channels;
  for (int64_t y = 0; y < height; ++y)
    std::memcpy(result.pixels.get() + static_cast<size_t>(y) * row,
                scaled.pixel(top + y, left), row);
  return result;
}
