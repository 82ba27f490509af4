#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the speed of compiled models with that of ONNX Runtime.

    bench/compare.py MODEL... [--threads 1,4] [--batch 1,8] [--rounds 3]
        [--repeat N] [--build-dir build] [--compile-flags=FLAGS]
        [--json OUT.json]

MODEL is a name of resnetc.zoo, an .onnx file, or ONNX=SO to measure an object
that is compiled already.  The models must have a dynamic batch, or the one
that is asked for.

Each measurement is a process of its own, and those of the two sides take
turns, so that what else the machine does meets both.  The number reported is
the median over the rounds of each process's median.  With one thread both run
on one core (taskset), or the scheduler's moves would be measured.

RESNETC_ORT_DIR names the folder whose node_modules has onnxruntime-node.
Without it, only the compiled models are measured.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ORT_RUN = os.path.join(ROOT, 'test', 'tools', 'ort_run.mjs')
ONE_CORE = '1'

sys.path.insert(0, os.path.join(ROOT, 'python'))


class Failure(Exception):
    """A process failed; the message says which and how."""


def run(command):
    """Runs a command and returns what it writes to stdout."""
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE,
                                universal_newlines=True, check=False)
    except OSError as error:
        raise Failure('%s: %s' % (command[0], error))
    if result.returncode:
        raise Failure('%s\nexited with %d\n%s' % (
            ' '.join(map(shlex.quote, command)), result.returncode,
            result.stderr.strip()))
    return result.stdout


class Model:
    """A model to measure: its label, ONNX file and object."""

    def __init__(self, argument, work, tools, flags):
        onnx, _, so = argument.partition('=')
        self.label = os.path.splitext(os.path.basename(onnx))[0]
        self.onnx = onnx
        if not onnx.endswith('.onnx'):
            from resnetc import zoo
            if onnx not in zoo.MODELS:
                raise Failure('%s is neither an .onnx file nor a name of '
                              'resnetc.zoo' % onnx)
            self.onnx = os.path.join(work, onnx + '.onnx')
            zoo.save(zoo.build(onnx, batch='dynamic'), self.onnx)
        self.so = so
        if not so:
            # A folder each, for two files may have one name.
            self.so = os.path.join(tempfile.mkdtemp(dir=work),
                                   self.label + '.so')
            run([os.path.join(tools, 'resnetc'), self.onnx, '-o', self.so]
                + flags)


def pinned(command, threads):
    if threads == 1 and shutil.which('taskset'):
        return ['taskset', '-c', ONE_CORE] + command
    return command


def measure_compiled(model, tools, threads, batch, repeat):
    command = [os.path.join(tools, 'resnetc-run'), model.so,
               '--threads', str(threads), '--batch', str(batch),
               '--warmup', '5', '--repeat', str(repeat), '--json']
    return json.loads(run(pinned(command, threads)))


def measure_ort(model, threads, batch, repeat):
    command = ['node', ORT_RUN, 'bench', model.onnx, str(threads), str(batch),
               str(repeat), '5']
    return json.loads(run(pinned(command, threads)))


def summarize(results):
    """The median over the rounds of each figure."""
    def median(*keys):
        return statistics.median(
            next(r[k] for k in keys if k in r) for r in results)
    return {'median_ms': median('median_ms'), 'min_ms': median('min_ms'),
            'p95_ms': median('p95_ms'), 'load_ms': median('load_ms'),
            'first_ms': median('first_ms'),
            'rss_mb': median('peak_rss_mb', 'rss_mb'),
            'rounds_ms': [r['median_ms'] for r in results]}


def compare(model, args, threads, batch):
    """Measures one model at one setting: a row of the table."""
    ours, theirs = [], []
    for turn in range(args.rounds):
        sides = [lambda: ours.append(measure_compiled(
            model, args.tools, threads, batch, args.repeat))]
        if args.ort:
            sides.append(lambda: theirs.append(measure_ort(
                model, threads, batch, args.repeat)))
        # Neither side is always the first.
        for side in sides[::-1] if turn % 2 else sides:
            side()
    row = {'model': model.label, 'threads': threads, 'batch': batch,
           'resnetc': summarize(ours)}
    if theirs:
        row['onnxruntime'] = summarize(theirs)
        row['speedup'] = (row['onnxruntime']['median_ms']
                          / row['resnetc']['median_ms'])
    return row


HEADER = ('model', 'threads', 'batch', 'resnetc ms', 'ORT ms', 'speedup',
          'load ms', 'ORT load', 'MiB', 'ORT MiB')
FORMAT = '%-20s %7s %5s %10s %9s %7s %8s %9s %7s %7s'


def table_line(row):
    def cells(side):
        if side not in row:
            return '-', '-', '-'
        r = row[side]
        return ('%.2f' % r['median_ms'], '%.1f' % r['load_ms'],
                '%.0f' % r['rss_mb'])
    (ms, load, rss), (ort_ms, ort_load, ort_rss) = (cells('resnetc'),
                                                    cells('onnxruntime'))
    speedup = '%.2f' % row['speedup'] if 'speedup' in row else '-'
    return FORMAT % (row['model'], row['threads'], row['batch'], ms, ort_ms,
                     speedup, load, ort_load, rss, ort_rss)


def numbers(text):
    values = [int(part) for part in text.split(',')]
    if min(values) < 1:
        raise ValueError(text)
    return values


def main():
    parser = argparse.ArgumentParser(
        description='Compares compiled models with ONNX Runtime.')
    parser.add_argument('models', nargs='+', metavar='MODEL')
    parser.add_argument('--threads', type=numbers, default=[1], metavar='N,..')
    parser.add_argument('--batch', type=numbers, default=[1], metavar='N,..')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--repeat', type=int, default=30,
                        help='measured runs in each process')
    parser.add_argument('--build-dir', default=os.path.join(ROOT, 'build'))
    parser.add_argument('--compile-flags', default='',
                        help='further arguments of resnetc')
    parser.add_argument('--json', metavar='OUT.json',
                        help='write the results there')
    args = parser.parse_args()
    if args.rounds < 1 or args.repeat < 1:
        parser.error('--rounds and --repeat start at 1')
    args.tools = os.path.join(args.build_dir, 'bin')
    args.ort = bool(os.environ.get('RESNETC_ORT_DIR'))
    if not args.ort:
        print('RESNETC_ORT_DIR is not set: no comparison', file=sys.stderr)
    rows = []
    try:
        with tempfile.TemporaryDirectory(prefix='resnetc-compare-') as work:
            print(FORMAT % HEADER)
            for argument in args.models:
                model = Model(argument, work, args.tools,
                              shlex.split(args.compile_flags))
                for threads in args.threads:
                    for batch in args.batch:
                        rows.append(compare(model, args, threads, batch))
                        print(table_line(rows[-1]), flush=True)
    except Failure as error:
        print('compare: %s' % error, file=sys.stderr)
        return 1
    finally:
        # What was measured before a failure is worth keeping too.
        if args.json and rows:
            with open(args.json, 'w', encoding='utf-8') as file:
                json.dump(rows, file, indent=2)
                file.write('\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
