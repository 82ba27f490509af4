# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command, sends it SIGINT when it has written a line with a text, and
prints its exit status:

    interrupt.py TEXT COMMAND...
"""

import signal
import subprocess
import sys

with subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, text=True) as process:
    for line in process.stdout:
        print(line, end='')
        if sys.argv[1] in line:
            process.send_signal(signal.SIGINT)
    process.wait()
print('status', process.returncode)
