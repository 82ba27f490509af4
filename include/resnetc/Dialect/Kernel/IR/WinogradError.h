//===- WinogradError.h - What Winograd's algorithm rounds ----- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_WINOGRADERROR_H
#define RESNETC_DIALECT_KERNEL_IR_WINOGRADERROR_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace resnetc::kernel {

/// The relative L2 error that is small enough for a layer, unless asked
/// otherwise.
inline constexpr double defaultMaxError = 1e-5;

/// The relative L2 error to expect of a convolution by F(m x m, 3 x 3) in f32,
/// m being `outputs`, of an input of independent elements with these weights,
/// M x C x 3 x 3, C being `channels`. Zero for weights that are all zero.
///
/// Each product of a transformed tile is rounded relative to its own size, and
/// the output transform adds up those errors where the products themselves
/// cancel. So it is the size of the products, as the output transform weighs
/// them, over that of the result: 1.7 roundings for F(2x2) and 11 for F(4x4)
/// with independent weights, more for smooth filters; and sums over channels
/// round on the way.
double predictWinogradError(int64_t outputs, llvm::ArrayRef<float> weights,
                            int64_t channels);

} // namespace resnetc::kernel

#endif // RESNETC_DIALECT_KERNEL_IR_WINOGRADERROR_H
