# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Charts of benchmark.py's results as SVG, written without a library.

Each function takes the results that report.py describes and returns the text
of an SVG file, or None if they hold nothing to show.
"""

import math
from xml.sax.saxutils import escape

import report

WIDTH = 760
FONT = '-apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif'
INK, FAINT, GRID = '#1f2328', '#59636e', '#e4e8ec'
# Dark for one thread, light for more.
COLOURS = {report.RESNETC: ('#0f5ea8', '#7db4e6'),
           'pytorch': ('#c2571a', '#f0b48a')}
# Where bars are cut, so that one slow peer does not shrink all others.
LONGEST = 2.5


class Svg:
    """A picture: shapes are appended, text() writes the file's text."""

    def __init__(self, width, height, title):
        self.head = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
            'viewBox="0 0 %d %d" role="img" font-family=\'%s\'>\n'
            '<title>%s</title>' % (width, height, width, height, FONT,
                                   escape(title)))
        self.body = []
        # Its own ground, to be read on a page of any colour.
        self.rect(0.5, 0.5, width - 1, height - 1, '#ffffff', 6, '#d1d9e0')

    def add(self, name, content=None, **attributes):
        text = ' '.join('%s="%s"' % (key.replace('_', '-'), number(value))
                        for key, value in attributes.items())
        self.body.append('<%s %s/>' % (name, text) if content is None else
                         '<%s %s>%s</%s>' % (name, text, escape(content),
                                             name))

    def rect(self, x, y, width, height, fill, radius=0, stroke='none'):
        self.add('rect', x=x, y=y, width=width, height=height, fill=fill,
                 rx=radius, stroke=stroke)

    def line(self, x1, y1, x2, y2, stroke=GRID, width=1, dash='none'):
        self.add('line', x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke,
                 stroke_width=width, stroke_dasharray=dash)

    def label(self, x, y, content, anchor='start', size=12, fill=INK,
              weight='normal', halo=0):
        """With a halo, lines below the text stay away from its letters."""
        around = dict(stroke='#ffffff', stroke_width=halo,
                      paint_order='stroke') if halo else {}
        self.add('text', content, x=x, y=y, font_size=size, fill=fill,
                 text_anchor=anchor, font_weight=weight, **around)

    def text(self):
        return '\n'.join([self.head, *self.body, '</svg>', ''])


def number(value):
    """Without digits that nobody sees."""
    return ('%.2f' % value).rstrip('0').rstrip('.') if isinstance(
        value, float) else value


def ticks(largest, wanted=5):
    """Round numbers from 0 to at least `largest`, about as many as wanted."""
    raw = largest / wanted if largest > 0 else 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10)
                if m * power >= raw * (1 - 1e-9))
    count = math.ceil(largest / step - 1e-9)
    return [step * i for i in range(max(count, 1) + 1)]


#------------------------------------------------------------------------------
# Time relative to ONNX Runtime
#------------------------------------------------------------------------------

def groups_of(rows):
    """The bars of each network: [(label, [(side, threads, ratio)])]."""
    groups = {}
    for row in rows:
        label = row['model'] + (', batch %d' % row['batch']
                                if row['batch'] != 1 else '')
        for side in COLOURS:
            value = report.ratio(row, side, 'onnxruntime')
            if value is not None:
                groups.setdefault(label, []).append((side, row['threads'],
                                                     value))
    # Of one side together, fewer threads first.
    order = list(COLOURS)
    return [(label, sorted(bars, key=lambda b: (order.index(b[0]), b[1])))
            for label, bars in groups.items()]


def colour(side, threads):
    return COLOURS[side][min(threads, 2) - 1]


def speed_chart(results):
    groups = groups_of(results['speed'])
    if not groups:
        return None
    left, right, top, bottom = 158, 46, 84, 40
    bar, gap = 13, 14
    height = top + bottom + sum(bar * len(bars) + gap for _, bars in groups)
    longest = max(value for _, bars in groups for _, _, value in bars)
    scale = ticks(min(max(longest, 1.0), LONGEST))
    svg = Svg(WIDTH, height, 'Time relative to ONNX Runtime')
    svg.label(16, 27, 'Time relative to ONNX Runtime', size=16, weight='600')
    svg.label(WIDTH - 16, 27, 'shorter is faster', 'end', fill=FAINT)

    def at(value):
        return left + (WIDTH - left - right) * value / scale[-1]
    end = height - bottom
    for tick in scale:
        svg.line(at(tick), top - 8, at(tick), end)
        svg.label(at(tick), end + 17, '%g' % tick, 'middle', 11, FAINT)
    legend(svg, 16, 49, [
        ('%s, %s' % (report.PEERS.get(side, side),
                     report.threads_text(threads)), colour(side, threads))
        for side, threads in sorted(
            {bar[:2] for _, bars in groups for bar in bars},
            key=lambda b: (list(COLOURS).index(b[0]), b[1]))])
    y = top
    values = []
    for label, bars in groups:
        svg.label(left - 10, y + bar * len(bars) / 2 + 4, label, 'end')
        for side, threads, value in bars:
            shown = min(value, scale[-1])
            svg.rect(left, y + 1, at(shown) - left, bar - 2,
                     colour(side, threads), 1)
            if shown < value:   # Cut: two white strokes through it.
                for x in (at(shown) - 16, at(shown) - 11):
                    svg.line(x, y + bar, x + 4, y, '#ffffff', 2)
            values.append((at(shown) + 5, y + bar - 3, '%.2f' % value))
            y += bar
        y += gap
    # Over the bars, for it is what they are compared with.
    svg.line(at(1), top - 8, at(1), end, INK, 1.5, '4 3')
    svg.label(at(1), end + 33, 'ONNX Runtime', 'middle', 11, INK, '600')
    for x, y, text in values:
        crossed = x - 4 < at(1) < x + 26
        svg.label(x, y, text, size=11, halo=4 if crossed else 0)
    return svg.text()


def legend(svg, x, y, entries):
    for name, fill in entries:
        svg.rect(x, y - 10, 12, 12, fill, 2)
        svg.label(x + 18, y, name)
        x += 40 + 6.6 * len(name)


#------------------------------------------------------------------------------
# Compiling against depth
#------------------------------------------------------------------------------

def panel(svg, box, title, depths, curves):
    """Lines over the depth; curves are (name, colour, values)."""
    left, top, right, bottom = box
    scale = ticks(max(max(values) for _, _, values in curves))
    deepest = max(depths)

    def at(depth, value):
        return (left + (right - left) * depth / (1.06 * deepest),
                bottom - (bottom - top) * value / scale[-1])
    svg.label(left - 42, top - 44, title, size=14, weight='600')
    legend(svg, left - 42, top - 21, [curve[:2] for curve in curves])
    for tick in scale:
        y = at(0, tick)[1]
        svg.line(left, y, right, y)
        svg.label(left - 7, y + 4, '%g' % tick, 'end', 11, FAINT)
    for depth in depths:
        x = at(depth, 0)[0]
        svg.line(x, bottom, x, bottom + 4, FAINT)
    # Where depths are close to each other, some go without a number.
    last = -math.inf
    for depth in depths:
        x = at(depth, 0)[0]
        if x - last >= 20:
            svg.label(x, bottom + 17, str(depth), 'middle', 11, FAINT)
            last = x
    svg.label((left + right) / 2, bottom + 36, 'layers', 'middle', 11, FAINT)
    for _, fill, values in curves:
        points = [at(*point) for point in zip(depths, values)]
        svg.add('polyline', points=' '.join('%.1f,%.1f' % p for p in points),
                fill='none', stroke=fill, stroke_width=2)
        for x, y in points:
            svg.add('circle', cx=x, cy=y, r=3.5, fill=fill, stroke='#ffffff')


def compile_chart(results):
    """Needs networks of two depths or more."""
    rows = sorted((row for row in results['compile'] if row['layers']),
                  key=lambda row: row['layers'])
    depths = [row['layers'] for row in rows]
    if len(set(depths)) < 2:
        return None
    height, top, bottom = 314, 104, 256
    middle = WIDTH / 2
    dark, light = COLOURS[report.RESNETC]
    svg = Svg(WIDTH, height, 'Time and memory of compiling against depth')
    svg.label(16, 27, 'Compiling, against depth', size=16, weight='600')
    curves = [('wall', light, [row['wall_s'] for row in rows]),
              ('CPU', dark, [row['cpu_s'] for row in rows])]
    panel(svg, (58, top, middle - 22, bottom), 'Seconds on one core', depths,
          curves)
    curves = [('peak memory', dark, [row['memory_mb'] for row in rows])]
    if all(row['weights_mb'] is not None for row in rows):
        curves.append(('weights of the object', COLOURS['pytorch'][0],
                       [row['weights_mb'] for row in rows]))
    panel(svg, (middle + 58, top, WIDTH - 22, bottom), 'Megabytes', depths,
          curves)
    return svg.text()
