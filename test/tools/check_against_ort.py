#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles models and checks their results against ONNX Runtime's.

    check_against_ort.py [--batch 1,3,8] [--threads 1,2] [--tolerance 1e-4]
        [--ties 0] [--scale 1] [--compile-flags=FLAGS]
        [--input-shape=NAME:1x3x64x64]... MODEL...

MODEL is a name of resnetc.zoo or an .onnx file.  Inputs of floating point are
N(0, 1) times --scale, integers 0 to 9; with a dynamic batch they have each
batch size in turn.  The relative L2 error of every output must be at most the
tolerance and its integers the same, the five largest elements of each example
must be the same (elements may change places that differ by at most --ties times
the largest), and all numbers of threads must give the same bits.  resnetc and resnetc-run
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


def inputs_of(path, given):
    """The names, NumPy types and sizes of the inputs; unknown sizes are 0."""
    model = onnx.load(path, load_external_data=False)
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = {}
    for info in model.graph.input:
        if info.name in constants:
            continue
        kind = info.type.tensor_type
        sizes = [max(d.dim_value, 0) for d in kind.shape.dim]
        for text in given:
            name, _, dims = text.rpartition(':')
            if name in ('', info.name):
                dims = dims.split('x')
                sizes = sizes or [0] * len(dims)
                sizes = [int(d) if d.isdigit() else size
                         for d, size in zip(dims, sizes)]
        inputs[info.name] = (
            onnx.helper.mapping.TENSOR_TYPE_TO_NP_TYPE[kind.elem_type], sizes)
    return inputs


def make_input(rng, kind, sizes, batch, scale):
    sizes = [batch if i == 0 and not size else size
             for i, size in enumerate(sizes)]
    if np.issubdtype(kind, np.floating):
        return (scale * rng.standard_normal(sizes)).astype(kind)
    return rng.integers(0, 10, sizes).astype(kind)


def outputs_of(folder):
    return {name: np.load(os.path.join(folder, name))
            for name in sorted(os.listdir(folder))}


def same_largest(got, want, ties):
    rows = len(want) if want.ndim else 1
    got, want = (logits.reshape(rows, -1) for logits in (got, want))
    gap = ties * np.abs(want).max(axis=1, keepdims=True)
    found, expected = (
        np.take_along_axis(
            want, np.argsort(-rows, axis=1, kind='stable')[:, :5], axis=1)
        for rows in (got, want))
    return bool(np.all(np.abs(found - expected) <= gap))


def compare(got, want, args):
    """The relative L2 error, and what is wrong."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return 0.0, ['%s%s instead of %s%s' % (got.dtype, got.shape,
                                               want.dtype, want.shape)]
    if not np.issubdtype(want.dtype, np.floating):
        different = int(np.count_nonzero(got != want))
        return 0.0, ['%d different elements' % different] if different else []
    got, want = got.astype(np.float64), want.astype(np.float64)
    norm = float(np.linalg.norm(want))
    error = float(np.linalg.norm(got - want)) / (norm or 1.0)
    problems = []
    if not error <= args.tolerance:
        problems.append('relative L2 error %.3g' % error)
    if norm and want.size and not same_largest(got, want, args.ties):
        problems.append('different top 5')
    return error, problems


def check(path, args, work):
    label = os.path.splitext(os.path.basename(path))[0]
    shared = os.path.join(work, label + '.so')
    run('resnetc', path, '-o', shared, *args.compile_flags.split(),
        *('--input-shape=' + shape for shape in args.input_shape))
    inputs = inputs_of(path, args.input_shape)
    is_dynamic = any(sizes and not sizes[0] for _, sizes in inputs.values())
    batches = args.batch if is_dynamic else [0]
    worst, failures = 0, 0
    for batch in batches:
        rng = np.random.default_rng(batch)
        data = []
        for i, (name, (kind, sizes)) in enumerate(inputs.items()):
            file = os.path.join(work, 'input%d.npy' % i)
            np.save(file, make_input(rng, kind, sizes, batch, args.scale))
            data.append(name + '=' + file)
        expected_dir = tempfile.mkdtemp(dir=work)
        run('node', ORT_RUN, 'run', path, expected_dir, *data)
        expected = outputs_of(expected_dir)
        results = []
        for count in args.threads:
            folder = tempfile.mkdtemp(dir=work)
            flags = ['--batch', str(batch)] if batch else []
            run('resnetc-run', shared, *('--input=' + d for d in data), *flags,
                '--threads', str(count), '--output-dir', folder)
            results.append(outputs_of(folder))
        for name, want in expected.items():
            got = results[0][name]
            error, problems = compare(got, want, args)
            worst = max(worst, error)
            for count, other in zip(args.threads[1:], results[1:]):
                if got.tobytes() != other[name].tobytes():
                    problems.append('%d threads give other bits than %d'
                                    % (count, args.threads[0]))
            for problem in problems:
                failures += 1
                print('FAILED %s, batch %s, %s: %s'
                      % (label, batch or 'fixed', name, problem))
    if not failures:
        print('ok %s: batch %s, threads %s, relative L2 error at most %.2g'
              % (label, batches if is_dynamic else 'fixed', args.threads,
                 worst), flush=True)
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
    parser.add_argument('--scale', type=float, default=1)
    parser.add_argument('--compile-flags', default='')
    parser.add_argument('--input-shape', action='append', default=[])
    args = parser.parse_args()
    failures = 0
    for name in args.models:
        with tempfile.TemporaryDirectory(prefix='resnetc-check-') as work:
            failures += check(model_file(name, work), args, work)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
