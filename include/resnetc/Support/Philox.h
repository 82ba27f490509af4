//===- Philox.h - Random numbers by their places -------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
// easy as 1, 2, 3" (2011): a bijection of four words that a key of two chooses.
// It has no state: random number i is what i is mapped to, so that any number
// of threads can draw them in any order.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_SUPPORT_PHILOX_H
#define RESNETC_SUPPORT_PHILOX_H

#include <array>
#include <cstdint>

namespace resnetc::philox {

inline constexpr int rounds = 10;
/// What a round multiplies words 0 and 2 by, and adds to the key.
inline constexpr std::array<uint32_t, 2> multipliers = {0xD2511F53, 0xCD9E8D57};
inline constexpr std::array<uint32_t, 2> increments = {0x9E3779B9, 0xBB67AE85};

inline std::array<uint32_t, 4> draw(std::array<uint32_t, 4> counter,
                                    std::array<uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    uint64_t a = static_cast<uint64_t>(multipliers[0]) * counter[0];
    uint64_t b = static_cast<uint64_t>(multipliers[1]) * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(a)};
    key[0] += increments[0];
    key[1] += increments[1];
  }
  return counter;
}

} // namespace resnetc::philox

#endif // RESNETC_SUPPORT_PHILOX_H
