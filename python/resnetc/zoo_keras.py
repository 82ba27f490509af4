# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A network of resnetc.zoo as tf2onnx writes those of Keras: the input is
NHWC, Transposes go around what has no layout of its own, padding is a node,
and some convolutions have a bias besides the normalization.

  keras_resnet50v2   keras.applications.ResNet50V2
"""

import numpy as np

from resnetc import zoo_shapes as shapes
from resnetc.zoo_resnet import BRANCH_GAMMA

EPSILON = 1.001e-5


def norm_relu(b, x, path):
    """path is without its _bn or _relu."""
    return b.relu(b.batch_norm(x, path + '_bn', epsilon=EPSILON),
                  path + '_relu')


def zero_pad(b, x, path, pad):
    """x [N, C, H, W], padded as NHWC."""
    y = shapes.transpose(b, x, path, [0, 2, 3, 1], size=x.size)
    pads = np.array([0, pad, pad, 0] * 2, np.int64)
    y = b.node('Pad', [y, b.tensor(path + '/paddings', pads)], path, x.stats,
               [n + 2 * pad for n in x.size], mode='constant')
    return shapes.transpose(b, y, path, [0, 3, 1, 2], size=y.size)


def block(b, x, path, width, stride, project):
    """Of the second version: normalization before convolutions, the stride in
    the last block of a stage, there with a shortcut that leaves out pixels."""
    y = norm_relu(b, x, path + '_preact')
    if project:
        x = b.conv(y, path + '_0_conv', 4 * width, 1, bias=True)
    elif stride > 1:
        x = b.max_pool(x, path + '_pool', 1, stride, 0)
    y = norm_relu(b, b.conv(y, path + '_1_conv', width, 1), path + '_1')
    y = zero_pad(b, y, path + '_2_pad', 1)
    y = b.conv(y, path + '_2_conv', width, 3, stride, pad=0)
    y = norm_relu(b, y, path + '_2')
    y = b.conv(y, path + '_3_conv', 4 * width, 1, bias=True,
               gain=sum(BRANCH_GAMMA) / 2)
    return b.add(x, y, path + '_out')


def resnet50v2(b, spec, image_size, classes):
    """Input [N, image_size, image_size, 3], output [N, classes] of
    probabilities."""
    x = b.input('input_1', 3, [image_size] * 2, nhwc=True)
    x = shapes.transpose(b, x, 'conv1_pad', [0, 3, 1, 2], size=x.size)
    x = zero_pad(b, x, 'conv1_pad', 3)
    x = b.conv(x, 'conv1_conv', 64, 7, 2, pad=0, bias=True)
    x = zero_pad(b, x, 'pool1_pad', 1)
    x = b.max_pool(x, 'pool1_pool', 3, 2, 0)
    for stage, count in enumerate(spec['layers']):
        for i in range(count):
            last = i == count - 1 and stage < 3
            x = block(b, x, 'conv%d_block%d' % (stage + 2, i + 1),
                      64 << stage, 1 + last, project=not i)
    x = norm_relu(b, x, 'post')
    x = shapes.transpose(b, x, 'avg_pool', [0, 2, 3, 1], size=x.size)
    x = shapes.reduce(b, 'ReduceMean', x, 'avg_pool', [1, 2], x.stats, ())
    weight = b.rng('predictions/kernel').standard_normal(
        (x.channels, classes), np.float32) / np.float32(x.channels ** 0.5)
    bias = b.rng('predictions/bias').standard_normal(
        classes, np.float32) * np.float32(0 if b.untrained else 0.1)
    x = b.node('MatMul', [x, b.tensor('predictions/kernel', weight)],
               'predictions', x.stats)
    x = b.node('Add', [x, b.tensor('predictions/bias', bias)], 'predictions',
               x.stats)
    x = b.node('Softmax', [x], 'predictions', x.stats, axis=1)
    b.output(x, 'predictions', [classes])


MODELS = {
    'keras_resnet50v2': dict(layers=(3, 4, 6, 3), network=resnet50v2,
                             min_opset=13),
}
