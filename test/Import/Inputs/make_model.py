# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_model.py KIND FILE [OPSET]: writes the small model called KIND."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kinds_errors
import kinds_functions
import kinds_graphs
import kinds_networks
import kinds_operators
import kinds_reductions
import kinds_sampling
import kinds_tensors
import kinds_training

KINDS = {}
for module in (kinds_errors, kinds_functions, kinds_graphs, kinds_networks,
               kinds_operators, kinds_reductions, kinds_sampling, kinds_tensors,
               kinds_training):
    for name, make in vars(module).items():
        if name.startswith("make_"):
            assert name[5:] not in KINDS, name
            KINDS[name[5:]] = make

if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in KINDS:
        sys.exit(__doc__ + "\nKINDs: " + " ".join(sorted(KINDS)))
    kind, path, opset = sys.argv[1], sys.argv[2], sys.argv[3:]
    content = KINDS[kind](path, *map(int, opset))
    with open(path, "wb") as file:
        file.write(content)
