# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks of resnetc.zoo for signals:

  ecg_resnet1d_18    twelve leads of an electrocardiogram, several findings at
                     once, by convolutions along time
  wave_resnet1d_18   a class for a waveform, whose first convolution has a
                     large stride (Dai et al., "Very Deep Convolutional Neural
                     Networks for Raw Waveforms", 2016)
  speaker_resnet34   the embedding of a voice from its spectrogram (Okabe et
                     al., "Attentive Statistics Pooling", 2018)
"""

import numpy as np

from resnetc import zoo_shapes as shapes
from resnetc.zoo_graph import Value
from resnetc.zoo_resnet import RESNET18, RESNET34, stages
from resnetc.zoo_stats import Stats


def ecg(b, spec, length, classes):
    """Input [N, 12, length], output [N, classes] of probabilities."""
    x = b.input('leads', 12, [length])
    x = b.conv(x, 'conv1', 64, 15, 2)
    x = b.relu(b.batch_norm(x, 'bn1'), 'relu')
    x = stages(b, b.max_pool(x, 'maxpool'), spec)[-1]
    b.output(b.sigmoid(b.head(x, classes), ''), 'findings', [classes])


def wave(b, spec, length, classes):
    """Input [N, 1, length], output [N, classes]."""
    x = b.input('waveform', 1, [length])
    x = b.conv(x, 'conv1', 64, 80, 16, pad=32)
    x = b.relu(b.batch_norm(x, 'bn1'), 'relu')
    x = stages(b, b.max_pool(x, 'pool1', 4, 4, 0), spec)[-1]
    b.output(b.head(x, classes), 'output', [classes])


def attentive_statistics(b, x, path, width=128):
    """x [N, C, T] -> [N, 2 * C]: mean and deviation over time, weighted by a
    softmax over time for each channel."""
    channels = x.channels
    y = b.conv(x, path + '.linear1', width, 1, bias=True, gain=0.7)
    y = b.node('Tanh', [y], path, Stats(np.zeros(width), np.full(width, 0.4)))
    y = b.conv(y, path + '.linear2', channels, 1, bias=True)
    weights = b.node('Softmax', [y], path, y.stats, axis=2)

    def over_time(value, stats):
        return shapes.reduce(b, 'ReduceSum', value, path, [2], stats, ())

    product = b.node('Mul', [weights, x], path, x.stats)
    mean = over_time(product, x.stats.still())
    square = b.node('Mul', [product, x], path, x.stats)
    square = over_time(square, x.stats.still())
    other = b.node('Mul', [mean, mean], path, x.stats.still())
    var = b.node('Sub', [square, other], path, Stats(
        x.stats.var, np.zeros(channels)))
    least = b.constant(path, 1e-7, np.float32)
    var = b.node('Clip', [var, least], path, var.stats)
    deviation = b.node('Sqrt', [var], path, Stats(
        np.sqrt(x.stats.var), np.zeros(channels)))
    return shapes.concat(b, [mean, deviation], path, size=())


def speaker(b, spec, length, features):
    """Input [N, 1, 80, length], the logarithms of 80 bands; output [N,
    features]."""
    x = b.input('spectrogram', 1, [80, length])
    x = b.conv(x, 'conv1', 32, 3)
    x = b.relu(b.batch_norm(x, 'bn1'), 'relu')
    x = stages(b, x, spec, width=32)[-1]
    batch, frames = shapes.sizes(b, x, '', (0, 3))
    x = shapes.reshape(b, x, '', [batch, x.channels * x.size[0], frames],
                       x.stats.repeat(x.size[0]), x.size[1:])
    x = attentive_statistics(b, x, 'pool')
    # Means over time vary less than the signal: by this much.
    x = Value(x.name, Stats(x.stats.mean, 0.02 * x.stats.mean ** 2))
    b.output(b.linear(x, 'seg_1', features), 'embedding', [features])


MODELS = {
    'ecg_resnet1d_18': dict(RESNET18, network=ecg, kernel=7, image_size=1000,
                            classes=27),
    'wave_resnet1d_18': dict(RESNET18, network=wave, image_size=16000,
                             classes=10),
    'speaker_resnet34': dict(RESNET34, network=speaker, image_size=200,
                             classes=256, min_opset=13),
}
