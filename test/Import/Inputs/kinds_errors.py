# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models with nodes that are refused."""

from onnx_writer import *

X = value_info("x", ["N", 3, 8, 8])
LOWEST = -(1 << 63)


def chain(nodes, initializers=(), opset=13, extra=()):
    """The last node's first result is the graph's."""
    return model(graph(nodes, [X], [value_info("y", None), *extra], initializers), opset)


def alone(nodes, initializers=(), opset=13):
    """Nodes that do not need each other, named after their results."""
    named = [node(op, inputs, f"o{i}", name, **attrs)
             for i, (name, op, inputs, attrs) in enumerate(nodes)]
    outputs = [value_info(f"o{i}", None) for i in range(len(nodes))]
    return model(graph(named, [X], outputs, initializers), opset)


W = raw_tensor("w", [3, 3, 3, 3], [0.5] * 81)
ONE = raw_tensor("one", [3], [1.0] * 3)


def make_refused(path):
    subgraph = Raw(data(6, graph([])) + number(20, 5))
    return chain([
        node("LSTM", "x", "a", "rnn"),
        node("Relu", "a", "b", "fine", alpha=1.0),
        node("If", "b", "c", "branch", then_branch=subgraph),
        node("FusedConv", "c", "d", "fused", domain="com.microsoft"),
        node("MaxPool", "d", "e,indices", "pool", kernel_shape=[2, 2]),
        node("Dropout", "e", "f,mask", "drop"),
        node("Add", "f,indices", "g", "add"),
        node("Cast", "mask", "h", "cast", to=FLOAT),
        node("Add", "g,h", "y", "last")])


def make_training_norm(path, opset=13):
    return chain([node("BatchNormalization", "x,one,one,one,one", "y,mean,var", "bn")],
                 [ONE], opset)


def make_spatial_norm(path):
    return chain([node("BatchNormalization", "x,one,one,one,one", "y", "bn", spatial=0)],
                 [ONE], 7)


def make_training_dropout(path):
    return chain([node("Dropout", "x,ratio,training", "y", "drop")],
                 [raw_tensor("ratio", [], [0.5]),
                  raw_tensor("training", [], [1], BOOL)])


def make_attributes(path):
    return alone([
        ("type", "Conv", "x,w", {"group": 2.0, "pads": "1"}),
        ("unknown", "Conv", "x,w", {"groups": 1}),
        ("untyped", "Conv", "x,w", {"group": Raw(number(3, 1))}),
        ("reference", "Conv", "x,w", {"group": Raw(data(21, "g") + number(20, 2))}),
        ("future", "Conv", "x,w", {"group": Raw(number(20, 99))}),
        ("missing", "MaxPool", "x", {}),
        ("axis", "Concat", "x", {}),
        ("to", "Cast", "x", {}),
        ("to8", "Cast", "x", {"to": 17}),
        ("tofar", "Cast", "x", {"to": 1 << 40}),
        ("values", "Constant", [], {"value_int": 1, "value_float": 1.0}),
        ("novalue", "Constant", [], {}),
        ("string", "Constant", [], {"value_string": "s"}),
        ("tensor", "Constant", [], {"value": raw_tensor("", [2], [1.0])}),
        ("shape", "ConstantOfShape", "s", {"value": raw_tensor("", [2], [1.0, 2.0])}),
    ], [W, ints("s", [2])])


def make_windows(path):
    conv = lambda name, **attrs: (name, "Conv", "x,w", attrs)
    pool = lambda name, **attrs: (name, "MaxPool", "x", attrs)
    transpose = lambda name, **attrs: (name, "ConvTranspose", "x,w", attrs)
    return alone([
        conv("kernel", kernel_shape=[5, 5]),
        conv("kernel1", kernel_shape=[3]),
        conv("group0", group=0),
        conv("grouplow", group=LOWEST),
        conv("channels", group=3),
        conv("pads3", pads=[1, 1, 1]),
        conv("padsneg", pads=[-1, 0, 0, 0]),
        conv("strides0", strides=[0, 1]),
        conv("strideslow", strides=[LOWEST, 1]),
        conv("dilations", dilations=[9, 9]),
        conv("dilationshuge", dilations=[1 << 62, 1]),
        conv("autopad", auto_pad="SOME\n"),
        ("vector", "Conv", "x,v", {}),
        ("emptykernel", "Conv", "x,v", {"kernel_shape": []}),
        pool("poolrank", kernel_shape=[2]),
        pool("poolempty", kernel_shape=[]),
        pool("poollow", kernel_shape=[LOWEST, 2]),
        pool("poolpads", kernel_shape=[2, 2], pads=[2, 2, 2, 2]),
        pool("poolbig", kernel_shape=[9, 9]),
        transpose("outputhuge", output_shape=[1 << 62, 9]),
        transpose("transposehuge", strides=[1, LOWEST], auto_pad="SAME_UPPER"),
        ("transposevector", "ConvTranspose", "x,v", {}),
        ("unpoolhuge", "MaxUnpool", "x,x", {"kernel_shape": [1 << 62, 2]}),
    ], [W, raw_tensor("v", [3], [1.0] * 3)])


def make_unknown_kernel(path):
    """Of a transposed convolution whose result's shape is given."""
    return model(graph([node("ConvTranspose", "x,w", "y", "t", output_shape=[9, 9])],
                       [value_info("x", [1, 3, 8, 8]), value_info("w", [3, 3, "K", 3])],
                       [value_info("y", None)]))


def make_operands(path):
    return alone([
        ("few", "Conv", "x", {}),
        ("absent", "Conv", ["", "w"], {}),
        ("many", "Relu", "x,x", {}),
        ("hole", "Concat", ["x", "", "x"], {"axis": 0}),
        ("none", "Concat", [], {"axis": 0}),
        ("axes", "Unsqueeze", "x", {}),
        ("broadcast", "Add", "x,five", {}),
        ("types", "Add", "x,i", {}),
        ("reshape", "Reshape", "x,five", {}),
        ("perm", "Transpose", "x", {"perm": [0, 1, 1, 2]}),
        ("permlow", "Transpose", "x", {"perm": [0, 1, 2, LOWEST]}),
        ("axis", "Softmax", "x", {"axis": 4}),
        ("flat", "Flatten", "x", {"axis": LOWEST}),
        ("gather", "Gather", "x,i", {"axis": 9}),
        ("slice", "Slice", "x,i,i,i,zero", {}),
        ("pad", "Pad", "x,i", {}),
        ("mode", "Pad", "x,i", {"mode": "mirror"}),
        ("gemm", "Gemm", "x,w", {}),
        ("squeeze", "Squeeze", "x,i", {}),
    ], [W, raw_tensor("five", [5], [1.0] * 5), ints("i", [1]), ints("zero", [0])])


def make_unranked_transpose(path):
    return model(graph([node("Transpose", "x", "y", "t")], [value_info("x", None)],
                       [value_info("y", None)]))


def make_old_forms(path, opset):
    """What is an operand in one opset is an attribute in the other."""
    return alone([
        ("clip", "Clip", "x,c", {}) if opset < 11 else ("clip", "Clip", "x", {"min": 0.0}),
        ("pad", "Pad", "x,p", {}) if opset < 11 else ("pad", "Pad", "x", {"pads": [0] * 8}),
        ("slice", "Slice", "x,i,i", {}) if opset < 10
        else ("slice", "Slice", "x", {"starts": [0], "ends": [1]}),
        ("squeeze", "Squeeze", "x,i", {}) if opset < 13
        else ("squeeze", "Squeeze", "x", {"axes": [0]}),
        ("mean", "ReduceMean", "x,i", {}) if opset < 18
        else ("mean", "ReduceMean", "x", {"axes": [1]}),
    ], [raw_tensor("c", [], [0.0]), ints("p", [0] * 8), ints("i", [1])], opset)
