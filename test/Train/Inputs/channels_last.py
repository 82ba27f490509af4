# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""channels_last.py IN.onnx OUT.onnx: the model, but its pictures have their
channels last."""

import sys

import onnx
from onnx import helper

model = onnx.load(sys.argv[1])
graph = model.graph
picture = graph.input[0]
batch, channels, height, width = picture.type.tensor_type.shape.dim
sizes = [batch.dim_param, height.dim_value, width.dim_value, channels.dim_value]
first = helper.make_node('Transpose', ['pixels'], [picture.name], name='first',
                         perm=[0, 3, 1, 2])
graph.node.insert(0, first)
graph.input[0].CopyFrom(helper.make_tensor_value_info(
    'pixels', onnx.TensorProto.FLOAT, sizes))
onnx.save(model, sys.argv[2])
