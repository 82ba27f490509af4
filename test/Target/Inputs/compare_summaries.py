# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what `resnetc -v` says of two objects of a network.

    compare_summaries.py ONE TWO

Prints for each function of both whether its summary is the same, or bounds of the
ratios of TWO's to ONE's workspace and multiply-adds, rounded up.
"""

import math
import re
import sys

LINE = re.compile(r'(\w+): .*?([\d.]+) G multiply-adds, .* ([\d.]+) MB of '
                  r'workspace an image')


def summaries(path):
    with open(path, encoding='utf-8') as file:
        found = [LINE.match(line) for line in file]
    return {m[1]: (float(m[2]), float(m[3]), m[0]) for m in found if m}


one, two = (summaries(path) for path in sys.argv[1:3])
assert one.keys() == two.keys(), (one, two)
for name, (macs, workspace, text) in one.items():
    if two[name][2] == text:
        print(name + ': the same')
        continue
    print('%s: less than %.2f of the workspace, less than %.1f times the '
          'multiply-adds' % (name,
                             math.ceil(100 * two[name][1] / workspace) / 100,
                             math.ceil(10 * two[name][0] / macs) / 10))
