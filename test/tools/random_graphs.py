# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random residual networks in ONNX, small and of odd sizes.

    random_graphs.py SEED FILE.onnx

make(seed) gives the same network for the same seed.  It is a stem, a few
blocks that mostly have a skip connection, and a head; what is in each, in which
order and of what size is drawn.  Weights are He et al.'s, and batch
normalization has statistics near those of its input, so that activations stay
in ordinary numbers and an error in any operation shows in the outputs.
"""

import math
import random
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

from random_nodes import Nodes, Value
from resnetc.zoo_stats import Stats

# Multiply-adds for one example after which no block follows.
MAX_MACS = 4e6
INT64_MAX = (1 << 63) - 1
CHANNELS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 16, 17, 20, 24, 31, 32,
            32, 33, 40, 48)


class Case:
    """A network and what is needed to run it: `inputs` and `shapes` (of all
    values) do not have the batch."""

    def __init__(self, seed, model, inputs, shapes, flags, fixed):
        self.seed = seed
        self.model = model
        self.inputs = inputs
        self.shapes = shapes
        self.flags = flags      # of resnetc
        self.fixed = fixed      # whether the file says a batch of 1


class Generator(Nodes):
    """Draws a network of blocks."""

    #--------------------------------------------------------------------------
    # Skip connections
    #--------------------------------------------------------------------------

    def narrow(self, x, spatial, stride):
        """x without its other pixels, or pooled."""
        rank = len(x.spatial)
        kind = self.rnd.choice(('slice', 'pool1', 'pool'))
        if kind == 'slice':
            axes = list(range(2, 2 + rank))
            return self.node('Slice', [
                x, self.ints([0] * rank), self.ints([INT64_MAX] * rank),
                self.ints(axes), self.ints([stride] * rank)], x.stats, spatial)
        if kind == 'pool1':
            return self.node('MaxPool', [x], x.stats, spatial,
                             kernel_shape=[1] * rank, strides=[stride] * rank)
        return self.pool(x, stride, keep=True)

    def recolor(self, x, channels):
        """x with zeros for more channels, or fewer."""
        ones = x.spatial
        if channels < x.channels:
            start = self.rnd.randint(0, x.channels - channels)
            part = slice(start, start + channels)
            return self.node('Slice', [
                x, self.ints([start]), self.ints([start + channels]),
                self.ints([1])],
                Stats(x.stats.mean[part], x.stats.var[part]), ones)
        before = self.rnd.randint(0, channels - x.channels)
        after = channels - x.channels - before
        zeros = [0] * len(x.spatial)
        return self.node('Pad', [
            x, self.ints([0, before] + zeros + [0, after] + zeros)],
            x.stats.pad(before, after), ones)

    def shortcut(self, x, channels, spatial, stride):
        if (channels, tuple(spatial)) == x.shape[:1] + (x.spatial,):
            if self.chance(0.8):
                return x
            y = self.conv(x, channels, size=1)
            return self.batch_norm(y) if self.chance(0.7) else y
        if self.chance(0.5):
            y = self.conv(x, channels, size=1, stride=stride,
                          groups=None if self.chance(0.1) else 1)
            return self.batch_norm(y) if self.chance(0.8) else y
        y = self.narrow(x, spatial, stride) if stride > 1 else x
        if channels == x.channels:
            return y
        if self.chance(0.5):
            return self.recolor(y, channels)
        return self.conv(y, channels, size=1)

    def sum(self, x, y):
        """Of two, mostly; of a third that has the shape now and then."""
        kind = self.pick((10, 'Add'), (1, 'Sum'), (0.4, 'Sub'), (0.3, 'Max'))
        operands = [x, y] if self.chance(0.5) else [y, x]
        stats = x.stats.add(y.stats)
        if kind == 'Sub':
            stats = Stats(operands[0].stats.mean - operands[1].stats.mean,
                          stats.var)
        if kind == 'Max':
            stats = Stats(np.maximum(x.stats.mean, y.stats.mean),
                          np.maximum(x.stats.var, y.stats.var))
        if kind == 'Sum' and self.chance(0.4):
            others = [v for v in self.values if v.shape == x.shape]
            if others:
                other = self.rnd.choice(others)
                operands.append(other)
                stats = stats.add(other.stats)
        z = self.node(kind, operands, stats, x.spatial)
        self.values.append(z)
        return z

    #--------------------------------------------------------------------------
    # Blocks
    #--------------------------------------------------------------------------

    def width(self):
        return self.rnd.choice(CHANNELS)

    def residual(self, x):
        cout = x.channels if self.chance(0.55) else self.width()
        small = min(x.spatial) < 4
        stride = 1 if small else self.pick((7, 1), (2, 2), (0.3, 3))
        style = self.pick((5, 'v1'), (3, 'v2'), (1.5, 'post'), (1.5, 'wild'))
        if self.chance(0.3):
            middle = max(1, self.width())
            plan = [(middle, 1, 1), (middle, None, stride), (cout, 1, 1)]
        elif self.chance(0.2):
            plan = [(cout, None, stride)]
        else:
            plan = [(cout, None, stride), (cout, 3, 1)]
        y, source = x, x
        if style == 'v2':
            y = self.batch_norm(x)
            y = self.activation(y) if self.chance(0.9) else y
            if self.chance(0.4):
                source = y
        for i, (channels, size, step) in enumerate(plan):
            last = i == len(plan) - 1
            normalize = self.chance(0.9)
            if style == 'wild':
                if self.chance(0.2):
                    y = self.activation(y, usual=False)
                y = self.conv(y, channels, size, step)
                after = [self.batch_norm, self.activation, self.scale]
                self.rnd.shuffle(after)
                for append in after[:self.rnd.randint(0, 2)]:
                    y = append(y)
                continue
            y = self.conv(y, channels, size, step,
                          bias=self.chance(0.15 if normalize else 0.7))
            if normalize and not (last and style in ('v2', 'post')):
                y = self.batch_norm(y, zero=last and self.chance(0.2))
            if not last:
                y = self.activation(y)
        if self.chance(0.15):
            y = self.squeeze_excite(y)
        if self.chance(0.05):
            y = self.scale(y)
        if y is x:
            return x
        z = self.sum(y, self.shortcut(source, cout, y.spatial, stride))
        if style == 'post':
            z = self.batch_norm(z)
        if self.chance(0.1 if style == 'v2' else 0.9):
            z = self.activation(z)
        return z

    def plain(self, x):
        stride = 1 if min(x.spatial) < 4 else self.rnd.choice((1, 1, 2))
        y = self.conv(x, self.width(), stride=stride, keep=self.chance(0.5))
        if self.chance(0.6):
            y = self.batch_norm(y)
        return self.activation(y) if self.chance(0.7) else y

    def separable(self, x):
        y = self.conv(x, x.channels, 3, groups=x.channels, bias=False)
        y = self.activation(self.batch_norm(y))
        y = self.conv(y, self.width(), 1, groups=1, bias=False)
        return self.batch_norm(y)

    def concat(self, x):
        """Branches side by side, or x before what is made of it."""
        branches = [self.activation(self.batch_norm(self.conv(
            x, self.rnd.choice((1, 4, 8, 9, 16))))) for _ in
            range(self.rnd.randint(1, 2))]
        if len(branches) == 1 or self.chance(0.5):
            branches.append(x)
        self.rnd.shuffle(branches)
        stats = Stats(np.concatenate([b.stats.mean for b in branches]),
                      np.concatenate([b.stats.var for b in branches]))
        return self.node('Concat', branches, stats, x.spatial,
                         axis=1 if self.chance(0.8) else
                         -1 - len(x.spatial))

    def halves(self, x):
        """One half of the channels goes through convolutions."""
        c = x.channels
        if c < 2:
            return self.plain(x)
        at = c // 2 if self.chance(0.6) else self.rnd.randint(1, c - 1)
        names = [self.fresh('v'), self.fresh('v')]
        sizes = [at, c - at]
        operands, attributes = [x.name], {'axis': 1}
        if self.opset >= 13:
            operands.append(self.ints(sizes))
        else:
            attributes['split'] = sizes
        self.nodes.append(helper.make_node('Split', operands, names,
                                           name='Split/' + names[0],
                                           **attributes))
        a, b = [Value(name, Stats(x.stats.mean[part], x.stats.var[part]),
                      x.spatial)
                for name, part in zip(names, (slice(0, at), slice(at, c)))]
        for v in (a, b):
            self.shapes[v.name] = v.shape
        y = self.activation(self.conv(b, b.channels))
        if self.chance(0.5):
            y = self.sum(y, b)
        parts = [a, y] if self.chance(0.5) else [y, a]
        return self.node(
            'Concat', parts,
            Stats(np.concatenate([v.stats.mean for v in parts]),
                  np.concatenate([v.stats.var for v in parts])),
            x.spatial, axis=1)

    def shuffle(self, x):
        """Channels of groups in turns."""
        groups = [g for g in range(2, x.channels) if x.channels % g == 0]
        if not groups:
            return x
        g = self.rnd.choice(groups)
        c, rank = x.channels // g, len(x.spatial)
        split = self.ints([0, g, c] + list(x.spatial))
        joined = self.ints([0, x.channels] + list(x.spatial))
        order = np.arange(x.channels).reshape(g, c).T.reshape(-1)
        name = self.fresh('v')
        self.nodes.append(helper.make_node('Reshape', [x.name, split], [name]))
        turned = self.fresh('v')
        self.nodes.append(helper.make_node(
            'Transpose', [name], [turned],
            perm=[0, 2, 1] + list(range(3, 3 + rank))))
        self.shapes[name] = (g, c) + x.spatial
        self.shapes[turned] = (c, g) + x.spatial
        return self.node('Reshape', [turned, joined],
                         Stats(x.stats.mean[order], x.stats.var[order]),
                         x.spatial)

    def skip(self, x):
        """Adds a value from before, if there is one of the shape."""
        others = [v for v in self.values if v.shape == x.shape and v is not x]
        return self.sum(x, self.rnd.choice(others)) if others else x

    def pooled(self, x):
        if min(x.spatial) < 3:
            return x
        return self.pool(x, self.rnd.choice((1, 2)), self.chance(0.5))

    def idle(self, x):
        """What computes nothing, or pads."""
        kind = self.rnd.choice(('Identity', 'Dropout', 'Pad', 'Neg'))
        if kind == 'Pad':
            rank = len(x.spatial)
            pads = [self.rnd.randint(0, 2) for _ in range(2 * rank)]
            mode = 'constant' if self.chance(0.7) else 'edge'
            return self.node(
                'Pad', [x, self.ints([0, 0] + pads[:rank] + [0, 0] +
                                     pads[rank:])], x.stats,
                [s + pads[i] + pads[i + rank]
                 for i, s in enumerate(x.spatial)], mode=mode)
        stats = Stats(-x.stats.mean, x.stats.var) if kind == 'Neg' else x.stats
        return self.node(kind, [x], stats, x.spatial)

    def instance_norm(self, x):
        if np.prod(x.spatial) < 4:
            return x
        c = x.channels
        scale = self.rng.uniform(0.5, 1.5, c)
        shift = 0.2 * self.rng.standard_normal(c)
        return self.node('InstanceNormalization',
                         [x, self.floats(scale), self.floats(shift)],
                         Stats(shift, scale ** 2), x.spatial, epsilon=1e-3)

    def larger(self, x):
        """Twice as many pixels in every direction."""
        rank = len(x.spatial)
        double = [2 * s for s in x.spatial]
        if self.chance(0.5) or rank == 3:
            cout = self.rnd.choice((4, 8, 13, 16))
            groups = self.groups(x.channels, cout)
            kernel, pads = self.rnd.choice((([2], [0, 0]), ([4], [1, 1]),
                                            ([3], [1, 0]), ([3], [0, 1])))
            shape = [x.channels, cout // groups] + kernel * rank
            scale = math.sqrt(2 ** rank * 2 / (shape[0] / groups *
                                               np.prod(shape[2:])))
            weight = scale * self.rng.standard_normal(shape)
            operands = [x, self.floats(weight)]
            if self.chance(0.5):
                operands.append(self.floats(0.1 *
                                            self.rng.standard_normal(cout)))
            self.macs += np.prod(shape) * np.prod(x.spatial)
            var = np.full(cout, 2 * np.mean(x.stats.var + x.stats.mean ** 2))
            return self.node('ConvTranspose', operands,
                             Stats(np.zeros(cout), var), double, group=groups,
                             strides=[2] * rank, pads=[pads[0]] * rank +
                             [pads[1]] * rank, kernel_shape=kernel * rank)
        mode = self.rnd.choice(('nearest', 'nearest', 'linear'))
        attributes = {'mode': mode}
        if mode == 'nearest':
            attributes['coordinate_transformation_mode'] = 'asymmetric'
            attributes['nearest_mode'] = 'floor'
        else:
            attributes['coordinate_transformation_mode'] = self.rnd.choice(
                ('half_pixel', 'align_corners', 'asymmetric'))
        region = '' if self.opset >= 13 else self.floats(np.zeros(0))
        scales = self.floats([1, 1] + [2] * rank)
        return self.node('Resize', [x, region, scales], x.stats, double,
                         **attributes)

    def decoder(self, x):
        if np.prod(x.spatial) > 200:
            return self.plain(x)
        y = self.larger(x)
        others = [v for v in self.values if len(v.spatial) == len(y.spatial)
                  and all(a <= b for a, b in zip(v.spatial, y.spatial)) and
                  v is not x and 2 * min(v.spatial) > min(y.spatial)]
        if others:
            other = self.rnd.choice(others)
            if other.spatial != y.spatial:
                rank = len(y.spatial)
                y = self.node('Slice', [
                    y, self.ints([0] * rank), self.ints(other.spatial),
                    self.ints(range(2, 2 + rank))], y.stats, other.spatial)
            if other.channels == y.channels:
                y = self.sum(y, other)
            else:
                y = self.node('Concat', [other, y], Stats(
                    np.concatenate([other.stats.mean, y.stats.mean]),
                    np.concatenate([other.stats.var, y.stats.var])),
                    y.spatial, axis=1)
        return self.activation(self.conv(y, self.width()))

    def stem(self):
        rank = self.pick((20, 2), (1.5, 1), (0.7, 3))
        sizes = {1: (9, 40), 2: (4, 21), 3: (4, 8)}[rank]
        spatial = [self.rnd.randint(*sizes) for _ in range(rank)]
        if self.chance(0.5):
            spatial = spatial[:1] * rank
        x = self.input(self.rnd.choice((1, 3, 3, 3, 4, 8, 16, 17)), spatial)
        if self.chance(0.8):
            self.values.append(x)
        if self.chance(0.7):
            stride = self.rnd.choice((1, 1, 2))
            x = self.conv(x, self.width(), self.rnd.choice((3, 3, 5, 7)),
                          stride)
            if self.chance(0.8):
                x = self.batch_norm(x)
            if self.chance(0.8):
                x = self.activation(x)
            if self.chance(0.2) and min(x.spatial) > 4:
                x = self.pool(x, 2, keep=self.chance(0.5))
        if self.chance(0.05):
            other = self.input(*((x.channels, x.spatial)))
            x = self.sum(x, other)
        return x

    #--------------------------------------------------------------------------
    # The head
    #--------------------------------------------------------------------------

    def head(self, x):
        kind = self.pick((5, 'pooled'), (1, 'flat'), (1, 'conv'), (3, 'none'))
        if kind == 'none':
            return x
        if kind == 'conv':
            return self.conv(x, self.rnd.randint(1, 12), 1)
        if kind == 'flat' and np.prod(x.shape) < 600:
            size = int(np.prod(x.spatial))
            stats = Stats(np.repeat(x.stats.mean, size),
                          np.repeat(x.stats.var, size))
            y = (self.node('Flatten', [x], stats, ()) if self.chance(0.6) else
                 self.node('Reshape', [x, self.ints([0, -1])], stats, ()))
        else:
            ones = (1,) * len(x.spatial)
            still = Stats(x.stats.mean, x.stats.var / 20)
            how = self.rnd.choice(('mean', 'global', 'global', 'max'))
            if how == 'mean':
                y = self.reduce_mean(x, keep=False)
            else:
                y = self.node('GlobalMaxPool' if how == 'max' else
                              'GlobalAveragePool', [x], still, ones)
                last = self.rnd.choice(('Flatten', 'Squeeze', 'Reshape'))
                operands, attributes = [y], {}
                if last == 'Squeeze':
                    axes = list(range(2, 2 + len(x.spatial)))
                    if self.opset >= 13:
                        operands.append(self.ints(axes))
                    else:
                        attributes['axes'] = axes
                if last == 'Reshape':
                    operands.append(self.ints(self.rnd.choice(
                        ([0, -1], [-1, x.channels]))))
                y = self.node(last, operands, still, (), **attributes)
        y = self.dense(y, self.rnd.randint(1, 20))
        if self.chance(0.15):
            y = self.dense(self.activation(y), self.rnd.randint(1, 20))
        if self.chance(0.15):
            y = self.node('Softmax', [y], Stats(
                np.full(y.channels, 1 / y.channels), np.zeros(y.channels)),
                (), axis=1)
        return y

    def network(self):
        x = self.stem()
        blocks = (
            (12, self.residual), (2, self.plain), (1, self.separable),
            (1.2, self.concat), (0.8, self.halves), (0.5, self.shuffle),
            (1.5, self.skip), (1, self.pooled), (1, self.idle),
            (0.5, self.scale), (0.3, self.instance_norm), (0.8, self.decoder))
        for _ in range(self.rnd.choice((1, 2, 2, 3, 3, 4))):
            if self.macs > MAX_MACS:
                break
            if self.chance(0.6):
                self.values.append(x)
            x = self.pick(*blocks)(x)
        outputs = [self.head(x)]
        while self.chance(0.25):
            outputs.append(self.rnd.choice(self.values + [x]))
        # An input is no output, and no value is two.
        names = list(dict.fromkeys(
            v.name for v in outputs if v.name not in self.inputs))
        if not names:
            names = [self.activation(x).name]
        self.rnd.shuffle(names)
        return names

def value_info(name, shape, batch='N'):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT,
                                         [batch, *shape])


def without_dead_nodes(nodes, outputs):
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1], needed


def make_model(nodes, initializers, inputs, outputs, shapes, opset):
    """With the nodes, initializers and inputs that the outputs need; their
    shapes are not declared, for compilers infer them."""
    nodes, needed = without_dead_nodes(nodes, outputs)
    graph = helper.make_graph(
        nodes, 'random',
        [value_info(n, s) for n, s in inputs.items() if n in needed],
        [value_info(n, shapes[n]) for n in outputs],
        [t for t in initializers if t.name in needed])
    return helper.make_model(graph, ir_version=8,
                             opset_imports=[helper.make_opsetid('', opset)])


def cpu_flags(rnd):
    """What x86-64 this machine has, and how to compile for less of it."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            features = set(file.read().split())
    except OSError:
        return []
    choices = [[]] * 6 + [['--exact']]
    if 'sse4_2' in features:
        choices.append(['--cpu=x86-64-v2'])
    if {'avx2', 'fma'} <= features:
        choices += [['--cpu=x86-64-v3']] * 2
    return rnd.choice(choices)


def make(seed):
    generator = Generator(seed)
    outputs = generator.network()
    model = make_model(generator.nodes, generator.initializers,
                       generator.inputs, outputs, generator.shapes,
                       generator.opset)
    used = {i.name for i in model.graph.input}
    inputs = {n: s for n, s in generator.inputs.items() if n in used}
    # After all else, for the network must not depend on this machine.
    flags = cpu_flags(random.Random(seed))
    return Case(seed, model, inputs, generator.shapes, flags,
                generator.chance(0.15))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    case = make(int(sys.argv[1]))
    onnx.save(case.model, sys.argv[2])


if __name__ == '__main__':
    main()
