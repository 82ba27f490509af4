# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""add_dropout.py IN.onnx OUT.onnx: the model, but half of what its last layer
reads is dropped in training."""

import sys

import onnx
from onnx import helper

model = onnx.load(sys.argv[1])
nodes = model.graph.node
last = nodes[-1]
assert last.op_type == 'Gemm', last.op_type
dropout = helper.make_node('Dropout', [last.input[0]], ['kept'], name='dropout')
last.input[0] = 'kept'
nodes.insert(len(nodes) - 1, dropout)
onnx.save(model, sys.argv[2])
