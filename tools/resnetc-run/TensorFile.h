//===- TensorFile.h - Tensors in .npy and .bin files ---------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_TENSORFILE_H
#define RESNETC_TOOLS_RESNETC_RUN_TENSORFILE_H

#include "Tensor.h"

#include <cstdio>

namespace resnetc::run {

/// A tensor in a file, read in one pass and without holding all of it. All
/// errors are fatal and name the file.
class TensorFile {
public:
  /// Opens FILE.npy, or FILE.bin, which holds the bare elements of a tensor
  /// that `Info` describes.
  static TensorFile open(const std::string &Path,
                         const resnetc_tensor_info &Info);

  /// Fatal unless the shape is that of `Info`, of any batch. Returns the batch;
  /// 0 when the shape does not depend on it.
  int64_t matchShape(const resnetc_tensor_info &Info) const;

  /// Reads the next `Count` elements as elements of `Type`.
  void read(int32_t Type, void *To, int64_t Count);

  const std::string &path() const { return Path; }
  int32_t type() const { return ElementType; }
  const std::vector<int64_t> &dims() const { return Dims; }

private:
  struct Close {
    void operator()(std::FILE *File) const { std::fclose(File); }
  };

  explicit TensorFile(const std::string &Path);
  void readNpyHeader();
  void deduceBinShape(const resnetc_tensor_info &Info);
  int64_t bytesLeft();
  void readBytes(void *To, size_t Bytes);

  std::string Path;
  std::unique_ptr<std::FILE, Close> File;
  int32_t ElementType = 0;
  std::vector<int64_t> Dims;
};

/// Writes FILE.npy, whole or not at all. bfloat16, which NumPy lacks, is
/// written as float32.
void writeNpy(const std::string &Path, const Tensor &Value);

/// Whether `Path` ends in `Suffix`, which starts with a dot; case is ignored.
bool hasSuffix(const std::string &Path, const char *Suffix);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_TENSORFILE_H
