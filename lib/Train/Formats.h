//===- Formats.h - The layouts that pictures come in ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_LIB_TRAIN_FORMATS_H
#define RESNETC_LIB_TRAIN_FORMATS_H

#include "resnetc/Train/Dataset.h"

namespace resnetc::train {

/// Pictures that are all in memory.
class MemoryDataset : public Dataset {
public:
  llvm::Error read(uint32_t example,
                   llvm::MutableArrayRef<uint8_t> to) const override;

protected:
  size_t pictureSize = 0;      ///< Bytes.
  std::vector<uint8_t> pixels; ///< Three planes a picture.
};

/// Files in the binary layout of CIFAR-10 or CIFAR-100 (Krizhevsky, "Learning
/// Multiple Layers of Features from Tiny Images", 2009).
llvm::Expected<std::unique_ptr<Dataset>>
openCIFAR(llvm::ArrayRef<std::string> files, const ImageSize &size);

/// PNG files in which each row is a picture of CIFAR, and a JSON array of their
/// labels.
llvm::Expected<std::unique_ptr<Dataset>>
openPictureRows(llvm::ArrayRef<std::string> files, llvm::StringRef labels,
                const ImageSize &size);

/// A folder for each class.
llvm::Expected<std::unique_ptr<Dataset>>
openPictureFolders(llvm::StringRef folder, const ImageSize &size);

/// The size of CIFAR's pictures.
inline constexpr int64_t cifarSide = 32;
/// Fails unless `size` is that of CIFAR's pictures.
llvm::Error checkCIFARSize(llvm::StringRef path, const ImageSize &size);

} // namespace resnetc::train

#endif // RESNETC_LIB_TRAIN_FORMATS_H
