# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of graphs: inputs, names, order; and files that are no models."""

from onnx_writer import *

X = value_info("x", ["N", 3, 8, 8])
Y = value_info("y", ["N", 3, 8, 8])


def relu(opset=13, ir=8, **more):
    return model(graph([node("Relu", "x", "y", "act")], [X], [Y]), opset, ir, **more)


# What is accepted.

def make_relu(path, opset=13):
    return relu(opset)


def make_net(path):
    """A convolution whose weight is an input too, as in IR version 3."""
    nodes = [node("Conv", "x,w,b", "c", "layer1.0/conv1", pads=[1, 1, 1, 1]),
             node("Add", "c,x", "s"),
             node("Relu", "s", "y")]
    return model(graph(nodes, [value_info("x", [None, 3, "H", "W"]),
                               value_info("w", [3, 3, 3, 3])], [Y],
                       [raw_tensor("w", [3, 3, 3, 3], [0.5] * 81),
                        raw_tensor("b", [3], [1.0, 2.0, 3.0])]), 7, 3)


def make_unsorted(path):
    return model(graph([node("Sigmoid", "b", "y", "third"),
                        node("Identity", "a", "b", "second"),
                        node("Relu", "x", "a", "first")], [X], [Y]))


def make_shared(path):
    """One initializer with two users, one without, one that is a result."""
    w = raw_tensor("w", [1], [2.0])
    return model(graph([node("Add", "x,w", "a"), node("Mul", "a,w", "y")],
                       [X], [Y, value_info("r", [1])],
                       [w, raw_tensor("unused", [1], [3.0]),
                        raw_tensor("r", [1], [4.0])]))


def make_inputs(path):
    inputs = [value_info("unranked", None), value_info("scalar", []),
              value_info("minus", [-1, 4]), value_info("i", [2], INT64),
              value_info("u", [2], UINT8)]
    names = ["unranked", "scalar", "minus", "i", "u"]
    return model(graph([node("Identity", n, "o" + n) for n in names], inputs,
                       [value_info("o" + n, None) for n in names]))


def make_domain_alias(path):
    return model(graph([node("Relu", "x", "y", domain="ai.onnx")], [X], [Y]),
                 opsets=[("ai.onnx", 13), ("com.example", 1)])


# Files that are no models.

def make_empty_file(path):
    return b""


def make_text_file(path):
    return b"version https://git-lfs.github.com/spec/v1\n"


def make_truncated(path):
    return relu()[:-20]


def make_garbage(path):
    return bytes(range(255, 0, -1)) * 4


def make_no_graph(path):
    return number(1, 8)


def make_no_ir_version(path):
    return relu()[2:]


def make_old_ir(path):
    return relu(ir=2)


def make_old_opset(path):
    return relu(opset=0)


def make_no_opset(path):
    return relu(opsets=[("com.example", 1)])


# Graphs that are wrong.

def make_empty_graph(path):
    return model(graph([], [X], []))


def make_cycle(path):
    return model(graph([node("Add", "x,c", "a", "first"), node("Relu", "a", "b", "second"),
                        node("Relu", "b", "c", "third"), node("Relu", "c", "y", "last")],
                       [X], [Y]))


def make_self_cycle(path):
    return model(graph([node("Add", "x,y", "y", "loop")], [X], [Y]))


def make_duplicates(path):
    w = raw_tensor("w", [1], [1.0])
    return model(graph([node("Relu", "x", "y", "one"), node("Relu", "x", "y", "two"),
                        node("Relu", "x", "x", "three"), node("Relu", "x", "w", "four")],
                       [X, X], [Y, Y], [w, w]))


def make_undefined(path):
    return model(graph([node("Add", "x,nobody", "a", "first"),
                        node("Relu", "a", "y", "second")],
                       [X], [Y, value_info("nothing", [1])]))


def make_undefined_output(path):
    return model(graph([node("Relu", "x", "y")], [X], [Y, value_info("nothing", [1])]))


def make_bad_inputs(path):
    sequence = data(1, "seq") + data(2, data(4, b""))
    inputs = [X, value_info("neg", [-5]), value_info("big", [1 << 40]),
              value_info("str", [1], STRING), sequence, data(1, "untyped"),
              value_info("", [1]), value_info("deep", [1] * 65)]
    return model(graph([node("Relu", "x", "y")], inputs, [Y]))


def make_sparse(path):
    return model(graph([node("Relu", "x", "y")], [X], [Y], more=data(15, b"")))


def make_control_characters(path):
    return model(graph([node("Relu\x1b[2J", "x", "y", "evil\nname")], [X], [Y]))


def make_no_names(path):
    """A node without anything: no operator, no results."""
    return model(graph([b"", node("Relu", "x", "y")], [X], [Y]))
