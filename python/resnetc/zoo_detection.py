# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Detectors of resnetc.zoo, up to the suppression of overlapping boxes:

  retinanet_resnet18, retinanet_resnet50
                     Lin et al., "Focal Loss for Dense Object Detection"
                     (2017), with its feature pyramid ("Feature Pyramid
                     Networks", 2017)
  ssd_resnet18       Liu et al., "SSD: Single Shot MultiBox Detector" (2016)
"""

import math

import numpy as np

from resnetc import zoo_shapes as shapes
from resnetc.zoo_resnet import RESNET18, RESNET50, backbone

ANCHOR_SHAPES = [(scale, ratio) for ratio in (0.5, 1.0, 2.0)
                 for scale in (1.0, 2 ** (1 / 3), 2 ** (2 / 3))]


def pyramid(b, features, path, width=256):
    """Features of strides 8, 16, 32 -> of 8 to 128, each of width channels:
    every map is the sum of a projection and the enlarged map above it."""
    inner = [b.conv(x, '%s.inner_blocks.%d.0' % (path, i), width, 1, bias=True,
                    gain=0.7) for i, x in enumerate(features)]
    for i in (1, 0):
        up = shapes.upsample(b, inner[i + 1], path)
        inner[i] = b.add(inner[i], up, path)
    maps = [b.conv(x, '%s.layer_blocks.%d.0' % (path, i), width, 3, bias=True,
                   gain=0.7) for i, x in enumerate(inner)]
    p6 = b.conv(features[-1], path + '.extra_blocks.p6', width, 3, 2,
                bias=True, gain=0.7)
    p7 = b.relu(p6, path + '.extra_blocks')
    p7 = b.conv(p7, path + '.extra_blocks.p7', width, 3, 2, bias=True)
    return maps + [p6, p7]


def flatten_map(b, x, path, count):
    """[N, A * count, H, W] -> [N, H * W * A, count], by view, permute and
    reshape as in torchvision."""
    batch, rows, columns = shapes.sizes(b, x, path, (0, 2, 3))
    y = shapes.reshape(b, x, path, [batch, -1, count, rows, columns], x.stats)
    y = shapes.transpose(b, y, path, [0, 3, 4, 1, 2])
    return shapes.reshape(b, y, path, [batch, -1, count],
                          x.stats.mixed())


def shared_head(b, maps, path, last, outputs, count, gain, shift):
    """The same convolutions on each map, all results in one tensor."""
    results = []
    for x in maps:
        for i in range(4):
            x = b.conv(x, '%s.conv.%d.0' % (path, i), 256, 3, bias=True)
            x = b.relu(x, '%s.conv.%d.1' % (path, i))
        x = b.conv(x, path + last, outputs, 3, bias=True, gain=gain,
                   shift=shift)
        results.append(flatten_map(b, x, path, count))
    return shapes.concat(b, results, path, 1, results[0].stats)


def anchors_of(maps, image_size):
    """Of every place and shape the middle and the sizes in pixels: [4, A]."""
    rows = []
    for level, x in enumerate(maps):
        step = image_size / x.size[0]
        side = 4.0 * 8 * 2 ** level
        for i in range(x.size[0]):
            for j in range(x.size[1]):
                rows.extend(((j + 0.5) * step, (i + 0.5) * step,
                             side * scale / math.sqrt(ratio),
                             side * scale * math.sqrt(ratio))
                            for scale, ratio in ANCHOR_SHAPES)
    return np.array(rows, np.float32).T


def decode(b, deltas, anchors):
    """deltas [N, A, 4] from anchors -> corners of boxes [N, A, 4]."""
    stats = deltas.stats

    def binary(op, x, y):
        return b.node(op, [x, y], '', stats)

    x, y, width, height = (b.node('Gather', [deltas, b.constant('', i)], '',
                                  stats, axis=2) for i in range(4))
    names = [b.tensor('anchors.' + name, row)
             for name, row in zip(('x', 'y', 'width', 'height'), anchors)]
    middles = [binary('Add', binary('Mul', delta, size), at)
               for delta, size, at in ((x, names[2], names[0]),
                                       (y, names[3], names[1]))]
    most = b.constant('', math.log(1000 / 16), np.float32)
    halves = []
    for delta, size in ((width, names[2]), (height, names[3])):
        # Clip without a least value.
        delta = b.node('Clip', [delta, '', most], '', stats)
        extent = binary('Mul', b.node('Exp', [delta], '', stats), size)
        halves.append(binary('Mul', extent, b.constant('', 0.5, np.float32)))
    corners = [binary(op, middle, half) for op in ('Sub', 'Add')
               for middle, half in zip(middles, halves)]
    return shapes.concat(b, [shapes.unsqueeze(b, c, '', 2) for c in corners],
                         '', 2, stats)


def retinanet(b, spec, image_size, classes):
    """Input [N, 3, image_size, image_size], outputs: scores [N, anchors,
    classes] and boxes [N, anchors, 4] in pixels."""
    x = b.input('images', 3, [image_size] * 2)
    maps = pyramid(b, backbone(b, x, spec, 'backbone.body.')[1:],
                   'backbone.fpn')
    count = len(ANCHOR_SHAPES)
    logits = shared_head(b, maps, 'head.classification_head', '.cls_logits',
                         count * classes, classes, 0.5, -2.0)
    deltas = shared_head(b, maps, 'head.regression_head', '.bbox_reg',
                         count * 4, 4, 0.2, 0.0)
    anchors = anchors_of(maps, image_size)
    scores = b.sigmoid(logits, '')
    b.output(scores, 'scores', [anchors.shape[1], classes])
    b.output(decode(b, deltas, anchors), 'boxes', [anchors.shape[1], 4])


def ssd(b, spec, image_size, classes):
    """Input [N, 3, image_size, image_size], outputs: offsets of the default
    boxes locations [N, boxes, 4], scores [N, boxes, classes] that sum to 1,
    and their largest, labels [N, boxes]."""
    x = b.input('image', 3, [image_size] * 2)
    maps = backbone(b, x, spec, 'backbone.')[1:]
    x = maps[-1]
    for i, width in enumerate((256, 256, 128)):
        x = b.conv(x, 'extras.%d' % (2 * i), width // 2, 1, bias=True)
        x = b.relu(x, '')
        x = b.conv(x, 'extras.%d' % (2 * i + 1), width, 3, 2, bias=True)
        x = b.relu(x, '')
        maps.append(x)
    found = {'loc': [], 'conf': []}
    boxes = 0
    for i, (x, shapes_here) in enumerate(zip(maps, (4, 6, 6, 6, 4, 4))):
        boxes += shapes_here * math.prod(x.size)
        for kind, width, gain in (('loc', 4, 0.5), ('conf', classes, 1.0)):
            y = b.conv(x, '%s.%d' % (kind, i), shapes_here * width, 3,
                       bias=True, gain=gain)
            y = shapes.transpose(b, y, '', [0, 2, 3, 1])
            batch, = shapes.sizes(b, y, '', (0,))
            found[kind].append(shapes.reshape(b, y, '', [batch, -1],
                                              y.stats.mixed()))
    for kind, width in (('loc', 4), ('conf', classes)):
        y = shapes.concat(b, found[kind], '', 1, found[kind][0].stats)
        batch, = shapes.sizes(b, y, '', (0,))
        found[kind] = shapes.reshape(b, y, '', [batch, -1, width], y.stats)
    scores = b.node('Softmax', [found['conf']], '', found['conf'].stats,
                    axis=2)
    labels = b.node('ArgMax', [scores], '', None, axis=2, keepdims=0,
                    select_last_index=0)
    b.output(found['loc'], 'locations', [boxes, 4])
    b.output(scores, 'scores', [boxes, classes])
    b.output(labels, 'labels', [boxes], 7)


DENSE = dict(min_opset=13, image_size=256, size_multiple=32)
MODELS = {
    'retinanet_resnet18': dict(RESNET18, network=retinanet, classes=20,
                               **DENSE),
    'retinanet_resnet50': dict(RESNET50, network=retinanet, classes=80,
                               **DENSE),
    'ssd_resnet18': dict(RESNET18, network=ssd, classes=21, **DENSE),
}
