# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains a model, writes what it has learned back into its file, and compares.

    check_trained_model.py MODEL.onnx DIR [OPTION...]

The options are those of --train. The file has to be a valid model that computes,
compiled for inference, what the object evaluates; and nothing else of it may have
changed. Prints which initializers did.
"""

import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import numpy_helper

from training_object import TrainingObject

TOLERANCE = 1e-5


def distance(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def main():
    path, directory, *options = sys.argv[1:]
    os.makedirs(directory, exist_ok=True)
    trained_path, checkpoint, object_path = (
        os.path.join(directory, name) for name in ('trained.onnx', 'c.ckpt', 'net.so'))
    subprocess.run(['resnetc', path, '-o', object_path, '--name=net', '--train', *options],
                   check=True)
    net = TrainingObject(object_path, 'net')
    shape = [abs(d) for d in net.inputs['x'][1:]]
    rng = np.random.default_rng(1)
    x = rng.standard_normal([6, *shape], np.float32)
    first = net.evaluate(x)[0]
    net.tensors['setting']['learning_rate'][...] = 0.05
    for _ in range(4):
        net.train_step(x, np.arange(6) % first.shape[1])
    want = net.evaluate(x)[0]
    net.save(checkpoint)
    with open(path, 'rb') as file:
        before = file.read()
    subprocess.run(['resnetc', '--from-checkpoint', checkpoint, path, '-o', trained_path],
                   check=True)
    with open(path, 'rb') as file:
        assert file.read() == before, 'the model is changed'
    onnx.checker.check_model(trained_path)

    np.save(os.path.join(directory, 'x.npy'), x)
    np.save(os.path.join(directory, 'y.npy'), want)
    subprocess.run(['resnetc', trained_path, '-o', os.path.join(directory, 'run.so')],
                   check=True)
    subprocess.run(['resnetc-run', os.path.join(directory, 'run.so'),
                    '--input', os.path.join(directory, 'x.npy'),
                    '--output-dir', directory + '/out'], check=True,
                   stdout=subprocess.DEVNULL)
    got = np.load(os.path.join(directory, 'out', 'y.npy'))
    moved, error = distance(first, want), distance(got, want)
    assert moved > 1e-2, 'training changes nothing: %.1e' % moved
    assert error <= TOLERANCE, 'differs by %.1e' % error
    print('same outputs')

    # Put back what was there: the rest has to be the same bytes.
    old, new = onnx.load(path), onnx.load(trained_path)
    values = {t.name: t for t in old.graph.initializer}
    changed, added = [], []
    for tensor in new.graph.initializer:
        if tensor.name not in values:
            added.append(tensor.name)
        elif np.any(numpy_helper.to_array(tensor) !=
                    numpy_helper.to_array(values[tensor.name])):
            changed.append(tensor.name)
    print('changed:', *changed)
    print('added:', *added)
    learned = {**net.tensors['parameter'], **net.tensors['buffer']}
    for tensor in new.graph.initializer:
        if tensor.name in changed + added:
            assert np.array_equal(numpy_helper.to_array(tensor),
                                  learned[tensor.name.removesuffix('.trained')])
    if not added:
        for tensor in new.graph.initializer:
            tensor.CopyFrom(values[tensor.name])
        assert new.SerializeToString() == old.SerializeToString()
        print('all else is the same')


if __name__ == '__main__':
    main()
