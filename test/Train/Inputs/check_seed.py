# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_seed.py FILE SEED STEPS: whether dropout draws by a number that
`resnetc-train --seed=SEED` has drawn for it, and STEPS times up to this checkpoint."""

import sys

import compare_checkpoints
import philox

path, seed, steps = sys.argv[1], *map(int, sys.argv[2:])
network = 2
high, low, *_ = philox.draw((0, 0, 0, network), (seed & 0xFFFFFFFF, seed >> 32))
want = [int(low), int(high), steps]
got = [int(word) for word in compare_checkpoints.read(path)['random', 'random']]
print('as it has to be' if got == want else 'is %s, not %s' % (got, want))
