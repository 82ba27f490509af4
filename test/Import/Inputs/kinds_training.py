# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models that train, and that quantize what they compute."""

import numpy as np
from onnx_writer import *

TRAINING = "ai.onnx.preview.training"


def make_dropout_training(path):
    """Dropout with and without a ratio, and with modes from a constant and from
    the caller."""
    return model(graph(
        [node("Dropout", "x,ratio,yes", "a,kept", seed=1),
         node("Dropout", "x,,mode", "b", seed=1)],
        [value_info("x", [2, 3]), value_info("mode", [], BOOL)],
        [value_info(name, None) for name in ("a", "kept", "b")],
        [raw_tensor("ratio", [], [0.25]), raw_tensor("yes", [], [1], BOOL)]), 13)


def make_dropout_marked(path):
    """A mode and a seed that say nothing about training."""
    return model(graph(
        [node("Dropout", "x,ratio,yes", "a,unused", seed=1), node("Dropout", "a", "b")],
        [value_info("x", [2, 3])], [value_info("b", None)],
        [raw_tensor("ratio", [], [0.25]), raw_tensor("yes", [], [1], BOOL)]), 13)


def make_dropout_old(path):
    """An attribute says the ratio before opset 12."""
    return model(graph([node("Dropout", "x", "y", ratio=0.125)],
                       [value_info("x", [2, 3])], [value_info("y", None)]), 7)


def make_dropout_mask(path):
    return model(graph([node("Dropout", "x", "y,mask", "drop")],
                       [value_info("x", [2, 3])],
                       [value_info("y", None), value_info("mask", None)]), 13)


def make_dropout_ratio(path):
    return model(graph([node("Dropout", "x,ratio", "y", "drop")],
                       [value_info("x", [2, 3])], [value_info("y", None)],
                       [raw_tensor("ratio", [], [1.0])]), 13)


def make_dropout_net(path):
    """Dropout of images in blocks of channels, the last of them not full, and of
    vectors; what is before and behind them are outputs, too."""
    def weight(name, *dims):
        count = int(np.prod(dims))
        return raw_tensor(name, dims, [((i * 37) % 23 - 11) / 20 for i in range(count)])

    nodes = [node("Conv", "x,w0", "a", "conv0"), node("Dropout", "a,r0", "b", "drop0"),
             node("Relu", "b", "c", "relu"), node("Conv", "c,w1", "d", "conv1"),
             node("GlobalAveragePool", "d", "e", "pool"), node("Flatten", "e", "f", "flatten"),
             node("Dropout", "f", "g", "drop1"), node("Gemm", "g,w2", "y", "gemm", transB=1)]
    outputs = [("y", ["N", 4]), ("a", ["N", 20, 6, 7]), ("b", ["N", 20, 6, 7]),
               ("f", ["N", 33]), ("g", ["N", 33])]
    return model(graph(
        nodes, [value_info("x", ["N", 3, 6, 7])],
        [value_info(name, dims) for name, dims in outputs],
        [weight("w0", 20, 3, 1, 1), weight("w1", 33, 20, 1, 1), weight("w2", 4, 33),
         raw_tensor("r0", [], [0.2])]), 13)


def make_dropout_unknown(path):
    return model(graph([node("Dropout", "x,,mode", "y", "drop", seed=1)],
                       [value_info("x", ["N", 3]), value_info("mode", [], BOOL)],
                       [value_info("y", None)]), 13)


def make_dropout_large(path):
    size = (1 << 31) - 1
    return model(graph([node("Dropout", "x,,mode", "y", "drop", seed=1)],
                       [value_info("x", [size, size, size]), value_info("mode", [], BOOL)],
                       [value_info("y", None)]), 13)


def make_dynamic_quantize(path):
    return model(graph([node("DynamicQuantizeLinear", "x", "y,scale,zero")],
                       [value_info("x", [2, 3])],
                       [value_info(name, None) for name in ("y", "scale", "zero")]), 13)


def gradient(inputs, outputs, name="gradient", **attrs):
    return node("Gradient", inputs, outputs, name, TRAINING, **attrs)


def with_gradients(nodes, outputs, dims=(2,)):
    return model(graph(nodes, [value_info(name, dims) for name in ("a", "b")],
                       [value_info(name, None) for name in outputs]),
                 opsets=[("", 13), (TRAINING, 1)])


def make_gradients(path):
    """With respect to inputs, listed before what is differentiated, and to what
    is computed, at another value."""
    return with_gradients(
        [gradient("a,b", "da,db", xs=["a", "b"], y="y"),
         node("Exp", "a", "h"), node("Mul", "h,b", "y"),
         gradient("b,a", "dh", xs=["h"], zs=["b"], y="y")],
        ["y", "da", "db", "dh"])


def make_second_gradient(path):
    """The gradient of a gradient."""
    return with_gradients(
        [node("Mul", "a,a", "y"), gradient("a", "da", xs=["a"], y="y"),
         gradient("a", "dda", xs=["a"], y="da")], ["dda"])


def make_large_gradient(path):
    return with_gradients([node("Mul", "a,b", "y"),
                           gradient("a", "da", xs=["a"], y="y")], ["da"],
                          dims=[(1 << 31) - 1])


def make_bad_gradients(path):
    return with_gradients(
        [node("Hardmax", "a", "t", "largest"), node("Cast", "a", "i", to=INT64),
         node("Concat", "a,b", "ab", axis=0),
         gradient("a", "o0", "without", xs=["a"], y="t"),
         gradient("a", "o1", "missing", xs=["a"]),
         gradient("a", "o2", "none", zs=["a"], y="t"),
         gradient("a", "o3", "unknown", xs=["a"], y="z"),
         gradient("a", "o4", "variable", xs=["z"], y="b"),
         gradient("a", "o5", "operands", xs=["a", "b"], y="b"),
         gradient("a,b", "o6,o7", "results", xs=["a"], zs=["b"], y="b"),
         gradient("a", "o8", "integers", xs=["a"], y="i"),
         gradient("i", "o9", "variables", xs=["i"], y="a"),
         gradient("a", "o10", "type", xs=["ab"], y="ab")],
        ["o%d" % i for i in range(11)])


def make_gradient_cycle(path):
    """A gradient of what it is needed for."""
    return with_gradients([gradient("a", "g", xs=["a"], y="y"),
                           node("Mul", "g,a", "y", "product")], ["y"])
