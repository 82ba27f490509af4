#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what random networks compute with what they should.

    fuzz_graphs.py [--graphs N] [--seed S] [--seconds T] [--directory DIR]
        [--no-shrink] [--compile-flags=FLAGS]
    fuzz_graphs.py --model FILE.onnx [--seed S] [--fixed-batch]
        [--compile-flags=FLAGS]

Networks S to S + N - 1 of random_graphs are made, or one is read.  Of each,

  - the reference evaluator gives the same results after every pass of the
    compiler that leaves the resnet dialect as before the first;
  - ONNX Runtime gives these results, too, where RESNETC_ORT_DIR has it;
  - the compiled object gives them for batches of 3 and 1, and the same bits on
    one thread and on two.

What differs is made smaller as long as it differs, and left in DIR with the
command that repeats it.  Exits with 1 if anything differs.  resnetc and
resnet-evaluate come from PATH.
"""

import argparse
import collections
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import zlib

# Before numpy starts threads that no forked process would have.
os.environ['OPENBLAS_NUM_THREADS'] = '1'

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import helper  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'python'))
sys.path.insert(0, os.path.join(ROOT, 'test', 'tools'))

import random_graphs  # noqa: E402
from resnetc import onnx_backend  # noqa: E402

BATCH = 3
EVALUATED = 2            # Examples that the evaluator runs: it is slow.
TOLERANCE = 1e-4         # Of what f32 computes.
PASS_TOLERANCE = 1e-5    # Of folding, which rounds constants to f32.
TIMEOUT = 60
SHRINK_SECONDS = 90

# `kind` says what shrinking must keep, `detail` is for people.
Difference = collections.namedtuple('Difference', 'kind detail')


class OnnxRuntime:
    """A process that runs models."""

    def __init__(self):
        self.process = subprocess.Popen(
            ['node', os.path.join(ROOT, 'test', 'tools', 'ort_run.mjs'),
             'serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            encoding='utf-8')

    def run(self, model, directory, inputs):
        """What it refuses is a ValueError."""
        request = [model, directory] + inputs
        self.process.stdin.write(json.dumps(request) + '\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit('ONNX Runtime has ended: %s' % shlex.join(request))
        answer = json.loads(line)
        if 'error' in answer:
            raise ValueError(answer['error'])


def open_onnx_runtime():
    return OnnxRuntime() if 'RESNETC_ORT_DIR' in os.environ else None


#------------------------------------------------------------------------------
# One network
#------------------------------------------------------------------------------

def shape_of(info):
    """Without the batch."""
    return tuple(d.dim_value for d in info.type.tensor_type.shape.dim)[1:]


def make_inputs(model, seed):
    """Of an input, the same whatever other inputs there are."""
    return {i.name: np.random.default_rng(
        [seed, zlib.crc32(i.name.encode())]).standard_normal(
            (BATCH,) + shape_of(i)).astype(np.float32)
        for i in model.graph.input}


def relative_error(got, want):
    """L2.  Numbers that are all tiny count as some that are not."""
    floor = 1e-3 * np.sqrt(want.size)
    return float(np.linalg.norm(got - want) /
                 max(np.linalg.norm(want), floor))


class Checker:
    """Runs a network in all ways, with files in `directory`."""

    def __init__(self, directory, onnx_runtime):
        self.directory = directory
        self.onnx_runtime = onnx_runtime
        self.refused = 0    # By ONNX Runtime.
        self.worst = 0.0

    def path(self, name):
        return os.path.join(self.directory, name)

    def check(self, model, seed, flags, fixed):
        """A Difference, or None."""
        onnx.save(model, self.path('model.onnx'))
        inputs = make_inputs(model, seed)
        difference, evaluated = self.evaluate(model, inputs)
        if difference:
            return difference
        expected = self.run_onnx_runtime(model, inputs)
        if expected:
            for info, got, want in zip(model.graph.output, evaluated,
                                       expected):
                if got.shape != want[:EVALUATED].shape:
                    return Difference('reference', "'%s' has shape %s, not %s"
                                      % (info.name, got.shape, want.shape))
                error = relative_error(got, want[:EVALUATED])
                if not error <= TOLERANCE:
                    return Difference(
                        'reference', "the evaluator's '%s' has error %.2g" %
                        (info.name, error))
        else:
            expected = evaluated
        return self.check_compiled(model, inputs, expected, flags, fixed)

    def evaluate(self, model, inputs):
        """The first examples, before and after passes."""
        with open(self.path('inputs.bin'), 'wb') as file:
            for array in inputs.values():
                file.write(array[:EVALUATED].tobytes())
        result = subprocess.run(
            ['resnet-evaluate', self.path('model.onnx'), '--each-pass',
             '--batch=%d' % EVALUATED, '--tolerance=%g' % PASS_TOLERANCE,
             '--inputs=' + self.path('inputs.bin'),
             '--results=' + self.path('results.bin')],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding='utf-8', errors='replace',
            timeout=TIMEOUT, check=False)
        if result.returncode:
            wrong = [line for line in result.stdout.splitlines()
                     if ': same' not in line]
            kind = 'evaluation'
            if result.returncode < 0 or result.returncode > 1:
                kind = 'evaluator ' + onnx_backend.ending_text(
                    result.returncode)
            elif wrong:
                kind = wrong[0].split(': ')[0]
            return Difference(kind, '\n'.join(wrong + [result.stderr])), None
        flat = np.fromfile(self.path('results.bin'), np.float64)
        outputs, start = [], 0
        for info in model.graph.output:
            shape = (EVALUATED,) + shape_of(info)
            end = start + int(np.prod(shape))
            if end > len(flat):
                break
            outputs.append(flat[start:end].reshape(shape))
            start = end
        if start != len(flat) or len(outputs) != len(model.graph.output):
            return Difference('shapes', 'the results have %d elements' %
                              len(flat)), None
        return None, outputs

    def run_onnx_runtime(self, model, inputs):
        """None if it refuses the model or is not here."""
        if not self.onnx_runtime:
            return None
        arguments = []
        for name, array in inputs.items():
            file = self.path(name + '.npy')
            np.save(file, array)
            arguments.append('%s=%s' % (name, file))
        directory = self.path('expected')
        try:
            self.onnx_runtime.run(self.path('model.onnx'), directory,
                                  arguments)
        except ValueError:
            self.refused += 1
            return None
        return [np.load(os.path.join(directory, o.name + '.npy'))
                for o in model.graph.output]

    def check_compiled(self, model, inputs, expected, flags, fixed):
        compiled = model
        if fixed:
            compiled = onnx.ModelProto()
            compiled.CopyFrom(model)
            for info in list(compiled.graph.input) + list(
                    compiled.graph.output):
                info.type.tensor_type.shape.dim[0].dim_value = 1
        onnx.save(compiled, self.path('compiled.onnx'))
        try:
            onnx_backend.compile_file(self.path('compiled.onnx'),
                                      self.path('model.so'), flags)
        except onnx_backend.CompileError as error:
            return Difference('compiler ' + onnx_backend.ending_text(
                error.status), str(error))
        ending = self.run_compiled(list(inputs.values()))
        if ending:
            return Difference('run ' + ending, 'the compiled network')
        with np.load(self.path('outputs.npz')) as results:
            for i, (info, want) in enumerate(zip(model.graph.output,
                                                 expected)):
                count = len(want)
                for rows in (slice(0, BATCH), slice(1, 2)):
                    name = '%d.%d' % (i, len(range(*rows.indices(BATCH))))
                    got, other = results[name + '.1'], results[name + '.2']
                    if got.tobytes() != other.tobytes():
                        return Difference(
                            'threads', "'%s' has other bits on two threads" %
                            info.name)
                    part = want[rows]
                    error = relative_error(got[:len(part)].astype(np.float64),
                                           part)
                    self.worst = max(self.worst, error)
                    if not error <= TOLERANCE:
                        return Difference(
                            'result', "'%s' has error %.2g in a batch of %d" %
                            (info.name, error, len(got)))
                assert count in (BATCH, EVALUATED)
        return None

    def run_compiled(self, inputs):
        """In a process of its own; says how that ended if not well."""
        pid = os.fork()
        if pid == 0:
            try:
                signal.alarm(TIMEOUT)
                network = onnx_backend.CompiledModel(self.path('model.so'))
                results = {}
                for rows in (slice(0, BATCH), slice(1, 2)):
                    part = [array[rows] for array in inputs]
                    for threads in (1, 2):
                        for i, output in enumerate(network.run(
                                part, threads=threads)):
                            name = '%d.%d.%d' % (i, len(part[0]), threads)
                            results[name] = output
                np.savez(self.path('outputs.npz'), **results)
                os._exit(0)
            except BaseException as error:  # Of the child, which ends here.
                print(error, file=sys.stderr, flush=True)
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return onnx_backend.ending_text(code) if code else None


#------------------------------------------------------------------------------
# Shrinking
#------------------------------------------------------------------------------

class Shrinker:
    """Makes the model of a difference smaller; `shapes` are those of all
    values, without the batch."""

    def __init__(self, checker, case, difference):
        self.checker = checker
        self.case = case
        self.kind = difference.kind
        self.model = case.model
        self.deadline = time.monotonic() + SHRINK_SECONDS

    def differs(self, model):
        if time.monotonic() > self.deadline:
            return False
        try:
            found = self.checker.check(model, self.case.seed, self.case.flags,
                                       self.case.fixed)
        except subprocess.TimeoutExpired:
            return False
        return found is not None and found.kind == self.kind

    def take(self, nodes, outputs, more_inputs=()):
        """Whether a model of these still differs, which then is the model."""
        graph = self.model.graph
        inputs = {i.name: shape_of(i) for i in graph.input}
        inputs.update({n: self.case.shapes[n] for n in more_inputs})
        model = random_graphs.make_model(
            nodes, graph.initializer, inputs, outputs, self.case.shapes,
            self.model.opset_import[0].version)
        if not model.graph.node or not model.graph.input:
            return False
        if not self.differs(model):
            return False
        self.model = model
        return True

    def outputs(self):
        return [o.name for o in self.model.graph.output]

    def one_output(self):
        """The first value of the network that shows it alone."""
        nodes = list(self.model.graph.node)
        for node in nodes:
            for name in node.output:
                if name in self.case.shapes and self.take(nodes, [name]):
                    return
        for name in self.outputs():
            rest = [n for n in self.outputs() if n != name]
            if rest:
                self.take(nodes, rest)

    def cut(self):
        """Values that may be inputs in place of results, the last first."""
        for node in list(self.model.graph.node)[::-1]:
            name = node.output[0]
            nodes = list(self.model.graph.node)
            if (node not in nodes or name not in self.case.shapes or
                    name in self.outputs()):
                continue
            self.take([n for n in nodes if n != node], self.outputs(), [name])

    def bypass(self):
        """Nodes whose operand has the shape of their result."""
        shapes = self.case.shapes
        for node in list(self.model.graph.node):
            nodes = list(self.model.graph.node)
            if node not in nodes or node.output[0] in self.outputs():
                continue
            for operand in node.input:
                if shapes.get(operand) != shapes.get(node.output[0], ()):
                    continue
                rewired = []
                for other in nodes:
                    if other == node:
                        continue
                    copy = onnx.NodeProto()
                    copy.CopyFrom(other)
                    for i, name in enumerate(copy.input):
                        if name == node.output[0]:
                            copy.input[i] = operand
                    rewired.append(copy)
                if self.take(rewired, self.outputs()):
                    break

    def run(self):
        self.one_output()
        self.cut()
        self.bypass()
        return self.model


def describe(model):
    shapes = {i.name: shape_of(i) for i in model.graph.input}
    lines = ['  %s: [N, %s]' % (n, ', '.join(map(str, s)))
             for n, s in shapes.items()]
    weights = {t.name: list(t.dims) for t in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == 'Constant':
            continue
        operands = ['%s%s' % (n, weights.get(n, '')) for n in node.input]
        attributes = ', '.join(
            '%s=%s' % (a.name, helper.get_attribute_value(a))
            for a in node.attribute)
        lines.append('  %s = %s(%s)%s' % (
            ', '.join(node.output), node.op_type, ', '.join(operands),
            ' {%s}' % attributes if attributes else ''))
    return '\n'.join(lines)


#------------------------------------------------------------------------------
# Many networks
#------------------------------------------------------------------------------

def report(case, difference, args, checker):
    """Prints the difference and leaves the model."""
    print('\nseed %d: %s: %s' % (case.seed, difference.kind,
                                 difference.detail.strip()))
    model = case.model
    if not args.no_shrink and not args.model:
        model = Shrinker(checker, case, difference).run()
    print(describe(model))
    if args.model:
        return
    os.makedirs(args.directory, exist_ok=True)
    path = os.path.join(args.directory, 'seed-%d.onnx' % case.seed)
    onnx.save(model, path)
    command = [os.path.relpath(__file__), '--model', path, '--seed',
               str(case.seed)]
    if case.fixed:
        command.append('--fixed-batch')
    if case.flags:
        command.append('--compile-flags=' + ' '.join(case.flags))
    print('repeat with: %s' % shlex.join(command), flush=True)


def cases(args):
    if args.model:
        model = onnx.load(args.model)
        yield random_graphs.Case(args.seed, model, None, {},
                                 args.compile_flags.split(), args.fixed_batch)
        return
    deadline = time.monotonic() + args.seconds
    for seed in range(args.seed, args.seed + args.graphs):
        if time.monotonic() > deadline:
            return
        case = random_graphs.make(seed)
        case.flags += args.compile_flags.split()
        yield case


def main():
    parser = argparse.ArgumentParser(
        description='Compares what random networks compute.')
    parser.add_argument('--graphs', type=int, default=40)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=float('inf'))
    parser.add_argument('--directory', default=os.path.join(
        ROOT, 'build', 'fuzz', 'graphs'))
    parser.add_argument('--no-shrink', action='store_true')
    parser.add_argument('--model')
    parser.add_argument('--fixed-batch', action='store_true')
    parser.add_argument('--compile-flags', default='')
    args = parser.parse_args()
    if not args.model:
        print('networks %d to %d' % (args.seed, args.seed + args.graphs - 1),
              flush=True)
    onnx_runtime = open_onnx_runtime()
    start, count, different = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix='resnetc-fuzz-') as work:
        checker = Checker(work, onnx_runtime)
        for case in cases(args):
            count += 1
            try:
                difference = checker.check(case.model, case.seed, case.flags,
                                           case.fixed)
            except subprocess.TimeoutExpired as expired:
                difference = Difference('timeout', str(expired))
            if difference:
                different += 1
                report(case, difference, args, checker)
        worst, refused = checker.worst, checker.refused
    print('%d networks, %d different, %d not run by ONNX Runtime, relative L2 '
          'error at most %.2g, %.0f s' % (
              count, different, refused if onnx_runtime else count, worst,
              time.monotonic() - start))
    return 1 if different or not count else 0


if __name__ == '__main__':
    sys.exit(main())
