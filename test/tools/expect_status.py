# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""expect_status.py N COMMAND...: 0 if the command exits with status N; one that
a signal ends does not."""

import subprocess
import sys

status = subprocess.call(sys.argv[2:])
if status != int(sys.argv[1]):
    sys.exit("expect_status: %s exited with %d, not %s"
             % (sys.argv[2], status, sys.argv[1]))
