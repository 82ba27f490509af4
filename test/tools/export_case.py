# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exports an untrained network of check_gradients.py from PyTorch.

    export_case.py CASE MODEL.onnx
"""

import sys

import torch

from check_gradients import CASES, export

name, path = sys.argv[1:]
torch.manual_seed(1)
export(CASES[name].make(), torch.randn((2,) + CASES[name].shape), path)
