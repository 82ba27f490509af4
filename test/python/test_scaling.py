# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of resnetc.scaling.  Run: python3 -m unittest discover test/python"""

import os
import re
import shlex
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'python'))

from resnetc import scaling  # noqa: E402 (needs the path above)

# A step of 300 ms, of which the backward pass is 200; 4 buckets of 10 MB, for
# which 80 Mbit take 8 ms; messages of 1 ms.
OPTIONS = ('--step-time=300 --batch=8 --gradients=40 --bucket=10 --latency=1000 '
           '--bandwidth=10 --blocking=0 --algorithm=%s --nodes=%s')


def rows(algorithm, nodes, more=''):
    text = OPTIONS % (algorithm, nodes) + ' ' + more
    return list(scaling.rows(scaling.parse(text.split())))


class ReduceTime(unittest.TestCase):
    def test_formulas(self):
        for algorithm, want in (('ring', 14 * 1 + 2 * 7 / 8 * 8),
                                ('tree', 6 * (1 + 8)),
                                ('halving', 6 * 1 + 2 * 7 / 8 * 8),
                                ('auto', 6 * 1 + 2 * 7 / 8 * 8)):
            got = scaling.reduce_time(algorithm, 8, 10e6, 1e-3, 1.25e9)
            self.assertAlmostEqual(got * 1e3, want, msg=algorithm)
        self.assertEqual(scaling.reduce_time('auto', 1, 1e9, 1, 1), 0)

    def test_rounds_of_no_power_of_two(self):
        self.assertEqual([scaling.rounds(n) for n in (2, 3, 4, 5, 1000)],
                         [1, 2, 2, 3, 10])


class Step(unittest.TestCase):
    def test_one_node(self):
        (nodes, batch, step, waiting, speed, efficiency), = rows('ring', '1')
        self.assertEqual((nodes, batch, waiting, efficiency), (1, 8, 0, 1))
        self.assertAlmostEqual(step, 0.3)
        self.assertAlmostEqual(speed, 8 / 0.3)

    def test_last_bucket_is_left(self):
        # Each is through before the next is complete, 50 ms later: 2 nodes need
        # 2 messages and all bytes.
        self.assertAlmostEqual(rows('ring', '2')[0][2], 0.3 + 0.002 + 0.008)

    def test_without_overlap(self):
        self.assertAlmostEqual(rows('ring', '2', '--no-overlap')[0][2],
                               0.3 + 4 * (0.002 + 0.008))

    def test_network_is_the_bottleneck(self):
        # All that comes after the first bucket, at 150 ms.
        step = rows('ring', '101')[0][2]
        each = 200e-3 + 2 * 100 / 101 * 8e-3
        self.assertAlmostEqual(step, 0.15 + 4 * each)

    def test_blocking_jitter_and_update(self):
        step = rows('ring', '4', '--blocking=5')[0][2]
        self.assertAlmostEqual(step, 0.3 + 5 * 4e-3 + 6e-3 + 1.5 * 8e-3)
        late = rows('ring', '4', '--jitter=10')[0][2] - rows('ring', '4')[0][2]
        self.assertAlmostEqual(late, 0.3 * 0.1 * (2 * 1.3862943611) ** 0.5)
        self.assertAlmostEqual(rows('ring', '1', '--update-time=7')[0][2], 0.307)

    def test_bad_numbers(self):
        for more in ('--jitter=-1', '--nodes=0', '--bandwidth=0', '--bandwidth=nan',
                     '--backward-share=2', '--step-time=inf'):
            with self.assertRaises(SystemExit), open(os.devnull, 'w') as null:
                error, sys.stderr = sys.stderr, null
                try:
                    rows('ring', '1', more)
                finally:
                    sys.stderr = error


class Page(unittest.TestCase):
    def test_tables_are_what_the_program_prints(self):
        with open(os.path.join(ROOT, 'docs', 'scaling.md'), encoding='utf-8') as file:
            text = file.read()
        found = re.findall(r'^    python -m resnetc\.scaling ((?:.*\\\n)*.*)\n\n'
                           r'((?:\|.*\n)+)', text, re.MULTILINE)
        self.assertEqual(len(found), 4)
        for command, printed in found:
            options = scaling.parse(shlex.split(command.replace('\\\n', ' ')))
            self.assertEqual(scaling.table(options), printed)


if __name__ == '__main__':
    unittest.main()
