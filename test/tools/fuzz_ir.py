#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gives resnet-opt damaged IR: it must end by itself, with 0 or 1.

    fuzz_ir.py [--mutants N] [--seed S] [--seconds T] [--directory DIR]

Mutants are the functions of the tests in test/Dialect and test/Conversion with
a few tokens dropped, swapped or replaced: numbers by others, types by types,
names by names.  Each is parsed and verified, and goes through a pass or a
pipeline that is drawn for it.  One that crashes resnet-opt, or takes longer
than 20 s or more than 4 GB, is left in DIR; its command is printed, and the
exit status is 1.  resnet-opt comes from PATH.
"""

import argparse
import glob
import os
import random
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SEPARATOR = '\n// -----\n'
TIMEOUT = 20
MEMORY = 4 << 30
# Of one process, which takes its time to start.
BATCH = 40

TARGET = '{triple=x86_64-unknown-linux-gnu cpu=x86-64-v3}'
RESNET = [
    'canonicalize', 'resnet-infer-shapes', 'resnet-fold-constants',
    'resnet-fold-batch-norm', 'resnet-fuse-residual', 'resnet-assign-layout',
    'resnet-infer-shapes,resnet-fold-constants,canonicalize,'
    'resnet-fold-batch-norm,resnet-fuse-residual,canonicalize,'
    'resnet-assign-layout']
KERNEL = [
    'canonicalize', 'kernel-narrow-buffers', 'kernel-select-schedule' + TARGET,
    'kernel-expand-winograd', 'kernel-pack-weights', 'kernel-plan-memory',
    'kernel-select-schedule' + TARGET + ',kernel-expand-winograd,'
    'kernel-pack-weights,kernel-plan-memory']
LOWER = 'builtin.module(func.func(%s),convert-resnet-to-kernel%s)'
VECTOR = 'builtin.module(convert-kernel-to-vector%s)'

TOKEN = re.compile(r'"[^"\n]*"|%[\w#]+|[@^#!][\w.$]+|[A-Za-z_][A-Za-z_.$]*|'
                   r'-?\d+\.\d+(?:e[+-]?\d+)?|\d+|->|\s+|.', re.DOTALL)
SIZES = ['0', '1', '2', '3', '4', '5', '7', '8', '9', '16', '17', '64', '255',
         '1000', '2147483648', '1099511627776', '9223372036854775807', '?']
NUMBERS = SIZES[:-1] + ['-1', '-2', '-3', '-9223372036854775808']
TYPES = ['f32', 'f64', 'f16', 'bf16', 'i1', 'i8', 'i32', 'i64', 'index', 'ui8',
         'complex<f32>', 'none']
FLOATS = ['0.0', '1.0', '-1.0', '1.0e30', '1.0e-40', '0x7FC00000',
          '0x7F800000']


def pipelines(is_kernel):
    """What mutants of such a file go through."""
    if is_kernel:
        return ([''] + ['builtin.module(func.func(%s))' % p for p in KERNEL] +
                [VECTOR % '', VECTOR % ',canonicalize,cse'])
    return ([''] + ['builtin.module(func.func(%s))' % p for p in RESNET] +
            [LOWER % ('resnet-assign-layout', ''),
             LOWER % (RESNET[-1], ',func.func(%s)' % KERNEL[-1]),
             LOWER % (RESNET[-1], ',func.func(%s),convert-kernel-to-vector' %
                      KERNEL[-1])])


def read_parts():
    """[(text, whether it is of the kernel dialect, whether it is valid)] of all
    tests."""
    parts = []
    for folder in ('Dialect', 'Conversion'):
        for path in sorted(glob.glob(os.path.join(ROOT, 'test', folder, '**',
                                                  '*.mlir'), recursive=True)):
            with open(path, encoding='utf-8') as file:
                text = file.read()
            for part in re.split(r'^//(?: -----|--- .*)$', text,
                                 flags=re.MULTILINE):
                is_valid = 'expected-error' not in part
                # Comments are no tokens; nor are long functions for us.
                part = re.sub(r'//.*', '', part).strip()
                if 'func.func' in part and len(part) < 6000:
                    parts.append((part, 'kernel.' in part, is_valid))
    return parts


def replace(token, tokens, rnd, parameter=False):
    """Another token that may stand in its place."""
    if re.fullmatch(r'\d+', token):
        numbers = NUMBERS if parameter else SIZES
        return rnd.choice(numbers + [str(int(token) + 1),
                                     str(max(int(token) - 1, 0))])
    if re.fullmatch(r'-?\d+\.\d+.*', token):
        return rnd.choice(FLOATS)
    for kind in TYPES:
        if token.endswith(kind):
            return token[:-len(kind)] + rnd.choice(TYPES)
    if token == '?':
        return rnd.choice(SIZES)
    alike = [t for t in tokens if t[0] == token[0] and t != token]
    return rnd.choice(alike) if alike else ''


def is_parameter(tokens, i):
    """Whether a number is an attribute's and no dimension's."""
    before = ''.join(tokens[max(0, i - 3):i]).rstrip()
    return tokens[i][0].isdigit() and before.endswith((':', ',', '[', '='))


def damage(tokens, rnd):
    """Changes a few tokens; the result is hardly ever parsed."""
    i = rnd.randrange(len(tokens))
    kind = rnd.randrange(4)
    if kind == 0:
        tokens[i] = replace(tokens[i], tokens, rnd)
    elif kind == 1:
        del tokens[i]
    elif kind == 2:
        tokens.insert(i, tokens[i])
    else:
        j = rnd.randrange(len(tokens))
        tokens[i], tokens[j] = tokens[j], tokens[i]


def change(tokens, rnd):
    """Changes a parameter, or a name, a type or a dimension, mostly wherever it
    is, so that types still agree; the result is often parsed."""
    parameters = [i for i in range(len(tokens)) if is_parameter(tokens, i)]
    if parameters and rnd.random() < 0.6:
        i = rnd.choice(parameters)
        tokens[i] = replace(tokens[i], tokens, rnd, parameter=True)
        return
    places = [i for i, t in enumerate(tokens) if
              (t[0].isdigit() and i not in parameters) or t[0] in '%?' or
              t.endswith(tuple(TYPES))]
    if not places:
        return
    i = rnd.choice(places)
    old, new = tokens[i], replace(tokens[i], tokens, rnd)
    if old[0] == '%':
        # An operand, not where it is defined.
        tokens[i] = new
    elif rnd.random() < 0.2:
        tokens[i] = new
    else:
        for j in places:
            if tokens[j] == old:
                tokens[j] = new


def mutate(part, rnd):
    tokens = [t for t in TOKEN.findall(part) if t]
    for _ in range(rnd.choice((1, 1, 1, 2, 3))):
        if rnd.random() < 0.15:
            damage(tokens, rnd)
        else:
            change(tokens, rnd)
        tokens = [t for t in tokens if t]
        if not tokens:
            break
    # None may become a separator.
    return ''.join(tokens).replace('// --', '/ --')


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def command(path, pipeline):
    options = ['--pass-pipeline=' + pipeline] if pipeline else []
    return ['resnet-opt', path, '--split-input-file',
            '--mlir-disable-threading', '-o', os.devnull] + options


def run(mutants, pipeline, path):
    """How resnet-opt ends; None if as it should."""
    with open(path, 'w', encoding='utf-8') as file:
        file.write(SEPARATOR.join(mutants))
    try:
        result = subprocess.run(
            command(path, pipeline), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=TIMEOUT, preexec_fn=limit_memory, check=False)
    except subprocess.TimeoutExpired:
        return 'does not end'
    if result.returncode in (0, 1):
        return None
    lines = result.stderr.decode('utf-8', 'replace').splitlines()
    return 'ends with %d: %s' % (result.returncode, '; '.join(
        [line for line in lines if 'error:' not in line][:2]))


def find(mutants, pipeline, path):
    """[(mutant, ending)] of those that end badly alone."""
    ending = run(mutants, pipeline, path)
    if not ending:
        return []
    if len(mutants) == 1:
        return [(mutants[0], ending)]
    half = len(mutants) // 2
    return (find(mutants[:half], pipeline, path) +
            find(mutants[half:], pipeline, path))


def main():
    parser = argparse.ArgumentParser(
        description='Gives resnet-opt damaged IR.')
    parser.add_argument('--mutants', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=float('inf'))
    parser.add_argument('--directory', default=os.path.join(
        ROOT, 'build', 'fuzz', 'ir'))
    args = parser.parse_args()
    parts = read_parts()
    print('mutants of %d parts, seed %d' % (len(parts), args.seed), flush=True)
    rnd = random.Random(args.seed)
    deadline = time.monotonic() + args.seconds
    count = wrong = 0
    with tempfile.TemporaryDirectory(prefix='resnetc-fuzz-') as work:
        while count < args.mutants and time.monotonic() < deadline:
            is_kernel = rnd.random() < 0.4
            pipeline = rnd.choice(pipelines(is_kernel))
            # What is invalid before is no food for passes.
            some = [part for part, kernel, is_valid in parts
                    if kernel == is_kernel and (is_valid or not pipeline)]
            mutants = [mutate(rnd.choice(some), rnd)
                       for _ in range(min(BATCH, args.mutants - count))]
            count += len(mutants)
            for mutant, ending in find(mutants, pipeline,
                                       os.path.join(work, 'mutants.mlir')):
                os.makedirs(args.directory, exist_ok=True)
                path = os.path.join(args.directory, 'seed-%d-%d.mlir' %
                                    (args.seed, wrong))
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(mutant + '\n')
                wrong += 1
                print('%s: %s\n  %s' % (path, ending, shlex.join(
                    command(path, pipeline))), flush=True)
    print('%d mutants, %d wrong' % (count, wrong))
    return 1 if wrong or not count else 0


if __name__ == '__main__':
    sys.exit(main())
