# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compare.py and benchmark.py measure with.

Each measurement is a process of its own, and those of several sides take
turns, so that what else the machine does meets all of them.  A side is a
function (threads, batch, repeat, warmup) -> dict of times in ms and memory.

This process stays small and loads no model: the peak memory of a child that
getrusage reports starts from what its parent had.
"""

import functools
import glob
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
TORCH_RUN = os.path.join(ROOT, 'bench', 'torch_run.py')


class Failure(Exception):
    """A process failed; the message says which and how."""


def run(command, **environment):
    """Runs a command and returns what it writes to stdout."""
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE,
                                env={**os.environ, **environment},
                                universal_newlines=True, check=False)
    except OSError as error:
        raise Failure('%s: %s' % (command[0], error))
    if result.returncode:
        raise Failure('%s\nexited with %d\n%s' % (
            ' '.join(map(shlex.quote, command)), result.returncode,
            result.stderr.strip()))
    return result.stdout


def run_module(module, *arguments):
    """Runs a module of python/."""
    return run([sys.executable, '-m', module, *arguments],
               PYTHONPATH=os.path.join(ROOT, 'python'))


#------------------------------------------------------------------------------
# Cores
#------------------------------------------------------------------------------

@functools.lru_cache()
def cores():
    """One CPU of each core that this process may use, the last one first: the
    first core of a machine has most of the other work."""
    found, taken = [], set()
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = ('/sys/devices/system/cpu/cpu%d/topology/'
                    'thread_siblings_list' % cpu)
        try:
            with open(siblings, encoding='utf-8') as file:
                core = file.read().strip()
        except OSError:
            core = str(cpu)
        if core not in taken:
            taken.add(core)
            found.append(cpu)
    return found[::-1]


def pinned(command, threads):
    """The command on as many cores as it has threads; the scheduler's moves
    would be measured otherwise."""
    if threads > len(cores()) or not shutil.which('taskset'):
        return command
    cpus = ','.join(map(str, cores()[:threads]))
    return ['taskset', '-c', cpus] + command


#------------------------------------------------------------------------------
# Models
#------------------------------------------------------------------------------

def model_file(name, work):
    """An .onnx file as it is; for a name of resnetc.zoo, its file in work."""
    if name.endswith('.onnx'):
        return name
    path = os.path.join(work, name + '.onnx')
    if not os.path.exists(path):
        if name not in run_module('resnetc.zoo', '--list').split():
            raise Failure('%s is neither an .onnx file nor a name of '
                          'resnetc.zoo' % name)
        run_module('resnetc.zoo', '--batch', 'dynamic', name, path)
    return path


def label_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def compile_model(onnx, work, tools, flags):
    """Returns the file of the compiled model."""
    # A folder each, for two files may have one name.
    so = os.path.join(tempfile.mkdtemp(dir=work), label_of(onnx) + '.so')
    run([os.path.join(tools, 'resnetc'), onnx, '-o', so] + list(flags))
    return so


#------------------------------------------------------------------------------
# Sides
#------------------------------------------------------------------------------

def compiled_side(so, tools):
    def measure(threads, batch, repeat, warmup):
        command = [os.path.join(tools, 'resnetc-run'), so,
                   '--threads', str(threads), '--batch', str(batch),
                   '--warmup', str(warmup), '--repeat', str(repeat), '--json']
        return named(json.loads(run(pinned(command, threads))))
    return measure


def onnxruntime_side(onnx):
    def measure(threads, batch, repeat, warmup):
        command = ['node', ORT_RUN, 'bench', onnx, str(threads), str(batch),
                   str(repeat), str(warmup)]
        return named(json.loads(run(pinned(command, threads))))
    return measure


def pytorch_command(threads, *arguments):
    """torch_run.py with OpenBLAS, whatever the system's BLAS is: Debian's
    default is the slow reference one."""
    folders = glob.glob('/usr/lib/*/openblas-pthread')
    if 'LD_LIBRARY_PATH' in os.environ:
        folders.append(os.environ['LD_LIBRARY_PATH'])
    return run(pinned([sys.executable, TORCH_RUN, *map(str, arguments)],
                      threads),
               LD_LIBRARY_PATH=':'.join(folders),
               OPENBLAS_NUM_THREADS=str(threads),
               OMP_NUM_THREADS=str(threads))


def pytorch_side(onnx, work):
    """Whichever of PyTorch's ways is fastest for the number of threads and the
    batch, found by a trial before the first measurement."""
    folder = tempfile.mkdtemp(dir=work)
    pytorch_command(1, 'convert', onnx, folder)

    @functools.lru_cache(maxsize=None)
    def variant(threads, batch):
        return pytorch_command(threads, 'choose', folder, threads,
                               batch).strip()

    def measure(threads, batch, repeat, warmup):
        return named(json.loads(pytorch_command(
            threads, 'bench', folder, variant(threads, batch), threads, batch,
            repeat, warmup)))
    return measure


def named(report):
    """All sides' figures by the same names."""
    result = {key: report[key] for key in
              ('min_ms', 'median_ms', 'p95_ms', 'load_ms', 'first_ms')}
    result['rss_mb'] = report.get('peak_rss_mb', report.get('rss_mb'))
    if 'variant' in report:
        result['variant'] = report['variant']
    return result


def onnxruntime_version():
    """None where there is no ONNX Runtime."""
    folder = os.environ.get('RESNETC_ORT_DIR')
    if not folder or not shutil.which('node'):
        return None
    package = os.path.join(folder, 'node_modules', 'onnxruntime-node',
                           'package.json')
    try:
        with open(package, encoding='utf-8') as file:
            return json.load(file)['version']
    except (OSError, ValueError, KeyError):
        return None


def pytorch_version():
    """None where there is no PyTorch."""
    try:
        return pytorch_command(1, 'version').strip()
    except Failure:
        return None


#------------------------------------------------------------------------------
# Rounds
#------------------------------------------------------------------------------

def in_turns(sides, rounds):
    """Calls each of the functions once a round; {name: results}.  None is
    always the first."""
    names = list(sides)
    results = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(sides[name]())
    return results


def summarize(results):
    """The median over the rounds of each figure; of the shortest times, the
    shortest."""
    summary = {key: statistics.median(r[key] for r in results)
               for key in ('median_ms', 'p95_ms', 'load_ms', 'first_ms',
                           'rss_mb')}
    summary['min_ms'] = min(r['min_ms'] for r in results)
    summary['rounds_ms'] = [r['median_ms'] for r in results]
    if 'variant' in results[0]:
        summary['variant'] = results[0]['variant']
    return summary


def numbers(text):
    """The positive integers of a command-line argument such as 1,4."""
    values = [int(part) for part in text.split(',')]
    if min(values) < 1:
        raise ValueError(text)
    return values
