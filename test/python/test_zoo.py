# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of resnetc.zoo.  Run: python3 -m unittest discover test/python"""

import collections
import os
import sys
import tempfile
import unittest

import numpy as np
import onnx
from onnx import numpy_helper

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'python'))

from resnetc import zoo  # noqa: E402 (needs the path above)

# One of each kind of block, for what need not be tried on every depth.
KINDS = ('resnet18', 'se_resnet50', 'cifar_resnet20a', 'cifar_resnet20b')

# Learnable elements: as torchvision's documentation has them; for the CIFAR
# networks, table 6 of the first paper has them in millions (0.27, 1.7).
PARAMETERS = {
    'resnet18': 11689512,
    'resnet34': 21797672,
    'resnet50': 25557032,
    'resnet101': 44549160,
    'resnet152': 60192808,
    'resnext50_32x4d': 25028904,
    'resnext101_32x8d': 88791336,
    'wide_resnet50_2': 68883240,
    'cifar_resnet20a': 269722,
    'cifar_resnet110a': 1727962,
}


def small(name, **options):
    size = 16 if name.startswith('cifar') else 64
    return zoo.build(name, image_size=size, **options)


def operators(model):
    return collections.Counter(node.op_type for node in model.graph.node)


class ZooTest(unittest.TestCase):

    def check(self, model):
        """The model is valid, and its shapes are inferred up to the output."""
        onnx.checker.check_model(model)
        inferred = onnx.shape_inference.infer_shapes(
            model, check_type=True, strict_mode=True)
        known = {value.name for value in inferred.graph.value_info}
        for node in model.graph.node[:-1]:
            self.assertIn(node.output[0], known)

    def test_all_are_valid(self):
        for name in zoo.names():
            with self.subTest(name):
                model = small(name)
                self.check(model)
                count = sum(int(np.prod(t.dims))
                            for t in model.graph.initializer
                            if t.name.endswith(('.weight', '.bias')))
                self.assertEqual(count, PARAMETERS.get(name, count))

    def test_opsets(self):
        for name in KINDS:
            for opset in range(zoo.MIN_OPSET, zoo.MAX_OPSET + 1):
                with self.subTest(name=name, opset=opset):
                    model = small(name, opset=opset, batch='dynamic')
                    self.assertEqual(model.opset_import[0].version, opset)
                    self.check(model)

    def test_opset_out_of_range(self):
        for opset in (zoo.MIN_OPSET - 1, zoo.MAX_OPSET + 1):
            with self.assertRaises(ValueError):
                zoo.build('resnet18', opset=opset)

    def test_unknown_name(self):
        with self.assertRaises(ValueError):
            zoo.build('resnet19')

    def test_same_seed_same_bytes(self):
        for name in KINDS:
            with self.subTest(name):
                first = small(name, seed=3).SerializeToString()
                again = small(name, seed=3).SerializeToString()
                self.assertEqual(first, again)
                self.assertNotEqual(first,
                                    small(name, seed=4).SerializeToString())

    def test_operators(self):
        count = operators(zoo.build('resnet50'))
        self.assertEqual(count, {
            'Conv': 53, 'BatchNormalization': 53, 'Relu': 49, 'Add': 16,
            'MaxPool': 1, 'GlobalAveragePool': 1, 'Flatten': 1, 'Gemm': 1})
        count = operators(zoo.build('preact_resnet50'))
        self.assertEqual((count['Conv'], count['BatchNormalization'],
                          count['Relu']), (53, 49, 49))
        count = operators(zoo.build('se_resnet50'))
        self.assertEqual((count['Conv'], count['Sigmoid'], count['Mul']),
                         (53 + 32, 16, 16))

    def test_shortcut_a(self):
        """Subsampled planes, zero channels before and after."""
        model = zoo.build('cifar_resnet20a')
        count = operators(model)
        self.assertEqual((count['Slice'], count['Pad'], count['Conv']),
                         (4, 2, 19))
        tensors = {t.name: numpy_helper.to_array(t)
                   for t in model.graph.initializer}
        pads = [tensors[node.input[1]].tolist() for node in model.graph.node
                if node.op_type == 'Pad']
        self.assertEqual(pads, [[0, 8, 0, 0, 0, 8, 0, 0],
                                [0, 16, 0, 0, 0, 16, 0, 0]])
        self.assertEqual(operators(zoo.build('cifar_resnet20b'))['Conv'], 21)

    def test_names(self):
        """As PyTorch's exporter writes them, and none twice."""
        nodes = [node.name for node in zoo.build('resnet50').graph.node]
        self.assertEqual(len(nodes), len(set(nodes)))
        for name in ('/conv1/Conv', '/layer1/layer1.0/conv1/Conv',
                     '/layer1/layer1.0/relu_1/Relu',
                     '/layer2/layer2.0/downsample/downsample.0/Conv',
                     '/layer4/layer4.2/Add', '/Flatten', '/fc/Gemm'):
            self.assertIn(name, nodes)

    def test_stride_is_in_the_3x3_convolution(self):
        for node in zoo.build('resnet50').graph.node:
            attributes = {a.name: list(a.ints) for a in node.attribute}
            strided = node.name in ('/layer2/layer2.0/conv2/Conv',
                                    '/layer3/layer3.0/conv2/Conv',
                                    '/layer4/layer4.0/conv2/Conv')
            if node.op_type == 'Conv' and '/conv2/' in node.name:
                self.assertEqual(attributes['strides'],
                                 [2, 2] if strided else [1, 1])

    def test_shapes(self):
        model = zoo.build('resnet18', batch='dynamic', image_size=96,
                          classes=7)
        def dims(value):
            return [d.dim_param or d.dim_value
                    for d in value.type.tensor_type.shape.dim]
        self.assertEqual(dims(model.graph.input[0]), ['batch', 3, 96, 96])
        self.assertEqual(dims(model.graph.output[0]), ['batch', 7])

    def test_external_data(self):
        model = zoo.build('cifar_resnet20a')
        expected = {t.name: numpy_helper.to_array(t)
                    for t in model.graph.initializer}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'm.onnx')
            sizes = []
            for _ in range(2):   # Writing again does not append.
                self.assertEqual(zoo.main(['cifar_resnet20a', path,
                                           '--external-data']), 0)
                sizes.append(os.path.getsize(path + '.data'))
            self.assertEqual(sizes[0], sizes[1])
            self.assertGreater(sizes[0], 4 * 269722 * 0.9)
            read = onnx.load(path)
        for tensor in read.graph.initializer:
            np.testing.assert_array_equal(numpy_helper.to_array(tensor),
                                          expected[tensor.name])

    def test_statistics_are_sane(self):
        for tensor in zoo.build('cifar_resnet110a').graph.initializer:
            array = numpy_helper.to_array(tensor)
            self.assertTrue(np.isfinite(array).all(), tensor.name)
            if tensor.name.endswith('running_var'):
                self.assertGreater(array.min(), 0, tensor.name)


if __name__ == '__main__':
    unittest.main()
