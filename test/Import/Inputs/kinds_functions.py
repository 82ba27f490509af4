# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models with functions of their own, and with branches."""

from onnx_writer import *

X = value_info("x", ["N", 4])
Y = value_info("y", ["N", 4])
OPSETS = [("", 13), ("own", 1)]


def function(name, inputs, outputs, nodes, attributes=(), opset=13, more=b""):
    """A function of domain "own"; `inputs` and the like are names."""
    split = lambda names: names.split(",") if isinstance(names, str) else names
    out = data(1, name) + b"".join(data(4, n) for n in split(inputs))
    out += b"".join(data(5, n) for n in split(outputs))
    out += b"".join(data(6, n) for n in attributes)
    out += b"".join(data(7, n) for n in nodes)
    for domain, version in [("", opset), ("own", 1)]:
        out += data(9, data(1, domain) + number(2, version))
    return data(25, out + data(10, "own") + more)


def call(name, inputs, outputs, **attrs):
    return node(name, inputs, outputs, "call_" + name, domain="own", **attrs)


def reference(name, kind):
    """An attribute that stands for one of the function's."""
    return Raw(data(21, name) + number(20, kind))


def make_functions(path):
    """A call in a call, with attributes, a result that is an operand, an
    operand that is left out, and names that are in use outside."""
    activation = function("Activation", "a", "b", [
        node("LeakyRelu", "a", "x", alpha=reference("slope", 1)),
        node("Relu", "x", "b")], ["slope"])
    bounded = function("Bounded", "a,low,high", "b,a", [
        node("Clip", "y,low,high", "b"),
        node("Activation", "a", "y", domain="own", slope=reference("s", 1))], ["s"])
    nodes = [call("Bounded", "x,,high", "z,same", s=0.25), call("Activation", "z", "w"),
             node("Add", "w,same", "y")]
    return model(graph(nodes, [X], [Y], [raw_tensor("high", [], [6.0])]),
                 opsets=OPSETS) + activation + bounded


def make_function_default(path):
    """Since IR version 9, attributes can have defaults; since 10, functions of
    one name are told apart by another."""
    leaky = [node("LeakyRelu", "a", "b", alpha=reference("slope", 1))]
    functions = (function("Act", "a", "b", leaky, more=data(11, attribute("slope", 0.5)))
                 + function("Act", "a", "b", [node("Relu", "a", "b")], more=data(13, "rectified")))
    nodes = [call("Act", "x", "z"), call("Act", "z", "y") + data(8, "rectified")]
    return model(graph(nodes, [X], [Y]), opsets=OPSETS, ir=10) + functions


def make_function_opset(path):
    """The body is of its own opset, in which axes are an attribute."""
    body = [node("Unsqueeze", "a", "c", axes=[1]), node("Squeeze", "c", "b", axes=[1])]
    return model(graph([call("There", "x", "y")], [X], [Y]), opsets=OPSETS) \
        + function("There", "a", "b", body, opset=11)


def make_function_chain(path, length=3000):
    functions = [function("F0", "a", "b", [node("Relu", "a", "b")])]
    for i in range(1, length):
        functions.append(function(f"F{i}", "a", "b", [call(f"F{i - 1}", "a", "b")]))
    return model(graph([call(f"F{length - 1}", "x", "y")], [X], [Y]),
                 opsets=OPSETS) + b"".join(functions)


def make_function_doubling(path):
    functions = [function("F0", "a", "b", [node("Relu", "a", "b")])]
    for i in range(1, 40):
        functions.append(function(f"F{i}", "a", "b", [
            call(f"F{i - 1}", "a", "c"), call(f"F{i - 1}", "c", "b")]))
    return model(graph([call("F39", "x", "y")], [X], [Y]), opsets=OPSETS) + b"".join(functions)


def make_function_errors(path):
    """All are reported."""
    functions = (function("Self", "a", "b", [call("Other", "a", "b")])
                 + function("Other", "a", "b", [call("Self", "a", "b")])
                 + function("One", "a", "b", [node("Relu", "a", "b")])
                 + function("Lost", "a", "b", [node("Relu", "x", "b")])
                 + function("Bad", "a", "b", [node("Celeste", "a", "b", "inner")])
                 + function("Tensor", "a", "b", [node("Relu", "a", "b")],
                            more=data(11, attribute("t", raw_tensor("t", [1], [1.0])))))
    nodes = [call("Self", "x", "a"), call("One", "x,x", "b"), call("One", "x", "c", slope=1.0),
             call("Lost", "x", "d"), call("Bad", "x", "e"), call("Tensor", "x", "f"),
             call("None", "x", "y")]
    return model(graph(nodes, [X], [Y]), opsets=OPSETS) + functions


def make_function_twice(path):
    one = function("One", "a", "b", [node("Relu", "a", "b")])
    return model(graph([call("One", "x", "y")], [X], [Y]), opsets=OPSETS) + one + one


def branch(nodes, output, initializers=()):
    return Raw(data(6, graph(nodes, [], [value_info(output, None)], initializers))
               + number(20, 5))


def make_if_known(path):
    """The condition asks for a shape; the branch not taken does not fit. Both
    use a name that is another thing outside of them."""
    nodes = [node("Shape", "x", "shape"), node("Gather", "shape,one", "columns"),
             node("Equal", "columns,four", "condition"),
             node("If", "condition", "y", "choice",
                  then_branch=branch([node("Relu", "x", "t"), node("Mul", "t,two", "r")], "r",
                                     [raw_tensor("two", [], [2.0])]),
                  else_branch=branch([node("Squeeze", "x,axes", "t")], "t",
                                     [ints("axes", [1])])),
             node("Neg", "x", "t")]
    scalars = [raw_tensor("one", [], [1], INT64), raw_tensor("four", [], [4], INT64)]
    return model(graph(nodes, [X], [Y, value_info("t", None)], scalars))


def make_if_unknown(path):
    """A condition on values; branches of one node or none."""
    nodes = [node("ReduceMax", "x", "max", axes=[1], keepdims=1),
             node("Greater", "max,zero", "condition"),
             node("If", "condition", "y", "choice",
                  then_branch=branch([node("Relu", "x", "r")], "r"),
                  else_branch=branch([], "x"))]
    return model(graph(nodes, [X], [Y], [raw_tensor("zero", [], [0.0])]))


def make_if_errors(path):
    relu = branch([node("Relu", "x", "r")], "r")
    nodes = [node("ReduceMax", "x", "max", axes=[1], keepdims=1),
             node("Greater", "max,zero", "one"), node("Greater", "x,zero", "four"),
             node("If", "one", "a", "types", then_branch=relu,
                  else_branch=branch([node("ReduceSum", "x", "s")], "s")),
             node("If", "four", "b", "elements", then_branch=relu, else_branch=branch([], "x")),
             node("If", "one", "c", "undefined", then_branch=relu,
                  else_branch=branch([], "nobody")),
             node("If", "one", "d", "unsupported", then_branch=relu,
                  else_branch=branch([node("Celeste", "x", "r", "inner")], "r")),
             node("If", "one", "e,f", "few", then_branch=relu, else_branch=relu),
             node("If", "one,one", "y", "operands", then_branch=relu, else_branch=relu)]
    return model(graph(nodes, [X], [Y], [raw_tensor("zero", [], [0.0])]))
