# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Estimates of what the channels of a network's tensors hold."""

import math

import numpy as np

# Mean and variance of the largest of so many independent N(0, 1).
LARGEST = {1: (0.0, 1.0), 3: (0.8463, 0.5595), 4: (1.0294, 0.4917),
           9: (1.485, 0.3574)}


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
        """After a convolution with weight [Cout, Cin/groups, ...]."""
        cout = weight.shape[0]
        axes = tuple(range(2, weight.ndim))
        # [Cout, Cin/groups]: the inputs that each output channel reads.
        def per_output(x):
            return np.repeat(x.reshape(groups, -1), cout // groups, axis=0)
        first = weight.sum(axis=axes, dtype=np.float64)
        second = np.square(weight, dtype=np.float64).sum(axis=axes)
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

    def prelu(self, slope):
        """max(0, x) - slope * max(0, -x), of which one is always 0."""
        above, below = self.relu(), self.affine(-1.0, 0.0).relu()
        mean = above.mean - slope * below.mean
        square = (above.var + above.mean ** 2
                  + slope ** 2 * (below.var + below.mean ** 2))
        return Stats(mean, square - mean ** 2)

    def sigmoid(self):
        """To first order around the mean."""
        value = 1.0 / (1.0 + np.exp(-self.mean))
        return Stats(value, self.var * (value * (1.0 - value)) ** 2)

    def max_pool(self, count):
        """A window of count elements; it and a rectifier before it commute."""
        if self.rectified:
            return self.rectified.max_pool(count).relu()
        mean, var = LARGEST[count]
        return Stats(self.mean + mean * np.sqrt(self.var), self.var * var)

    def average(self, count):
        """Neighbours are alike, for they come from windows that overlap: half
        of the variance is taken as shared by all."""
        return Stats(self.mean, self.var * (0.5 + 0.5 / count))

    def still(self):
        """Values that do not vary."""
        return Stats(self.mean, np.zeros_like(self.mean))

    def add(self, other):
        return Stats(self.mean + other.mean, self.var + other.var)

    def mul(self, other):
        """By a factor that is independent of it."""
        return Stats(self.mean * other.mean,
                     self.var * other.var + self.var * other.mean ** 2
                     + self.mean ** 2 * other.var)

    def pad(self, before, after):
        return Stats(np.pad(self.mean, (before, after)),
                     np.pad(self.var, (before, after)))

    def concat(self, *others):
        every = (self, *others)
        return Stats(np.concatenate([s.mean for s in every]),
                     np.concatenate([s.var for s in every]))

    def repeat(self, count):
        """Each channel count times."""
        return Stats(np.repeat(self.mean, count), np.repeat(self.var, count))

    def mixed(self, channels=1):
        """So many channels, each of values of all channels."""
        mean = self.mean.mean()
        var = self.var.mean() + self.mean.var()
        return Stats(np.full(channels, mean), np.full(channels, var))

    def split(self, parts):
        return [Stats(mean, var) for mean, var in zip(
            np.split(self.mean, parts), np.split(self.var, parts))]
