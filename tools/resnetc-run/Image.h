//===- Image.h - Pictures as network inputs ------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_IMAGE_H
#define RESNETC_TOOLS_RESNETC_RUN_IMAGE_H

#include "Options.h"
#include "Tensor.h"

namespace resnetc::run {

/// Reads a picture into the first image of `Input`, which must be of rank 4
/// with three channels, second (NCHW) or last (NHWC).
///
/// A picture of another size than the input's is resized, so that its shorter
/// side is 256/224 of the input's, with an antialiasing bilinear filter, and
/// its middle is cut out: the evaluation transform of torchvision's models.
void readImage(const std::string &Path, ImageFormat Format, Tensor &Input);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_IMAGE_H
