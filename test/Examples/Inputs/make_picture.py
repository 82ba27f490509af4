# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_picture.py OUT.png: colours that run into each other."""

import sys

import numpy as np
from PIL import Image

y, x = np.mgrid[0:120, 0:160]
pixels = np.stack([x, 2 * y, 255 - x], axis=-1).astype(np.uint8)
Image.fromarray(pixels).save(sys.argv[1])
