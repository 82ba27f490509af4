# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Classifiers of resnetc.zoo whose blocks weigh their features:

  resnest50          Zhang et al., "ResNeSt: Split-Attention Networks" (2020),
                     radix 2, as timm builds it
  cbam_resnet18      Woo et al., "CBAM: Convolutional Block Attention Module"
                     (2018), as its authors build it
"""

import numpy as np

from resnetc import zoo_shapes as shapes
from resnetc.zoo_resnet import BRANCH_GAMMA, RESNET18, RESNET50, downsample
from resnetc.zoo_stats import Stats


def split_attention(b, x, path, width, groups, radix):
    """x [N, C, H, W] -> [N, width, H, W]: radix convolutions, and their sum
    weighted by a softmax over them for each channel."""
    y = b.conv(x, path + '.conv', width * radix, 3, groups=groups * radix)
    y = b.relu(b.batch_norm(y, path + '.bn0'), path + '.act0')
    batch, rows, columns = shapes.sizes(b, y, path, (0, 2, 3))
    parts = shapes.reshape(b, y, path, [batch, radix, width, rows, columns],
                           y.stats, y.size)
    first, *others = y.stats.split(radix)
    total = first
    for part in others:
        total = total.add(part)
    gap = shapes.reduce(b, 'ReduceSum', parts, path, [1], total, y.size)
    gap = shapes.reduce(b, 'ReduceMean', gap, path, [2, 3], total.still(),
                        (1, 1), keep=True)
    inner = max(width * radix // 4, 32)
    gap = b.conv(gap, path + '.fc1', inner, 1, groups=groups, bias=True)
    # The mean of a plane varies less than its elements: by this much.
    gap.stats.var = gap.stats.var + 0.1
    gap = b.relu(b.batch_norm(gap, path + '.bn1'), path + '.act1')
    attention = b.conv(gap, path + '.fc2', width * radix, 1, groups=groups,
                       bias=True)
    where = path + '.rsoftmax'
    attention = shapes.reshape(
        b, attention, where,
        [batch, groups, radix, width // groups], attention.stats)
    attention = shapes.transpose(b, attention, where, [0, 2, 1, 3])
    attention = b.node('Softmax', [attention], where, attention.stats, axis=1)
    attention = shapes.reshape(b, attention, where, [batch, -1],
                               attention.stats)
    attention = shapes.reshape(b, attention, path, [batch, -1, 1, 1],
                               attention.stats, (1, 1))
    attention = shapes.reshape(b, attention, path,
                               [batch, radix, width, 1, 1], attention.stats)
    y = b.node('Mul', [parts, attention], path,
               total.affine(1.0 / radix, 0.0), y.size)
    return shapes.reduce(b, 'ReduceSum', y, path, [1], y.stats, y.size)


def split_bottleneck(b, x, path, width, stride, spec, dilation=1):
    """1x1, split attention, 3x3 average that strides, 1x1."""
    del dilation
    y = b.conv(x, path + '.conv1', width, 1)
    y = b.relu(b.batch_norm(y, path + '.bn1'), path + '.act1')
    y = split_attention(b, y, path + '.conv2', width, spec['cardinality'],
                        spec['radix'])
    if stride != 1:
        y = b.average_pool(y, path + '.avd_last', 3, stride, 1,
                           count_include_pad=1)
    y = b.conv(y, path + '.conv3', 4 * width, 1)
    y = b.batch_norm(y, path + '.bn3', BRANCH_GAMMA)
    if stride != 1 or x.channels != 4 * width:
        x = downsample(b, x, path, 4 * width, stride, True)
    return b.relu(b.add(y, x, path), path + '.act3')


def channel_gate(b, x, path):
    """x [N, C, H, W] weighed by channels: a network of two layers sees their
    mean and their largest element."""
    total = None
    for op in ('GlobalAveragePool', 'GlobalMaxPool'):
        y = b.node(op, [x], path,
                   x.stats.still() if op == 'GlobalAveragePool' else
                   x.stats.max_pool(9).still(), (1, 1))
        y = b.flatten(y, path + '.mlp.0')
        y = b.linear(y, path + '.mlp.1', x.channels // 16)
        y = b.relu(y, path + '.mlp.2')
        y = b.linear(y, path + '.mlp.3', x.channels)
        total = b.add(total, y, path) if total else y
    scale = b.sigmoid(total, path)
    scale.stats = scale.stats.still()
    scale = shapes.unsqueeze(b, scale, path, 2)
    scale = shapes.unsqueeze(b, scale, path, 3)
    scale = b.node('Expand', [scale, b.node('Shape', [x], path, None, ())],
                   path, scale.stats, x.size)
    return b.mul(x, scale, path)


def spatial_gate(b, x, path):
    """x [N, C, H, W] weighed by place: a convolution sees the mean and the
    largest element of the channels."""
    planes = []
    for op in ('ReduceMax', 'ReduceMean'):
        stats = x.stats.mixed()
        mean, var = stats.mean, stats.var
        if op == 'ReduceMax':
            # Of up to 512 channels; with what a padded border makes of it.
            mean = mean + 2.5 * np.sqrt(var)
            stats = Stats(mean, 0.3 * var + 0.25 * mean ** 2)
        else:
            stats = Stats(mean, var / x.channels)
        y = shapes.reduce(b, op, x, path + '.compress', [1], stats, x.size[1:])
        y.size = x.size[1:]
        y = shapes.unsqueeze(b, y, path + '.compress', 1)
        y.size = x.size
        planes.append(y)
    y = shapes.concat(b, planes, path + '.compress')
    y = b.conv(y, path + '.spatial.conv', 1, 7)
    y = b.batch_norm(y, path + '.spatial.bn')
    return b.mul(x, b.sigmoid(y, path), path)


def cbam(b, x, path):
    x = channel_gate(b, x, path + '.cbam.ChannelGate')
    return spatial_gate(b, x, path + '.cbam.SpatialGate')


MODELS = {
    'resnest50': dict(RESNET50, block=split_bottleneck, deep=32, radix=2,
                      cardinality=1, min_opset=13),
    'cbam_resnet18': dict(RESNET18, attention=cbam, min_opset=13),
}
