# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""write_fused_table.py MODEL.onnx ALGORITHM: a table of schedules.

It has ALGORITHM, with small chunks, for each shape of make_ragged_model.py.
Standard input is what resnetc-run prints, which names the CPU.
"""

import sys

import onnx

cpu = next(line.split()[2] for line in sys.stdin if line.startswith('target'))
shapes = {tuple(weight.dims[:2])
          for weight in onnx.load(sys.argv[1]).graph.initializer
          if len(weight.dims) == 4}
entries = ',\n'.join(
    '"3x3 %d to %d, 61x75" = '
    '#kernel.schedule<%s, pixels = 5, oc_blocks = 2, rows = 3>' %
    (inputs, outputs, sys.argv[2]) for outputs, inputs in sorted(shapes))
print('{cpu = "%s", schedules = {\n%s\n}}' % (cpu, entries))
