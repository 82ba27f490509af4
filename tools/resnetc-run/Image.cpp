//===- Image.cpp - Pictures as network inputs -----------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Image.h"
#include "Error.h"
#include "TensorFile.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>

using namespace resnetc::run;

static constexpr int Channels = 3;

namespace {

/// RGB, rows from the top.
struct Picture {
  int Width = 0;
  int Height = 0;
  std::unique_ptr<unsigned char, Free> Pixels;

  const unsigned char *pixel(int Y, int X) const {
    return Pixels.get() + (static_cast<size_t>(Y) * Width + X) * Channels;
  }
};

/// Where the pixels go.
struct Layout {
  int64_t Height;
  int64_t Width;
  bool IsNHWC;

  int64_t offset(int Channel, int64_t Y, int64_t X) const {
    return IsNHWC ? (Y * Width + X) * Channels + Channel
                  : (Channel * Height + Y) * Width + X;
  }
};

} // namespace

bool resnetc::run::isImage(const std::string &Path) {
  return hasSuffix(Path, ".png") || hasSuffix(Path, ".jpg") ||
         hasSuffix(Path, ".jpeg");
}

static Picture decode(const std::string &Path) {
  std::FILE *File = std::fopen(Path.c_str(), "rb");
  if (!File)
    fatal("%s: %s", Path.c_str(), std::strerror(errno));
  Picture Result;
  int FileChannels;
  Result.Pixels.reset(stbi_load_from_file(File, &Result.Width, &Result.Height,
                                          &FileChannels, Channels));
  std::fclose(File);
  if (!Result.Pixels)
    fatal("%s: cannot decode: %s", Path.c_str(), stbi_failure_reason());
  return Result;
}

static Picture resize(const Picture &From, int Height, int Width,
                      const std::string &Path) {
  Picture To;
  To.Width = Width;
  To.Height = Height;
  size_t Bytes = static_cast<size_t>(Width) * Height * Channels;
  To.Pixels.reset(static_cast<unsigned char *>(std::malloc(Bytes)));
  // The triangle filter widens when it shrinks, which is what antialias=True
  // means in PIL and torchvision.
  if (!To.Pixels ||
      !stbir_resize_uint8_generic(
          From.Pixels.get(), From.Width, From.Height, 0, To.Pixels.get(), Width,
          Height, 0, Channels, STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP,
          STBIR_FILTER_TRIANGLE, STBIR_COLORSPACE_LINEAR, nullptr))
    fatal("%s: cannot resize to %dx%d", Path.c_str(), Height, Width);
  return To;
}

/// The size whose middle `Target` is cut from.
static Picture resizeForCrop(const Picture &From, const Layout &Target,
                             const std::string &Path) {
  constexpr double ResizeToCrop = 256.0 / 224.0;
  double ScaleY = std::round(Target.Height * ResizeToCrop) / From.Height;
  double ScaleX = std::round(Target.Width * ResizeToCrop) / From.Width;
  double Scale = std::max(ScaleY, ScaleX);
  // A little more, lest rounding errors of an exact result lose a pixel.
  constexpr double Epsilon = 1e-6;
  double Height = std::floor(From.Height * Scale + Epsilon);
  double Width = std::floor(From.Width * Scale + Epsilon);
  constexpr double Largest = 1 << 15;
  if (Height > Largest || Width > Largest)
    fatal("%s: cannot resize %dx%d for an input of %lldx%lld", Path.c_str(),
          From.Height, From.Width, static_cast<long long>(Target.Height),
          static_cast<long long>(Target.Width));
  return resize(From, static_cast<int>(Height), static_cast<int>(Width), Path);
}

static Layout findLayout(const Tensor &Input, const std::string &Path) {
  const std::vector<int64_t> &Dims = Input.Dims;
  if (Dims.size() == 4 && Dims[1] == Channels)
    return {Dims[2], Dims[3], /*IsNHWC=*/false};
  if (Dims.size() == 4 && Dims[3] == Channels)
    return {Dims[1], Dims[2], /*IsNHWC=*/true};
  fatal("%s: input '%s' is %s, not an image of three channels", Path.c_str(),
        Input.name(), shapeText(*Input.Info).c_str());
}

/// The value that channel `Channel` of the network's input has for a pixel.
static float normalize(const unsigned char *Pixel, int Channel,
                       ImageFormat Format) {
  // Of ImageNet, as torchvision's models were trained with.
  constexpr float TorchMean[Channels] = {0.485f, 0.456f, 0.406f};
  constexpr float TorchDeviation[Channels] = {0.229f, 0.224f, 0.225f};
  // As Keras's ResNets were trained with, in their order.
  constexpr float KerasMeanBGR[Channels] = {103.939f, 116.779f, 123.68f};
  switch (Format) {
  case ImageFormat::Torch:
    return (static_cast<float>(Pixel[Channel]) / 255.0f - TorchMean[Channel]) /
           TorchDeviation[Channel];
  case ImageFormat::Keras:
    return static_cast<float>(Pixel[Channels - 1 - Channel]) -
           KerasMeanBGR[Channel];
  case ImageFormat::Raw:
    break;
  }
  return static_cast<float>(Pixel[Channel]);
}

void resnetc::run::readImage(const std::string &Path, ImageFormat Format,
                             Tensor &Input) {
  Layout Target = findLayout(Input, Path);
  Picture Source = decode(Path);
  if (Source.Height != Target.Height || Source.Width != Target.Width)
    Source = resizeForCrop(Source, Target, Path);
  auto Top = static_cast<int>(
      std::nearbyint(static_cast<double>(Source.Height - Target.Height) / 2));
  auto Left = static_cast<int>(
      std::nearbyint(static_cast<double>(Source.Width - Target.Width) / 2));

  std::vector<float> Values(Channels * Target.Height * Target.Width);
  for (int64_t Y = 0; Y < Target.Height; ++Y)
    for (int64_t X = 0; X < Target.Width; ++X)
      for (int Channel = 0; Channel < Channels; ++Channel)
        Values[Target.offset(Channel, Y, X)] = normalize(
            Source.pixel(static_cast<int>(Top + Y), static_cast<int>(Left + X)),
            Channel, Format);
  convertElements(RESNETC_FLOAT32, Values.data(), Input.type(),
                  Input.Data.get(), static_cast<int64_t>(Values.size()));
}
