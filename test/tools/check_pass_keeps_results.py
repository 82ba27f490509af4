#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Evaluates each part of a test file before and after passes.

    check_pass_keeps_results.py FILE.mlir DIR PASS... [--tolerance=R]

Parts are what `// -----` separates.  The reference evaluator must find that
every function gives the same results.  Functions that it cannot run (with
inputs of integers, or constants that are not there) are counted.
"""

import os
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True,
                          check=False)


def main():
    path, directory, *passes = sys.argv[1:]
    tolerance = [p for p in passes if p.startswith('--tolerance')]
    passes = [p for p in passes if p not in tolerance]
    os.makedirs(directory, exist_ok=True)
    with open(path, encoding='utf-8') as file:
        parts = re.split(r'^// -----$', file.read(), flags=re.MULTILINE)
    same = skipped = 0
    for index, part in enumerate(parts):
        before = os.path.join(directory, '%d.mlir' % index)
        after = os.path.join(directory, '%d.after.mlir' % index)
        with open(before, 'w', encoding='utf-8') as file:
            file.write(part)
        if run('resnet-evaluate', before).returncode:
            skipped += 1
            continue
        changed = run('resnet-opt', before, *passes, '-o', after)
        if changed.returncode:
            skipped += 1
            continue
        compared = run('resnet-evaluate', before, '--expect=' + after,
                       *tolerance)
        if compared.returncode:
            sys.exit('%s, part %d: %s' % (path, index, compared.stdout))
        same += compared.stdout.count(': same')
    print('%d functions are the same, %d parts cannot be evaluated' %
          (same, skipped))


if __name__ == '__main__':
    main()
