#!/usr/bin/env python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""assemble_kernels.py MODEL.onnx CHIP:PRECISION...: how many registers the
kernels of a network take, and what of the convolutions does not fit in them."""

import re
import subprocess
import sys
import tempfile


def main():
    model = sys.argv[1]
    for target in sys.argv[2:]:
        chip, precision = target.split(':')
        with tempfile.NamedTemporaryFile(suffix='.ptx') as ptx:
            subprocess.run(['resnetc', model, f'--gpu={chip}',
                            f'--precision={precision}', '-o', ptx.name],
                           check=True)
            report = subprocess.run(
                ['ptxas', '-v', '-arch', chip, ptx.name, '-o', '/dev/null'],
                check=True, stderr=subprocess.PIPE, text=True).stderr
        spills, registers = 0, []
        name = ''
        for line in report.splitlines():
            if match := re.search(r"Compiling entry function '(\w+)'", line):
                name = match[1]
            if match := re.search(r'(\d+) bytes spill stores', line):
                spills += int(match[1]) if '_conv_' in name else 0
            if match := re.search(r'Used (\d+) registers', line):
                registers.append(int(match[1]))
        print(f'{chip} {precision}: {len(registers)} kernels, at most '
              f'{max(registers)} registers, {spills} bytes of spills')


if __name__ == '__main__':
    main()
