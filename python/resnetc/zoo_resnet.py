# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The classifiers of resnetc.zoo, and the blocks that its other networks are
made of.

A network is described by a spec, a dict:
  network     the function that writes it, network(builder, spec, image_size,
              classes)
  image_size, classes, min_opset   what build() takes if not told
  block       the function that writes a block
  layers      the number of blocks in each stage
  dilations   of each stage; where it is not 1 the stage keeps the image's size
and what its block and its stem look for.
"""

import re

import numpy as np

from resnetc.zoo_graph import INT64_MAX

# Of the normalization that ends a residual branch. Training starts it at 0
# (Goyal et al., "Accurate, Large Minibatch SGD", 2017) and leaves it small. At
# the size of the others, rounding errors grow from block to block: two correct
# programs differed by 8e-4 after the 50 blocks of resnet152, by 2e-5 with this.
BRANCH_GAMMA = (0.1, 0.5)


def branch_gamma(spec):
    """Smaller yet in the hundreds of blocks of a stage, of the deepest CIFAR
    networks: the activations of cifar_resnet1202a would grow to 100, and two
    correct programs differed by 1.7e-4 after cifar_preact_resnet1001."""
    most = max(spec['layers'])
    scale = 10 / most if most > 100 else 1.0
    return tuple(scale * gamma for gamma in BRANCH_GAMMA)


def squeeze_excite(b, x, path, reduction=16):
    """x [N, C, H, W] times sigmoid(fc2(relu(fc1(mean of x)))) [N, C]."""
    y = b.global_average_pool(x, path + '.avg_pool')
    y = b.conv(y, path + '.fc1', x.channels // reduction, 1, bias=True)
    y = b.relu(y, path + '.relu')
    y = b.conv(y, path + '.fc2', x.channels, 1, bias=True)
    y.stats = y.stats.still()
    return b.mul(x, b.sigmoid(y, path + '.sigmoid'), path)


def subsample_pad(b, x, path, cout):
    """Shortcut A: x[:, :, ::2, ::2] between zero channels, [N, cout, H/2,
    W/2].  Slice has no steps before opset 10; there a pooling window of one
    element does the same."""
    half = [(n + 1) // 2 for n in x.size]
    if b.opset >= 10:
        y = x
        for axis in (2, 3):
            y = b.node('Slice', [y] + [b.constant(path, [v]) for v in
                                       (0, INT64_MAX, axis, 2)],
                       path, x.stats, half)
    else:
        y = b.node('MaxPool', [x], path, x.stats, half, kernel_shape=[1, 1],
                   strides=[2, 2])
    before = (cout - x.channels) // 2
    after = cout - x.channels - before
    pads = [0, before, 0, 0, 0, after, 0, 0]
    stats = x.stats.pad(before, after)
    if b.opset < 11:
        return b.node('Pad', [y], path, stats, mode='constant', pads=pads,
                      value=0.0)
    return b.node('Pad', [
        y, b.tensor(path + '.pads', np.array(pads, np.int64)),
        b.tensor(path + '.pad_value', np.zeros((), np.float32))],
        path, stats, mode='constant')


def downsample(b, x, path, cout, stride, average=False):
    """A 1x1 convolution that strides; or, with average (ResNet-D), one of
    what a pooling window has averaged."""
    path += '.downsample.'
    if not average:
        y = b.conv(x, path + '0', cout, 1, stride)
        return b.batch_norm(y, path + '1')
    if stride != 1:
        x = b.average_pool(x, path + '0', 2, stride, ceil=True)
    y = b.conv(x, path + '1', cout, 1)
    return b.batch_norm(y, path + '2')


def basic_block(b, x, path, width, stride, spec, dilation=1):
    """Two 3x3 convolutions and a shortcut."""
    kernel = spec.get('kernel', 3)
    y = b.conv(x, path + '.conv1', width, kernel, stride, dilation=dilation)
    y = b.relu(b.batch_norm(y, path + '.bn1'), path + '.relu')
    y = b.conv(y, path + '.conv2', width, kernel, dilation=dilation)
    y = b.batch_norm(y, path + '.bn2', branch_gamma(spec))
    if spec.get('attention'):
        y = spec['attention'](b, y, path)
    if stride != 1 or x.channels != width:
        if spec.get('shortcut') == 'a':
            x = subsample_pad(b, x, path, width)
        else:
            x = downsample(b, x, path, width, stride, spec.get('average'))
    return b.relu(b.add(y, x, path), path + '.relu')


def bottleneck(b, x, path, width, stride, spec, dilation=1):
    """1x1, 3x3 (which strides, and may be grouped), 1x1 to 4 * width."""
    groups = spec.get('groups', 1)
    inner = width * spec.get('base_width', 64) // 64 * groups
    y = b.conv(x, path + '.conv1', inner, 1)
    y = b.relu(b.batch_norm(y, path + '.bn1'), path + '.relu')
    y = b.conv(y, path + '.conv2', inner, 3, stride, groups,
               dilation=dilation)
    y = b.relu(b.batch_norm(y, path + '.bn2'), path + '.relu')
    y = b.conv(y, path + '.conv3', 4 * width, 1)
    y = b.batch_norm(y, path + '.bn3', BRANCH_GAMMA)
    if spec.get('se'):
        y = squeeze_excite(b, y, path + '.se')
    if stride != 1 or x.channels != 4 * width:
        x = downsample(b, x, path, 4 * width, stride, spec.get('average'))
    return b.relu(b.add(y, x, path), path + '.relu')


def preact_bottleneck(b, x, path, width, stride, spec, dilation=1):
    """Normalization and rectifier come before each convolution; the sum is
    handed on raw.  A projection reads the first rectifier's output.  No
    normalization ends the branch: its last weights are as small as those of
    other nets with BRANCH_GAMMA."""
    y = b.relu(b.batch_norm(x, path + '.bn1'), path + '.relu')
    if stride != 1 or x.channels != 4 * width:
        x = b.conv(y, path + '.downsample.0', 4 * width, 1, stride)
    y = b.conv(y, path + '.conv1', width, 1)
    y = b.relu(b.batch_norm(y, path + '.bn2'), path + '.relu')
    y = b.conv(y, path + '.conv2', width, 3, stride, dilation=dilation)
    y = b.relu(b.batch_norm(y, path + '.bn3'), path + '.relu')
    y = b.conv(y, path + '.conv3', 4 * width, 1,
               gain=sum(branch_gamma(spec)) / 2)
    return b.add(y, x, path)


def stem(b, x, spec, path=''):
    """A 7x7 convolution of stride 2, or three of 3x3 (deep, of that many
    channels), or for CIFAR's images one of 3x3; then a pooling window."""
    if spec.get('cifar'):
        x = b.conv(x, path + 'conv1', 16, 3)
        if spec.get('preact'):
            return x
        return b.relu(b.batch_norm(x, path + 'bn1'), path + 'relu')
    if spec.get('deep'):
        for i, width in enumerate((spec['deep'], spec['deep'])):
            x = b.conv(x, path + 'conv1.%d' % (3 * i), width, 3, 1 + (not i))
            x = b.relu(b.batch_norm(x, path + 'conv1.%d' % (3 * i + 1)),
                       path + 'conv1.%d' % (3 * i + 2))
        x = b.conv(x, path + 'conv1.6', 2 * spec['deep'], 3)
    else:
        x = b.conv(x, path + 'conv1', 64, spec.get('stem_kernel', 7), 2)
    if not spec.get('preact'):
        x = b.relu(b.batch_norm(x, path + 'bn1'), path + 'relu')
    return b.max_pool(x, path + 'maxpool')


def stages(b, x, spec, path='', strides=(1, 2, 2, 2), width=None):
    """The results of each stage of blocks."""
    width = width or (16 if spec.get('cifar') else 64)
    results = []
    rate = 1
    dilations = spec.get('dilations', (1, 1, 1, 1))
    for stage, count in enumerate(spec['layers']):
        for i in range(count):
            stride = 1 if i or dilations[stage] > 1 else strides[stage]
            # The first block of a stage has the rate of the one before it.
            x = spec['block'](b, x, '%slayer%d.%d' % (path, stage + 1, i),
                              width << stage, stride, spec, rate)
            rate = dilations[stage]
        results.append(x)
    return results


def backbone(b, x, spec, path=''):
    return stages(b, stem(b, x, spec, path), spec, path)


def classifier(b, spec, image_size, classes):
    """Input [N, 3, image_size, image_size], output [N, classes]."""
    x = b.input('input', 3, [image_size] * 2)
    x = backbone(b, x, spec)[-1]
    if spec.get('preact'):
        x = b.relu(b.batch_norm(x, 'norm'), 'relu')
    b.output(b.head(x, classes), 'output', [classes])


def chest(b, spec, image_size, classes):
    """Of a radiograph [N, 1, image_size, image_size] the probabilities [N,
    classes] of findings, which may come together (Rajpurkar et al., "CheXNet",
    2017).  A first convolution of three channels gets the image thrice."""
    x = b.input('radiograph', 1, [image_size] * 2)
    if spec.get('tile'):
        x = b.node('Tile', [x, b.constant('', [1, 3, 1, 1])], '',
                   x.stats.repeat(3))
    x = backbone(b, x, spec)[-1]
    x = b.sigmoid(b.head(x, classes), 'sigmoid')
    b.output(x, 'findings', [classes])


RESNET18 = dict(block=basic_block, layers=(2, 2, 2, 2))
RESNET34 = dict(block=basic_block, layers=(3, 4, 6, 3))
RESNET50 = dict(block=bottleneck, layers=(3, 4, 6, 3))


def cifar(depth, shortcut):
    """Of any depth 6n + 2."""
    return dict(block=basic_block, layers=((depth - 2) // 6,) * 3,
                shortcut=shortcut, cifar=True, image_size=32, classes=10)


def cifar_preact(depth):
    """Of any depth 9n + 2."""
    return dict(block=preact_bottleneck, layers=((depth - 2) // 9,) * 3,
                preact=True, cifar=True, image_size=32, classes=10)


def by_depth(name):
    """The spec of a CIFAR network of any depth; None if it is none."""
    match = re.fullmatch(r'cifar_resnet([1-9]\d{0,3})([ab])', name)
    if match and int(match[1]) % 6 == 2 and int(match[1]) > 2:
        return cifar(int(match[1]), match[2])
    match = re.fullmatch(r'cifar_preact_resnet([1-9]\d{0,3})', name)
    if match and int(match[1]) % 9 == 2 and int(match[1]) > 2:
        return cifar_preact(int(match[1]))
    return None


def _models():
    deep = dict(layers=(3, 4, 23, 3))
    models = {
        'resnet18': RESNET18,
        'resnet34': RESNET34,
        'resnet50': RESNET50,
        'resnet101': dict(RESNET50, **deep),
        'resnet152': dict(RESNET50, layers=(3, 8, 36, 3)),
        'resnext50_32x4d': dict(RESNET50, groups=32, base_width=4),
        'resnext101_32x8d': dict(RESNET50, groups=32, base_width=8, **deep),
        'wide_resnet50_2': dict(RESNET50, base_width=128),
        'preact_resnet50': dict(RESNET50, block=preact_bottleneck,
                                preact=True),
        'se_resnet50': dict(RESNET50, se=True),
        'resnet50d': dict(RESNET50, deep=32, average=True),
        'dilated_resnet50': dict(RESNET50, dilations=(1, 1, 2, 4)),
        'chest_resnet18': dict(RESNET18, network=chest, classes=14),
        'chest_resnet18_rgb': dict(RESNET18, network=chest, classes=14,
                                   tile=True),
    }
    for depth in (20, 32, 44, 56, 110, 164, 1202):
        for shortcut in 'ab':
            models['cifar_resnet%d%s' % (depth, shortcut)] = cifar(depth,
                                                                   shortcut)
    for depth in (164, 1001):
        models['cifar_preact_resnet%d' % depth] = cifar_preact(depth)
    return models


MODELS = _models()
