# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_resize_model.py MODEL.onnx: Resize of some axes (opset 18).

Of images of 3 x 5 x 7, for any batch: rows and columns by scales, then, in the
other order, to sizes; columns alone, cropped.
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

weights = []


def resize(name, source, values, **attributes):
    """values by the names of operands."""
    inputs = [source]
    for operand in ('roi', 'scales', 'sizes'):
        value = values.get(operand)
        inputs.append('' if value is None else name + '.' + operand)
        if value is not None:
            weights.append(numpy_helper.from_array(
                np.array(value, np.int64 if operand == 'sizes' else
                         np.float32), inputs[-1]))
    while not inputs[-1]:
        inputs.pop()
    return helper.make_node('Resize', inputs, [name], name=name, **attributes)


nodes = [
    resize('scaled', 'x', {'scales': [2, 1.5]}, axes=[2, 3], mode='linear'),
    resize('sized', 'scaled', {'sizes': [4, 13]}, axes=[-1, -2],
           mode='nearest'),
    resize('cropped', 'sized', {'roi': [0.25, 1.25], 'sizes': [6]}, axes=[3],
           mode='linear', extrapolation_value=0.5,
           coordinate_transformation_mode='tf_crop_and_resize'),
]


def images(name, rows, columns):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT,
                                         ['n', 3, rows, columns])


graph = helper.make_graph(
    nodes, 'resize', [images('x', 5, 7)],
    [images('scaled', 10, 10), images('sized', 13, 4),
     images('cropped', 13, 6)], weights)
model = helper.make_model(graph,
                          opset_imports=[helper.make_opsetid('', 18)])
model.ir_version = 8
onnx.save(model, sys.argv[1])
