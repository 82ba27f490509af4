#!/usr/bin/python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a model of resnetc.zoo with PyTorch, for benchmarks.

    torch_run.py convert MODEL.onnx DIR
        writes DIR/VARIANT.pt, the network as frozen TorchScript, which has
        batch normalization folded into the convolutions
    torch_run.py run DIR VARIANT IN.npy OUT.npy
    torch_run.py bench DIR VARIANT THREADS BATCH ITERS WARMUP
        prints one line of JSON with the times in milliseconds
    torch_run.py choose DIR THREADS BATCH
        prints the name of the variant that is fastest
    torch_run.py version

Variants are nchw and channels_last, each as it is or, with a name that ends in
_mkldnn, after torch.jit.optimize_for_inference, which fuses rectifiers and
shortcuts and hands the network to oneDNN.
"""

import json
import os
import re
import sys
import time
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional

LAYOUTS = {'nchw': torch.contiguous_format,
           'channels_last': torch.channels_last}
VARIANTS = [layout + suffix for layout in LAYOUTS
            for suffix in ('', '_mkldnn')]
INT32_MAX = (1 << 31) - 1


class Network(nn.Module):
    """An ONNX graph of the operators that resnetc.zoo writes."""

    def __init__(self, path):
        import onnx
        from onnx import numpy_helper
        super().__init__()
        graph = onnx.load(path).graph
        # By the names in the graph; constants are NumPy's where an operator
        # wants them as numbers.
        self.constants = {t.name: numpy_helper.to_array(t)
                          for t in graph.initializer}
        self.weights = nn.ParameterDict()
        self.steps = []
        inputs = [value for value in graph.input
                  if value.name not in self.constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            sys.exit('%s: one input and one output are supported' % path)
        self.input, self.output = inputs[0].name, graph.output[0].name
        self.image_shape = [d.dim_value for d in
                            inputs[0].type.tensor_type.shape.dim][1:]
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a)
                          for a in node.attribute}
            if node.op_type == 'Constant':
                self.constants[node.output[0]] = numpy_helper.to_array(
                    attributes['value'])
                continue
            function = getattr(self, 'run_' + node.op_type, None)
            if not function:
                sys.exit('%s: %s is not supported' % (path, node.op_type))
            self.steps.append((function, list(node.input), node.output[0],
                               attributes))
        for name, array in self.constants.items():
            if array.dtype == np.float32 and array.ndim:
                self.weights[self.key(name)] = nn.Parameter(
                    torch.from_numpy(np.array(array)), requires_grad=False)

    @staticmethod
    def key(name):
        return re.sub(r'\W', '_', name)

    def forward(self, x):
        values = {self.input: x}

        def value(name):
            if name in values:
                return values[name]
            key = self.key(name)
            return (self.weights[key] if key in self.weights
                    else self.constants[name])
        for function, inputs, output, attributes in self.steps:
            values[output] = function(*map(value, inputs), **attributes)
        return values[self.output]

    @staticmethod
    def run_Conv(x, weight, bias=None, *, pads, strides, dilations, group,
                 kernel_shape):
        del kernel_shape
        return functional.conv2d(x, weight, bias, strides, pads[:2],
                                 dilations, group)

    @staticmethod
    def run_BatchNormalization(x, scale, bias, mean, var, *, epsilon,
                               **training):
        del training
        return functional.batch_norm(x, mean, var, scale, bias, False, 0.1,
                                     epsilon)

    @staticmethod
    def run_Relu(x):
        return functional.relu(x)

    @staticmethod
    def run_Sigmoid(x):
        return torch.sigmoid(x)

    @staticmethod
    def run_Add(x, y):
        return x + y

    @staticmethod
    def run_Mul(x, y):
        return x * y

    @staticmethod
    def run_MaxPool(x, *, kernel_shape, pads, strides, **ceil_mode):
        del ceil_mode
        return functional.max_pool2d(x, kernel_shape, strides, pads[:2])

    @staticmethod
    def run_GlobalAveragePool(x):
        return functional.adaptive_avg_pool2d(x, 1)

    @staticmethod
    def run_Flatten(x, *, axis):
        return torch.flatten(x, axis)

    @staticmethod
    def run_Gemm(x, weight, bias, **attributes):
        assert attributes == {'alpha': 1, 'beta': 1, 'transB': 1}
        return functional.linear(x, weight, bias)

    @staticmethod
    def run_Slice(x, starts, ends, axes, steps):
        for start, end, axis, step in zip(starts, ends, axes, steps):
            where = [slice(None)] * x.dim()
            where[axis] = slice(int(start), min(int(end), INT32_MAX),
                                int(step))
            x = x[tuple(where)]
        return x

    @staticmethod
    def run_Pad(x, pads, value, *, mode):
        assert mode == b'constant'
        half = len(pads) // 2
        # PyTorch wants the last axis first.
        order = [int(p) for axis in reversed(range(half))
                 for p in (pads[axis], pads[axis + half])]
        return functional.pad(x, order, 'constant', float(value))


def file_of(folder, variant):
    return os.path.join(folder, variant.replace('_mkldnn', '') + '.pt')


def convert(path, folder):
    os.makedirs(folder, exist_ok=True)
    # Numbers that the graph has as constants are constants of the trace.
    warnings.filterwarnings('ignore', category=torch.jit.TracerWarning)
    for layout, memory_format in LAYOUTS.items():
        network = Network(path).eval().to(memory_format=memory_format)
        image = torch.zeros(1, *network.image_shape).contiguous(
            memory_format=memory_format)
        # Other batch sizes run through the same trace.
        traced = torch.jit.freeze(torch.jit.trace(network, image))
        torch.jit.save(traced, file_of(folder, layout))
    with open(os.path.join(folder, 'shape.json'), 'w',
              encoding='utf-8') as file:
        json.dump(network.image_shape, file)


def load(folder, variant):
    network = torch.jit.load(file_of(folder, variant))
    if variant.endswith('_mkldnn'):
        network = torch.jit.optimize_for_inference(network)
    return network


def laid_out(x, variant):
    layout = variant.replace('_mkldnn', '')
    return x.contiguous(memory_format=LAYOUTS[layout])


def noise(folder, batch):
    with open(os.path.join(folder, 'shape.json'), encoding='utf-8') as file:
        shape = json.load(file)
    return torch.randn(batch, *shape,
                       generator=torch.Generator().manual_seed(1))


def timed(function):
    start = time.perf_counter()
    result = function()
    return 1e3 * (time.perf_counter() - start), result


def peak_memory():
    """In units of 2^20 bytes.  Not getrusage: its figure starts from that of
    the parent process."""
    with open('/proc/self/status', encoding='utf-8') as file:
        kb = re.search(r'^VmHWM:\s*(\d+)', file.read(), re.MULTILINE)
    return int(kb.group(1)) / 1024 if kb else 0.0


def bench(folder, variant, threads, batch, iterations, warmup):
    torch.set_num_threads(threads)
    load_ms, network = timed(lambda: load(folder, variant))
    x = laid_out(noise(folder, batch), variant)
    first_ms, _ = timed(lambda: network(x))
    for _ in range(1, warmup):
        network(x)
    times = [timed(lambda: network(x))[0] for _ in range(iterations)]
    return {'variant': variant, 'threads': threads, 'batch': batch,
            'min_ms': min(times), 'median_ms': float(np.median(times)),
            'p95_ms': float(np.percentile(times, 95)), 'load_ms': load_ms,
            'first_ms': first_ms, 'rss_mb': peak_memory()}


def choose(folder, threads, batch):
    """The fastest by the shortest of a few runs; the first ones compile."""
    return min(VARIANTS, key=lambda variant: bench(
        folder, variant, threads, batch, 4, 3)['min_ms'])


def version():
    """PyTorch's, with the BLAS that this process has got."""
    with open('/proc/self/maps', encoding='utf-8') as file:
        openblas = 'openblas' in file.read()
    return '%s (%s)' % (torch.__version__,
                        'OpenBLAS' if openblas else 'reference BLAS')


def main(command, *args):
    torch.set_flush_denormal(True)
    torch.set_grad_enabled(False)
    if command == 'convert':
        convert(*args)
    elif command == 'run':
        folder, variant, source, target = args
        x = laid_out(torch.from_numpy(np.load(source)), variant)
        np.save(target, load(folder, variant)(x).numpy())
    elif command == 'bench':
        print(json.dumps(bench(*args[:2], *map(int, args[2:]))))
    elif command == 'choose':
        print(choose(args[0], *map(int, args[1:])))
    elif command == 'version':
        print(version())
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
