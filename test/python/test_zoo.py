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
# One of each module.
FAMILIES = ('cifar_resnet20a', 'cbam_resnet18', 'retinanet_resnet18',
            'unet_resnet18', 'siamese_resnet18', 'wave_resnet1d_18',
            'r2plus1d_18', 'keras_resnet50v2')

# Learnable elements: as torchvision's and timm's documentation have them; for
# the CIFAR networks, table 6 of the first paper has them in millions (0.27, 1.7).
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
    'arcface_iresnet18': 24025600,
    'r3d_18': 33371472,
    'r2plus1d_18': 31505325,
    'resnet50d': 25576264,
    'resnest50': 27483240,
}


# Sizes of those whose images are small already, or no images.
SIZES = {'arcface': 112, 'cifar': 16, 'ecg': 200, 'wave': 4000,
         'speaker': 40, 'r3d': 16, 'r2plus1d': 16}


def small(name, **options):
    size = next((size for prefix, size in SIZES.items()
                 if name.startswith(prefix)), 64)
    return zoo.build(name, image_size=size, **options)


def dims(value):
    return [d.dim_param or d.dim_value
            for d in value.type.tensor_type.shape.dim]


def operators(model):
    return collections.Counter(node.op_type for node in model.graph.node)


class ZooTest(unittest.TestCase):

    def check(self, model):
        """The model is valid, and its shapes are inferred up to the output."""
        onnx.checker.check_model(model)
        inferred = onnx.shape_inference.infer_shapes(
            model, check_type=True, strict_mode=True)
        known = {value.name for value in [*inferred.graph.value_info,
                                          *inferred.graph.output]}
        for node in model.graph.node[:-1]:
            self.assertIn(node.output[0], known)

    def test_all_are_valid(self):
        for name in zoo.names():
            if name.startswith(('cifar_resnet1202', 'cifar_preact_resnet10')):
                continue   # As the others of their kind, but large.
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
        for name in KINDS + ('retinanet_resnet18', 'siamese_resnet18'):
            with self.subTest(name):
                first = small(name, seed=3).SerializeToString()
                again = small(name, seed=3).SerializeToString()
                self.assertEqual(first, again)
                self.assertNotEqual(first,
                                    small(name, seed=4).SerializeToString())

    def test_weights_to_start_from(self):
        """With init='he' no batch normalization has learned anything, and
        convolutions keep the mean square of what follows a rectifier."""
        model = zoo.build('cifar_resnet20a', seed=5, init='he')
        self.check(model)
        values = {t.name: numpy_helper.to_array(t)
                  for t in model.graph.initializer}
        for node in model.graph.node:
            if node.op_type == 'BatchNormalization':
                for name, value in zip(node.input[1:], (1, 0, 0, 1)):
                    np.testing.assert_array_equal(values[name], value, name)
            if node.op_type == 'Conv':
                weight = values[node.input[1]]
                deviation = np.sqrt(2 / np.prod(weight.shape[1:]))
                self.assertLess(abs(weight.std() / deviation - 1), 0.1)
                self.assertLess(abs(weight.mean()), 0.1 * deviation)
        np.testing.assert_array_equal(values['fc.bias'], 0)
        again = zoo.build('cifar_resnet20a', seed=5, init='he')
        self.assertEqual(model.SerializeToString(), again.SerializeToString())
        other = zoo.build('cifar_resnet20a', seed=6, init='he')
        self.assertNotEqual(model.SerializeToString(),
                            other.SerializeToString())
        for name in FAMILIES:
            with self.subTest(name):
                self.check(small(name, init='he'))
        with self.assertRaises(ValueError):
            zoo.build('resnet18', init='lecun')

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

    def test_dynamic_batch(self):
        """Inputs and outputs show it."""
        for name in FAMILIES:
            with self.subTest(name):
                model = small(name, batch='dynamic',
                              opset=zoo.MODELS[name].get('min_opset', 13))
                self.check(model)
                for value in [*model.graph.input, *model.graph.output]:
                    self.assertEqual(dims(value)[0], 'batch')

    def test_computed_shapes(self):
        """As tracing leaves them: nodes for a dynamic batch, else numbers."""
        for name in ('retinanet_resnet18', 'ssd_resnet18', 'resnest50',
                     'speaker_resnet34'):
            with self.subTest(name):
                self.assertEqual(operators(small(name))['Shape'], 0)
                count = operators(small(name, batch='dynamic'))
                self.assertGreater(count['Shape'], 0)
                self.assertGreater(count['Gather'], 0)

    def test_shared_weights(self):
        """Of a module that is called again there is one."""
        model = small('siamese_resnet18')
        self.assertEqual(operators(model)['Conv'], 2 * 21)
        self.assertEqual([value.name for value in model.graph.input],
                         ['a', 'b'])
        model = small('retinanet_resnet18')
        self.assertEqual(operators(model)['Conv'], 20 + 8 + 5 * 2 * 5)
        for model in (small('siamese_resnet18'), model):
            names = [tensor.name for tensor in model.graph.initializer]
            self.assertEqual(len(names), len(set(names)))

    def test_outputs(self):
        model = small('ssd_resnet18', batch=2, classes=5)
        boxes = 4 * 8 * 8 + 6 * (4 * 4 + 2 * 2 + 1) + 4 * (1 + 1)
        self.assertEqual([(value.name, dims(value), value.type.tensor_type
                           .elem_type) for value in model.graph.output],
                         [('locations', [2, boxes, 4], 1),
                          ('scores', [2, boxes, 5], 1),
                          ('labels', [2, boxes], 7)])
        model = small('deeplabv3_resnet50', classes=3)
        self.assertEqual(dims(model.graph.output[0]), [1, 3, 64, 64])
        model = small('multitask_resnet18')
        self.assertEqual([(value.name, dims(value))
                          for value in model.graph.output],
                         [('age', [1]), ('sex', [1, 2]),
                          ('features', [1, 256, 4, 4])])

    def test_dilations(self):
        """In place of strides; a stage's first block has those before it."""
        found = collections.Counter()
        for node in small('dilated_resnet50').graph.node:
            attributes = {a.name: list(a.ints) for a in node.attribute}
            if node.op_type == 'Conv' and '/conv2/' in node.name:
                found[attributes['dilations'][0]] += 1
                self.assertEqual(attributes['pads'],
                                 attributes['dilations'] * 2)
        self.assertEqual(found, {1: 3 + 4 + 1, 2: 5 + 1, 4: 2})

    def test_depths(self):
        """CIFAR networks of depths that are in no list."""
        self.assertEqual(operators(small('cifar_resnet38b'))['Conv'], 39)
        self.assertEqual(operators(small('cifar_preact_resnet29'))['Conv'],
                         28 + 3)
        for name in ('cifar_resnet21a', 'cifar_resnet2a', 'cifar_resnet20c',
                     'cifar_preact_resnet30'):
            with self.assertRaises(ValueError):
                zoo.build(name)

    def test_image_size_must_fit(self):
        with self.assertRaisesRegex(ValueError, 'no multiple of 32'):
            zoo.build('unet_resnet18', image_size=80)

    def test_opset_is_too_old(self):
        with self.assertRaisesRegex(ValueError, 'not in 13..17'):
            zoo.build('retinanet_resnet18', opset=11)

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
