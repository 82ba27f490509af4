# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_gradients.py DIR: compiles gradients of layers with respect to images.

Each layer is a network of its own: its result y, and by ONNX's Gradient that of
the sum of y * y.  The object's results, of a batch of 3 and of 1, must be those
of the evaluator.
"""

import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from resnetc import onnx_backend

BATCH = 3
TOLERANCE = 2e-5
TRAINING = 'ai.onnx.preview.training'
generator = np.random.default_rng(1)


def normal(*shape):
    return generator.standard_normal(shape).astype(np.float32)


def integers(*values):
    return np.array(values, np.int64)


def floats(*values):
    return np.array(values, np.float32)


IMAGE = [4, 7, 6]
# By name: the operator, the shape of an example, constants, and attributes.
LAYERS = {
    'conv': ('Conv', IMAGE, [normal(6, 2, 3, 2), normal(6)],
             dict(strides=[2, 1], pads=[1, 0, 2, 1], dilations=[1, 2],
                  group=2)),
    'conv_transpose': ('ConvTranspose', IMAGE, [normal(4, 3, 3, 2)],
                       dict(strides=[2, 3], pads=[1, 0, 0, 1],
                            output_padding=[1, 1], group=2)),
    'batch_norm': ('BatchNormalization', IMAGE,
                   [normal(4), normal(4), normal(4), normal(4) ** 2], {}),
    'max_pool': ('MaxPool', IMAGE, [],
                 dict(kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1],
                      dilations=[1, 2])),
    'max_pool_ceil': ('MaxPool', IMAGE, [],
                      dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)),
    'max_pool_volume': ('MaxPool', [2, 4, 5, 3], [],
                        dict(kernel_shape=[2, 1, 2], strides=[2, 3, 1],
                             pads=[0, 0, 1, 1, 0, 0])),
    'global_max_pool': ('GlobalMaxPool', IMAGE, [], {}),
    'avg_pool': ('AveragePool', IMAGE, [],
                 dict(kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1],
                      dilations=[1, 2])),
    'avg_pool_ceil': ('AveragePool', IMAGE, [],
                      dict(kernel_shape=[3, 2], strides=[3, 4], pads=[0, 1, 1, 0],
                           ceil_mode=1, count_include_pad=1)),
    'avg_pool_signal': ('AveragePool', [2, 9], [],
                        dict(kernel_shape=[3], strides=[2])),
    'global_avg_pool': ('GlobalAveragePool', IMAGE, [], {}),
    'slice': ('Slice', IMAGE, [integers(2, 1), integers(-99, 6),
                               integers(1, 3), integers(-2, 3)], {}),
    'pad': ('Pad', IMAGE, [integers(0, 1, -1, 0, 0, 0, 2, 1)], {}),
    'nearest': ('Resize', IMAGE, ['', floats(1, 1, 2, 1.5)], {}),
    'linear': ('Resize', IMAGE, ['', floats(1, 1, 2, 0.5)],
               dict(mode='linear')),
    'cubic': ('Resize', IMAGE, ['', '', integers(4, 9)],
              dict(axes=[-2, -1], mode='cubic',
                   coordinate_transformation_mode='align_corners')),
    'gather': ('Gather', IMAGE, [integers(2, 0, 2)], dict(axis=1)),
    'tile': ('Tile', IMAGE, [integers(1, 2, 1, 3)], {}),
    'depth_to_space': ('DepthToSpace', IMAGE, [],
                       dict(blocksize=2, mode='CRD')),
    'lrn': ('LRN', IMAGE, [], dict(size=3, alpha=0.5)),
}


def make_model(name, operator, shape, constants, attributes):
    names, initializers = ['x'], []
    for i, constant in enumerate(constants):
        names.append('' if isinstance(constant, str) else 'c%d' % i)
        if names[-1]:
            initializers.append(numpy_helper.from_array(constant, names[-1]))
    nodes = [
        helper.make_node(operator, names, ['y'], name=name, **attributes),
        helper.make_node('Mul', ['y', 'y'], ['squares']),
        helper.make_node('Gradient', ['x'], ['dx'], domain=TRAINING, xs=['x'],
                         y='squares')]
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info('x', TensorProto.FLOAT, ['N', *shape])],
        [helper.make_tensor_value_info('dx', TensorProto.FLOAT,
                                       ['N', *shape])], initializers)
    return helper.make_model(graph, opset_imports=[
        helper.make_opsetid('', 19), helper.make_opsetid(TRAINING, 1)])


def check(work, name, layer):
    path = os.path.join(work, name)
    onnx.save(make_model(name, *layer), path + '.onnx')
    x = normal(BATCH, *layer[1])
    x.tofile(path + '.inputs')
    subprocess.run(['resnet-evaluate', path + '.onnx', '--batch=%d' % BATCH,
                    '--inputs=' + path + '.inputs',
                    '--results=' + path + '.results'], check=True)
    want = np.fromfile(path + '.results', np.float64).reshape(x.shape)
    onnx_backend.compile_file(path + '.onnx', path + '.so')
    compiled = onnx_backend.CompiledModel(path + '.so')
    for rows in (slice(0, BATCH), slice(1, 2)):
        got, = compiled.run([x[rows]])
        error = np.abs(got - want[rows]).max() / np.abs(want).max()
        if not error <= TOLERANCE:
            return 'FAILED: error %.2g in a batch of %d' % (error, len(got))
    return 'ok'


def main():
    work = sys.argv[1]
    os.makedirs(work, exist_ok=True)
    for name, layer in LAYERS.items():
        print(name + ': ' + check(work, name, layer), flush=True)


if __name__ == '__main__':
    main()
