# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks of resnetc.zoo that describe or compare what images show:

  arcface_iresnet18  Deng et al., "ArcFace" (2019): the embedding of a face, by
                     a network that normalizes before every convolution
  siamese_resnet18   two images, one encoder: how far apart, and how likely the
                     same
  multitask_resnet18 the age (as its expectation) and the sex of a face, and
                     the features they come from
"""

import numpy as np

from resnetc import zoo_shapes as shapes
from resnetc.zoo_resnet import (BRANCH_GAMMA, RESNET18, backbone, downsample,
                                stages)


def iresnet_block(b, x, path, width, stride, spec, dilation=1):
    """Normalization, convolution, normalization, PReLU, convolution that
    strides, normalization; nothing after the sum."""
    del spec, dilation
    y = b.batch_norm(x, path + '.bn1')
    y = b.conv(y, path + '.conv1', width, 3)
    y = b.prelu(b.batch_norm(y, path + '.bn2'), path + '.prelu')
    y = b.conv(y, path + '.conv2', width, 3, stride)
    y = b.batch_norm(y, path + '.bn3', BRANCH_GAMMA)
    if stride != 1 or x.channels != width:
        x = downsample(b, x, path, width, stride)
    return b.add(y, x, path)


def arcface(b, spec, image_size, features):
    """Input [N, 3, image_size, image_size], output [N, features]."""
    x = b.input('face', 3, [image_size] * 2)
    x = b.conv(x, 'conv1', 64, 3)
    x = b.prelu(b.batch_norm(x, 'bn1'), 'prelu')
    x = stages(b, x, spec, strides=(2, 2, 2, 2))[-1]
    x = b.flatten(b.batch_norm(x, 'bn2'))
    x = b.batch_norm(b.linear(x, 'fc', features), 'features')
    b.output(x, 'embedding', [features])


def siamese(b, spec, image_size, features):
    """Inputs a and b [N, 3, image_size, image_size], outputs: distance [N] of
    their embeddings of that many features, similarity [N, 1]."""
    embeddings = []
    for name in 'ab':
        x = b.input(name, 3, [image_size] * 2)
        x = backbone(b, x, spec, 'encoder.')[-1]
        # Averages vary little; what two images differ by is in the planes.
        x = b.conv(x, 'encoder.reduce', 32, 1)
        x = b.flatten(b.batch_norm(x, 'encoder.bn2'))
        embeddings.append(b.linear(x, 'encoder.fc', features))
    difference = b.node('Sub', embeddings, '', embeddings[0].stats.still())
    distance = b.node('ReduceL2', [difference], '', None, axes=[1],
                      keepdims=0)
    b.output(distance, 'distance', [])
    x = b.node('Abs', [difference], '', difference.stats)
    x = b.linear(x, 'classifier', 1)
    b.output(b.sigmoid(x, ''), 'similarity', [1])


def multitask(b, spec, image_size, ages):
    """Input [N, 3, image_size, image_size], outputs: age [N] in 0..ages - 1,
    sex [N, 2] as probabilities, features [N, 256, image_size / 16,
    image_size / 16]."""
    x = b.input('face', 3, [image_size] * 2)
    x, top = backbone(b, x, spec, 'backbone.')[-2:]
    pooled = b.flatten(b.global_average_pool(top, 'pool'))
    y = b.relu(b.linear(pooled, 'age.0', 128), 'age.1')
    y = b.linear(y, 'age.2', ages)
    y = b.node('Softmax', [y], 'age', y.stats, axis=1)
    y = b.node('Mul', [y, b.tensor('age.years', np.arange(
        ages, dtype=np.float32))], 'age', y.stats)
    y = shapes.reduce(b, 'ReduceSum', y, 'age', [1], y.stats.mixed(), ())
    b.output(y, 'age', [])
    y = b.linear(pooled, 'sex', 2)
    b.output(b.node('Softmax', [y], 'sex', y.stats, axis=1), 'sex', [2])
    b.output(x, 'features', [256, *x.size])


MODELS = {
    'arcface_iresnet18': dict(RESNET18, block=iresnet_block, network=arcface,
                              image_size=112, classes=512),
    'siamese_resnet18': dict(RESNET18, network=siamese, image_size=128,
                             classes=128, min_opset=11),
    'multitask_resnet18': dict(RESNET18, network=multitask, classes=101,
                               min_opset=13),
}
