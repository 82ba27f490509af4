# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_ragged_model.py MODEL.onnx: 3x3 convolutions of odd sizes.

Images of 5 x 61 x 75, then 20 and 37 channels, a residual block, and 7 channels:
no number here is a multiple of a tile or a vector.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
nodes, weights = [], []


def convolve(name, source, inputs, outputs):
    """A convolution with bias; returns the name of its result."""
    shape = (outputs, inputs, 3, 3)
    values = rng.standard_normal(shape) * np.sqrt(2 / (9 * inputs))
    for suffix, array in (('w', values), ('b', rng.standard_normal(outputs))):
        weights.append(numpy_helper.from_array(
            array.astype(np.float32), name + '.' + suffix))
    nodes.append(helper.make_node(
        'Conv', [source, name + '.w', name + '.b'], [name], name=name,
        kernel_shape=[3, 3], pads=[1] * 4))
    return name


def activate(source):
    nodes.append(helper.make_node('Relu', [source], [source + '.relu']))
    return source + '.relu'


first = activate(convolve('first', 'x', 5, 20))
wide = activate(convolve('wide', first, 20, 37))
inner = activate(convolve('inner', wide, 37, 37))
outer = convolve('outer', inner, 37, 37)
nodes.append(helper.make_node('Add', [outer, wide], ['sum']))
convolve('last', activate('sum'), 37, 7)
graph = helper.make_graph(
    nodes, 'ragged',
    [helper.make_tensor_value_info('x', TensorProto.FLOAT, ['N', 5, 61, 75])],
    [helper.make_tensor_value_info('last', TensorProto.FLOAT,
                                   ['N', 7, 61, 75])],
    weights)
model = helper.make_model(graph,
                          opset_imports=[helper.make_opsetid('', 13)])
model.ir_version = 8
onnx.save(model, sys.argv[1])
