# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_large_model.py DIR: a model with more than 2 GB of weights.

DIR/large.onnx is one Gemm, y [N, ROWS] = x [N, 64] w' + b, whose weight lies in
DIR/large.bin: zeros (a hole in the file), but for the last ROWS_SET rows.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

COLUMNS = 64
ROWS = (2 ** 31 + 2 ** 20) // (4 * COLUMNS)
ROWS_SET = 16

folder = sys.argv[1]
rng = np.random.default_rng(0)
tail = rng.standard_normal((ROWS_SET, COLUMNS)).astype(np.float32)
with open(os.path.join(folder, 'large.bin'), 'wb') as file:
    file.truncate(4 * ROWS * COLUMNS)
    file.seek(4 * (ROWS - ROWS_SET) * COLUMNS)
    file.write(tail.tobytes())

weight = TensorProto(name='w', data_type=TensorProto.FLOAT,
                     dims=[ROWS, COLUMNS],
                     data_location=TensorProto.EXTERNAL)
weight.external_data.add(key='location', value='large.bin')
graph = helper.make_graph(
    [helper.make_node('Gemm', ['x', 'w'], ['y'], name='fc', transB=1)],
    'large',
    [helper.make_tensor_value_info('x', TensorProto.FLOAT, ['N', COLUMNS])],
    [helper.make_tensor_value_info('y', TensorProto.FLOAT, ['N', ROWS])],
    [weight])
model = helper.make_model(graph,
                          opset_imports=[helper.make_opsetid('', 13)])
with open(os.path.join(folder, 'large.onnx'), 'wb') as file:
    file.write(model.SerializeToString())
