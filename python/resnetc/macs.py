# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the multiply-adds of a network by the definition of its operators.

    python3 -m resnetc.macs MODEL.onnx

prints how many an image takes.  What a program computes by another algorithm
is measured against this number all the same.
"""

import argparse
import sys

import numpy as np
import onnx


def shapes_of(model):
    """The shape of every tensor, with the batch, or what else has no number,
    as one."""
    model = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    graph = model.graph
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for value in [*graph.input, *graph.value_info, *graph.output]:
        shapes.setdefault(value.name, [
            dim.dim_value if dim.HasField('dim_value') else 1
            for dim in value.type.tensor_type.shape.dim])
    return shapes


def count(model):
    """Multiply-adds of the convolutions and matrix products of an
    onnx.ModelProto, for one image."""
    shapes = shapes_of(model)
    initializers = {tensor.name for tensor in model.graph.initializer}
    images = next(shapes[value.name][0] for value in model.graph.input
                  if value.name not in initializers)
    total = 0
    for node in model.graph.node:
        if node.op_type not in ('Conv', 'Gemm', 'MatMul'):
            continue
        size = int(np.prod(shapes[node.output[0]]))
        if node.op_type == 'Conv':   # [Cout, Cin / groups, kernel...]
            total += size * int(np.prod(shapes[node.input[1]][1:]))
        else:
            transposed = any(a.name == 'transA' and a.i
                             for a in node.attribute)
            total += size * shapes[node.input[0]][0 if transposed else -1]
    return total // images


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog='python3 -m resnetc.macs',
        description="Prints a model's multiply-adds for one image.")
    parser.add_argument('model', metavar='MODEL.onnx')
    args = parser.parse_args(argv)
    print(count(onnx.load(args.model)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
