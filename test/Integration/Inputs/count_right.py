# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""count_right.py LABELS.npy LOGITS.npy...: how many are greatest where they should."""

import sys

import numpy as np

labels = np.load(sys.argv[1])
for path in sys.argv[2:]:
    logits = np.load(path)
    assert logits.shape[0] == labels.size and np.isfinite(logits).all()
    print('%d of %d' % ((logits.argmax(axis=1) == labels).sum(), labels.size))
