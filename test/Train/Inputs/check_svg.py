# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Parses the curves that resnetc-train draws, and says what is in them."""

import re
import sys
import xml.etree.ElementTree

root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
SVG = '{http://www.w3.org/2000/svg}'
assert root.tag == SVG + 'svg', root.tag
width, height = (float(root.get(name)) for name in ('width', 'height'))
print('title:', root.find(SVG + 'title').text)
for path in root.iter(SVG + 'path'):
    kind = path.get('class')
    points = re.findall(r'([ML]?)(-?[\d.]+) (-?[\d.]+)', path.get('d'))
    if kind.startswith('curve') and len(points) > 1:
        print('%s: %d points' % (kind, len(points)))
    for _, x, y in points:
        assert 0 <= float(x) <= width and 0 <= float(y) <= height, (x, y)
for text in root.iter(SVG + 'text'):
    assert 0 <= float(text.get('x')) <= width, text.text
    assert 0 <= float(text.get('y')) <= height, text.text
    assert text.text, 'empty'
print('all within the picture')
