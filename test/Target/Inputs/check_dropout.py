# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what an object drops in training.

    check_dropout.py NET.so FILE

NET is make_model.py's dropout_net. Its outputs have to be those that the numbers of
philox.py make, bit for bit, on any number of threads; FILE is a checkpoint, from
which training has to go on at the same bits.
"""

import sys

import numpy as np

import philox
from training_object import TrainingObject

SEED = 0x123456789ABCDEF0


def dropped(value, ratio, **place):
    """What dropout makes of a value."""
    ratio = float(np.float32(ratio))
    scale = np.float32(1 / (1 - ratio))
    kept = philox.keeps(value.shape, ratio, **place)
    return np.where(kept, value * scale, np.float32(0)), kept


def check_outputs(outputs, seed, batch):
    """Whether both dropouts drop as they have to; returns what of the first is
    kept."""
    a, b, f, g = outputs[2:]
    want, kept = dropped(a, 0.2, seed=seed, batch=batch, stream=0)
    np.testing.assert_array_equal(b, want)
    want, _ = dropped(f, 0.5, seed=seed, batch=batch, stream=1)
    np.testing.assert_array_equal(g, want)
    return kept


def bits(net):
    return {(kind, name): value.tobytes() for kind, tensors in net.tensors.items()
            for name, value in tensors.items()}


def main():
    path, file = sys.argv[1:]
    rng = np.random.default_rng(1)
    x = rng.standard_normal((7, 3, 6, 7), np.float32)
    label = rng.integers(0, 4, 7)

    # The authors' known answer.
    words = philox.draw((0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344),
                        (0xa4093822, 0x299f31d0))
    assert [int(word) for word in words] == [
        0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]

    net, other = TrainingObject(path, 'net'), TrainingObject(path, 'net', threads=2)
    np.testing.assert_array_equal(net.tensors['random']['random'], [0, 0, 0])
    masks = [check_outputs(net.accumulate(x, label), 0, 0)]
    for each in (net, other):
        for gradient in each.tensors['gradient'].values():
            gradient[...] = 0
        each.seed(SEED)
    for batch in range(4):
        results = [each.train_step(x, label) for each in (net, other)]
        masks.append(check_outputs(results[0], SEED, batch))
        assert all(a.tobytes() == b.tobytes() for a, b in zip(*results, strict=True))
        assert bits(net) == bits(other)
    assert list(net.tensors['random']['random']) == [SEED & 0xFFFFFFFF, SEED >> 32, 4]
    print('drops what it has to')
    # No two alike; of n elements four standard deviations at most too many.
    for i, mask in enumerate(masks):
        assert not any(np.array_equal(mask, same) for same in masks[:i])
        error = abs(mask.mean() - 0.8)
        assert error < 4 * (0.8 * 0.2 / mask.size) ** 0.5, error
    print('keeps as many as it should')

    y, a, b, f, g = net.evaluate(x)
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(f, g)
    assert net.tensors['random']['random'][2] == 4
    print('evaluation drops nothing')

    net.save(file)
    other = TrainingObject(path, 'net', threads=2)
    other.load(file)
    for batch in range(4, 6):
        for each in (net, other):
            # An accumulation is a batch of its own.
            check_outputs(each.accumulate(x, label), SEED, 2 * batch - 4)
            check_outputs(each.train_step(x, label), SEED, 2 * batch - 3)
    assert bits(net) == bits(other)
    print('goes on at the same bits')


if __name__ == '__main__':
    main()
