# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""hostile_models.py DIRECTORY: compiles models that are well-formed, but with
numbers that nobody means: not a number, infinite, negative, zero or so large
that sizes overflow; nested, long, or growing without end. As damage_model.py
says, a compilation must end by itself, with an output or with errors."""

import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

from damage_model import check
from onnx_writer import *

X = value_info("x", ["N", 4, 8, 8])
W = raw_tensor("w", [4, 4, 3, 3], [0.1] * 144)
C = raw_tensor("c", [4], [1.0] * 4)
MOST, LEAST = (1 << 63) - 1, -(1 << 63)
GRAPH = 5   # AttributeProto.GRAPH


def chain(nodes, initializers=(), opset=13, x=X):
    """Each node is (operator, inputs, attributes) and takes "-", the result of
    the one before."""
    made, last = [], "x"
    for i, (op, inputs, attributes) in enumerate(nodes):
        names = [last if name == "-" else name for name in inputs.split(",")]
        last = "v%d" % i
        made.append(node(op, names, last, "n%d" % i, **attributes))
    return model(graph(made, [x], [value_info(last, None)], initializers), opset)


def scalar(name, value):
    return raw_tensor(name, [], [value])


def floats(v):
    """Models with a number of floating point."""
    for op, names in (("LeakyRelu", "alpha"), ("Elu", "alpha"), ("Shrink", "bias,lambd"),
                      ("HardSigmoid", "alpha,beta"), ("ThresholdedRelu", "alpha"),
                      ("Selu", "alpha,gamma")):
        yield chain([(op, "-", {name: v for name in names.split(",")})])
    yield chain([("LRN", "-", {"size": 3, "alpha": v, "beta": v, "bias": v})])
    yield chain([("BatchNormalization", "-,c,c,c,c", {"epsilon": v})], [C])
    yield chain([("InstanceNormalization", "-,c,c", {"epsilon": v})], [C])
    yield chain([("Conv", "-,w", {}), ("BatchNormalization", "-,c,c,c,s", {})],
                [W, C, raw_tensor("s", [4], [v] * 4)])
    yield chain([("Flatten", "-", {}), ("Gemm", "-,g", {"alpha": v, "beta": v})],
                [raw_tensor("g", [256, 2], [0.1] * 512)])
    yield chain([("Resize", "-,,s", {})], [raw_tensor("s", [4], [1.0, 1.0, v, 2.0])])
    yield chain([("Resize", "-,,s", {"mode": "cubic", "cubic_coeff_a": v})],
                [raw_tensor("s", [4], [1.0, 1.0, 2.0, 2.0])])
    yield chain([("Upsample", "-,s", {})], [raw_tensor("s", [4], [1.0, 1.0, v, 2.0])], 9)
    yield chain([("Clip", "-,s,s", {})], [scalar("s", v)])
    yield chain([("Dropout", "-,s", {})], [scalar("s", v)])
    yield chain([("Conv", "-,w", {"pads": [1, 1, 1, 1]})],
                [raw_tensor("w", [4, 4, 3, 3], [v] * 144)])
    # Constants that are folded: a length, a shape.
    yield chain([("Range", "zero,s,one", {}), ("Add", "-,x", {})],
                [scalar("zero", 0.0), scalar("one", 1.0), scalar("s", v)])
    yield chain([("Cast", "s", {"to": INT64}), ("Reshape", "x,-", {})],
                [raw_tensor("s", [2], [v, 2.0])])


def attributes(v):
    """Models with an attribute that is an integer."""
    for op, inputs in (("Conv", "-,w"), ("ConvTranspose", "-,w")):
        for values in ({"dilations": [v, 1]}, {"strides": [v, 1]}, {"group": v},
                       {"pads": [v, 1, v, 1]}):
            yield chain([(op, inputs, values)], [W])
    yield chain([("ConvTranspose", "-,w", {"output_padding": [v, 1]})], [W])
    yield chain([("ConvTranspose", "-,w", {"output_shape": [v, 9]})], [W])
    for op in ("MaxPool", "AveragePool", "LpPool"):
        yield chain([(op, "-", {"kernel_shape": [v, 2]})])
        yield chain([(op, "-", {"kernel_shape": [2, 2], "strides": [v, 1]})])
        yield chain([(op, "-", {"kernel_shape": [2, 2], "pads": [v, 1, v, 1]})])
    yield chain([("MaxPool", "-", {"kernel_shape": [2, 2], "dilations": [v, 1]})])
    for op in ("Softmax", "Flatten", "Hardmax", "ArgMax", "Gather"):
        inputs = "-,i" if op == "Gather" else "-"
        yield chain([(op, inputs, {"axis": v})], [ints("i", [1])])
    yield chain([("DepthToSpace", "-", {"blocksize": v})])
    yield chain([("SpaceToDepth", "-", {"blocksize": v})])
    yield chain([("LRN", "-", {"size": v})])
    yield chain([("GroupNormalization", "-,c,c", {"num_groups": v})], [C], 21)
    yield chain([("EyeLike", "e", {"k": v}), ("MatMul", "x,-", {})],
                [raw_tensor("e", [8, 8], [0.0] * 64)])


def operands(v):
    """Models with an integer in a constant operand, or as a dimension."""
    value = [ints("i", [v])]
    for op, inputs in (("TopK", "-,i"), ("Squeeze", "-,i"), ("Unsqueeze", "-,i"),
                       ("ReduceSum", "-,i"), ("CumSum", "-,i")):
        yield chain([(op, inputs, {})], value)
    yield chain([("Gather", "-,i", {"axis": 1})], value)
    for pads in ([0, 0, v, 0, 0, 0, 0, 0], [0, v, 0, 0, 0, v, 0, 0], [v, 0, 0, 0] * 2):
        yield chain([("Pad", "-,i", {})], [ints("i", pads)])
    for op, sizes in (("Tile", [1, v, 1, 1]), ("Expand", [v, 1, 1, 1, 1]),
                      ("Reshape", [0, v, 1]), ("Reshape", [v, -1])):
        yield chain([(op, "-,i", {})], [ints("i", sizes)])
    yield chain([("Resize", "-,,,i", {})], [ints("i", [1, 4, v, 8])])
    yield chain([("Split", "-,i", {"axis": 1})], [ints("i", [v, 4])])
    yield chain([("ConstantOfShape", "i", {}), ("Add", "-,x", {})], [ints("i", [v, 8])])
    yield chain([("OneHot", "i,d,o", {}), ("Add", "-,x", {})],
                [ints("i", [1] * 8), ints("d", [v]), raw_tensor("o", [2], [0.0, 1.0])])
    for start, axis, step in ((v, 2, 1), (0, v, 1), (0, 2, v)):
        yield chain([("Slice", "-,s,e,a,t", {})],
                    [ints("s", [start]), ints("e", [MOST]), ints("a", [axis]),
                     ints("t", [step])])
    yield chain([("Conv", "-,w", {})], [W], x=value_info("x", ["N", 4, v, 8]))
    yield chain([("Relu", "-", {})], x=value_info("x", [v, 4, 8]))
    yield chain([("Relu", "-", {})], opset=v)


def nothing():
    """Models without elements."""
    for dims in ([0, 4, 3, 3], [4, 4, 0, 3], [4, 0, 3, 3]):
        yield chain([("Conv", "-,w", {})], [raw_tensor("w", dims, [])])
    yield chain([("Flatten", "-", {}), ("Gemm", "-,g", {})], [raw_tensor("g", [256, 0], [])])
    yield chain([("Concat", "-,e", {"axis": 1})], [raw_tensor("e", [1, 0, 8, 8], [])])
    none = value_info("x", ["N", 4, 0, 8])
    for op, values in (("GlobalAveragePool", {}), ("GlobalMaxPool", {}),
                       ("ReduceMean", {"axes": [2, 3]}), ("ReduceMax", {"axes": [2]}),
                       ("ArgMax", {"axis": 2}), ("Softmax", {"axis": 2}), ("Relu", {})):
        yield chain([(op, "-", values)], x=none)


def endless():
    """Models that are deep, long or grow."""
    for depth in (1, 30, 90, 1000):
        inner = graph([node("Relu", "x", "y")], [X], [value_info("y", None)])
        for i in range(depth):
            branch = Raw(data(6, inner) + number(20, GRAPH))
            inner = graph([node("If", "x", "y", "if%d" % i, then_branch=branch)],
                          [X], [value_info("y", None)])
        yield model(inner)
    yield chain([("Relu", "-", {})] * 5000)
    yield chain([("Add", "-,-", {})] * 1000)
    yield chain([("Concat", "-,-", {"axis": 1})] * 60)
    yield chain([("Concat", "c,c", {"axis": 0})] + [("Concat", "-,-", {"axis": 0})] * 60 +
                [("Add", "x,-", {})], [C])


def models():
    largest = struct.unpack("f", b"\xff\xff\x7f\x7f")[0]
    for v in (float("nan"), float("inf"), -float("inf"), -1.0, 0.0, 1e-40, largest):
        yield from floats(v)
    for v in (0, -1, 1 << 31, 1 << 40, MOST, LEAST):
        yield from attributes(v)
        yield from operands(v)
    yield from nothing()
    yield from endless()


def main():
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda item: check(*item, directory), enumerate(models())))
    wrong = [message for _, message in results if message]
    print("\n".join(wrong))
    print("%d compiled, %d refused, %d wrong" % (
        sum(status == 0 for status, _ in results),
        sum(status == 1 for status, _ in results), len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
