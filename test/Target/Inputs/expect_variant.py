# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""expect_variant.py COMMAND...: the command must say that the code of the best
of x86-64, x86-64-v2, -v3 and -v4 runs which /proc/cpuinfo has the flags of."""

import subprocess
import sys

LEVELS = [
    ("x86-64", set()),
    ("x86-64-v2", {"sse4_2"}),
    ("x86-64-v3", {"avx2", "fma", "f16c", "bmi2"}),
    ("x86-64-v4", {"avx512f", "avx512bw", "avx512dq", "avx512vl"}),
]

with open("/proc/cpuinfo") as cpuinfo:
    has = next(set(line.split(":")[1].split()) for line in cpuinfo
               if line.startswith("flags"))
best = [cpu for cpu, flags in LEVELS if flags <= has][-1]
text = subprocess.check_output(sys.argv[1:], universal_newlines=True)
target = next(line for line in text.splitlines() if line.startswith("target "))
print("%s; best here is %s" % (target, best))
sys.exit(target.split()[-1] != best)
