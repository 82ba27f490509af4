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
#include "resnetc/Support/Picture.h"

using namespace resnetc::run;

using resnetc::Picture;

static constexpr int Channels = Picture::channels;

namespace {

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
  std::string Error;
  Picture Source = readPicture(Path, Error);
  if (Source)
    Source =
        fitPicture(std::move(Source), Target.Height, Target.Width, Path, Error);
  if (!Source)
    fatal("%s", Error.c_str());

  std::vector<float> Values(Channels * Target.Height * Target.Width);
  for (int64_t Y = 0; Y < Target.Height; ++Y)
    for (int64_t X = 0; X < Target.Width; ++X)
      for (int Channel = 0; Channel < Channels; ++Channel)
        Values[Target.offset(Channel, Y, X)] =
            normalize(Source.pixel(Y, X), Channel, Format);
  convertElements(RESNETC_FLOAT32, Values.data(), Input.type(),
                  Input.Data.get(), static_cast<int64_t>(Values.size()));
}
