# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the same pictures in each layout that resnetc-train reads:

    make_data.py FOLDER [PICTURES] [CLASSES]

FOLDER/cifar10 and cifar100 (binary), rows (PNG files with a picture in each row)
and folders (a folder for each class). A picture of 32x32 is noise around a color
of its class; cifar10 and rows have them in two files. The first half is also what
they are tested with.
"""

import json
import os
import sys

import numpy as np
from PIL import Image


def make_pictures(count, classes):
    random = np.random.default_rng(1)
    colors = random.integers(40, 216, (classes, 1, 1, 3))
    labels = np.arange(count) * 7 % classes
    noise = random.integers(-40, 41, (count, 32, 32, 3))
    return (colors[labels] + noise).astype(np.uint8), labels.astype(np.uint8)


def write_binary(path, pictures, *labels):
    planes = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1)
    np.hstack([label[:, None] for label in labels] + [planes]).tofile(path)


def main():
    folder = sys.argv[1]
    count, classes = (int(a) for a in (sys.argv[2:] + ['48', '3'][len(sys.argv) - 2:]))
    pictures, labels = make_pictures(count, classes)
    half = count // 2
    parts = (slice(half), slice(half, None))
    for name in ('cifar10', 'cifar100', 'rows'):
        os.makedirs(os.path.join(folder, name))

    def path(*names):
        return os.path.join(folder, *names)

    for i, part in enumerate(parts):
        write_binary(path('cifar10', 'data_batch_%d.bin' % (i + 1)),
                     pictures[part], labels[part])
        Image.fromarray(pictures[part].reshape(half, 1024, 3)).save(
            path('rows', 'data_batch_%d.png' % (i + 1)))
    test = parts[0]
    write_binary(path('cifar10', 'test_batch.bin'), pictures[test], labels[test])
    Image.fromarray(pictures[test].reshape(half, 1024, 3)).save(
        path('rows', 'test_batch.png'))
    for name, part in (('train', slice(None)), ('test', test)):
        write_binary(path('cifar100', name + '.bin'), pictures[part],
                     np.zeros_like(labels[part]), labels[part])
        with open(path('rows', name + '_lables.json'), 'w', encoding='ascii') as file:
            json.dump(labels[part].tolist(), file)
    for i, (picture, label) in enumerate(zip(pictures, labels)):
        place = path('folders', 'class%d' % label)
        os.makedirs(place, exist_ok=True)
        Image.fromarray(picture).save(os.path.join(place, '%04d.png' % i))


if __name__ == '__main__':
    main()
