//===- Random.h - Random numbers that depend on nothing else -- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As
// Easy as 1, 2, 3" (SC 2011): a block cipher of a counter. A number is a
// function of where it is used, and not of what was drawn before it: it does
// not matter which thread draws it, or whether training was interrupted.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TRAIN_RANDOM_H
#define RESNETC_TRAIN_RANDOM_H

#include <array>
#include <cstdint>
#include <vector>

namespace resnetc::train {

/// What numbers are drawn for.
enum class RandomUse : uint32_t { Order = 0, Augmentation = 1, Network = 2 };

/// The numbers of one example in one epoch. The key is the seed; the counter is
/// the number of the block, the example, the epoch, and the use.
class Random {
public:
  Random(uint64_t seed, RandomUse use, uint32_t epoch, uint32_t example);

  /// 32 random bits.
  uint32_t next();
  /// A number from 0 to `count` - 1, each as likely as another. `count` > 0.
  uint32_t below(uint32_t count);

private:
  std::array<uint32_t, 2> key;
  std::array<uint32_t, 4> counter;
  std::array<uint32_t, 4> block = {};
  unsigned used = 4; ///< Words of the block.
};

/// The seed of what the network itself draws. It draws by a counter, too, so it
/// has a key of its own, lest numbers of both are the same.
uint64_t getNetworkSeed(uint64_t seed);

/// The order in which an epoch goes through `count` examples: a permutation,
/// each as likely as another.
std::vector<uint32_t> shuffledOrder(uint64_t seed, uint32_t epoch,
                                    uint32_t count);

} // namespace resnetc::train

#endif // RESNETC_TRAIN_RANDOM_H
