# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of GridSample and RoiAlign."""

from onnx_writer import *

INPUTS = [value_info("x", ["N", 4, 8, 8]), value_info("grid", ["N", 5, 6, 2]),
          value_info("volume", ["N", 4, 8, 8, 8])]
REGIONS = [raw_tensor("rois", [2, 4], [0.0, 0.0, 4.0, 4.0] * 2),
           raw_tensor("images", [2], [0, 1], INT64)]


def make_samplings(path, opset):
    """A node of each mode, in the names of the opset."""
    linear, cubic = ("linear", "cubic") if opset >= 20 else ("bilinear", "bicubic")
    regions = {"output_height": 3, "sampling_ratio": 2, "spatial_scale": 0.5}
    if opset >= 16:
        regions["coordinate_transformation_mode"] = "half_pixel"
    nodes = [node("RoiAlign", "x,rois,images", "r", mode="max", **regions)]
    if opset >= 16:
        nodes += [node("GridSample", "x,grid", "a"),
                  node("GridSample", "x,grid", "b", mode=linear, align_corners=1),
                  node("GridSample", "x,grid", "c", mode=cubic, padding_mode="border"),
                  node("GridSample", "x,grid", "d", mode="nearest",
                       padding_mode="reflection")]
    outputs = [value_info(name, None) for name in ("r", "a", "b", "c", "d")[:len(nodes)]]
    return model(graph(nodes, INPUTS[:2], outputs, REGIONS), opset)


def make_bad_samplings(path):
    nodes = [node("GridSample", "x,grid", "a", "mode", mode="cubic"),
             node("GridSample", "x,grid", "b", "padding", padding_mode="edge"),
             node("GridSample", "volume,grid", "c", "volume"),
             node("GridSample", "x,volume", "d", "grid"),
             node("RoiAlign", "x,rois,images", "e", "coordinates",
                  coordinate_transformation_mode="pixel"),
             node("RoiAlign", "x,rois,images", "f", "ratio", sampling_ratio=-1),
             node("RoiAlign", "x,images,images", "g", "rois")]
    outputs = [value_info(name, None) for name in "abcdefg"]
    return model(graph(nodes, INPUTS, outputs, REGIONS), 16)
