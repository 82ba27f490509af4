# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Nodes of random networks: what is drawn of each, and its numbers.

A Nodes object has a seeded generator, and a list of nodes that its methods
append to.  With each value go its shape and an estimate of its mean and variance
(see resnetc.zoo.Stats).
"""

import math
import os
import random
import sys

import numpy as np
from onnx import helper, numpy_helper

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))), 'python'))

from resnetc.zoo_stats import Stats  # noqa: E402

# Samples of N(0, 1), for the moments of what has no formula.
NORMAL = np.random.default_rng(1).standard_normal((256, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Value:
    """A tensor [N, channels, *spatial], or [N, channels]."""

    def __init__(self, name, stats, spatial):
        self.name = name
        self.stats = stats
        self.spatial = tuple(spatial)

    @property
    def channels(self):
        return self.stats.channels

    @property
    def shape(self):
        return (self.channels,) + self.spatial


class Nodes:
    """Draws nodes; the methods append them and return what they make."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)
        self.rng = np.random.default_rng(seed)
        self.opset = self.rnd.choice((11, 12, 13, 13, 14, 15, 17))
        self.nodes, self.initializers, self.inputs = [], [], {}
        self.values = []    # That later blocks may take up again.
        self.shapes = {}
        self.weights = {}   # By shape, for convolutions that share them.
        self.macs = 0
        self.count = 0

    def chance(self, probability):
        return self.rnd.random() < probability

    def pick(self, *weighted):
        """One of (weight, item)."""
        weights, items = zip(*weighted)
        return self.rnd.choices(items, weights)[0]

    #--------------------------------------------------------------------------
    # Nodes
    #--------------------------------------------------------------------------

    def fresh(self, prefix):
        self.count += 1
        return '%s%d' % (prefix, self.count)

    def tensor(self, array, prefix='w'):
        array = np.ascontiguousarray(array)
        name = self.fresh(prefix)
        tensor = numpy_helper.from_array(array, name)
        if self.chance(0.1):
            self.nodes.append(helper.make_node('Constant', [], [name],
                                               name='const/' + name,
                                               value=tensor))
        else:
            self.initializers.append(tensor)
        return name

    def ints(self, values):
        return self.tensor(np.array(values, np.int64), 'i')

    def floats(self, values):
        return self.tensor(np.array(values, np.float32))

    def names(self, operands):
        return [v.name if isinstance(v, Value) else v for v in operands]

    def node(self, op, operands, stats, spatial, **attributes):
        name = self.fresh('v')
        self.nodes.append(helper.make_node(
            op, self.names(operands), [name], name='%s/%s' % (op, name),
            **attributes))
        value = Value(name, stats, spatial)
        self.shapes[name] = value.shape
        return value

    def input(self, channels, spatial):
        name = 'input%d' % len(self.inputs)
        value = Value(name, Stats(np.zeros(channels), np.ones(channels)),
                      spatial)
        self.inputs[name] = value.shape
        self.shapes[name] = value.shape
        return value

    #--------------------------------------------------------------------------
    # Windows
    #--------------------------------------------------------------------------

    def window(self, x, kernel, stride, dilations, keep):
        """Attributes, and the size of the output.  With `keep`, padding is such
        that only the stride makes it smaller."""
        rank = len(x.spatial)
        total = [d * (k - 1) for k, d in zip(kernel, dilations)]
        attributes = {'strides': [stride] * rank}
        if any(d != 1 for d in dilations) or self.chance(0.7):
            attributes['dilations'] = dilations
        if self.chance(0.8):
            attributes['kernel_shape'] = kernel
        if keep:
            if self.chance(0.12) and all(d == 1 for d in dilations):
                attributes['auto_pad'] = self.rnd.choice(('SAME_UPPER',
                                                          'SAME_LOWER'))
            else:
                begin = [t // 2 if self.chance(0.8) else
                         self.rnd.randint(0, t) for t in total]
                attributes['pads'] = begin + [t - b for t, b in
                                              zip(total, begin)]
            return attributes, [-(-s // stride) for s in x.spatial]
        if self.chance(0.2):
            attributes['auto_pad'] = 'VALID'
            pads = [0] * (2 * rank)
        else:
            pads = [self.rnd.randint(0, k - 1) for k in kernel * 2]
            # A window must fit.
            for i, (t, s) in enumerate(zip(total, x.spatial)):
                while pads[i] + pads[i + rank] + s < t + 1:
                    pads[i] += 1
            attributes['pads'] = pads
        return attributes, [
            (s + pads[i] + pads[i + rank] - total[i] - 1) // stride + 1
            for i, s in enumerate(x.spatial)]

    def fits(self, x, kernel, dilations):
        return all(s > d * (k - 1)
                   for s, k, d in zip(x.spatial, kernel, dilations))

    def kernel(self, x, size=None):
        """The same in every direction, mostly."""
        rank = len(x.spatial)
        size = size or self.pick((5, 3), (3, 1), (1, 2), (1, 5), (0.3, 7))
        if self.chance(0.08):
            return [self.rnd.choice((1, 2, 3, 4)) for _ in range(rank)]
        return [size] * rank

    def groups(self, cin, cout):
        both = [g for g in range(2, min(cin, cout) + 1)
                if cin % g == 0 and cout % g == 0]
        if not both or self.chance(0.7):
            return 1
        if cin in both and self.chance(0.4):
            return cin
        return self.rnd.choice(both)

    def conv(self, x, cout, size=None, stride=1, keep=True, bias=None,
             groups=None):
        rank = len(x.spatial)
        kernel = self.kernel(x, size)
        groups = groups or self.groups(x.channels, cout)
        dilations = [1] * rank
        if stride == 1 and self.chance(0.1):
            dilations = [self.rnd.choice((2, 3)) if self.chance(0.8) else 1
                         for _ in range(rank)]
        if not keep and not self.fits(x, kernel, dilations):
            keep = True
        attributes, spatial = self.window(x, kernel, stride, dilations, keep)
        shape = [cout, x.channels // groups] + kernel
        bias = self.chance(0.5) if bias is None else bias
        weight = self.weights.get(tuple(shape))
        if weight is None or not self.chance(0.1):
            scale = math.sqrt(2 / np.prod(shape[1:]))
            array = (scale * self.rng.standard_normal(shape)).astype(np.float32)
            weight = self.weights[tuple(shape)] = (self.tensor(array), array)
        name, array = weight
        operands = [x, name]
        flat = array.reshape(cout, shape[1], -1, 1)
        stats = x.stats.conv(flat, groups)
        if bias:
            shift = 0.1 * self.rng.standard_normal(cout)
            operands.append(self.floats(shift))
            stats = stats.affine(1, shift)
        if groups != 1 or self.chance(0.5):
            attributes['group'] = groups
        self.macs += np.prod(shape) * np.prod(spatial)
        return self.node('Conv', operands, stats, spatial, **attributes)

    def pool(self, x, stride, keep):
        """MaxPool or AveragePool; with `keep` as window() has it."""
        op = self.rnd.choice(('MaxPool', 'AveragePool'))
        size = self.rnd.choice((2, 3, 3)) if stride > 1 else 3
        kernel = [size] * len(x.spatial)
        ones = [1] * len(x.spatial)
        if not keep and not self.fits(x, kernel, ones):
            keep = True
        attributes, spatial = self.window(x, kernel, stride, ones, keep)
        attributes['kernel_shape'] = kernel
        attributes.pop('dilations', None)
        pads = attributes.get('pads')
        if pads and 'auto_pad' not in attributes and self.chance(0.3):
            # Where rounding up adds a window that would start in the padding
            # behind, exporters and runtimes differ.
            rank = len(x.spatial)
            up = [-(-(s + pads[i] + pads[i + rank] - size) // stride) + 1
                  for i, s in enumerate(x.spatial)]
            if all((n - 1) * stride < s + pads[i] for i, (n, s) in
                   enumerate(zip(up, x.spatial))):
                if up == spatial or not keep:
                    attributes['ceil_mode'] = 1
                    spatial = up
        if op == 'AveragePool':
            # With ceil_mode, runtimes differ in what they divide by.
            if 'ceil_mode' not in attributes and self.chance(0.5):
                attributes['count_include_pad'] = self.rnd.randint(0, 1)
            stats = Stats(x.stats.mean, x.stats.var / 3)
        else:
            stats = x.stats.max_pool(9)
        return self.node(op, [x], stats, spatial, **attributes)

    #--------------------------------------------------------------------------
    # What follows a convolution
    #--------------------------------------------------------------------------

    def batch_norm(self, x, zero=False):
        c = x.channels
        var = np.maximum(x.stats.var, 1e-4)
        mean = x.stats.mean + 0.1 * np.sqrt(var) * self.rng.standard_normal(c)
        var = var * self.rng.uniform(0.7, 1.4, c)
        gamma = self.rng.uniform(0.4, 1.5, c)
        if self.chance(0.3):
            gamma *= self.rng.choice((-1, 1), c)
        if zero:
            gamma *= self.rng.random(c) < 0.7
        beta = 0.3 * self.rng.standard_normal(c)
        epsilon = self.rnd.choice((1e-5, 1e-3))
        scale = gamma / np.sqrt(var + epsilon)
        attributes = {'epsilon': epsilon}
        if self.opset >= 14 and self.chance(0.5):
            attributes['training_mode'] = 0
        return self.node(
            'BatchNormalization',
            [x] + [self.floats(a) for a in (gamma, beta, mean, var)],
            x.stats.affine(scale, beta - mean * scale), x.spatial,
            **attributes)

    def map(self, op, operands, function, **attributes):
        """An elementwise function of the first operand."""
        x = operands[0]
        samples = function(x.stats.mean + np.sqrt(x.stats.var) * NORMAL)
        return self.node(op, operands,
                         Stats(samples.mean(axis=0), samples.var(axis=0)),
                         x.spatial, **attributes)

    def activation(self, x, usual=True):
        kind = self.pick(
            (12 if usual else 1, 'Relu'), (1, 'LeakyRelu'), (1, 'PRelu'),
            (1.5, 'Clip'), (0.5, 'Sigmoid'), (0.5, 'Tanh'), (0.5, 'Elu'),
            (1, 'HardSwish'), (1, 'Swish'), (0.3, 'Softplus'),
            (0.3, 'HardSigmoid'))
        if kind == 'Relu':
            return self.node('Relu', [x], x.stats.relu(), x.spatial)
        if kind == 'LeakyRelu':
            alpha = self.rnd.choice((0.01, 0.1, 0.3))
            return self.map('LeakyRelu', [x],
                            lambda v: np.where(v < 0, alpha * v, v),
                            alpha=alpha)
        if kind == 'PRelu':
            ones = [1] * len(x.spatial)
            shape = self.rnd.choice(([x.channels] + ones, [1] + ones, [1]))
            slope = 0.25 + 0.1 * self.rng.standard_normal(shape)
            flat = slope.reshape(-1)
            return self.map('PRelu', [x, self.floats(slope)],
                            lambda v: np.where(v < 0, flat * v, v))
        if kind == 'Clip':
            low, high = self.rnd.choice(((0, 6), (0, 1), (-1, 1), (0, None),
                                         (None, 1), (-0.5, 2)))
            operands = [x, '' if low is None else self.floats(float(low))]
            if high is not None:
                operands.append(self.floats(float(high)))
            return self.map('Clip', operands, lambda v: np.clip(
                v, -np.inf if low is None else low,
                np.inf if high is None else high))
        if kind == 'HardSwish' or kind == 'Swish':
            if kind == 'HardSwish' and self.opset >= 14:
                return self.map('HardSwish', [x],
                                lambda v: v * np.clip(v / 6 + 0.5, 0, 1))
            gate = (self.map('Sigmoid', [x], sigmoid) if kind == 'Swish' else
                    self.map('HardSigmoid', [x],
                             lambda v: np.clip(v / 6 + 0.5, 0, 1),
                             alpha=1 / 6, beta=0.5))
            return self.map('Mul', self.either([x, gate]),
                            lambda v: v * sigmoid(v))
        functions = {'Sigmoid': sigmoid, 'Tanh': np.tanh,
                     'Elu': lambda v: np.where(v < 0, np.expm1(v), v),
                     'Softplus': lambda v: np.log1p(np.exp(v)),
                     'HardSigmoid': lambda v: np.clip(0.2 * v + 0.5, 0, 1)}
        return self.map(kind, [x], functions[kind])

    def either(self, operands):
        """Two operands of a commutative operation, in either order; map() takes
        its statistics from the first, which makes no matter here."""
        return operands[::-1] if self.chance(0.3) else operands

    def squeeze_excite(self, x):
        c, middle = x.channels, max(1, x.channels // self.rnd.choice((2, 4)))
        ones = (1,) * len(x.spatial)
        still = Stats(x.stats.mean, x.stats.var / 20)
        if self.chance(0.5):
            y = self.node('GlobalAveragePool', [x], still, ones)
        else:
            y = self.reduce_mean(x, keep=True)
        if self.chance(0.7):
            y = self.conv(y, middle, size=1, groups=1, bias=True)
            y = self.activation(y)
            y = self.conv(y, c, size=1, groups=1, bias=True)
            # Whatever window was drawn, one element is left.
            assert y.spatial == ones
        else:
            y = self.node('Flatten', [y], y.stats, ())
            y = self.dense(self.activation(self.dense(y, middle)), c)
            shape = [0, c] + list(ones)
            y = self.node('Reshape', [y, self.ints(shape)], y.stats, ones)
        if self.chance(0.7):
            y = self.map('Sigmoid', [y], sigmoid)
        else:
            y = self.map('HardSigmoid', [y],
                         lambda v: np.clip(0.2 * v + 0.5, 0, 1))
        return self.node('Mul', self.either([x, y]),
                         x.stats.affine(y.stats.mean, 0), x.spatial)

    def reduce_mean(self, x, keep):
        axes = list(range(2, 2 + len(x.spatial)))
        if self.chance(0.3):
            axes = [a - 2 - len(x.spatial) for a in axes]
        return self.node('ReduceMean', [x],
                         Stats(x.stats.mean, x.stats.var / 20),
                         (1,) * len(x.spatial) if keep else (),
                         axes=axes, keepdims=int(keep))

    def scale(self, x):
        """An operation with a constant for each channel, or one for all."""
        op = self.rnd.choice(('Add', 'Mul', 'Sub', 'Div'))
        one = self.chance(0.3)
        values = self.rng.uniform(0.5, 1.5, 1 if one else x.channels)
        shape = [len(values)] + [1] * len(x.spatial)
        if self.chance(0.5):
            shape = [1] + shape
        if one and self.chance(0.5):
            shape = []
        constant = self.floats(values.reshape(shape))
        c = np.broadcast_to(values, x.channels)
        if op in ('Add', 'Mul') and self.chance(0.3):
            operands = [constant, x]
        else:
            operands = [x, constant]
        factor, shift = {'Add': (1, c), 'Sub': (1, -c), 'Mul': (c, 0),
                         'Div': (1 / c, 0)}[op]
        return self.node(op, operands, x.stats.affine(factor, shift),
                         x.spatial)

    def dense(self, x, features):
        weight = self.rng.standard_normal((x.channels, features)) / math.sqrt(
            x.channels)
        stats = Stats(x.stats.mean @ weight, x.stats.var @ weight ** 2)
        bias = 0.1 * self.rng.standard_normal(features)
        if self.chance(0.3):
            y = self.node('MatMul', [x, self.floats(weight)], stats, ())
            if self.chance(0.7):
                y = self.node('Add', self.either([y, self.floats(bias)]),
                              stats.affine(1, bias), ())
            return y
        attributes = {}
        if self.chance(0.7):
            weight, attributes['transB'] = weight.T, 1
        if self.chance(0.1):
            weight, attributes['alpha'] = weight * 2, 0.5
        operands = [x, self.floats(weight)]
        if self.chance(0.8):
            operands.append(self.floats(bias))
            stats = stats.affine(1, bias)
        return self.node('Gemm', operands, stats, (), **attributes)
