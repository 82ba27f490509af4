# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ResNets with seeded weights, as ONNX graphs shaped like PyTorch exports.

    python3 -m resnetc.zoo NAME OUT.onnx [--seed N] [--opset N]
        [--batch N|dynamic] [--image-size N] [--classes N] [--external-data]

Architectures:
  resnet18..152      He et al., "Deep Residual Learning for Image
                     Recognition" (2015), with the stride of a bottleneck in
                     its 3x3 convolution ("v1.5", as torchvision builds them)
  resnext*           Xie et al., "Aggregated Residual Transformations" (2016)
  wide_resnet50_2    Zagoruyko and Komodakis, "Wide Residual Networks" (2016)
  preact_resnet50    He et al., "Identity Mappings in Deep Residual Networks"
                     (2016)
  se_resnet50        Hu et al., "Squeeze-and-Excitation Networks" (2017)
  cifar_resnetNa/b   section 4.2 of the first paper, with the shortcuts A
                     (subsample and zero-pad) or B (1x1 convolution)

The weights are random.  So that a network of any depth still answers in
ordinary numbers, the running mean and variance of every batch normalization
are what the convolution before it should produce: the builder carries the
mean and the variance of each channel through the graph (see Stats) for an
input of independent N(0, 1) pixels.  The stored values are then moved a
little away from these, as those of a trained network would be.

Every tensor draws from its own generator, seeded with the seed and the
tensor's name, so equal options give equal bytes.
"""

import argparse
import math
import os
import sys
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper

MIN_OPSET, MAX_OPSET = 9, 17
EPSILON = 1e-5
INT64_MAX = (1 << 63) - 1

# Mean and variance of the largest of nine independent N(0, 1).
MAX_MEAN, MAX_VAR = 1.485, 0.3574

# Rectified values have a mean, so random weights give their sums a mean that
# differs at the padded border and outweighs, deep down, what the image says.
# This part of it is taken out of every tap.
CENTRING = np.float32(0.75)


class Stats:
    """Estimated mean and variance of a tensor's channels, each of shape [C].

    The values of a channel are taken as normal and as independent of those of
    the other channels.
    """

    def __init__(self, mean, var, rectified=None):
        self.mean = np.asarray(mean, np.float64)
        self.var = np.asarray(var, np.float64)
        self.rectified = rectified   # What relu() was applied to.

    @property
    def channels(self):
        return self.mean.size

    def conv(self, weight, groups):
        """After a convolution with weight [Cout, Cin/groups, KH, KW]."""
        cout = weight.shape[0]
        # [Cout, Cin/groups]: the inputs that each output channel reads.
        def per_output(x):
            return np.repeat(x.reshape(groups, -1), cout // groups, axis=0)
        first = weight.sum(axis=(2, 3), dtype=np.float64)
        second = np.square(weight, dtype=np.float64).sum(axis=(2, 3))
        return Stats((first * per_output(self.mean)).sum(axis=1),
                     (second * per_output(self.var)).sum(axis=1))

    def affine(self, scale, shift):
        return Stats(self.mean * scale + shift, self.var * scale * scale)

    def relu(self):
        """Moments of max(0, x) for a normal x."""
        std = np.sqrt(np.maximum(self.var, 1e-12))
        z = self.mean / std
        cdf = np.array([0.5 * math.erfc(-v / math.sqrt(2.0)) for v in z])
        pdf = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        mean = self.mean * cdf + std * pdf
        square = (self.mean ** 2 + self.var) * cdf + self.mean * std * pdf
        return Stats(mean, np.maximum(square - mean ** 2, 0.0), self)

    def max_pool(self):
        """A window of nine; it and a rectifier before it commute."""
        if self.rectified:
            return self.rectified.max_pool().relu()
        return Stats(self.mean + MAX_MEAN * np.sqrt(self.var),
                     self.var * MAX_VAR)

    def add(self, other):
        return Stats(self.mean + other.mean, self.var + other.var)

    def pad(self, before, after):
        return Stats(np.pad(self.mean, (before, after)),
                     np.pad(self.var, (before, after)))


class Value:
    """A tensor of the graph: its name and its estimated statistics."""

    def __init__(self, name, stats):
        self.name = name
        self.stats = stats


class Builder:
    """Appends nodes to a graph, naming them as PyTorch's exporter does.

    A path is the dotted name of a module, such as layer1.0.conv1: its weight
    is layer1.0.conv1.weight, its node is /layer1/layer1.0/conv1/Conv.
    """

    def __init__(self, opset, seed):
        self.opset = opset
        self.seed = seed
        self.nodes = []
        self.initializers = []
        self.used = set()

    def rng(self, name):
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def tensor(self, name, array):
        array = np.ascontiguousarray(array)
        kind = {np.dtype(np.float32): TensorProto.FLOAT,
                np.dtype(np.int64): TensorProto.INT64}[array.dtype]
        data = array.astype(array.dtype.newbyteorder('<'), copy=False)
        self.initializers.append(
            helper.make_tensor(name, kind, array.shape, data.tobytes(), True))
        return name

    @staticmethod
    def scope(path):
        """layer1.0.conv1 -> /layer1/layer1.0/conv1: a numbered child shows
        the name of the list that holds it."""
        out = ''
        parts = path.split('.') if path else []
        for i, part in enumerate(parts):
            out += '/' + (parts[i - 1] + '.' + part if part.isdigit()
                          else part)
        return out

    def node(self, op, inputs, path, stats, **attributes):
        scope = self.scope(path)
        name, count = scope + '/' + op, 0
        while name in self.used:
            count += 1
            if op == 'Relu':   # A module called again: /relu_1/Relu.
                name = '%s_%d/%s' % (scope, count, op)
            else:
                name = '%s/%s_%d' % (scope, op, count)
        self.used.add(name)
        output = name + '_output_0'
        names = [v.name if isinstance(v, Value) else v for v in inputs]
        self.nodes.append(helper.make_node(op, names, [output], name=name,
                                           **attributes))
        return Value(output, stats)

    def constant(self, path, values):
        array = np.array(values, np.int64)
        tensor = helper.make_tensor('', TensorProto.INT64, array.shape,
                                    array.tobytes(), True)
        return self.node('Constant', [], path, None, value=tensor)

    def conv(self, x, path, cout, kernel, stride=1, groups=1, bias=False,
             gain=1.0):
        """x [N, Cin, H, W] -> [N, cout, H', W'], padded by kernel // 2; gain
        scales the weights."""
        cin = x.stats.channels // groups
        name = path + '.weight'
        # He initialization by fan-in: keeps E[x^2] after a rectifier.
        scale = gain * math.sqrt(2.0 / (cin * kernel * kernel))
        weight = self.rng(name).standard_normal(
            (cout, cin, kernel, kernel), np.float32) * np.float32(scale)
        # [groups, 1, Cin/groups, 1, 1] times the weights of each group.
        mean = x.stats.mean.astype(np.float32).reshape(groups, 1, cin, 1, 1)
        power = np.square(mean).sum(axis=2, keepdims=True) + np.float32(1e-12)
        taps = weight.reshape(groups, -1, cin, kernel, kernel)
        taps -= CENTRING * mean * ((taps * mean).sum(axis=2, keepdims=True)
                                   / power)
        inputs = [x, self.tensor(name, weight)]
        stats = x.stats.conv(weight, groups)
        if bias:
            name = path + '.bias'
            shift = self.rng(name).standard_normal(
                cout, np.float32) * np.float32(0.1)
            inputs.append(self.tensor(name, shift))
            stats = stats.affine(1.0, shift)
        pad = kernel // 2
        return self.node('Conv', inputs, path, stats, dilations=[1, 1],
                         group=groups, kernel_shape=[kernel, kernel],
                         pads=[pad] * 4, strides=[stride, stride])

    def batch_norm(self, x, path, gamma=(0.5, 1.5)):
        """gamma in this range, beta 0.2 N(0, 1), running statistics within
        20 % of the estimated variance and 5 % of a deviation of the mean."""
        channels = x.stats.channels
        rng = self.rng(path)
        gamma = rng.uniform(*gamma, channels).astype(np.float32)
        beta = (0.2 * rng.standard_normal(channels)).astype(np.float32)
        var = np.maximum(x.stats.var, 1e-6)
        mean = x.stats.mean + (0.05 * np.sqrt(var)
                               * rng.standard_normal(channels))
        var = var * rng.uniform(0.8, 1.2, channels)
        mean, var = mean.astype(np.float32), var.astype(np.float32)
        scale = gamma / np.sqrt(var.astype(np.float64) + EPSILON)
        inputs = [x] + [self.tensor(path + '.' + name, value)
                        for name, value in (('weight', gamma),
                                            ('bias', beta),
                                            ('running_mean', mean),
                                            ('running_var', var))]
        attributes = {'epsilon': EPSILON, 'momentum': 0.9}
        if self.opset >= 14:
            attributes['training_mode'] = 0
        return self.node('BatchNormalization', inputs, path,
                         x.stats.affine(scale, beta - mean * scale),
                         **attributes)

    def relu(self, x, path):
        return self.node('Relu', [x], path, x.stats.relu())

    def add(self, x, y, path):
        return self.node('Add', [x, y], path, x.stats.add(y.stats))

    def max_pool(self, x, path):
        attributes = {'ceil_mode': 0} if self.opset >= 10 else {}
        return self.node('MaxPool', [x], path, x.stats.max_pool(),
                         kernel_shape=[3, 3], pads=[1, 1, 1, 1],
                         strides=[2, 2], **attributes)

    def squeeze_excite(self, x, path, reduction=16):
        """x [N, C, H, W] times sigmoid(fc2(relu(fc1(mean of x)))) [N, C].
        The mean over a plane hardly varies, so its estimate is enough for
        the estimate of the scales."""
        channels = x.stats.channels
        still = Stats(x.stats.mean, np.zeros(channels))
        y = self.node('GlobalAveragePool', [x], path + '.avg_pool', still)
        y = self.conv(y, path + '.fc1', channels // reduction, 1, bias=True)
        y = self.relu(y, path + '.relu')
        y = self.conv(y, path + '.fc2', channels, 1, bias=True)
        scale = 1.0 / (1.0 + np.exp(-y.stats.mean))
        y = self.node('Sigmoid', [y], path + '.sigmoid',
                      Stats(scale, np.zeros(channels)))
        return self.node('Mul', [x, y], path, x.stats.affine(scale, 0.0))

    def subsample_pad(self, x, path, cout):
        """Shortcut A: x[:, :, ::2, ::2] between zero channels, [N, cout,
        H/2, W/2].  Slice has no steps before opset 10; there a pooling
        window of one element does the same."""
        if self.opset >= 10:
            y = x
            for axis in (2, 3):
                y = self.node('Slice', [y] + [
                    self.constant(path, [v])
                    for v in (0, INT64_MAX, axis, 2)], path, x.stats)
        else:
            y = self.node('MaxPool', [x], path, x.stats, kernel_shape=[1, 1],
                          strides=[2, 2])
        before = (cout - x.stats.channels) // 2
        after = cout - x.stats.channels - before
        pads = [0, before, 0, 0, 0, after, 0, 0]
        stats = x.stats.pad(before, after)
        if self.opset < 11:
            return self.node('Pad', [y], path, stats, mode='constant',
                             pads=pads, value=0.0)
        name = path + '.pads'
        return self.node('Pad', [
            y, self.tensor(name, np.array(pads, np.int64)),
            self.tensor(path + '.pad_value', np.zeros((), np.float32))],
            path, stats, mode='constant')

    def head(self, x, classes):
        """x [N, C, H, W] -> logits [N, classes] by average and Gemm."""
        x = self.node('GlobalAveragePool', [x], 'avgpool', x.stats)
        x = self.node('Flatten', [x], '', x.stats, axis=1)
        features = x.stats.channels
        weight = self.rng('fc.weight').standard_normal(
            (classes, features), np.float32) / np.float32(math.sqrt(features))
        bias = self.rng('fc.bias').standard_normal(classes, np.float32)
        return self.node('Gemm', [
            x, self.tensor('fc.weight', weight),
            self.tensor('fc.bias', bias * np.float32(0.1))], 'fc', None,
            alpha=1.0, beta=1.0, transB=1)


# Of the normalization that ends a residual branch. Training starts it at 0
# (Goyal et al., "Accurate, Large Minibatch SGD", 2017) and leaves it small. At
# the size of the others, rounding errors grow from block to block: two correct
# programs differed by 8e-4 after the 50 blocks of resnet152, by 2e-5 with this.
BRANCH_GAMMA = (0.1, 0.5)


def basic_block(b, x, path, width, stride, spec):
    """Two 3x3 convolutions and a shortcut."""
    y = b.conv(x, path + '.conv1', width, 3, stride)
    y = b.relu(b.batch_norm(y, path + '.bn1'), path + '.relu')
    y = b.conv(y, path + '.conv2', width, 3)
    y = b.batch_norm(y, path + '.bn2', BRANCH_GAMMA)
    if stride != 1 or x.stats.channels != width:
        if spec.get('shortcut') == 'a':
            x = b.subsample_pad(x, path, width)
        else:
            x = downsample(b, x, path, width, stride)
    return b.relu(b.add(y, x, path), path + '.relu')


def bottleneck(b, x, path, width, stride, spec):
    """1x1, 3x3 (which strides, and may be grouped), 1x1 to 4 * width."""
    groups = spec.get('groups', 1)
    inner = width * spec.get('base_width', 64) // 64 * groups
    y = b.conv(x, path + '.conv1', inner, 1)
    y = b.relu(b.batch_norm(y, path + '.bn1'), path + '.relu')
    y = b.conv(y, path + '.conv2', inner, 3, stride, groups)
    y = b.relu(b.batch_norm(y, path + '.bn2'), path + '.relu')
    y = b.conv(y, path + '.conv3', 4 * width, 1)
    y = b.batch_norm(y, path + '.bn3', BRANCH_GAMMA)
    if spec.get('se'):
        y = b.squeeze_excite(y, path + '.se')
    if stride != 1 or x.stats.channels != 4 * width:
        x = downsample(b, x, path, 4 * width, stride)
    return b.relu(b.add(y, x, path), path + '.relu')


def preact_bottleneck(b, x, path, width, stride, spec):
    """Normalization and rectifier come before each convolution; the sum is
    handed on raw.  A projection reads the first rectifier's output.  No
    normalization ends the branch: its last weights are as small as those of
    other nets with BRANCH_GAMMA."""
    del spec
    y = b.relu(b.batch_norm(x, path + '.bn1'), path + '.relu')
    if stride != 1 or x.stats.channels != 4 * width:
        x = b.conv(y, path + '.downsample.0', 4 * width, 1, stride)
    y = b.conv(y, path + '.conv1', width, 1)
    y = b.relu(b.batch_norm(y, path + '.bn2'), path + '.relu')
    y = b.conv(y, path + '.conv2', width, 3, stride)
    y = b.relu(b.batch_norm(y, path + '.bn3'), path + '.relu')
    y = b.conv(y, path + '.conv3', 4 * width, 1, gain=sum(BRANCH_GAMMA) / 2)
    return b.add(y, x, path)


def downsample(b, x, path, cout, stride):
    y = b.conv(x, path + '.downsample.0', cout, 1, stride)
    return b.batch_norm(y, path + '.downsample.1')


def _models():
    models = {
        'resnet18': dict(block=basic_block, layers=(2, 2, 2, 2)),
        'resnet34': dict(block=basic_block, layers=(3, 4, 6, 3)),
        'resnet50': dict(block=bottleneck, layers=(3, 4, 6, 3)),
        'resnet101': dict(block=bottleneck, layers=(3, 4, 23, 3)),
        'resnet152': dict(block=bottleneck, layers=(3, 8, 36, 3)),
        'resnext50_32x4d': dict(block=bottleneck, layers=(3, 4, 6, 3),
                                groups=32, base_width=4),
        'resnext101_32x8d': dict(block=bottleneck, layers=(3, 4, 23, 3),
                                 groups=32, base_width=8),
        'wide_resnet50_2': dict(block=bottleneck, layers=(3, 4, 6, 3),
                                base_width=128),
        'preact_resnet50': dict(block=preact_bottleneck, layers=(3, 4, 6, 3),
                                preact=True),
        'se_resnet50': dict(block=bottleneck, layers=(3, 4, 6, 3), se=True),
    }
    for depth in (20, 32, 44, 56, 110):
        for shortcut in 'ab':
            models['cifar_resnet%d%s' % (depth, shortcut)] = dict(
                block=basic_block, layers=((depth - 2) // 6,) * 3,
                shortcut=shortcut, cifar=True)
    return models


MODELS = _models()


def names():
    """The names that build() knows."""
    return list(MODELS)


def build(name, seed=0, opset=13, batch=1, image_size=None, classes=None):
    """Returns the model as onnx.ModelProto: input [batch, 3, image_size,
    image_size], output [batch, classes].

    batch is a number or 'dynamic'; image_size and classes default to 224 and
    1000, or 32 and 10 for the CIFAR networks.
    """
    if name not in MODELS:
        raise ValueError('unknown model %r' % name)
    if not MIN_OPSET <= opset <= MAX_OPSET:
        raise ValueError('opset %d is not in %d..%d'
                         % (opset, MIN_OPSET, MAX_OPSET))
    spec = MODELS[name]
    cifar = spec.get('cifar', False)
    image_size = image_size or (32 if cifar else 224)
    classes = classes or (10 if cifar else 1000)
    batch = 'batch' if batch == 'dynamic' else int(batch)

    b = Builder(opset, seed)
    x = Value('input', Stats(np.zeros(3), np.ones(3)))
    if cifar:
        x = b.conv(x, 'conv1', 16, 3)
        x = b.relu(b.batch_norm(x, 'bn1'), 'relu')
    else:
        x = b.conv(x, 'conv1', 64, 7, 2)
        if not spec.get('preact'):
            x = b.relu(b.batch_norm(x, 'bn1'), 'relu')
        x = b.max_pool(x, 'maxpool')
    for stage, count in enumerate(spec['layers']):
        width = (16 if cifar else 64) << stage
        for i in range(count):
            stride = 2 if stage and not i else 1
            x = spec['block'](b, x, 'layer%d.%d' % (stage + 1, i), width,
                              stride, spec)
    if spec.get('preact'):
        x = b.relu(b.batch_norm(x, 'norm'), 'relu')
    b.head(x, classes)
    b.nodes[-1].output[0] = 'output'

    graph = helper.make_graph(
        b.nodes, name,
        [helper.make_tensor_value_info('input', TensorProto.FLOAT,
                                       [batch, 3, image_size, image_size])],
        [helper.make_tensor_value_info('output', TensorProto.FLOAT,
                                       [batch, classes])],
        b.initializers)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid('', opset)],
        producer_name='resnetc.zoo')
    model.ir_version = (4 if opset < 11 else 6 if opset < 12 else
                        7 if opset < 15 else 8)
    return model


def save(model, path, external_data=False):
    """Writes the model; with external_data its tensors go to PATH.data."""
    if not external_data:
        onnx.save(model, path)
        return
    location = os.path.basename(path) + '.data'
    data = os.path.join(os.path.dirname(path), location)
    if os.path.exists(data):   # onnx would append to it.
        os.remove(data)
    onnx.save_model(model, path, save_as_external_data=True,
                    all_tensors_to_one_file=True, location=location,
                    size_threshold=1024)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog='python3 -m resnetc.zoo',
        description='Writes a ResNet with seeded weights as ONNX.')
    parser.add_argument('name', nargs='?', metavar='NAME')
    parser.add_argument('out', nargs='?', metavar='OUT.onnx')
    parser.add_argument('--list', action='store_true',
                        help='print the known names')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--opset', type=int, default=13,
                        help='%d..%d' % (MIN_OPSET, MAX_OPSET))
    parser.add_argument('--batch', default='1', metavar='N|dynamic')
    parser.add_argument('--image-size', type=int)
    parser.add_argument('--classes', type=int)
    parser.add_argument('--external-data', action='store_true',
                        help='keep the weights in OUT.onnx.data')
    args = parser.parse_args(argv)
    if args.list:
        print('\n'.join(names()))
        return 0
    if not args.name or not args.out:
        parser.error('NAME and OUT.onnx are needed')
    try:
        model = build(args.name, args.seed, args.opset, args.batch,
                      args.image_size, args.classes)
    except ValueError as error:
        parser.error(str(error))
    save(model, args.out, args.external_data)
    return 0


if __name__ == '__main__':
    sys.exit(main())
