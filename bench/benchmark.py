#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures resnetc beside ONNX Runtime and PyTorch: what ./dev bench runs.

    bench/benchmark.py [MODEL...] [--threads 1,2] [--batch 1]
        [--parts speed,load,compile] [--peers onnxruntime,pytorch]
        [--rounds 3] [--seconds 1.5 | --repeat N]
        [--compile-flags=FLAGS] [--variant=FLAGS]...
        [--build-dir build] [--json OUT.json] [--write] [--output-dir docs]
    bench/benchmark.py --render RESULTS.json [--output-dir docs]

Without MODEL, the networks of SPEED, the depths of DEPTHS and the variants of
VARIANTS below are measured, and docs/benchmarks.md is written with its charts.
With MODEL, a name of resnetc.zoo or an .onnx file of dynamic batch, only the
speed of these is measured, or the --parts that are asked for; with either, the
page is only written with --write.  --render writes it from what an earlier run
has measured, which that run left in build/benchmarks.json or in --json.

The parts:
  speed    time of a run, against the peers' and against the floor: the time of
           the multiply-adds at the peak, which peak.c measures in the same run
  load     from the file to the first result, of the first MODEL (resnet50)
  compile  time, memory and sizes of compiling

Each measurement is a process of its own, and the sides take turns.  --seconds
is about how long each measures (the machine's peak says how many runs that
is), --rounds how many processes a side gets.  A side that fails, or that is
not there, is left out, and the page says so.

RESNETC_ORT_DIR names the folder whose node_modules has onnxruntime-node.
"""

import argparse
import datetime
import filecmp
import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import charts
import measure
import report
from measure import Failure

# Models and batch sizes of a run without arguments.
SPEED = [('resnet18', 1), ('resnet50', 1), ('resnet152', 1),
         ('wide_resnet50_2', 1), ('resnext50_32x4d', 1),
         ('cifar_resnet20a', 1), ('resnet50', 8)]
# Flags that are measured as well, on these models at batch 1. One that this
# resnetc does not know, or that is its default, is left out.
VARIANTS = ['--precision=bf16', '--exact']
VARIANT_MODELS = ['resnet18', 'resnet50']
PROBE_MODEL = 'cifar_resnet20a'   # The fastest to compile.
LOAD = 'resnet50'
DEPTHS = ['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152']
PARTS = ['speed', 'load', 'compile']
PAGE = 'benchmarks.md'
# Runs of a process are at least and at most so many.
FEWEST, MOST = 5, 1000
# PyTorch compiles in its first two runs.
LEAST_WARMUP = 3
FEATURES = ('avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16',
            'asimd', 'asimddp', 'bf16', 'sve')


def say(text):
    print(text, file=sys.stderr, flush=True)


#------------------------------------------------------------------------------
# The machine
#------------------------------------------------------------------------------

def read(path):
    try:
        with open(path, encoding='utf-8') as file:
            return file.read()
    except OSError:
        return ''


def field(text, *names):
    """The value of the first of these fields of /proc/cpuinfo."""
    for name in names:
        found = re.search(r'^%s\s*:\s*(.*)$' % re.escape(name), text,
                          re.MULTILINE)
        if found:
            return found.group(1)
    return ''


def describe_machine():
    info = read('/proc/cpuinfo')
    features = field(info, 'flags', 'Features').split()
    memory = re.match(r'MemTotal:\s*(\d+)', read('/proc/meminfo'))
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', read('/etc/os-release'),
                       re.MULTILINE)
    return {
        'cpu': ' '.join(filter(None, (
            field(info, 'model name', 'CPU part') or platform.machine(),
            'family %s model %s' % (field(info, 'cpu family'),
                                    field(info, 'model'))
            if field(info, 'cpu family') else ''))),
        'features': ' '.join(f for f in FEATURES if f in features),
        'cores': len(measure.cores()),
        'memory_gb': int(memory.group(1)) * 1024e-9 if memory else 0,
        'system': '%s, %s %s' % (system.group(1) if system else '-',
                                 platform.system(), platform.release()),
    }


def compile_peak(work):
    """The program of peak.c, or None without a compiler."""
    program = os.path.join(work, 'peak')
    source = os.path.join(measure.ROOT, 'bench', 'peak.c')
    for compiler in ('clang-22', 'clang', 'cc'):
        try:
            measure.run([compiler, '-O3', '-march=native', '-pthread',
                         source, '-o', program])
            return program
        except Failure as error:
            reason = error
    say('peak.c cannot be compiled: %s' % reason)
    return None


class Peaks:
    """What peak.c measured, several times in the run."""

    def __init__(self, program):
        self.program = program
        self.seen = {}

    def measure(self, threads):
        if self.program:
            self.seen.setdefault(threads, []).append(json.loads(measure.run(
                measure.pinned([self.program, str(threads)], threads))))

    def table(self):
        return [{'threads': threads,
                 'gflops': max(p['gflops'] for p in seen),
                 'lowest_gflops': min(p['gflops'] for p in seen),
                 'read_gbs': max(p['read_gbs'] for p in seen)}
                for threads, seen in sorted(self.seen.items())]


#------------------------------------------------------------------------------
# One run
#------------------------------------------------------------------------------

class Benchmark:
    """Measures, prints on the way, and gathers the results."""

    def __init__(self, args, work):
        self.args = args
        self.work = work
        self.tools = os.path.join(args.build_dir, 'bin')
        self.flags = shlex.split(args.compile_flags)
        self.peaks = Peaks(compile_peak(work))
        self.started = time.monotonic()
        self.results = {
            'command': args.command,
            'date': datetime.date.today().isoformat(), 'minutes': 0.0,
            'machine': describe_machine(), 'versions': {},
            'rounds': args.rounds, 'compile_flags': args.compile_flags,
            'skipped': [], 'peaks': [], 'speed': [], 'load': None,
            'compile': []}
        # By the file of the model: what was made of it.
        self.objects = {}
        self.sides = {}

    def skip(self, what, why):
        """Keeps in the results what is not measured, once."""
        sentence = '%s: %s' % (what, why)
        if sentence not in self.results['skipped']:
            self.results['skipped'].append(sentence)
            say(sentence)

    def find_versions(self):
        versions = self.results['versions']
        output = measure.run([os.path.join(self.tools, 'resnetc'),
                              '--version'])
        found = re.search(r'resnetc (?:version )?(\d\S*)', output)
        versions[report.RESNETC] = found.group(1) if found else '-'
        commit = subprocess.run(
            ['git', '-C', measure.ROOT, 'describe', '--always', '--dirty'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            universal_newlines=True, check=False).stdout.strip()
        if commit:
            versions[report.RESNETC] += ', commit %s' % commit
        known = {'onnxruntime': measure.onnxruntime_version,
                 'pytorch': measure.pytorch_version}
        for peer in self.args.peers:
            version = known[peer]()
            if version:
                versions[peer] = version
            else:
                self.skip(report.PEERS[peer], 'not installed')

    def gather(self):
        self.results['peaks'] = self.peaks.table()
        self.results['minutes'] = (time.monotonic() - self.started) / 60
        return self.results

    #--------------------------------------------------------------------------
    # Sides
    #--------------------------------------------------------------------------

    def compiled(self, onnx, flags=()):
        key = onnx, tuple(flags)
        if key not in self.objects:
            self.objects[key] = measure.compile_model(
                onnx, self.work, self.tools, self.flags + list(flags))
        return self.objects[key]

    def usable_variants(self, variants):
        """Those that this resnetc compiles to something of their own: the
        same flags always give the same bytes."""
        usable = []
        for variant in variants:
            try:
                probe = measure.model_file(PROBE_MODEL, self.work)
                default = self.compiled(probe)
                other = self.compiled(probe, shlex.split(variant))
            except Failure as error:
                self.skip('`%s`' % variant, 'this resnetc does not compile '
                          'with it (%s)' % str(error).splitlines()[-1])
                continue
            if not filecmp.cmp(default, other, shallow=False):
                usable.append(variant)
        return usable

    def sides_of(self, onnx, variants=()):
        """{name: function} of resnetc and its variants and of the peers."""
        sides = {report.RESNETC: measure.compiled_side(self.compiled(onnx),
                                                       self.tools)}
        makers = {variant: lambda variant=variant: measure.compiled_side(
            self.compiled(onnx, shlex.split(variant)), self.tools)
                  for variant in variants}
        makers['onnxruntime'] = lambda: measure.onnxruntime_side(onnx)
        makers['pytorch'] = lambda: measure.pytorch_side(onnx, self.work)
        for name, make in makers.items():
            if name in report.PEERS and name not in self.results['versions']:
                continue
            key = onnx, name
            if key not in self.sides:
                try:
                    self.sides[key] = make()
                except Failure as error:
                    self.leave_out(name, onnx, error)
                    self.sides[key] = None
            if self.sides[key]:
                sides[name] = self.sides[key]
        return sides

    def leave_out(self, side, onnx, error):
        self.skip('%s of %s' % (report.PEERS.get(side, '`%s`' % side),
                                measure.label_of(onnx)),
                  str(error).splitlines()[-1])

    def rounds(self, onnx, sides, *settings):
        """The results of all sides in turns, without those that fail."""
        lost = {}

        def guarded(name):
            def call():
                if name in lost:
                    return None
                try:
                    start = time.monotonic()
                    result = sides[name](*settings)
                    result['process_ms'] = 1e3 * (time.monotonic() - start)
                    return result
                except Failure as error:
                    if name == report.RESNETC:
                        raise
                    lost[name] = error
                    self.leave_out(name, onnx, error)
                    return None
            return call
        results = measure.in_turns({name: guarded(name) for name in sides},
                                   self.args.rounds)
        return {name: each for name, each in results.items()
                if name not in lost}

    #--------------------------------------------------------------------------
    # Speed
    #--------------------------------------------------------------------------

    def macs(self, onnx):
        try:
            return int(measure.run_module('resnetc.macs', onnx))
        except Failure as error:
            say('multiply-adds of %s: %s' % (
                onnx, str(error).splitlines()[-1]))
            return None

    def repeat_for(self, row):
        """As many runs as fill the seconds at the peak."""
        floor = report.floor_ms({'peaks': self.peaks.table()}, row)
        if self.args.repeat:
            return self.args.repeat
        if not floor:
            return FEWEST * 2
        return max(FEWEST, min(MOST, int(1e3 * self.args.seconds / floor)))

    def speed(self, plan, threads, variants_of):
        print(report.SPEED_FORMAT % report.SPEED_HEADER, flush=True)
        for name, batch in plan:
            onnx = measure.model_file(name, self.work)
            macs = self.macs(onnx)
            sides = self.sides_of(onnx, variants_of(name, batch))
            for count in threads:
                self.peaks.measure(count)
                row = {'model': measure.label_of(onnx), 'macs': macs,
                       'threads': count, 'batch': batch}
                row['repeat'] = self.repeat_for(row)
                results = self.rounds(
                    onnx, sides, count, batch, row['repeat'],
                    max(LEAST_WARMUP, row['repeat'] // 5))
                row['sides'] = {side: measure.summarize(each)
                                for side, each in results.items()}
                self.results['speed'].append(row)
                print('\n'.join(report.speed_lines(
                    {'peaks': self.peaks.table()}, row)), flush=True)

    #--------------------------------------------------------------------------
    # Loading
    #--------------------------------------------------------------------------

    def load(self, name, threads=1):
        """Of a whole process of two runs, and the time that a run takes in a
        process of more."""
        onnx = measure.model_file(name, self.work)
        sides = self.sides_of(onnx)
        for side in sides.values():   # Files are in the page cache then.
            side(threads, 1, 1, 1)
        short = self.rounds(onnx, sides, threads, 1, 1, 1)
        steady = self.rounds(onnx, {side: sides[side] for side in short},
                             threads, 1, self.args.repeat or FEWEST,
                             LEAST_WARMUP)
        summary = {}
        for side, results in steady.items():
            summary[side] = measure.summarize(short[side])
            summary[side]['process_ms'] = statistics.median(
                result['process_ms'] for result in short[side])
            summary[side]['median_ms'] = measure.summarize(results)[
                'median_ms']
        self.results['load'] = {'model': measure.label_of(onnx),
                                'threads': threads, 'sides': summary}
        print('\n%s\n%s' % (self.results['load']['model'],
                            report.LOAD_FORMAT % report.LOAD_HEADER))
        for side, figures in summary.items():
            print(report.LOAD_FORMAT % report.load_cells(side, figures))

    #--------------------------------------------------------------------------
    # Compiling
    #--------------------------------------------------------------------------

    def compile_once(self, onnx):
        """Time and memory of one process of resnetc, on one core."""
        out = os.path.join(self.work, 'compiled.o')
        command = measure.pinned(
            [os.path.join(self.tools, 'resnetc'), '-v', onnx, '-o', out]
            + self.flags, 1)
        with tempfile.TemporaryFile(mode='w+', dir=self.work) as log:
            start = time.monotonic()
            with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log) as process:
                _, status, usage = os.wait4(process.pid, 0)
                wall = time.monotonic() - start
                process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            text = log.read()
        if process.returncode:
            raise Failure('%s\nexited with %d\n%s' % (
                ' '.join(map(shlex.quote, command)), process.returncode,
                text.strip()))
        weights = re.search(r'([\d.]+) MB of weights', text)
        return {'wall_s': wall, 'cpu_s': usage.ru_utime + usage.ru_stime,
                'memory_mb': usage.ru_maxrss * 1024e-6,
                'weights_mb': float(weights.group(1)) if weights else None,
                'object_mb': os.path.getsize(out) * 1e-6,
                'onnx_mb': os.path.getsize(onnx) * 1e-6}

    def compile(self, names):
        files = {name: measure.model_file(name, self.work) for name in names}
        runs = measure.in_turns(
            {name: lambda onnx=onnx: self.compile_once(onnx)
             for name, onnx in files.items()}, self.args.rounds)
        print('\n' + report.COMPILE_FORMAT % report.COMPILE_HEADER)
        for name, each in runs.items():
            row = {key: each[0][key] if each[0][key] is None else
                   statistics.median(r[key] for r in each) for key in each[0]}
            row['model'] = measure.label_of(files[name])
            depth = re.search(r'net(\d+)', row['model'])
            row['layers'] = int(depth.group(1)) if depth else None
            self.results['compile'].append(row)
            print(report.COMPILE_FORMAT % report.compile_cells(row),
                  flush=True)


def write_page(results, folder):
    """The page, with the charts that the results are enough for."""
    os.makedirs(folder, exist_ok=True)
    names = []
    for kind, chart in (('speed', charts.speed_chart(results)),
                        ('compile', charts.compile_chart(results))):
        name = 'benchmarks-%s.svg' % kind
        names.append(name if chart else None)
        if chart:
            with open(os.path.join(folder, name), 'w',
                      encoding='utf-8') as file:
                file.write(chart)
    path = os.path.join(folder, PAGE)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(report.page(results, *names))
    say('%s is written' % path)


#------------------------------------------------------------------------------
# Command line
#------------------------------------------------------------------------------

def some_of(known):
    def parse(text):
        values = [part for part in text.split(',') if part]
        if not set(values) <= set(known):
            raise argparse.ArgumentTypeError(
                '%s is not among %s' % (text, ','.join(known)))
        return values
    return parse


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description='Measures resnetc beside ONNX Runtime and PyTorch.')
    parser.add_argument('models', nargs='*', metavar='MODEL')
    parser.add_argument('--threads', type=measure.numbers, metavar='N,..',
                        help='default 1,2, or as many as there are cores')
    parser.add_argument('--batch', type=measure.numbers, default=[1],
                        metavar='N,..', help='of every MODEL (default 1)')
    parser.add_argument('--parts', type=some_of(PARTS),
                        help='some of %s' % ','.join(PARTS))
    parser.add_argument('--peers', type=some_of(report.PEERS),
                        default=list(report.PEERS),
                        help='some of %s' % ','.join(report.PEERS))
    parser.add_argument('--rounds', type=int, default=3,
                        help='processes of each side (default 3)')
    parser.add_argument('--seconds', type=float, default=1.5,
                        help='about how long each measures (default 1.5)')
    parser.add_argument('--repeat', type=int,
                        help='measured runs in each process, instead')
    parser.add_argument('--build-dir',
                        default=os.path.join(measure.ROOT, 'build'))
    parser.add_argument('--compile-flags', default='', metavar='FLAGS',
                        help='further arguments of resnetc')
    parser.add_argument('--variant', action='append', metavar='FLAGS',
                        help='measure with these flags of resnetc as well')
    parser.add_argument('--json', metavar='OUT.json',
                        help='write the results there')
    parser.add_argument('--write', action='store_true',
                        help='write the page after a part of a run too')
    parser.add_argument('--output-dir', default=os.path.join(measure.ROOT,
                                                             'docs'),
                        help='where the page goes (default docs)')
    parser.add_argument('--render', metavar='RESULTS.json',
                        help='write the page from these results')
    args = parser.parse_args(argv)
    if args.rounds < 1 or args.seconds <= 0 or (args.repeat or 1) < 1:
        parser.error('--rounds, --seconds and --repeat are positive')
    if args.models and args.render:
        parser.error('--render measures nothing')
    args.command = ' '.join(map(shlex.quote, ['./dev', 'bench', *argv]))
    args.write = args.write or not (args.models or args.parts)
    return args


def measure_all(benchmark, args):
    chosen = bool(args.models)
    threads = args.threads or [n for n in (1, 2)
                               if n <= len(measure.cores())]
    plan = ([(name, batch) for name in args.models for batch in args.batch]
            if chosen else SPEED)
    parts = args.parts or (['speed'] if chosen else PARTS)
    benchmark.find_versions()
    if 'speed' in parts:
        # Not beside flags of the user's, with which they may be in conflict.
        wanted = args.variant or (
            [] if chosen or args.compile_flags else VARIANTS)
        variants = benchmark.usable_variants(wanted)
        benchmark.speed(plan, threads, lambda name, batch: variants
                        if args.variant or (name in VARIANT_MODELS
                                            and batch == 1) else [])
    if 'load' in parts:
        benchmark.load(args.models[0] if chosen else LOAD)
    if 'compile' in parts:
        benchmark.compile(args.models if chosen else DEPTHS)


def main(argv):
    args = parse_arguments(argv)
    if args.render:
        with open(args.render, encoding='utf-8') as file:
            write_page(json.load(file), args.output_dir)
        return 0
    status = 0
    with tempfile.TemporaryDirectory(prefix='resnetc-bench-') as work:
        benchmark = Benchmark(args, work)
        try:
            measure_all(benchmark, args)
        except Failure as error:
            say('benchmark: %s' % error)
            status = 1
        results = benchmark.gather()
    # What was measured before a failure is worth keeping too.
    with open(args.json or os.path.join(args.build_dir, 'benchmarks.json'),
              'w', encoding='utf-8') as file:
        json.dump(results, file, indent=1)
        file.write('\n')
    if args.write and status == 0:
        write_page(results, args.output_dir)
    return status


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
