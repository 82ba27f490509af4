# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
as 1, 2, 3", 2011), and what resnet.dropout makes of it."""

import numpy as np

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
INCREMENTS = 0x9E3779B9, 0xBB67AE85
LOW = np.uint64(0xFFFFFFFF)


def draw(counter, key):
    """The four words that a counter of four, which may be arrays, is mapped to."""
    c = [np.asarray(word, np.uint64) for word in counter]
    for turn in range(10):
        k = [np.uint64((word + turn * by) & 0xFFFFFFFF)
             for word, by in zip(key, INCREMENTS, strict=True)]
        a, b = MULTIPLIERS[0] * c[0], MULTIPLIERS[1] * c[2]
        c = [b >> np.uint64(32) ^ c[1] ^ k[0], b & LOW,
             a >> np.uint64(32) ^ c[3] ^ k[1], a & LOW]
    return c


def keeps(shape, ratio, seed, batch, stream, first=0):
    """Whether each element of a tensor, an example in each row, is kept; `first`
    is the number of the first example."""
    elements = np.arange(int(np.prod(shape[1:], dtype=np.int64)))
    examples = np.arange(first, first + shape[0])[:, None]
    word = draw((elements, examples, batch, stream), (seed & 0xFFFFFFFF, seed >> 32))[0]
    limit = round(float(np.float32(ratio)) * 2**32)
    return (word >= np.uint64(limit)).reshape(shape)
