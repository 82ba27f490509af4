# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""expect_cpu.py FLAG,... COMMAND...: the command must succeed where
/proc/cpuinfo has all flags, and be refused, not killed, where it does not."""

import subprocess
import sys

REFUSAL = ("the model was compiled for a CPU with instructions that this one "
           "lacks")

with open("/proc/cpuinfo") as cpuinfo:
    has = next(set(line.split(":")[1].split()) for line in cpuinfo
               if line.startswith("flags"))
capable = set(sys.argv[1].split(",")) <= has
result = subprocess.run(sys.argv[2:], stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE, universal_newlines=True)
print("status %d: %s" % (result.returncode, result.stderr.strip()))
if capable:
    sys.exit(result.returncode != 0)
sys.exit(result.returncode != 1 or REFUSAL not in result.stderr)
