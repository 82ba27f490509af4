# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_network.py OUT.onnx [HEIGHT WIDTH]: a small network with every kind of layer that GPUs
have kernels for: a stem of three channels, max pooling, 1x1 and 3x3 with strides
and groups, squeeze and excitation, residuals with and without a projection,
global pooling, a fully connected layer, softmax. No size is a multiple of a
tile's."""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(3)
nodes, weights = [], []


def weight(name, shape, scale):
    weights.append(numpy_helper.from_array(
        (scale * random.standard_normal(shape)).astype(np.float32), name))
    return name


def node(kind, inputs, **attributes):
    result = f'{kind.lower()}{len(nodes)}'
    nodes.append(helper.make_node(kind, inputs, [result], name=result,
                                  **attributes))
    return result


def conv(x, channels, filters, size, stride=1, group=1):
    name = f'conv{len(nodes)}'
    fan_in = channels // group * size * size
    return node('Conv', [
        x, weight(name + '.weight', (filters, channels // group, size, size),
                  (2 / fan_in)**0.5), weight(name + '.bias', (filters,), 0.1)
    ], kernel_shape=[size, size], strides=[stride] * 2, group=group,
        pads=[size // 2] * 4)


def relu(x):
    return node('Relu', [x])


def excite(x, channels):
    s = node('GlobalAveragePool', [x])
    s = relu(conv(s, channels, 8, 1))
    return node('Mul', [x, node('Sigmoid', [conv(s, 8, channels, 1)])])


def block(x, channels, width, filters, stride, group):
    y = relu(conv(x, channels, width, 1))
    y = relu(conv(y, width, width, 3, stride, group))
    y = excite(conv(y, width, filters, 1), filters)
    if stride != 1 or channels != filters:
        x = conv(x, channels, filters, 1, stride)
    return relu(node('Add', [y, x]))


x = relu(conv('image', 3, 24, 7, 2))
x = node('MaxPool', [x], kernel_shape=[3, 3], strides=[2, 2],
         pads=[1, 1, 1, 1])
x = block(x, 24, 32, 72, 1, 4)
x = block(x, 72, 40, 72, 1, 1)
x = block(x, 72, 64, 136, 2, 2)
x = node('Flatten', [node('GlobalAveragePool', [x])])
x = node('Gemm', [x, weight('fc.weight', (10, 136), 0.1),
                  weight('fc.bias', (10,), 0.1)], transB=1)
x = node('Softmax', [x], axis=1)

graph = helper.make_graph(
    nodes, 'small',
    [helper.make_tensor_value_info('image', TensorProto.FLOAT,
                                   ['batch', 3, *(map(int, sys.argv[2:]) if sys.argv[2:] else
                                                  (37, 45))])],
    [helper.make_tensor_value_info(x, TensorProto.FLOAT, ['batch', 10])],
    weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
