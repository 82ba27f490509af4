# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Saves what objects have learned, and goes on with it.

    check_checkpoints.py NET.so SAME.so OTHER.so FILE

SAME is NET compiled again, OTHER another model or the same with other options.
A training that is saved and goes on in SAME has to end at the same bits as one
that goes on in NET.
"""

import struct
import sys

import numpy as np

from training_object import KINDS, TrainingError, TrainingObject


def read_checkpoint(data):
    """What docs/checkpoints.md says: {(kind, name): values}."""
    magic, version, count, size = struct.unpack_from('<8sIIQ', data)
    assert (magic, version, size) == (b'RNETCKPT', 1, len(data))
    value = 0xcbf29ce484222325
    for byte in data[:-8]:
        value = (value ^ byte) * 0x100000001b3 & (1 << 64) - 1
    assert struct.unpack('<Q', data[-8:]) == (value,)
    at, descriptions, tensors = 24, [], {}
    for _ in range(count):
        kind, rank, length = struct.unpack_from('<III', data, at)
        dims = struct.unpack_from('<%dQ' % rank, data, at + 12)
        at += 12 + 8 * rank
        descriptions.append((KINDS[kind], data[at:at + length].decode(), dims))
        at += length
    for kind, name, dims in descriptions:
        elements = int(np.prod(dims, dtype=np.int64))
        tensors[kind, name] = np.frombuffer(data, '<f4', elements, at).reshape(dims)
        at += 4 * elements
    assert at == len(data) - 8
    return tensors


def kept(net):
    return {(kind, name): value.tobytes() for kind, tensors in net.tensors.items()
            for name, value in tensors.items()}


def main():
    path, same_path, other_path, file = sys.argv[1:]
    rng = np.random.default_rng(1)
    x = rng.standard_normal((5, 3, 8, 8), np.float32)
    label = rng.integers(0, 4, 5)
    net = TrainingObject(path, 'net')
    net.tensors['setting']['learning_rate'][...] = 0.05
    for _ in range(3):
        net.train_step(x, label)
    net.accumulate(x, label)
    net.save(file)
    with open(file, 'rb') as f:
        tensors = read_checkpoint(f.read())
    wanted = {key: value for key, value in kept(net).items() if key[0] != 'gradient'}
    assert {key: value.tobytes() for key, value in tensors.items()} == wanted
    print('saved %d tensors' % len(tensors))

    same = TrainingObject(same_path, 'net', threads=2)
    same.load(file)
    assert not any(np.any(g) for g in same.tensors['gradient'].values())
    assert same.tensors['setting']['learning_rate'] == np.float32(0.05)
    # What was accumulated, but not saved.
    for gradient in net.tensors['gradient'].values():
        gradient[...] = 0
    for each in (net, same):
        for _ in range(3):
            each.train_step(x, label)
    assert kept(net) == kept(same)
    print('goes on at the same bits')

    other = TrainingObject(other_path, 'net')
    before = kept(other)
    try:
        other.load(file)
    except TrainingError as error:
        print(error)
    assert kept(other) == before


if __name__ == '__main__':
    main()
