# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of operators, in the forms of different opsets."""

from onnx_writer import *

X = value_info("x", ["N", 4, 8, 8])


def each(nodes, initializers=(), opset=13):
    """Independent nodes; node i has the result o<i>."""
    made = [node(op, inputs, f"o{i}", **attrs)
            for i, (op, inputs, attrs) in enumerate(nodes)]
    outputs = [value_info(f"o{i}", None) for i in range(len(nodes))]
    return model(graph(made, [X], outputs, initializers), opset)


def make_conv(path):
    return each([
        ("Conv", "x,w", {"group": 2}),
        ("Conv", "x,w,b", {"kernel_shape": [3, 3], "strides": [2, 2], "group": 2,
                           "dilations": [2, 1], "pads": [1, 0, 2, 1]}),
        ("Conv", "x,w", {"auto_pad": "SAME_UPPER", "strides": [2, 2], "group": 2}),
        ("Conv", "x,w", {"auto_pad": "VALID", "pads": [1, 1, 1, 1], "group": 2}),
        ("Conv", "signal,kernel", {}),
    ], [raw_tensor("w", [6, 2, 3, 3], [0.5] * 108), raw_tensor("b", [6], [0.0] * 6),
        raw_tensor("signal", [1, 1, 9], [1.0] * 9),
        raw_tensor("kernel", [1, 1, 3], [1.0] * 3)])


def make_pools(path):
    return each([
        ("MaxPool", "x", {"kernel_shape": [2, 2]}),
        ("MaxPool", "x", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1,
                          "pads": [1, 1, 1, 1], "dilations": [1, 1], "storage_order": 1}),
        ("AveragePool", "x", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1],
                              "count_include_pad": 1}),
        ("GlobalAveragePool", "x", {}),
    ])


def make_products(path):
    flat = ints("flat", [-1, 256])
    return each([
        ("Reshape", "x,flat", {}),
        ("Gemm", "o0,w,b", {"transB": 1, "alpha": 0.5}),
        ("Gemm", "o0,v", {}),
        ("MatMul", "o0,v", {}),
    ], [flat, raw_tensor("w", [10, 256], [0.5] * 2560), raw_tensor("b", [10], [0.5] * 10),
        raw_tensor("v", [256, 10], [0.5] * 2560)])


def make_norm(path, opset):
    attrs = {"epsilon": 0.5, "momentum": 0.25}
    if opset < 9:
        attrs["spatial"] = 1
    if opset >= 14:
        attrs["training_mode"] = 0
    return each([("BatchNormalization", "x,one,one,one,one", attrs)],
                [raw_tensor("one", [4], [1.0] * 4)], opset)


def make_softmax(path, opset):
    return each([("Softmax", "x", {}), ("Softmax", "x", {"axis": 3}),
                 ("Softmax", "x", {"axis": 2})], (), opset)


def make_elementwise(path):
    return each([("Relu", "x", {}), ("Sigmoid", "x", {}), ("Add", "x,c", {}),
                 ("Sub", "x,c", {}), ("Mul", "c,x", {}), ("Div", "x,c", {}),
                 ("Cast", "x", {"to": DOUBLE}), ("Cast", "x", {"to": INT64})],
                [raw_tensor("c", [4, 1, 1], [1.0] * 4)])


def make_clip(path, opset):
    if opset < 11:
        nodes = [("Clip", "x", {"min": 0.0, "max": 6.0}), ("Clip", "x", {"max": 6.0}),
                 ("Clip", "x", {})]
    else:
        nodes = [("Clip", "x,zero,six", {}), ("Clip", ["x", "", "six"], {}),
                 ("Clip", "x", {})]
    return each(nodes, [raw_tensor("zero", [], [0.0]), raw_tensor("six", [], [6.0])], opset)


def make_forwarded(path, opset=13):
    nodes = [("Identity", "x", {}), ("Relu", "o0", {})]
    if opset < 12:
        nodes += [("Dropout", "o1", {"ratio": 0.5})]
    else:
        nodes += [("Dropout", "o1", {"seed": 1}), ("Dropout", "o2,ratio", {}),
                  ("Dropout", "o3,ratio,training", {})]
    return each(nodes, [raw_tensor("ratio", [], [0.5]),
                        raw_tensor("training", [], [0], BOOL)], opset)


def make_unused_mask(path):
    return model(graph([node("Dropout", "x", "a,mask"), node("MaxPool", "a", "y,i",
                                                             kernel_shape=[2, 2])],
                       [X], [value_info("y", None)]))


def make_parts(path):
    """Operators that are made of other operations."""
    return model(graph(
        [node("Split", "x,sizes", "a,b", axis=1),
         node("Split", "x", "c,d", axis=3),
         node("TopK", "x,k", "v,i", axis=1),
         node("Compress", "x,which", "e", axis=2)],
        [X], [value_info(name, None) for name in "abcdvie"],
        [ints("sizes", [1, 3]), ints("k", [2]),
         raw_tensor("which", [3], [0, 1, 1], BOOL)]))


def make_wrong_parts(path):
    return each([("Split", "x,sizes", {"axis": 1}), ("Split", "x", {"axis": 4}),
                 ("DepthToSpace", "x", {"blocksize": 2, "mode": "XYZ"}),
                 ("EyeLike", "m", {"dtype": 99})],
                [ints("sizes", [5]), ints("m", [1])])


def make_constants(path):
    return each([
        ("Constant", [], {"value": raw_tensor("", [2], [1.0, 2.0])}),
        ("Constant", [], {"value_float": 1.5}),
        ("Constant", [], {"value_floats": [1.5, 2.5]}),
        ("Constant", [], {"value_int": 7}),
        ("Constant", [], {"value_ints": [7, 8]}),
        ("Constant", [], {"value": raw_tensor("", [65], [1.0] * 65)}),
        ("ConstantOfShape", "s", {}),
        ("ConstantOfShape", "s", {"value": raw_tensor("", [1], [3], INT64)}),
    ], [ints("s", [2, 3])])


def make_reduce_mean(path, opset):
    if opset < 18:
        return each([("ReduceMean", "x", {"axes": [2, 3], "keepdims": 0}),
                     ("ReduceMean", "x", {})], (), opset)
    return each([("ReduceMean", "x,axes", {"keepdims": 0}), ("ReduceMean", "x", {}),
                 ("ReduceMean", "x", {"noop_with_empty_axes": 1})],
                [ints("axes", [2, 3])], opset)


def make_shapes(path, opset=13):
    more = [("Shape", "x", {"start": 1, "end": -1})] if opset >= 15 else []
    return each([
        ("Shape", "x", {}),
        ("Gather", "o0,i", {"axis": 0}),
        ("Flatten", "x", {}),
        ("Flatten", "x", {"axis": -1}),
        ("Transpose", "x", {}),
        ("Transpose", "x", {"perm": [0, 2, 3, 1]}),
        ("Concat", "x,x", {"axis": 1}),
        *more,
    ], [raw_tensor("i", [], [0], INT64)], opset)


def make_squeeze(path, opset):
    if opset < 13:
        return each([("Unsqueeze", "x", {"axes": [0, 5]}), ("Squeeze", "o0", {"axes": [0]}),
                     ("Squeeze", "c", {})], [raw_tensor("c", [1, 2, 1], [1.0, 2.0])], opset)
    return each([("Unsqueeze", "x,two", {}), ("Squeeze", "o0,zero", {}),
                 ("Squeeze", "c", {})],
                [ints("two", [0, 5]), ints("zero", [0]),
                 raw_tensor("c", [1, 2, 1], [1.0, 2.0])], opset)


def make_slice_pad(path, opset):
    """ResNet-20's shortcut: every second pixel, more channels."""
    pads = [0, 2, 0, 0, 0, 2, 0, 0]
    if opset < 10:
        return each([("Slice", "x", {"starts": [1], "ends": [3], "axes": [1]}),
                     ("Pad", "o0", {"pads": pads, "value": 1.5}),
                     ("Pad", "o0", {"pads": pads, "mode": "constant"})], (), opset)
    nodes = [("Slice", "x,zero,end,axes,step", {})]
    if opset < 11:
        nodes += [("Pad", "o0", {"pads": pads})]
    else:
        nodes += [("Pad", "o0,pads", {}), ("Pad", "o0,pads,value", {})]
    if opset >= 18:
        nodes += [("Pad", ["o0", "one", "", "channel"], {})]
    end = 1 << 62
    return each(nodes, [ints("zero", [0, 0]), ints("end", [end, end]),
                        ints("axes", [2, 3]), ints("step", [2, 2]), ints("pads", pads),
                        raw_tensor("value", [], [1.5]), ints("one", [1, 1]),
                        ints("channel", [1])], opset)
