//===- NoStatistics.h - Assertions beside a release of LLVM --- -*- C++ -*-===//
//-*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included before everything else in builds for fuzzing, which want the
// assertions in the headers of LLVM and MLIR. Only llvm::Statistic is then
// another type than in the libraries: it is taken as they have it.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TEST_FUZZ_NOSTATISTICS_H
#define RESNETC_TEST_FUZZ_NOSTATISTICS_H

#define NDEBUG
#include "llvm/ADT/Statistic.h"
#undef NDEBUG
#include <cassert>

#endif // RESNETC_TEST_FUZZ_NOSTATISTICS_H
