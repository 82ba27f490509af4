#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles models and checks their results against ONNX Runtime's.

    check_against_ort.py [--batch 1,3,8] [--threads 1,2] [--tolerance 1e-4]
        [--ties 0] [--compile-flags=FLAGS] MODEL...

MODEL is a name of resnetc.zoo or an .onnx file with a dynamic batch and one
input.  For every batch size, the relative L2 error of every output must be at
most the tolerance, the five largest elements of each example must be the same
(elements may change places that differ by at most --ties times the largest),
and all numbers of threads must give the same bits.  resnetc and resnetc-run
come from PATH, ONNX Runtime from RESNETC_ORT_DIR.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
ORT_RUN = os.path.join(ROOT, 'test', 'tools', 'ort_run.mjs')
sys.path.insert(0, os.path.join(ROOT, 'python'))


def run(*command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True, check=False)
    if result.returncode:
        sys.exit('%s\nexited with %d:\n%s' % (' '.join(command),
                                              result.returncode,
                                              result.stdout))


def model_file(name, work):
    if name.endswith('.onnx'):
        return name
    from resnetc import zoo
    path = os.path.join(work, name + '.onnx')
    zoo.save(zoo.build(name, batch='dynamic'), path)
    return path


def input_shape(path):
    model = onnx.load(path, load_external_data=False)
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in constants]
    if len(inputs) != 1:
        sys.exit('%s: has %d inputs' % (path, len(inputs)))
    return [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]


def outputs_of(folder):
    return {name: np.load(os.path.join(folder, name))
            for name in sorted(os.listdir(folder))}


def same_largest(got, want, ties):
    got, want = (logits.reshape(len(logits), -1) for logits in (got, want))
    gap = ties * np.abs(want).max(axis=1, keepdims=True)
    found, expected = (
        np.take_along_axis(
            want, np.argsort(-rows, axis=1, kind='stable')[:, :5], axis=1)
        for rows in (got, want))
    return bool(np.all(np.abs(found - expected) <= gap))


def check(path, args, work):
    batches, threads = args.batch, args.threads
    label = os.path.splitext(os.path.basename(path))[0]
    shared = os.path.join(work, label + '.so')
    run('resnetc', path, '-o', shared, *args.compile_flags.split())
    shape = input_shape(path)
    worst, failures = 0, 0
    for batch in batches:
        rng = np.random.default_rng(batch)
        values = rng.standard_normal([batch] + shape[1:]).astype(np.float32)
        data = os.path.join(work, 'input.npy')
        np.save(data, values)
        expected_dir = tempfile.mkdtemp(dir=work)
        run('node', ORT_RUN, 'run', path, expected_dir, data)
        expected = outputs_of(expected_dir)
        results = []
        for count in threads:
            folder = tempfile.mkdtemp(dir=work)
            run('resnetc-run', shared, '--input', data, '--batch', str(batch),
                '--threads', str(count), '--output-dir', folder)
            results.append(outputs_of(folder))
        for name, want in expected.items():
            got = results[0][name]
            error = float(np.linalg.norm((got - want).astype(np.float64))
                          / np.linalg.norm(want.astype(np.float64)))
            worst = max(worst, error)
            problems = []
            if not error <= args.tolerance:
                problems.append('relative L2 error %.3g' % error)
            if not same_largest(got, want, args.ties):
                problems.append('different top 5')
            for count, other in zip(threads[1:], results[1:]):
                if got.tobytes() != other[name].tobytes():
                    problems.append('%d threads give other bits than %d'
                                    % (count, threads[0]))
            for problem in problems:
                failures += 1
                print('FAILED %s, batch %d, %s: %s' % (label, batch, name,
                                                       problem))
    if not failures:
        print('ok %s: batch %s, threads %s, relative L2 error at most %.2g'
              % (label, batches, threads, worst), flush=True)
    return failures


def numbers(text):
    return [int(part) for part in text.split(',')]


def main():
    parser = argparse.ArgumentParser(
        description='Checks compiled models against ONNX Runtime.')
    parser.add_argument('models', nargs='+', metavar='MODEL')
    parser.add_argument('--batch', type=numbers, default=[1, 3, 8])
    parser.add_argument('--threads', type=numbers, default=[1, 2])
    parser.add_argument('--tolerance', type=float, default=1e-4)
    parser.add_argument('--ties', type=float, default=0)
    parser.add_argument('--compile-flags', default='')
    args = parser.parse_args()
    failures = 0
    for name in args.models:
        with tempfile.TemporaryDirectory(prefix='resnetc-check-') as work:
            failures += check(model_file(name, work), args, work)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
