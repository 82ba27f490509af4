# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a model for a GPU and for this CPU, and compares what they compute.

    run_network.py MODEL --gpu=sm_90a --precision=f16 [--tile=TILE...]
        [--tolerance=R] [--batch=N] [--once]

The GPU is the simulator. Prints the largest relative L2 error of a batch, of
one of its images, and of the batch again, for which memory is laid out anew; or of
the batch alone.
"""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', '..', 'tools'))
from fake_driver import Driver
from gpu_check import PROFILE, Context, Network, relative_error

TOLERANCE = {'f32': 1e-5, 'f16': 2e-3, 'bf16': 2e-2}


# The driver gets PTX where it would get machine code.
ASSEMBLER = """#!/bin/sh
for argument; do
  case $last in -o | --output-file) out=$argument ;; esac
  case $argument in *.ptx) in=$argument ;; esac
  last=$argument
done
{ cat "$in"; printf '\\0'; } > "$out"
"""


def compile_object(model, path, arguments):
    folder = os.path.join(os.path.dirname(path), 'bin')
    os.makedirs(folder, exist_ok=True)
    assembler = os.path.join(folder, 'ptxas')
    with open(assembler, 'w', encoding='utf-8') as file:
        file.write(ASSEMBLER)
    os.chmod(assembler, 0o755)
    subprocess.run(['resnetc', model, '-o', path, '--name=net', *arguments],
                   check=True,
                   env=dict(os.environ, CUDA_HOME=os.path.dirname(path)))


def capability(gpu):
    digits = gpu[3:].rstrip('a')
    return int(digits[:-1]), int(digits[-1])


def compare(driver, net, cpu, batch, once=False):
    net.open()
    context = Context(gpu=net.gpu)
    inputs = net.make_inputs(batch)
    expected = cpu.run(inputs, batch, None)
    worst = 0
    try:
        for _ in range(2):
            for y, e in zip(net.run(inputs, batch, context), expected):
                worst = max(worst, relative_error(y, e))
            if once:
                break
            single = net.run([x[-1:].copy() for x in inputs], 1, context)
            for y, e in zip(single, expected):
                if e.shape[0] == batch:
                    worst = max(worst, relative_error(y, e[-1:]))
    except RuntimeError as error:
        raise RuntimeError(driver.fault or str(error)) from None
    finally:
        net.close()
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('model')
    parser.add_argument('--gpu', required=True)
    parser.add_argument('--precision', default='f32')
    parser.add_argument('--tile', action='append')
    parser.add_argument('--batch', type=int, default=3)
    parser.add_argument('--tolerance', type=float)
    parser.add_argument('--once', action='store_true')
    arguments = parser.parse_args()
    tolerance = arguments.tolerance or TOLERANCE[arguments.precision]
    failed = 0
    driver = Driver(capability(arguments.gpu))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'cpu.so')
        compile_object(arguments.model, path, ['--exact'])
        cpu = Network(path)
        for number, tile in enumerate(arguments.tile or ['']):
            path = os.path.join(folder, f'gpu{number}.so')
            compile_object(
                arguments.model, path,
                [f'--gpu={arguments.gpu}',
                 f'--precision={arguments.precision}'] +
                ([f'--gpu-tile={tile}'] if tile else []))
            driver.fault = None
            try:
                error = compare(driver, Network(path), cpu, arguments.batch,
                                arguments.once)
            except RuntimeError as fault:
                print(f'{tile or "default"}: {fault}', flush=True)
                failed += 1
                continue
            good = error <= tolerance
            failed += not good
            print(f'{tile or "default"}: {error:.1e} '
                  f'{"ok" if good else "WRONG"}', flush=True)
            if driver.live():
                print(f'{driver.live()} objects are left')
                failed += 1
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
