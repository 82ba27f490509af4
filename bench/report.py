# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tables, and the page docs/benchmarks.md, from what benchmark.py measured.

The results are one dictionary, which benchmark.py also writes as JSON:

  command, date, minutes   of the run
  machine     cpu, features, cores, memory_gb, system
  versions    {side: version}
  rounds, compile_flags
  skipped     sentences about what could not be measured
  peaks       for each number of threads: threads, gflops, lowest_gflops (the
              peak, measured several times in the run, and the lowest of
              these), read_gbs
  speed       rows: model, macs (of an image, or None), threads, batch, repeat,
              sides {name: what measure.summarize returns}
  load        None, or model, threads, and sides likewise, with process_ms
  compile     rows: model, layers, wall_s, cpu_s, memory_mb, weights_mb,
              object_mb, onnx_mb

The side of the compiled model is 'resnetc'; one whose name starts with '-' is
the model compiled with these flags.
"""

import statistics

RESNETC = 'resnetc'
PEERS = {'onnxruntime': 'ONNX Runtime', 'pytorch': 'PyTorch'}
MIB = 1.048576   # in MB


#------------------------------------------------------------------------------
# Figures
#------------------------------------------------------------------------------

def ratio(row, side, peer):
    """Time relative to the peer's, or None if one was not measured."""
    sides = row['sides']
    if side not in sides or peer not in sides:
        return None
    return sides[side]['median_ms'] / sides[peer]['median_ms']


def peak_of(results, threads):
    return next((p for p in results['peaks'] if p['threads'] == threads), None)


def floor_ms(results, row):
    """The time of the multiply-adds alone at the machine's peak."""
    peak = peak_of(results, row['threads'])
    if not peak or not row['macs']:
        return None
    return 2e-6 * row['macs'] * row['batch'] / peak['gflops']


def floor_share(results, row, side):
    """The floor over the time: 1 is as fast as the definition allows."""
    floor = floor_ms(results, row)
    if floor is None or side not in row['sides']:
        return None
    return floor / row['sides'][side]['median_ms']


def spread(side):
    """How far the rounds' medians are apart, relative to their median."""
    rounds = side['rounds_ms']
    return (max(rounds) - min(rounds)) / statistics.median(rounds)


def spreads(results):
    return [spread(side) for row in results['speed']
            for side in row['sides'].values()]


def flags_of(row):
    """The sides compiled with other flags."""
    return [name for name in row['sides'] if name.startswith('-')]


#------------------------------------------------------------------------------
# Text
#------------------------------------------------------------------------------

def shown(value, form):
    return '-' if value is None else form % value


def time_text(ms):
    """Three digits, at least: 0.547, 5.47, 54.7, 547."""
    return '%.*f' % (3 if ms < 1 else 2 if ms < 10 else 1 if ms < 100 else 0,
                     ms)


def percent(share):
    return shown(None if share is None else 100 * share, '%.0f %%')


def times(row, name):
    """The shortest and the median time of a side."""
    side = row['sides'].get(name)
    if not side:
        return '-'
    return '%s / %s' % (time_text(side['min_ms']),
                        time_text(side['median_ms']))


SPEED_HEADER = ('model', 'batch', 'threads', 'resnetc ms', 'ORT ms', 'ratio',
                'PyTorch ms', 'ratio', 'of floor')
SPEED_FORMAT = '%-27s %5s %7s %15s %15s %6s %15s %6s %8s'


def speed_cells(results, row, side):
    name = row['model'] if side == RESNETC else '%s %s' % (row['model'], side)
    cells = [name, row['batch'], row['threads'], times(row, side)]
    for peer in PEERS:
        cells += [times(row, peer), shown(ratio(row, side, peer), '%.2f')]
    return tuple(cells + [percent(floor_share(results, row, side))])


def speed_lines(results, row):
    """The lines of the table that a terminal shows."""
    return [SPEED_FORMAT % speed_cells(results, row, side)
            for side in [RESNETC] + flags_of(row)]


COMPILE_HEADER = ('model', 'wall s', 'CPU s', 'memory MB', 'weights MB',
                  'object MB', 'ONNX MB')
COMPILE_FORMAT = '%-27s %8s %8s %10s %11s %10s %9s'


def compile_cells(row):
    return (row['model'], '%.1f' % row['wall_s'], '%.1f' % row['cpu_s'],
            '%.0f' % row['memory_mb'], shown(row['weights_mb'], '%.1f'),
            '%.1f' % row['object_mb'], '%.1f' % row['onnx_mb'])


LOAD_HEADER = ('side', 'load ms', 'first ms', 'steady ms', 'first/steady',
               'load+first ms', 'process ms', 'memory MB')
LOAD_FORMAT = '%-13s %8s %9s %10s %13s %14s %11s %10s'


def load_cells(name, side):
    return (PEERS.get(name, name), time_text(side['load_ms']),
            time_text(side['first_ms']), time_text(side['median_ms']),
            '%.2f' % (side['first_ms'] / side['median_ms']),
            time_text(side['load_ms'] + side['first_ms']),
            time_text(side['process_ms']), '%.0f' % (side['rss_mb'] * MIB))


#------------------------------------------------------------------------------
# Markdown
#------------------------------------------------------------------------------

def table(header, rows, alignment='--:'):
    """Columns after the first have numbers, which go to the right."""
    lines = [header, ['---'] + [alignment] * (len(header) - 1), *rows]
    return '\n'.join('| %s |' % ' | '.join(map(str, line)) for line in lines)


def paragraph(*sentences):
    return ' '.join(sentence for sentence in sentences if sentence)


def how_it_was_made(results):
    machine, versions = results['machine'], results['versions']
    rows = [('CPU', machine['cpu']),
            ('vector instructions', machine['features']),
            ('cores', machine['cores']),
            ('memory', '%.0f GB' % machine['memory_gb']),
            ('system', machine['system'])]
    rows += [(PEERS.get(name, name), version)
             for name, version in versions.items()]
    for peak in results['peaks']:
        rows.append((
            'peak, %s' % threads_text(peak['threads']),
            '%.0f Gflop/s in f32 (%.0f to %.0f in the course of the run), '
            '%.0f GB/s from memory' % (
                peak['gflops'], peak['lowest_gflops'], peak['gflops'],
                peak['read_gbs'])))
    if results['speed'] and results['rounds'] > 1:
        apart = spreads(results)
        rows.append((
            'spread of the rounds',
            "a side's slowest and fastest are %s apart in the median, %s at "
            'most' % (percent(statistics.median(apart)),
                      percent(max(apart)))))
    return table(('', ''), rows, '---')


def counted(count, noun, ending='s'):
    return '%d %s%s' % (count, noun, '' if count == 1 else ending)


def threads_text(count):
    return counted(count, 'thread')


def processes_text(results):
    return ('medians of ' if results['rounds'] > 1 else '') + counted(
        results['rounds'], 'process', 'es')


def speed_section(results, chart):
    lines = ['## Speed']
    if chart:
        lines.append('![Time of each network relative to ONNX Runtime](%s)'
                     % chart)
    lines.append(paragraph(
        'Milliseconds after a warm-up, shortest / median. A ratio is the time '
        "of resnetc over the peer's: below 1, resnetc is faster.",
        '*Of the floor* is the time that the multiply-adds of the '
        "convolutions' definition take at the machine's peak, over the time "
        'taken; an algorithm that needs fewer multiply-adds, or arithmetic '
        'narrower than f32, can be above 100 %.'))
    header = ('model', 'batch', 'threads', 'resnetc', 'ONNX Runtime', 'ratio',
              'PyTorch', 'ratio', 'of the floor')
    lines.append(table(header, [speed_cells(results, row, RESNETC)
                                for row in results['speed']]))
    others = [speed_cells(results, row, side) for row in results['speed']
              for side in flags_of(row)]
    if others:
        lines += ['With other flags than the default ones, against the same '
                  "runs of the peers, which compute in f32:",
                  table(header, [('`%s`' % cells[0],) + cells[1:]
                                 for cells in others])]
    chosen = sorted({row['sides']['pytorch']['variant']
                     for row in results['speed'] if 'pytorch' in row['sides']})
    if chosen:
        lines.append(paragraph(
            "PyTorch's times are those of the fastest of four ways to run the "
            'frozen network (`bench/torch_run.py`), found by a trial for each '
            'row: here %s.' % ', '.join('`%s`' % name for name in chosen)))
    return lines


def load_section(results):
    load = results['load']
    header = ('', 'load', 'first run', 'steady', 'first / steady',
              'load and first run', 'process', 'memory MB')
    return ['## From the file to the first result', paragraph(
        '%s at batch 1 on %s, %s, in milliseconds.'
        % (load['model'], threads_text(load['threads']),
           processes_text(results)),
        'Loading starts at the file, in the page cache, with the library '
        'already in the process (`dlopen` for resnetc, a session for ONNX '
        'Runtime, frozen TorchScript for PyTorch). *Process* is a whole one, '
        'from its start over two runs to its end, and *memory* the most that '
        'one had resident while it was measured.'),
            table(header, [load_cells(name, side)
                           for name, side in load['sides'].items()])]


def compile_section(results, chart):
    lines = ['## Compiling']
    if chart:
        lines.append('![Time and memory of compiling against depth](%s)'
                     % chart)
    lines.append(paragraph(
        '`resnetc MODEL.onnx -o MODEL.o` on one core, %s: time, peak resident '
        'memory, and the sizes of the weights, of the object and of the ONNX '
        'file.' % processes_text(results)))
    lines.append(table(
        ('model', 'wall s', 'CPU s', 'memory MB', 'weights MB', 'object MB',
         'ONNX MB'), [compile_cells(row) for row in results['compile']]))
    return lines


def page(results, speed_chart=None, compile_chart=None):
    """docs/benchmarks.md; the charts are file names beside it."""
    flags = results['compile_flags']
    parts = ['# Benchmarks', paragraph(
        '`%s` wrote this page on %s, in %.0f min, on the machine below; it '
        'measures the same on yours.' % (
            results['command'], results['date'], results['minutes']),
        'The models have made-up weights, the sides read the same file. '
        'Every measurement is a process of its own, on as many cores as it '
        'has threads; the sides take turns, in %s.'
        % counted(results['rounds'], 'round'),
        'resnetc was given `%s`.' % flags if flags else
        "resnetc had its default flags, which compile for the host's CPU."),
             how_it_was_made(results)]
    if results['skipped']:
        parts.append('Not measured:')
        parts.append('\n'.join('- %s' % s for s in results['skipped']))
    if results['speed']:
        parts += speed_section(results, speed_chart)
    if results['load']:
        parts += load_section(results)
    if results['compile']:
        parts += compile_section(results, compile_chart)
    return '\n\n'.join(parts) + '\n'
