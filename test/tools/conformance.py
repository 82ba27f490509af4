#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the ONNX project's backend tests, of Debian's libonnx-testdata.

    conformance.py [--list FILE] [--expect FILE] [--update FILE] [--write]
        [-v] [CASE...]

CASE is a name such as node/test_relu or test_relu, or a pattern such as
'node/test_max*'; without any, all cases run.  Each is compiled and its data
sets are run in a process of its own, and ends in one of these ways:

  passed       all outputs are what the data sets say
  wrong        one is not
  unsupported  the compiler refuses the model with an error
  failed       anything else: a crash, a time-out, another exit status

Shapes, types, integers and truth values must be equal, other numbers as near as
the ONNX project wants them.  What is not passed is listed, the unsupported
only with -v or if cases are named.  resnetc comes from PATH.

--write makes the page docs/conformance.md.  --expect exits with 1 if a case
that runs and is in the file does not pass; --update writes that file.
"""

import argparse
import collections
import contextlib
import fnmatch
import glob
import json
import os
import re
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time

# Before numpy starts threads that no forked process would have.
os.environ['OPENBLAS_NUM_THREADS'] = '1'

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, numpy_helper  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'python'))

from resnetc import onnx_backend  # noqa: E402

DATA = '/usr/share/libonnx-testdata/data'
GROUPS = ('node', 'pytorch-converted', 'pytorch-operator', 'simple')
IN_SCOPE = os.path.join(ROOT, 'test', 'Conformance', 'in_scope.txt')
PAGE = os.path.join(ROOT, 'docs', 'conformance.md')

# Of onnx.backend.test.
RELATIVE_TOLERANCE = 1e-3
ABSOLUTE_TOLERANCE = 1e-7
# The data sets cut numbers off to bfloat16, where a conversion may round: they
# are a unit of the last place apart. onnx.backend.test compares the bits as
# integers, which is less strict.
BFLOAT16_TOLERANCE = 2.0 ** -7

PASSED, WRONG, UNSUPPORTED, FAILED = KINDS = (
    'passed', 'wrong', 'unsupported', 'failed')

# What goes astray must not take the machine's memory.
MEMORY_LIMIT = 8 << 30

Outcome = collections.namedtuple('Outcome', 'kind detail')


#------------------------------------------------------------------------------
# One case, in a process of its own
#------------------------------------------------------------------------------

class Wrong(Exception):
    """An output is not what is expected."""


class Guarded:
    """Allocates arrays full of a byte that few results have, with more of it
    behind them: what is not written, and what is written behind, shows."""

    FILL = 0xcd
    BEHIND = 256

    def __init__(self):
        self.arrays = []

    def __call__(self, shape, dtype):
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        memory = np.full(size + self.BEHIND, self.FILL, np.uint8)
        self.arrays.append((memory, size))
        return memory[:size].view(dtype).reshape(shape)

    def check(self):
        for memory, size in self.arrays:
            if np.any(memory[size:] != self.FILL):
                raise Wrong('writes behind the end of an output or of the '
                            'workspace')


def read_tensor(path):
    """The type and the array; of bfloat16 the bits.  The data sets mostly have
    these as a tensor of uint16."""
    tensor = TensorProto()
    with open(path, 'rb') as file:
        tensor.ParseFromString(file.read())
    array = numpy_helper.to_array(tensor)
    if tensor.data_type == TensorProto.BFLOAT16:
        array = onnx_backend.bfloat16_bits(array)
    return tensor.data_type, array


def read_tensors(data_set, kind):
    count = len(glob.glob(os.path.join(data_set, kind + '_*.pb')))
    return [read_tensor(os.path.join(data_set, '%s_%d.pb' % (kind, i)))
            for i in range(count)]


def as_declared(info, array):
    """An input in the shape that the model declares.  The second one of the
    CastLike cases with bfloat16, of which only the type matters, has a single
    element for many."""
    dims = info.type.tensor_type.shape.dim
    shape = tuple(dim.dim_value for dim in dims)
    if array.shape == (1,) and all(shape):
        return np.broadcast_to(array, shape)
    return array


def largest_error(actual, expected):
    """Relative, where a tiny value counts as the smallest whose tolerance is
    not mostly the absolute one: at most the relative tolerance where numpy's
    allclose is true."""
    actual, expected = actual.astype(float), expected.astype(float)
    with np.errstate(invalid='ignore'):
        error = np.abs(actual - expected) / (
            np.abs(expected) + ABSOLUTE_TOLERANCE / RELATIVE_TOLERANCE)
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    error = np.where(same, 0, np.where(np.isnan(error), np.inf, error))
    return error.max(initial=0)


def compare(info, element_type, actual, expected):
    """Raises Wrong if they differ."""
    name = info.name
    if (element_type == TensorProto.UINT16 and
            info.type.tensor_type.elem_type == TensorProto.BFLOAT16):
        element_type = TensorProto.BFLOAT16
    wanted = onnx_backend.ELEMENT_TYPES.get(element_type)
    tolerance = RELATIVE_TOLERANCE
    if actual.dtype != wanted:
        raise Wrong("output '%s' is of %s, not %s" % (
            name, actual.dtype, TensorProto.DataType.Name(element_type)))
    if actual.shape != expected.shape:
        raise Wrong("output '%s' has shape %s, not %s" % (
            name, list(actual.shape), list(expected.shape)))
    if element_type == TensorProto.BFLOAT16:
        actual = onnx_backend.bfloat16_values(actual)
        expected = onnx_backend.bfloat16_values(expected)
        tolerance = BFLOAT16_TOLERANCE
    elif element_type == TensorProto.BOOL:
        # A truth value is 0 or 1 and no other byte.
        actual, expected = actual.view(np.uint8), expected.view(np.uint8)
    if actual.dtype.kind == 'f':
        error = largest_error(actual, expected)
        if error > tolerance:
            raise Wrong("output '%s': max relative error %.3g" % (name, error))
    else:
        different = np.count_nonzero(actual != expected)
        if different:
            raise Wrong("output '%s': %d of %d elements differ" % (
                name, different, expected.size))


def run_data_set(rep, graph, data_set):
    needed = [info for info in graph.input if info.name in rep.needed_inputs]
    inputs = [as_declared(info, array) for info, (_, array) in
              zip(needed, read_tensors(data_set, 'input'), strict=True)]
    expected = read_tensors(data_set, 'output')
    guarded = Guarded()
    outputs = rep.run(inputs, allocate=guarded)
    guarded.check()
    if len(outputs) != len(expected):
        raise Wrong('%d outputs, not %d' % (len(outputs), len(expected)))
    for info, output, (element_type, array) in zip(graph.output, outputs,
                                                   expected):
        compare(info, element_type, output, array)


def is_refusal(error):
    """Whether the compiler ended in order, with errors about the model."""
    lines = error.text.splitlines()
    return (error.status == 1 and
            any(line.startswith('error: ') for line in lines) and
            not any(line.startswith(('LLVM ERROR', 'PLEASE submit'))
                    for line in lines))


def run_case(folder, work, compiled):
    """The outcome; calls `compiled` between the compiler and its code."""
    path = os.path.join(folder, 'model.onnx')
    shared_object = os.path.join(work, 'model.so')
    try:
        onnx_backend.compile_file(path, shared_object)
    except onnx_backend.CompileError as error:
        if is_refusal(error):
            return Outcome(UNSUPPORTED, error.text)
        return Outcome(FAILED, 'the compiler: %s\n%s' % (
            onnx_backend.ending_text(error.status), error.text))
    compiled()
    graph = onnx.load(path).graph
    for info in (*graph.input, *graph.output):
        if not info.type.HasField('tensor_type'):
            return Outcome(FAILED, "compiled, though '%s' is no tensor" %
                           info.name)
    rep = onnx_backend.Rep(onnx_backend.CompiledModel(shared_object), graph)
    data_sets = sorted(glob.glob(os.path.join(folder, 'test_data_set_*')))
    if not data_sets:
        return Outcome(FAILED, 'has no data')
    try:
        for data_set in data_sets:
            run_data_set(rep, graph, data_set)
    except Wrong as error:
        return Outcome(WRONG, str(error))
    return Outcome(PASSED, '')


#------------------------------------------------------------------------------
# All cases
#------------------------------------------------------------------------------

class Process:
    """A case that runs.  It writes a line when its model is compiled, and at
    the end one of JSON, the outcome."""

    def __init__(self, name, data, work, timeout):
        self.name = name
        self.timeout = timeout
        self.text = b''
        self.is_late = False
        self.is_compiled = False
        self.set_deadline()
        sys.stdout.flush()
        self.pipe, end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.run_child(data, work, end)
        os.close(end)
        # Here and there, for either may come first.
        with contextlib.suppress(OSError):
            os.setpgid(self.pid, self.pid)

    def set_deadline(self):
        self.deadline = time.monotonic() + self.timeout

    def run_child(self, data, work, pipe):
        """Never returns: what is the parent's stays untouched."""
        try:
            os.setpgid(0, 0)
            # Whatever the code writes is not for the list of outcomes.
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT,) * 2)
            with tempfile.TemporaryDirectory(dir=work) as directory:
                outcome = run_case(os.path.join(data, self.name), directory,
                                   lambda: os.write(pipe, b'\n'))
        except BaseException as error:  # Nothing goes on as the parent.
            outcome = Outcome(FAILED, '%s: %s' % (type(error).__name__, error))
        with open(pipe, 'w', encoding='utf-8') as file:
            file.write(json.dumps(outcome) + '\n')
        os._exit(0)

    def read(self):
        """False at the end."""
        text = os.read(self.pipe, 1 << 16)
        self.text += text
        if not self.is_compiled and self.text.startswith(b'\n'):
            self.is_compiled = True
            self.set_deadline()
        return bool(text)

    def kill(self):
        """With the compiler, which is of its group."""
        self.is_late = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def finish(self):
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        who = 'the compiled code' if self.is_compiled else 'the compiler'
        if self.is_late:
            return Outcome(FAILED, '%s: not done after %g s' % (
                who, self.timeout))
        code = os.waitstatus_to_exitcode(status)
        if code or not self.text.strip():
            return Outcome(FAILED, '%s: %s' % (
                who, onnx_backend.ending_text(code)))
        return Outcome(*json.loads(self.text))


def run_all(names, data, jobs, timeout):
    """{name: outcome}, in the order of the names."""
    outcomes = dict.fromkeys(names)
    waiting = collections.deque(names)
    running = set()
    with tempfile.TemporaryDirectory(prefix='conformance-') as work, \
            selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    process = Process(waiting.popleft(), data, work, timeout)
                    running.add(process)
                    selector.register(process.pipe, selectors.EVENT_READ,
                                      process)
                first = min(process.deadline for process in running)
                ready = selector.select(max(0, first - time.monotonic()))
                for key, _ in ready:
                    process = key.data
                    if not process.read():
                        selector.unregister(process.pipe)
                        running.remove(process)
                        outcomes[process.name] = process.finish()
                for process in running:
                    if process.deadline <= time.monotonic():
                        process.kill()
        finally:
            for process in running:
                process.kill()
                process.finish()
    return outcomes


#------------------------------------------------------------------------------
# Names
#------------------------------------------------------------------------------

def read_names(path):
    with open(path, encoding='utf-8') as file:
        return [line.strip() for line in file if line.strip()]


def all_names(data):
    return [os.path.relpath(os.path.dirname(path), data)
            for group in GROUPS
            for path in sorted(glob.glob(os.path.join(data, group, '*',
                                                      'model.onnx')))]


def matches(name, pattern):
    return (fnmatch.fnmatchcase(name, pattern) or
            fnmatch.fnmatchcase(name.split('/')[1], pattern))


def chosen_names(args):
    """Exits if a pattern matches none, for it is misspelt."""
    names = all_names(args.data)
    if not names:
        sys.exit('conformance: %s has no cases: install libonnx-testdata' %
                 args.data)
    if args.list:
        listed = set(read_names(args.list))
        names = [name for name in names if name in listed]
    if args.cases:
        for pattern in args.cases:
            if not any(matches(name, pattern) for name in names):
                sys.exit('conformance: %s matches no case' % pattern)
        names = [name for name in names
                 if any(matches(name, p) for p in args.cases)]
    return names


#------------------------------------------------------------------------------
# Text
#------------------------------------------------------------------------------

def count_kinds(outcomes):
    counts = collections.Counter(o.kind for o in outcomes.values())
    return [counts[kind] for kind in KINDS]


def summary(outcomes, in_scope):
    parts = ['%d %s' % (count, kind)
             for count, kind in zip(count_kinds(outcomes), KINDS)]
    inside = [outcomes[name].kind for name in outcomes if name in in_scope]
    return '%s; in scope %d of %d passed' % (
        ', '.join(parts), inside.count(PASSED), len(inside))


def first_error(outcome):
    return next(line for line in outcome.detail.splitlines()
                if line.startswith('error: '))


# error: model.onnx: node 'y' (Relu): what it says
ERROR_LINE = re.compile(r'error: (?:model\.onnx: )?'
                        r"(?:node '.*?' \((?P<operator>\w+)\): )?"
                        r'(?P<reason>.*)')


def reason_of(outcome):
    """The operator, or None, and the first error without what is of the one
    model: names of tensors and their types."""
    match = ERROR_LINE.match(first_error(outcome))
    reason = re.sub(r"\b(input|output|initializer|attribute|tensor) '.*?'",
                    r'\1', match['reason'])
    return match['operator'], re.sub(r'\btensor<.*?>', 'a tensor', reason)


def table(header, rows, alignment=None):
    lines = [header, alignment or ['---'] * len(header), *rows]
    return '\n'.join('| %s |' % ' | '.join(
        str(cell).replace('|', r'\|') for cell in line) for line in lines)


def counts_table(outcomes, in_scope):
    def row(title, names):
        chosen = {name: outcomes[name] for name in names}
        inside = [name for name in names if name in in_scope]
        return [title, len(names), *count_kinds(chosen), len(inside),
                sum(outcomes[name].kind == PASSED for name in inside)]
    rows = [row('`%s`' % group, [name for name in outcomes
                                 if name.startswith(group + '/')])
            for group in GROUPS]
    rows.append(row('all', list(outcomes)))
    header = ['group', 'cases', *KINDS, 'in scope', 'of these passed']
    return table(header, rows, ['---'] + ['--:'] * (len(header) - 1))


def counted(names):
    """`Cast` 23, `Add`: the most frequent first, a single one without its
    number."""
    counts = collections.Counter(names)
    return ', '.join('`%s`' % name + (' %d' % count if count > 1 else '')
                     for name, count in sorted(
                         counts.items(), key=lambda item: (-item[1], item[0])))


def unsupported_table(outcomes, in_scope):
    groups = collections.defaultdict(list)
    for name, outcome in outcomes.items():
        if outcome.kind == UNSUPPORTED:
            operator, reason = reason_of(outcome)
            groups[reason].append((name, operator))
    rows = []
    for reason, cases in sorted(groups.items(),
                                key=lambda item: (-len(item[1]), item[0])):
        operators = [operator for _, operator in cases if operator]
        rows.append([reason, counted(operators) or '-', len(cases),
                     sum(name in in_scope for name, _ in cases)])
    return table(['first error', 'operators', 'cases', 'in scope'], rows,
                 ['---', '---', '--:', '--:'])


def problems_table(outcomes):
    rows = [['`%s`' % name, outcome.kind, outcome.detail.splitlines()[0]]
            for name, outcome in outcomes.items()
            if outcome.kind in (WRONG, FAILED)]
    return table(['case', 'outcome', 'why'], rows) if rows else 'None.'


def test_data_version():
    try:
        return subprocess.run(
            ['dpkg-query', '-W', '-f=${Version}', 'libonnx-testdata'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            universal_newlines=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 'unknown'


def page(outcomes, in_scope):
    return '''# Conformance

What the compiler makes of the ONNX project's backend tests. `./dev conformance`
wrote this page.

{counts}

A case is *passed* if its model compiles and all outputs of all its data sets have
the expected types and shapes and the expected values: integers and truth values
exactly, bfloat16 within a unit of the last place, for the data sets cut off where a
conversion may round, and other numbers within {relative:g} times the expected value
and {absolute:g}, which are the ONNX project's tolerances. It is *wrong* if an output
differs, *unsupported* if the compiler refuses the model with an error, and *failed*
if anything else happens. Cases with strings, sequences or optional values are only
compiled: they can be unsupported, or have failed.

*In scope* are the cases that the compiler aims at, which
[in_scope.txt](../test/Conformance/in_scope.txt) lists;
[passing.txt](../test/Conformance/passing.txt) lists those that must pass in
`./dev test`.

## Wrong or failed

{problems}

## Unsupported

By the first error of the compiler, without the names of tensors and nodes.

{unsupported}

## How it was made

All cases of Debian's package libonnx-testdata {version} that come with their model,
each compiled for the host with the default options, `resnetc model.onnx -o model.so`,
and run on one thread in a process of its own by `python/resnetc/onnx_backend.py`.
Outputs are filled with a pattern before the run, and more of it lies behind them, to
find what is not written and what is written where it must not be. A model with
fixed shapes gets the batch that these have, whether the compiled model accepts others
or not.
'''.format(counts=counts_table(outcomes, in_scope),
           absolute=ABSOLUTE_TOLERANCE, relative=RELATIVE_TOLERANCE,
           problems=problems_table(outcomes),
           unsupported=unsupported_table(outcomes, in_scope),
           version=test_data_version())


#------------------------------------------------------------------------------
# Main
#------------------------------------------------------------------------------

def print_outcomes(outcomes, with_unsupported):
    for name, outcome in outcomes.items():
        if outcome.kind == PASSED:
            if with_unsupported:
                print('%s: passed' % name)
        elif outcome.kind != UNSUPPORTED or with_unsupported:
            print('%s: %s: %s' % (name, outcome.kind,
                                  outcome.detail.replace('\n', '\n  ')))


def missing_names(expected, outcomes, args):
    """Of the expected names that the choice of cases did not exclude, those
    that did not pass, whether there is such a case or not."""
    def is_chosen(name):
        return not args.cases or any(matches(name, p) for p in args.cases)
    return [name for name in expected
            if is_chosen(name) and
            (name not in outcomes or outcomes[name].kind != PASSED)]


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description="Runs the ONNX project's backend tests.")
    parser.add_argument('cases', nargs='*', metavar='CASE')
    parser.add_argument('--list', metavar='FILE',
                        help='run the cases that it names, one a line')
    parser.add_argument('--expect', metavar='FILE',
                        help='exit with 1 unless the cases that it names pass')
    parser.add_argument('--update', metavar='FILE',
                        help='write the names of those that pass')
    parser.add_argument('--write', action='store_true',
                        help='write docs/conformance.md')
    parser.add_argument('-v', '--verbose', action='store_true',
                        help='list all outcomes')
    parser.add_argument('--data', default=DATA, metavar='DIR',
                        help='default: %(default)s')
    parser.add_argument('--jobs', type=int, metavar='N',
                        default=len(os.sched_getaffinity(0)),
                        help='cases at a time (default: one a CPU)')
    parser.add_argument('--timeout', type=float, default=30, metavar='S',
                        help='seconds for compiling a case, and for running it '
                        '(default: %(default)g)')
    args = parser.parse_args(argv)
    if args.jobs < 1:
        parser.error('--jobs must be positive')
    if args.write and (args.cases or args.list):
        parser.error('--write is for all cases')
    if args.update and args.cases:
        parser.error('--update is for all cases, or those of --list')
    return args


def main(argv=None):
    args = parse_arguments(argv)
    in_scope = set(read_names(IN_SCOPE))
    outcomes = run_all(chosen_names(args), args.data, args.jobs, args.timeout)
    print_outcomes(outcomes, with_unsupported=args.verbose or args.cases)
    status = 0
    if args.expect:
        for name in missing_names(read_names(args.expect), outcomes, args):
            print('%s: is expected to pass' % name)
            status = 1
    if args.update:
        with open(args.update, 'w', encoding='utf-8') as file:
            file.writelines(name + '\n' for name, outcome in outcomes.items()
                            if outcome.kind == PASSED)
    if args.write:
        with open(PAGE, 'w', encoding='utf-8') as file:
            file.write(page(outcomes, in_scope))
    print(summary(outcomes, in_scope))
    return status


if __name__ == '__main__':
    sys.exit(main())
