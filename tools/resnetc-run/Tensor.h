//===- Tensor.h - Tensors in memory and their element types --- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_TENSOR_H
#define RESNETC_TOOLS_RESNETC_RUN_TENSOR_H

#include "resnetc_rt.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace resnetc::run {

/// Bytes of an element of enum resnetc_element_type; 0 when not known.
size_t elementSize(int32_t Type);
/// As in messages: `f32`.
const char *elementName(int32_t Type);

/// Converts elements from one type to another. Going to a narrower type rounds
/// to nearest even (floating point) or saturates (integers).
void convertElements(int32_t FromType, const void *From, int32_t ToType,
                     void *To, int64_t Count);

/// `1x3x224x224`, with `?` for -1.
std::string shapeText(const int64_t *Dims, size_t Rank);
std::string shapeText(const std::vector<int64_t> &Dims);
std::string shapeText(const resnetc_tensor_info &Info);

/// Elements of a shape. Fatal, naming `What`, when there are too many to
/// address.
int64_t elementCount(const std::vector<int64_t> &Dims, const char *What);

struct Free {
  void operator()(void *Pointer) const { std::free(Pointer); }
};
using Buffer = std::unique_ptr<char, Free>;

/// Memory aligned to `Alignment`, which must be a power of two. Fatal, naming
/// `What`, when there is not enough.
Buffer allocate(size_t Bytes, size_t Alignment, const char *What);

/// One input or output of the model at a certain batch.
struct Tensor {
  /// Allocates the tensor that `Info` describes.
  Tensor(const resnetc_tensor_info &Info, int64_t Batch);

  const char *name() const { return Info->name; }
  int32_t type() const { return Info->element_type; }
  size_t bytes() const { return Count * elementSize(type()); }
  /// Whether its shape depends on the batch given to run.
  bool isBatched() const { return Info->rank > 0 && Info->dims[0] < 0; }
  /// Copies the first image to all others.
  void repeatFirst(int64_t Batch);

  const resnetc_tensor_info *Info;
  std::vector<int64_t> Dims;
  int64_t Count;
  Buffer Data;
};

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_TENSOR_H
