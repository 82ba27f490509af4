# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_pictures.py DIR: a folder of greenish stripes and one of reddish ones, of
any sizes."""

import os
import sys

import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
for name, channel in (('green', 1), ('red', 0)):
    folder = os.path.join(sys.argv[1], name)
    os.makedirs(folder)
    for i in range(20):
        height, width = rng.integers(70, 140, 2)
        place = np.mgrid[0:height, 0:width][rng.integers(2)]
        is_first = (place // rng.integers(6, 12) % 2).astype(bool)[..., None]
        first, second = rng.integers(0, 128, (2, 3))
        first[channel] += 127
        pixels = np.where(is_first, first, second) + rng.normal(0, 8, (height, width, 3))
        picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        picture.save(os.path.join(folder, '%02d.%s' % (i, 'png' if i % 2 else 'jpg')))
with open(os.path.join(sys.argv[1], 'green', 'notes.txt'), 'w', encoding='utf-8') as file:
    file.write('no picture\n')
