# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole networks of a few kilobytes, for what does not depend on their size."""

import random

from onnx_writer import *


def network(batch, channels=8, seed=0, middle=(), x="x", vector_weight=False):
    """A residual block between a stem and a classifier. `middle` are nodes that
    take 'pooled' to 'features' in the place of a Flatten; with `vector_weight`
    a convolution has a weight of rank 1."""
    values = random.Random(seed)
    c = channels

    def weight(name, *dims):
        count = 1
        for dim in dims:
            count *= dim
        scale = (count // dims[0]) ** -0.5
        return raw_tensor(name, dims, [values.gauss(0, scale) for _ in range(count)])

    def vector(name, low, high):
        return raw_tensor(name, [c], [values.uniform(low, high) for _ in range(c)])

    nodes = [
        node("Conv", f"{x},w0", "c0", "stem/conv", pads=[1, 1, 1, 1]),
        node("BatchNormalization", "c0,gamma,beta,mean,var", "n0", "stem/bn"),
        node("Relu", "n0", "r0", "stem/relu"),
        node("Conv", "r0,w1,b1", "c1", "block/conv1", pads=[1, 1, 1, 1]),
        node("Relu", "c1", "r1", "block/relu1"),
        node("Conv", "r1,w2,b2", "c2", "block/conv2", pads=[1, 1, 1, 1]),
        node("Add", "c2,r0", "s", "block/add"),
        node("Relu", "s", "r2", "block/relu2"),
        node("GlobalAveragePool", "r2", "pooled", "pool"),
        *(middle or [node("Flatten", "pooled", "features", "flatten")]),
        node("Gemm", "features,w3,b3", "y", "fc", transB=1),
    ]
    initializers = [
        weight("w0", c, 3, 3, 3), vector("gamma", 0.5, 1.5), vector("beta", -0.5, 0.5),
        vector("mean", -0.5, 0.5), vector("var", 0.5, 1.5),
        weight("w1", c, c, 3, 3), vector("b1", -0.5, 0.5),
        weight("w2", *([c * c * 9] if vector_weight else [c, c, 3, 3])), vector("b2", -0.5, 0.5),
        weight("w3", 4, c), raw_tensor("b3", [4], [values.uniform(-1, 1) for _ in range(4)]),
        ints("flat", [2, c]),
    ]
    return model(graph(nodes, [value_info(x, [batch, 3, 8, 8])],
                       [value_info("y", [batch, 4])], initializers))


def make_tiny(path):
    return network("N")


def make_tiny_other(path):
    """Another network with the same names of nodes and tensors."""
    return network("N", channels=12, seed=1)


def make_tiny_narrow(path):
    """Two kilobytes, most of which are no weights."""
    return network("N", channels=2)


def make_tiny_wrong_rank(path):
    return network("N", vector_weight=True)


def make_tiny_odd_name(path):
    """An input whose name would end a comment of C, and more."""
    return network("N", x='*/ #error "x" /* \\ ??/ \n \u00e9')


def make_tiny_fixed(path):
    """A batch of 2, as an exporter's example had it."""
    return network(2)


def make_tiny_reshaped(path):
    """A batch of 2 that the shape of a Reshape repeats."""
    return network(2, middle=[node("Reshape", "pooled,flat", "features", "flatten")])


def make_two_batches(path):
    """A sum of inputs that have different first dimensions."""
    return model(graph([node("Add", "a,b", "y", "sum")],
                       [value_info("a", [2, 3]), value_info("b", [1, 3])],
                       [value_info("y", [2, 3])]))


def make_one_named_batch(path):
    """The same, but only one first dimension has a size."""
    return model(graph([node("Add", "a,b", "y", "sum")],
                       [value_info("a", ["N", 3]), value_info("b", [1, 3])],
                       [value_info("y", ["N", 3])]))


def make_integer_division(path):
    """Quotients and remainders of 32-bit integers."""
    return model(graph([node("Div", "a,b", "q", "div"), node("Mod", "a,b", "r", "mod")],
                       [value_info("a", [4], INT32), value_info("b", [4], INT32)],
                       [value_info("q", [4], INT32), value_info("r", [4], INT32)]))


def make_padded_channels(path):
    """Twelve channels that become channels 3 to 14 of sixteen."""
    c = 12
    nodes = [node("Conv", "x,w", "c", "conv"), node("Pad", "c,pads", "y", "pad")]
    weights = raw_tensor("w", [c, c, 1, 1], [i % 7 - 3.0 for i in range(c * c)])
    return model(graph(nodes, [value_info("x", ["N", c, 4, 4])],
                       [value_info("y", ["N", c + 4, 4, 4])],
                       [weights, ints("pads", [0, 3, 0, 0, 0, 1, 0, 0])]))
