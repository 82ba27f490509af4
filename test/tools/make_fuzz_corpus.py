#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_fuzz_corpus.py DIR [MAX_BYTES]: writes the models that fuzzing starts
from: the small ones of the ONNX project's backend tests (where
libonnx-testdata is installed), of this project's tests, and random residual
networks with few channels."""

import glob
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'python'))
sys.path.insert(0, os.path.join(ROOT, 'test', 'tools'))
sys.path.insert(0, os.path.join(ROOT, 'test', 'Import', 'Inputs'))

import make_model  # noqa: E402
import random_graphs  # noqa: E402

DATA = '/usr/share/libonnx-testdata/data'
RANDOM = 400     # Of which most are too large.


def models(scratch):
    """(name, bytes)"""
    for path in sorted(glob.glob(os.path.join(DATA, '*', '*', 'model.onnx'))):
        with open(path, 'rb') as file:
            yield os.path.basename(os.path.dirname(path)), file.read()
    for name, make in make_model.KINDS.items():
        try:
            yield name, make(scratch)
        except TypeError:   # It wants an opset.
            yield name, make(scratch, 13)
    for seed in range(RANDOM):
        model = random_graphs.make(seed).model
        yield 'random%d' % seed, model.SerializeToString()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    directory, limit = sys.argv[1], int((sys.argv[2:] or [8192])[0])
    os.makedirs(directory, exist_ok=True)
    count = 0
    # Some kinds write a file of data beside the model.
    scratch = os.path.join(directory, 'scratch')
    for name, content in models(scratch):
        if len(content) <= limit:
            count += 1
            with open(os.path.join(directory, name), 'wb') as file:
                file.write(content)
    for path in glob.glob(scratch + '*'):
        os.remove(path)
    print('%d models' % count)


if __name__ == '__main__':
    main()
