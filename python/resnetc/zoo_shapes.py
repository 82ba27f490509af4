# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What PyTorch's exporter writes for view, permute, cat, interpolate and the
like in the networks of resnetc.zoo: with a dynamic batch, sizes come from
Shape and Gather; with a fixed one, tracing has made them constants.
"""

import numpy as np

from resnetc.zoo_graph import Value


def sizes(b, x, path, axes):
    """x.shape[axis] for each axis: numbers, or scalars of the graph."""
    if isinstance(b.batch, int):
        known = (b.batch, x.channels, *x.size)
        return [known[axis] for axis in axes]
    return [b.node('Gather', [b.node('Shape', [x], path, None, ()),
                              b.constant(path, axis)], path, None, (), axis=0)
            for axis in axes]


def unsqueeze(b, x, path, *axes):
    size = x.size + (1,) * len(axes)
    return b.node('Unsqueeze', [x, b.constant(path, axes)], path, x.stats,
                  size)


def shape_of(b, path, dims):
    """A tensor of these sizes, each a number or a scalar of the graph."""
    if all(isinstance(dim, int) for dim in dims):
        return b.constant(path, dims)
    return b.node('Concat', [
        unsqueeze(b, dim, path, 0) if isinstance(dim, Value) else
        b.constant(path, [dim]) for dim in dims], path, None, (), axis=0)


def reshape(b, x, path, dims, stats, size=()):
    return b.node('Reshape', [x, shape_of(b, path, dims)], path, stats, size)


def transpose(b, x, path, perm, stats=None, size=()):
    return b.node('Transpose', [x], path, stats or x.stats, size, perm=perm)


def concat(b, values, path, axis=1, stats=None, size=None):
    """Along the channels, unless told."""
    stats = stats or values[0].stats.concat(*(v.stats for v in values[1:]))
    return b.node('Concat', values, path, stats, size, axis=axis)


def reduce(b, op, x, path, axes, stats, size, keep=False):
    """Of opset 13 to 17, in which only ReduceSum takes the axes as input."""
    if op == 'ReduceSum':
        return b.node(op, [x, b.constant(path, axes)], path, stats, size,
                      keepdims=int(keep))
    return b.node(op, [x], path, stats, size, axes=axes, keepdims=int(keep))


def spatial_shape(b, x, path):
    """x.shape[-2:] as a tensor."""
    if isinstance(b.batch, int):
        return b.constant(path, x.size)
    shape = b.node('Shape', [x], path, None, ())
    return b.node('Slice', [shape] + [b.constant(path, [v])
                                      for v in (2, 4, 0)], path, None, ())


def interpolate(b, x, path, target, size, mode='linear'):
    """x resized to the sizes in the tensor target, which are size."""
    shape = b.node('Shape', [x], path, None, ())
    front = b.node('Slice', [shape] + [b.constant(path, [v])
                                       for v in (0, 2, 0)], path, None, ())
    whole = b.node('Concat', [front, b.node(
        'Cast', [target], path, None, (), to=7)], path, None, (), axis=0)
    stats = x.stats if mode == 'nearest' else x.stats.average(4)
    coordinates = 'asymmetric' if mode == 'nearest' else 'pytorch_half_pixel'
    return b.node('Resize', [x, '', '', whole], path, stats, size,
                  coordinate_transformation_mode=coordinates,
                  cubic_coeff_a=-0.75, mode=mode, nearest_mode='floor')


def upsample(b, x, path, factor=2):
    """x with every element repeated along rows and columns."""
    scales = b.constant(path, [1, 1, factor, factor], np.float32)
    return b.node('Resize', [x, '', scales], path, x.stats,
                  [n * factor for n in x.size],
                  coordinate_transformation_mode='asymmetric',
                  cubic_coeff_a=-0.75, mode='nearest', nearest_mode='floor')
