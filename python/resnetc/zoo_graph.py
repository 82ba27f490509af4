# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What writes the graphs of resnetc.zoo: nodes named as PyTorch's exporter
names them, seeded weights, and statistics that keep any depth in ordinary
numbers (see resnetc.zoo).

Every tensor draws from its own generator, seeded with the seed and the
tensor's name, so equal options give equal bytes.
"""

import math
import zlib

import numpy as np
from onnx import TensorProto, helper

from resnetc.zoo_stats import Stats

EPSILON = 1e-5
INT64_MAX = (1 << 63) - 1

# Rectified values have a mean, so random weights give their sums a mean that
# differs at the padded border and outweighs, deep down, what the image says.
# This part of it is taken out of every tap.
CENTRING = np.float32(0.75)

KINDS = {np.dtype(np.float32): TensorProto.FLOAT,
         np.dtype(np.int64): TensorProto.INT64,
         np.dtype(np.bool_): TensorProto.BOOL}


class Value:
    """A tensor of the graph: its name, its estimated statistics, and the sizes
    of the dimensions after batch and channels."""

    def __init__(self, name, stats, size=()):
        self.name = name
        self.stats = stats
        self.size = tuple(size)

    @property
    def channels(self):
        return self.stats.channels


def spread(sizes, rank):
    """One number, or one for each of rank dimensions."""
    return [sizes] * rank if isinstance(sizes, int) else list(sizes)


def window_size(size, kernel, stride, pads, dilation=1, ceil=False):
    """How many positions a window has along each dimension."""
    rank = len(size)
    return tuple(
        -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1 if ceil else
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, *(
            spread(v, rank) for v in (kernel, stride, pads, dilation))))


class Builder:
    """Appends nodes to a graph, naming them as PyTorch's exporter does.

    A path is the dotted name of a module, such as layer1.0.conv1: its weight
    is layer1.0.conv1.weight, its node is /layer1/layer1.0/conv1/Conv.  batch
    is a number, or a name of what is known only when the network runs; then
    shapes that depend on it are computed by nodes.  init says what the weights
    are (see resnetc.zoo).
    """

    def __init__(self, opset, seed, batch=1, init='trained'):
        self.opset = opset
        self.seed = seed
        self.untrained = init == 'he'
        self.batch = batch
        self.nodes = []
        self.initializers = []
        self.inputs = []
        self.outputs = []
        self.used = set()
        self.weights = {}    # By name: modules may be called again.
        self.renamed = {}    # What the outputs are called.

    def rng(self, name):
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def input(self, name, channels, size, nhwc=False):
        """An input [batch, channels, *size] or, if nhwc, [batch, *size,
        channels] of independent N(0, 1)."""
        dims = [*size, channels] if nhwc else [channels, *size]
        self.inputs.append(helper.make_tensor_value_info(
            name, TensorProto.FLOAT, [self.batch, *dims]))
        return Value(name, Stats(np.zeros(channels), np.ones(channels)), size)

    def output(self, x, name, dims, kind=TensorProto.FLOAT):
        """Makes x an output [batch, *dims], under this name."""
        self.renamed[x.name] = name
        self.outputs.append(
            helper.make_tensor_value_info(name, kind, [self.batch, *dims]))

    def model(self, name):
        rename = self.renamed
        for node in self.nodes:
            for names in (node.input, node.output):
                for i, old in enumerate(names):
                    names[i] = rename.get(old, old)
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs,
                                  self.initializers)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid('', self.opset)],
            producer_name='resnetc.zoo')
        model.ir_version = (4 if self.opset < 11 else 6 if self.opset < 12 else
                            7 if self.opset < 15 else 8)
        return model

    def tensor(self, name, array):
        """An initializer; a second one of the name is the first."""
        if name in self.weights:
            return name
        self.weights[name] = array = np.ascontiguousarray(array)
        data = array.astype(array.dtype.newbyteorder('<'), copy=False)
        self.initializers.append(helper.make_tensor(
            name, KINDS[array.dtype], array.shape, data.tobytes(), True))
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

    def node(self, op, inputs, path, stats, size=None, results=1,
             **attributes):
        """Appends a node; its result has the first input's sizes, unless
        others are given.  Returns a list for several results."""
        scope = self.scope(path)
        name, count = scope + '/' + op, 0
        while name in self.used:
            count += 1
            if op == 'Relu':   # A module called again: /relu_1/Relu.
                name = '%s_%d/%s' % (scope, count, op)
            else:
                name = '%s/%s_%d' % (scope, op, count)
        self.used.add(name)
        if size is None:
            size = next((v.size for v in inputs if isinstance(v, Value)), ())
        outputs = ['%s_output_%d' % (name, i) for i in range(results)]
        names = [v.name if isinstance(v, Value) else v for v in inputs]
        self.nodes.append(helper.make_node(op, names, outputs, name=name,
                                           **attributes))
        if results == 1:
            return Value(outputs[0], stats, size)
        return [Value(output, stat, size)
                for output, stat in zip(outputs, stats)]

    def constant(self, path, values, dtype=np.int64):
        array = np.array(values, dtype)
        tensor = helper.make_tensor('', KINDS[array.dtype], array.shape,
                                    array.tobytes(), True)
        return self.node('Constant', [], path, None, (), value=tensor)

    # Convolutions and what follows them.

    def weight(self, path, shape, scale, mean, groups=1, transposed=False):
        """The weights of a module, [outputs, inputs / groups, ...]; or, of a
        transposed convolution, [inputs, outputs, ...]."""
        name = path + '.weight'
        if name in self.weights:
            return self.weights[name]
        weight = self.rng(name).standard_normal(
            shape, np.float32) * np.float32(scale)
        if self.untrained:
            return weight
        # [groups, 1, inputs / groups, 1...] times the weights of each group.
        inputs = len(mean) // groups
        taps = weight.swapaxes(0, 1) if transposed else weight
        taps = taps.reshape(groups, -1, inputs, *shape[2:])
        mean = mean.astype(np.float32).reshape(
            groups, 1, inputs, *[1] * len(shape[2:]))
        power = np.square(mean).sum(axis=2, keepdims=True) + np.float32(1e-12)
        taps = taps - CENTRING * mean * (
            (taps * mean).sum(axis=2, keepdims=True) / power)
        if transposed:
            return taps[0].swapaxes(0, 1)
        return taps.reshape(shape)

    def add_bias(self, inputs, path, channels, stats, shift=0.0):
        """Appends a bias of 0.1 N(0, 1) + shift to a node's inputs; of shift
        alone if nothing was learned yet."""
        name = path + '.bias'
        bias = self.rng(name).standard_normal(
            channels, np.float32) * np.float32(0.1) + np.float32(shift)
        if self.untrained:
            bias = np.full(channels, shift, np.float32)
        inputs.append(self.tensor(name, bias))
        return stats.affine(1.0, bias)

    def conv(self, x, path, cout, kernel, stride=1, groups=1, bias=False,
             gain=1.0, dilation=1, pad=None, shift=0.0):
        """x [N, Cin, ...] -> [N, cout, ...], padded so that stride 1 keeps the
        size; gain scales the weights, shift is the mean of the bias."""
        rank = len(x.size)
        kernel, stride, dilation = (
            spread(v, rank) for v in (kernel, stride, dilation))
        if pad is None:
            pad = [d * (k // 2) for k, d in zip(kernel, dilation)]
        pad = spread(pad, rank)
        cin = x.channels // groups
        if self.untrained:
            gain = 1.0
        # He initialization by fan-in: keeps E[x^2] after a rectifier.
        weight = self.weight(path, (cout, cin, *kernel), gain * math.sqrt(
            2.0 / (cin * math.prod(kernel))), x.stats.mean, groups)
        inputs = [x, self.tensor(path + '.weight', weight)]
        stats = x.stats.conv(weight, groups)
        if bias:
            stats = self.add_bias(inputs, path, cout, stats, shift)
        return self.node('Conv', inputs, path, stats,
                         window_size(x.size, kernel, stride, pad, dilation),
                         dilations=dilation, group=groups,
                         kernel_shape=kernel, pads=pad * 2, strides=stride)

    def conv_transpose(self, x, path, cout, kernel, stride, pad=0, bias=True):
        """x [N, Cin, ...] -> [N, cout, ...], stride times as large if kernel
        is stride + 2 * pad."""
        rank = len(x.size)
        # Of every stride-th tap along each dimension comes one result.
        taps = (kernel / stride) ** rank
        weight = self.weight(path, (x.channels, cout, *[kernel] * rank),
                             math.sqrt(1.0 / (x.channels * taps)),
                             x.stats.mean, transposed=True)
        inputs = [x, self.tensor(path + '.weight', weight)]
        share = 1.0 / stride ** rank
        stats = x.stats.conv(weight.swapaxes(0, 1), 1)
        stats = Stats(stats.mean * share, stats.var * share)
        if bias:
            stats = self.add_bias(inputs, path, cout, stats)
        return self.node('ConvTranspose', inputs, path, stats,
                         [(n - 1) * stride - 2 * pad + kernel
                          for n in x.size],
                         dilations=[1] * rank, group=1,
                         kernel_shape=[kernel] * rank, pads=[pad] * 2 * rank,
                         strides=[stride] * rank)

    def batch_norm(self, x, path, gamma=(0.5, 1.5), epsilon=EPSILON):
        """gamma in this range, beta 0.2 N(0, 1), running statistics within
        20 % of the estimated variance and 5 % of a deviation of the mean; if
        nothing was learned yet, 1, 0, 0 and 1."""
        channels = x.channels
        names = [path + '.' + name for name in (
            'weight', 'bias', 'running_mean', 'running_var')]
        if names[0] not in self.weights:
            rng = self.rng(path)
            gamma = rng.uniform(*gamma, channels).astype(np.float32)
            beta = (0.2 * rng.standard_normal(channels)).astype(np.float32)
            var = np.maximum(x.stats.var, 1e-6)
            mean = x.stats.mean + (0.05 * np.sqrt(var)
                                   * rng.standard_normal(channels))
            var = var * rng.uniform(0.8, 1.2, channels)
            if self.untrained:
                gamma, var = np.ones((2, channels))
                beta, mean = np.zeros((2, channels))
            for name, value in zip(names, (gamma, beta, mean, var)):
                self.tensor(name, value.astype(np.float32))
        gamma, beta, mean, var = (self.weights[name] for name in names)
        scale = gamma / np.sqrt(var.astype(np.float64) + epsilon)
        attributes = {'epsilon': epsilon, 'momentum': 0.9}
        if self.opset >= 14:
            attributes['training_mode'] = 0
        return self.node('BatchNormalization', [x] + names, path,
                         x.stats.affine(scale, beta - mean * scale),
                         **attributes)

    def linear(self, x, path, features, gain=1.0, shift=0.0):
        """x [N, F] -> [N, features]."""
        weight = self.rng(path + '.weight').standard_normal(
            (features, x.channels), np.float32) / np.float32(
                math.sqrt(x.channels) / gain)
        inputs = [x, self.tensor(path + '.weight', weight)]
        stats = self.add_bias(inputs, path, features,
                              x.stats.conv(weight[:, :, None, None], 1), shift)
        return self.node('Gemm', inputs, path, stats, alpha=1.0, beta=1.0,
                         transB=1)

    # Elementwise operations.

    def relu(self, x, path):
        return self.node('Relu', [x], path, x.stats.relu())

    def prelu(self, x, path):
        """With a slope for each channel, 0.25 +- 0.1."""
        slope = self.rng(path).uniform(0.15, 0.35, x.channels)
        name = self.tensor(path + '.weight', slope.astype(np.float32).reshape(
            -1, *[1] * len(x.size)))
        return self.node('PRelu', [x, name], path, x.stats.prelu(slope))

    def sigmoid(self, x, path):
        return self.node('Sigmoid', [x], path, x.stats.sigmoid())

    def add(self, x, y, path):
        return self.node('Add', [x, y], path, x.stats.add(y.stats))

    def mul(self, x, y, path):
        return self.node('Mul', [x, y], path, x.stats.mul(y.stats))

    # Windows and planes.

    def max_pool(self, x, path, kernel=3, stride=2, pad=1):
        rank = len(x.size)
        attributes = {'ceil_mode': 0} if self.opset >= 10 else {}
        return self.node('MaxPool', [x], path,
                         x.stats.max_pool(kernel ** rank),
                         window_size(x.size, kernel, stride, pad),
                         kernel_shape=[kernel] * rank, pads=[pad] * 2 * rank,
                         strides=[stride] * rank, **attributes)

    def average_pool(self, x, path, kernel=2, stride=2, pad=0, ceil=False,
                     count_include_pad=0):
        rank = len(x.size)
        return self.node('AveragePool', [x], path,
                         x.stats.average(kernel ** rank),
                         window_size(x.size, kernel, stride, pad, ceil=ceil),
                         ceil_mode=int(ceil),
                         count_include_pad=count_include_pad,
                         kernel_shape=[kernel] * rank, pads=[pad] * 2 * rank,
                         strides=[stride] * rank)

    def global_average_pool(self, x, path):
        """[N, C, ...] -> [N, C, 1...].  The mean over a plane hardly varies,
        so its estimate does for what comes after it."""
        return self.node('GlobalAveragePool', [x], path, x.stats.still(),
                         [1] * len(x.size))

    def flatten(self, x, path=''):
        count = math.prod(x.size)
        return self.node('Flatten', [x], path, x.stats.repeat(count), (),
                         axis=1)

    def head(self, x, classes, path='fc', pool='avgpool'):
        """x [N, C, ...] -> logits [N, classes] by average and Gemm."""
        x = self.flatten(self.global_average_pool(x, pool))
        return self.linear(x, path, classes)
