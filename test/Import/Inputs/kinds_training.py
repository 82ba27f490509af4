# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models that train, and that quantize what they compute."""

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


def make_dropout_unknown(path):
    return model(graph([node("Dropout", "x,,mode", "y", "drop", seed=1)],
                       [value_info("x", ["N", 3]), value_info("mode", [], BOOL)],
                       [value_info("y", None)]), 13)


def make_dynamic_quantize(path):
    return model(graph([node("DynamicQuantizeLinear", "x", "y,scale,zero")],
                       [value_info("x", [2, 3])],
                       [value_info(name, None) for name in ("y", "scale", "zero")]), 13)
