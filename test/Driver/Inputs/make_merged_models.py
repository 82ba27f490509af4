# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes models whose layers share initializers, as exporters make them.

    make_merged_models.py DIR

merged.onnx      two batch normalizations with the same ones and zeros
identity.onnx    the same, through Identity nodes
twice.onnx       one weight of two convolutions, which are to learn together
external.onnx    merged.onnx with its weights in w.data
fields.onnx      merged.onnx with its weights in typed fields
function.onnx    merged.onnx whose normalizations are in the body of a function
doubles.onnx     a matrix product in double precision
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = [helper.make_opsetid('', 13), helper.make_opsetid('local', 1)]


def tensors(raw=True):
    rng = np.random.default_rng(2)
    values = {
        'w1': rng.standard_normal([8, 3, 3, 3], np.float32) / 5,
        'w2': rng.standard_normal([8, 8, 3, 3], np.float32) / 8,
        'w3': rng.standard_normal([4, 8], np.float32) / 3,
        'ones': np.ones(8, np.float32),
        'zeros': np.zeros(8, np.float32),
        'b3': np.zeros(4, np.float32)}
    if raw:
        return [numpy_helper.from_array(v, k) for k, v in values.items()]
    return [helper.make_tensor(k, TensorProto.FLOAT, v.shape, v.ravel())
            for k, v in values.items()]


def node(op, inputs, output, **attributes):
    return helper.make_node(op, inputs.split(), [output], name=output, **attributes)


def model(nodes, raw=True, functions=()):
    nodes = nodes + [
        node('GlobalAveragePool', 'last', 'pooled'), node('Flatten', 'pooled', 'flat'),
        node('Gemm', 'flat w3 b3', 'y', transB=1)]
    graph = helper.make_graph(
        nodes, 'net',
        [helper.make_tensor_value_info('x', TensorProto.FLOAT, ['N', 3, 8, 8])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, ['N', 4])],
        tensors(raw))
    return helper.make_model(graph, opset_imports=OPSET, ir_version=8,
                             functions=functions)


def two_layers(second='ones', zeros='zeros'):
    return [
        node('Conv', 'x w1', 'c1', pads=[1] * 4),
        node('BatchNormalization', 'c1 ones zeros zeros ones', 'n1'),
        node('Relu', 'n1', 'r1'), node('Conv', 'r1 w2', 'c2', pads=[1] * 4),
        node('BatchNormalization', 'c2 %s %s zeros ones' % (second, zeros), 'n2'),
        node('Relu', 'n2', 'last')]


def main():
    directory = sys.argv[1]

    def save(name, model, **options):
        onnx.save(model, os.path.join(directory, name), **options)

    save('merged.onnx', model(two_layers()))
    save('identity.onnx', model(
        [node('Identity', 'ones', 'a'), node('Identity', 'a', 'b'),
         node('Identity', 'zeros', 'c')] + two_layers('b', 'c')))
    save('twice.onnx', model([
        node('Conv', 'x w1', 'c1', pads=[1] * 4), node('Relu', 'c1', 'r1'),
        node('Conv', 'r1 w2', 'c2', pads=[1] * 4), node('Relu', 'c2', 'r2'),
        node('Conv', 'r2 w2', 'c3', pads=[1] * 4), node('Relu', 'c3', 'last')]))
    save('fields.onnx', model(two_layers(), raw=False))
    body = [node('BatchNormalization', 'i s o o s', 'n'), node('Relu', 'n', 'm'),
            node('BatchNormalization', 'm s o o s', 'r')]
    function = helper.make_function('local', 'Normalize', ['i', 's', 'o'], ['r'], body,
                                    OPSET)
    save('function.onnx', model(
        [node('Conv', 'x w1', 'c1', pads=[1] * 4),
         node('Normalize', 'c1 ones zeros', 'n1', domain='local'),
         node('Relu', 'n1', 'last')], functions=[function]))
    graph = helper.make_graph(
        [node('MatMul', 'x w', 'y')], 'net',
        [helper.make_tensor_value_info('x', TensorProto.DOUBLE, ['N', 3])],
        [helper.make_tensor_value_info('y', TensorProto.DOUBLE, ['N', 4])],
        [numpy_helper.from_array(np.arange(12.0).reshape(3, 4), 'w')])
    save('doubles.onnx', helper.make_model(graph, opset_imports=OPSET, ir_version=8))
    save('external.onnx', model(two_layers()), save_as_external_data=True,
         location='w.data', size_threshold=0)


if __name__ == '__main__':
    main()
