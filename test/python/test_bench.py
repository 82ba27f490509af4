# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of what bench/ makes of measurements, from made-up ones; nothing is
timed.  Run: python3 -m unittest discover test/python"""

import copy
import os
import sys
import tempfile
import unittest
from xml.etree import ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, 'python'), os.path.join(ROOT, 'bench')]

# Of this repository, by the path above.
import benchmark  # noqa: E402
import charts  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
from resnetc import macs, zoo  # noqa: E402

SVG = '{http://www.w3.org/2000/svg}'


def measured(ms, **more):
    """One process's figures."""
    return {'min_ms': 0.9 * ms, 'median_ms': ms, 'p95_ms': 1.2 * ms,
            'load_ms': 5.0, 'first_ms': 2 * ms, 'rss_mb': 100.0, **more}


def side(ms, **more):
    """What measure.summarize makes of three rounds around ms."""
    return measure.summarize([measured(t, **more)
                              for t in (1.1 * ms, ms, 0.9 * ms)])


def row(model, threads=1, batch=1, gmacs=1.0, **sides):
    return {'model': model, 'macs': int(1e9 * gmacs), 'threads': threads,
            'batch': batch, 'repeat': 5, 'sides': sides}


def compiled(model, layers, wall, memory):
    return {'model': model, 'layers': layers, 'wall_s': wall,
            'cpu_s': 0.9 * wall, 'memory_mb': memory, 'weights_mb': 40.5,
            'object_mb': 40.6, 'onnx_mb': 41.0}


RESULTS = {
    'command': './dev bench', 'date': '2025-06-01', 'minutes': 11.6,
    'machine': {'cpu': 'Some CPU', 'features': 'avx2 fma', 'cores': 2,
                'memory_gb': 16.1, 'system': 'Debian, Linux 6.1'},
    'versions': {'resnetc': '0.1.0', 'onnxruntime': '1.30.0',
                 'pytorch': '1.13 (OpenBLAS)'},
    'rounds': 3, 'compile_flags': '', 'skipped': ['`--odd`: not known'],
    'peaks': [{'threads': 1, 'gflops': 100.0, 'lowest_gflops': 95.0,
               'read_gbs': 20.0},
              {'threads': 2, 'gflops': 200.0, 'lowest_gflops': 180.0,
               'read_gbs': 25.0}],
    'speed': [
        row('small', resnetc=side(25.0), **{'--fast=<1>': side(10.0)},
            onnxruntime=side(50.0), pytorch=side(200.0, variant='nchw')),
        row('small', threads=2, resnetc=side(12.5), onnxruntime=side(25.0)),
        row('small', batch=8, resnetc=side(180.0), onnxruntime=side(150.0)),
    ],
    'load': {'model': 'small', 'threads': 1, 'sides': {
        'resnetc': dict(side(25.0), process_ms=120.0),
        'onnxruntime': dict(side(50.0), process_ms=400.0)}},
    'compile': [compiled('net18', 18, 2.0, 250.0),
                compiled('net50', 50, 3.0, 450.0)],
}
EMPTY = {**RESULTS, 'peaks': [], 'speed': [], 'load': None, 'compile': [],
         'skipped': []}


class SummaryTest(unittest.TestCase):

    def test_median_of_the_rounds(self):
        summary = measure.summarize([measured(30.0), measured(10.0),
                                     measured(20.0, variant='nchw')])
        self.assertEqual(summary['median_ms'], 20.0)
        self.assertEqual(summary['first_ms'], 40.0)
        self.assertEqual(summary['min_ms'], 9.0)   # The shortest of all.
        self.assertEqual(summary['rounds_ms'], [30.0, 10.0, 20.0])
        self.assertAlmostEqual(report.spread(summary), 1.0)

    def test_turns(self):
        """Each side once a round, and none always first."""
        calls = []
        results = measure.in_turns(
            {name: lambda name=name: calls.append(name) or len(calls)
             for name in 'abc'}, 2)
        self.assertEqual(''.join(calls), 'abcbca')
        self.assertEqual(results, {'a': [1, 6], 'b': [2, 4], 'c': [3, 5]})

    def test_ratio(self):
        first, second, _ = RESULTS['speed']
        self.assertEqual(report.ratio(first, 'resnetc', 'onnxruntime'), 0.5)
        self.assertEqual(report.ratio(first, '--fast=<1>', 'onnxruntime'),
                         0.2)
        self.assertIsNone(report.ratio(second, 'resnetc', 'pytorch'))

    def test_floor(self):
        """1 G multiply-adds at 100 Gflop/s take 20 ms."""
        first, second, batch = RESULTS['speed']
        self.assertAlmostEqual(report.floor_ms(RESULTS, first), 20.0)
        self.assertAlmostEqual(report.floor_share(RESULTS, first, 'resnetc'),
                               0.8)
        self.assertAlmostEqual(report.floor_ms(RESULTS, second), 10.0)
        self.assertAlmostEqual(report.floor_ms(RESULTS, batch), 160.0)
        self.assertIsNone(report.floor_share(EMPTY, first, 'resnetc'))
        self.assertIsNone(report.floor_ms(RESULTS, dict(first, macs=None)))

    def test_names(self):
        """resnetc-run and the scripts of the peers differ in one name."""
        common = {key: 1.0 for key in ('min_ms', 'median_ms', 'p95_ms',
                                       'load_ms', 'first_ms')}
        for name in ('peak_rss_mb', 'rss_mb'):
            self.assertEqual(measure.named({**common, name: 7})['rss_mb'], 7)

    def test_numbers(self):
        self.assertEqual(measure.numbers('1,4'), [1, 4])
        for text in ('0', '1,,2', 'x'):
            with self.assertRaises(ValueError):
                measure.numbers(text)

    def test_cores(self):
        cores = measure.cores()
        self.assertTrue(set(cores) <= os.sched_getaffinity(0))
        self.assertEqual(measure.pinned(['x'], len(cores) + 1), ['x'])


class ArgumentsTest(unittest.TestCase):

    def test_page_is_written_after_a_whole_run(self):
        for argv, write in (([], True), (['resnet18'], False),
                            (['--parts=compile'], False),
                            (['resnet18', '--write'], True)):
            self.assertEqual(benchmark.parse_arguments(argv).write, write)

    def test_command_is_kept(self):
        args = benchmark.parse_arguments(['a b.onnx', '--rounds=1'])
        self.assertEqual(args.command, "./dev bench 'a b.onnx' --rounds=1")

    def test_lists(self):
        args = benchmark.parse_arguments(['--parts=load,compile',
                                          '--peers='])
        self.assertEqual(args.parts, ['load', 'compile'])
        self.assertEqual(args.peers, [])


class TextTest(unittest.TestCase):

    def test_three_digits(self):
        for ms, text in ((0.5471, '0.547'), (5.471, '5.47'), (54.71, '54.7'),
                         (547.1, '547')):
            self.assertEqual(report.time_text(ms), text)

    def test_lines_of_the_terminal(self):
        lines = report.speed_lines(RESULTS, RESULTS['speed'][0])
        self.assertEqual(len(lines), 2)   # One for the other flags.
        self.assertEqual(
            lines[0].split(),
            'small 1 1 20.2 / 25.0 40.5 / 50.0 0.50 162 / 200 0.12 80 %'
            .split())
        self.assertIn('small --fast=<1>', lines[1])


class PageTest(unittest.TestCase):

    def test_tables(self):
        page = report.page(RESULTS, 's.svg', 'c.svg')
        for line in (
                '| small | 1 | 1 | 20.2 / 25.0 | 40.5 / 50.0 | 0.50 | '
                '162 / 200 | 0.12 | 80 % |',
                '| `small --fast=<1>` | 1 | 1 | 8.10 / 10.0 | 40.5 / 50.0 | '
                '0.20 | 162 / 200 | 0.05 | 200 % |',
                '| small | 1 | 2 | 10.1 / 12.5 | 20.2 / 25.0 | 0.50 | - | - '
                '| 80 % |',
                '| resnetc | 5.00 | 50.0 | 25.0 | 2.00 | 55.0 | 120 | 105 |',
                '| net50 | 3.0 | 2.7 | 450 | 40.5 | 40.6 | 41.0 |',
                '| PyTorch | 1.13 (OpenBLAS) |'):
            self.assertIn(line + '\n', page)
        for text in ('`./dev bench` wrote this page on 2025-06-01, in 12 min',
                     'in 3 rounds', '(95 to 100 in', '- `--odd`: not known',
                     '(s.svg)', '(c.svg)', 'here `nchw`.',
                     '20 % apart in the median, 20 % at most'):
            self.assertIn(text, page)

    def test_tables_are_even(self):
        """Every row has as many cells as the head of its table."""
        for block in report.page(RESULTS).split('\n\n'):
            lines = block.splitlines()
            if lines[0].startswith('|'):
                self.assertEqual({line.count('|') for line in lines},
                                 {lines[0].count('|')})

    def test_what_is_missing_leaves_no_trace(self):
        page = report.page(EMPTY)
        for text in ('##', 'Not measured', '![', 'spread', 'peak'):
            self.assertNotIn(text, page)
        alone = copy.deepcopy(RESULTS)
        for each in alone['speed']:
            each['sides'] = {'resnetc': each['sides']['resnetc']}
        page = report.page(alone)
        self.assertIn('| small | 1 | 1 | 20.2 / 25.0 | - | - | - | - | 80 % |',
                      page)
        self.assertNotIn('other flags', page)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            benchmark.write_page(RESULTS, folder)
            self.assertEqual(sorted(os.listdir(folder)),
                             ['benchmarks-compile.svg', 'benchmarks-speed.svg',
                              'benchmarks.md'])
        with tempfile.TemporaryDirectory() as folder:
            benchmark.write_page(EMPTY, folder)
            self.assertEqual(os.listdir(folder), ['benchmarks.md'])


class ChartTest(unittest.TestCase):

    def parse(self, text):
        root = ElementTree.fromstring(text)
        width, height = (float(root.get(k)) for k in ('width', 'height'))
        for element in root.iter():   # Nothing lies outside.
            for key, limit in (('x', width), ('x1', width), ('x2', width),
                               ('cx', width), ('y', height), ('y1', height),
                               ('y2', height), ('cy', height)):
                value = float(element.get(key, 0))
                self.assertTrue(0 <= value <= limit,
                                ElementTree.tostring(element))
        return root

    @staticmethod
    def texts(root):
        return [element.text for element in root.iter(SVG + 'text')]

    def test_ticks(self):
        for largest, expected in ((1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
                                  (2.5, [0, 0.5, 1, 1.5, 2, 2.5]),
                                  (869, [0, 200, 400, 600, 800, 1000]),
                                  (3.1, [0, 1, 2, 3, 4])):
            for tick, value in zip(charts.ticks(largest), expected):
                self.assertAlmostEqual(tick, value)
            self.assertEqual(len(charts.ticks(largest)), len(expected))
        self.assertEqual(charts.ticks(0)[0], 0)

    def test_speed(self):
        root = self.parse(charts.speed_chart(RESULTS))
        texts = self.texts(root)
        for text in ('small', 'small, batch 8', '0.50', '1.20', '4.00',
                     'resnetc, 1 thread', 'resnetc, 2 threads',
                     'PyTorch, 1 thread', 'ONNX Runtime'):
            self.assertIn(text, texts)
        self.assertNotIn('PyTorch, 2 threads', texts)
        # A bar's width is its ratio; that of 4 is cut.
        bars = [float(rect.get('width')) for rect in root.iter(SVG + 'rect')
                if rect.get('height') == '11']
        self.assertEqual(len(bars), 4)
        self.assertAlmostEqual(bars[3] / bars[0], 1.2 / 0.5, places=2)
        self.assertLess(max(bars) / bars[0], 6)

    def test_names_are_escaped(self):
        results = {**RESULTS, 'speed': [
            row('a<b&c', resnetc=side(1.0), onnxruntime=side(2.0))]}
        self.assertIn('a<b&c', self.texts(self.parse(
            charts.speed_chart(results))))

    def test_compile(self):
        root = self.parse(charts.compile_chart(RESULTS))
        texts = self.texts(root)
        for text in ('18', '50', 'wall', 'peak memory'):
            self.assertIn(text, texts)
        self.assertEqual(len(list(root.iter(SVG + 'polyline'))), 4)

    def test_nothing_to_show(self):
        self.assertIsNone(charts.speed_chart(EMPTY))
        self.assertIsNone(charts.compile_chart(EMPTY))
        self.assertIsNone(charts.compile_chart(
            {**RESULTS, 'compile': RESULTS['compile'][:1]}))


class MacsTest(unittest.TestCase):

    def test_known_numbers(self):
        """As torchvision's documentation has them, in units of 10^9; of a
        model of any batch and of one of several images."""
        for name, expected in (('resnet18', 1.81), ('resnet50', 4.09),
                               ('resnext50_32x4d', 4.23)):
            self.assertAlmostEqual(
                1e-9 * macs.count(zoo.build(name, batch='dynamic')), expected,
                places=2)
        self.assertEqual(macs.count(zoo.build('cifar_resnet20a', batch=3)),
                         macs.count(zoo.build('cifar_resnet20a')))


if __name__ == '__main__':
    unittest.main()
