# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of reductions, normalizations, losses and optimizers."""

from onnx_writer import *
from kinds_operators import each

TRAINING = "ai.onnx.preview.training"


def make_reductions(path, opset):
    if opset < 13:
        return each([("ReduceSum", "x", {"axes": [1], "keepdims": 0}),
                     ("ReduceMax", "x", {"axes": [2, 3]}),
                     ("LogSoftmax", "x", {})], (), opset)
    reductions = ["ReduceProd", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare",
                  "ReduceLogSum", "ReduceLogSumExp"]
    return each([("ReduceSum", "x,axes", {"noop_with_empty_axes": 1}),
                 *((name, "x", {}) for name in reductions),
                 ("ArgMax", "x", {"axis": 1, "select_last_index": 1}),
                 ("ArgMin", "x", {"keepdims": 0}),
                 ("Hardmax", "x", {}), ("LogSoftmax", "x", {}),
                 ("CumSum", "x,axis", {"reverse": 1})],
                [ints("axes", [2]), raw_tensor("axis", [], [1], INT64)], opset)


def make_normalizations(path):
    """Batch normalization that trains, and layer normalization with all results."""
    x = value_info("x", ["N", 4, 8, 8])
    names = ["y", "mean", "var", "z", "center", "inverse"]
    return model(graph(
        [node("BatchNormalization", "x,one,one,one,one", "y,mean,var", training_mode=1),
         node("LayerNormalization", "x,scale", "z,center,inverse", axis=2)],
        [x], [value_info(name, None) for name in names],
        [raw_tensor("one", [4], [1.0] * 4), raw_tensor("scale", [8], [1.0] * 8)]), 17)


def make_losses(path):
    x = value_info("x", ["N", 3, 8])
    target = value_info("t", ["N", 8], INT64)
    return model(graph(
        [node("SoftmaxCrossEntropyLoss", "x,t", "loss,logs", reduction="none"),
         node("NegativeLogLikelihoodLoss", "x,t,weight", "mean", ignore_index=1)],
        [x, target], [value_info(name, None) for name in ("loss", "logs", "mean")],
        [raw_tensor("weight", [3], [1.0] * 3)]))


def make_optimizer(path):
    """Two tensors, updated with momentum."""
    operands = ["x", "y", "gx", "gy", "vx", "vy"]
    return model(graph(
        [node("Momentum", ["rate", "count", *operands], "x2,y2,vx2,vy2", domain=TRAINING,
              alpha=0.5, beta=0.5, norm_coefficient=0.0, mode="standard")],
        [value_info("rate", []), value_info("count", [], INT64),
         *(value_info(name, [1]) for name in operands)],
        [value_info(name, None) for name in ("x2", "y2", "vx2", "vy2")]),
        opsets=[(TRAINING, 1)])


def make_bad_reductions(path):
    x = value_info("x", ["N", 4, 8, 8])
    bad = [
        ("axis", "ReduceSum", "x,four", {}),
        ("operand", "ReduceMax", "x,four", {}),
        ("matrix", "ReduceSum", "x,square", {}),
        ("lowest", "ReduceL2", "x", {"axes": [-(1 << 63)]}),
        ("twice", "ReduceMin", "x", {"axes": [1, -3]}),
        ("arg", "ArgMax", "x", {"axis": -5}),
        ("softmax", "LogSoftmax", "x", {"axis": 4}),
        ("integers", "LogSoftmax", "four", {}),
        ("cumsum", "CumSum", "x,four", {}),
        ("size", "LRN", "x", {"size": -1}),
        ("norm", "LpNormalization", "x", {"p": 3}),
        ("layer", "LayerNormalization", "x,scale", {"axis": 7}),
        ("instance", "InstanceNormalization", "x,square,scale", {}),
        ("reduction", "NegativeLogLikelihoodLoss", "x,target", {"reduction": "most"}),
        ("target", "NegativeLogLikelihoodLoss", "x,four", {"ignore_index": 1 << 40}),
        ("weight", "SoftmaxCrossEntropyLoss", "x,target,square", {}),
        ("labels", "SoftmaxCrossEntropyLoss", "x,scale", {}),
    ]
    nodes = [node(op, inputs, f"o{i}", name, **attrs)
             for i, (name, op, inputs, attrs) in enumerate(bad)]
    nodes += [
        node("Momentum", "x,four,x,x", "m0", "few", domain=TRAINING, mode="standard",
             alpha=0.5, beta=0.5, norm_coefficient=0.0),
        node("Adagrad", "scale,four,x,x,x,x", "m1", "odd", domain=TRAINING),
        node("Adam", ["scale", "four", "x", "", "x", "x"], "m2", "hole", domain=TRAINING),
        node("Relu", "x", "m3", "other", domain=TRAINING),
    ]
    outputs = [value_info(name, None)
               for name in [f"o{i}" for i in range(len(bad))] + ["m0", "m1", "m2", "m3"]]
    return model(graph(nodes, [x], outputs, [
        ints("four", [4]), raw_tensor("square", [2, 2], [1] * 4, INT64),
        raw_tensor("scale", [4], [1.0] * 4), value("target")]),
        opsets=[("", 13), (TRAINING, 1)])


def value(name):
    return raw_tensor(name, [2, 8, 8], [0] * 128, INT64)
