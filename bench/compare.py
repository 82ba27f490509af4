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
the median over the rounds of each process's median.  Both run on as many cores
as they have threads (taskset), or the scheduler's moves would be measured.
benchmark.py, which ./dev bench runs, does the same with more to compare with.

RESNETC_ORT_DIR names the folder whose node_modules has onnxruntime-node.
Without it, only the compiled models are measured.
"""

import argparse
import json
import os
import shlex
import sys
import tempfile

import measure

WARMUP = 5


class Model:
    """A model to measure: its label, ONNX file and object."""

    def __init__(self, argument, work, tools, flags):
        onnx, _, so = argument.partition('=')
        self.onnx = measure.model_file(onnx, work)
        self.label = measure.label_of(self.onnx)
        self.so = so or measure.compile_model(self.onnx, work, tools, flags)


def compare(model, args, threads, batch):
    """Measures one model at one setting: a row of the table."""
    sides = {'resnetc': measure.compiled_side(model.so, args.tools)}
    if args.ort:
        sides['onnxruntime'] = measure.onnxruntime_side(model.onnx)
    results = measure.in_turns(
        {name: lambda side=side: side(threads, batch, args.repeat, WARMUP)
         for name, side in sides.items()}, args.rounds)
    row = {'model': model.label, 'threads': threads, 'batch': batch}
    for name in sides:
        row[name] = measure.summarize(results[name])
    if args.ort:
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


def main():
    parser = argparse.ArgumentParser(
        description='Compares compiled models with ONNX Runtime.')
    parser.add_argument('models', nargs='+', metavar='MODEL')
    parser.add_argument('--threads', type=measure.numbers, default=[1],
                        metavar='N,..')
    parser.add_argument('--batch', type=measure.numbers, default=[1],
                        metavar='N,..')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--repeat', type=int, default=30,
                        help='measured runs in each process')
    parser.add_argument('--build-dir',
                        default=os.path.join(measure.ROOT, 'build'))
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
    except measure.Failure as error:
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
