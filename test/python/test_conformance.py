# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of resnetc.onnx_backend and of what test/tools/conformance.py makes of
a case, on made-up ones.  resnetc comes from PATH.
Run: python3 -m unittest discover test/python"""

import contextlib
import glob
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, 'python'),
                os.path.join(ROOT, 'test', 'tools')]

# Of this repository, by the path above.
import conformance  # noqa: E402
from resnetc import onnx_backend  # noqa: E402


def model_of(nodes, inputs, outputs, **more):
    """Inputs and outputs are {name: shape} of float32."""
    def infos(shapes):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in shapes.items()]
    return helper.make_model(
        helper.make_graph(nodes, 'graph', infos(inputs), infos(outputs),
                          **more),
        opset_imports=[helper.make_opsetid('', 13)])


def relu_model():
    return model_of([helper.make_node('Relu', ['x'], ['y'])],
                    {'x': [2, 3]}, {'y': [2, 3]})


def noise(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


class BackendTest(unittest.TestCase):
    def test_run_takes_a_sequence_or_a_dictionary(self):
        rep = onnx_backend.prepare(relu_model())
        x = noise(2, 3)
        for inputs in ([x], (x,), {'x': x}):
            outputs = rep.run(inputs)
            self.assertEqual(len(outputs), 1)
            np.testing.assert_array_equal(outputs[0], np.maximum(x, 0))
            np.testing.assert_array_equal(outputs['y'], outputs[0])
            self.assertEqual(outputs[0].dtype, np.float32)

    def test_a_freed_batch_is_that_of_the_inputs(self):
        x = noise(5, 3)
        y, = onnx_backend.run_model(relu_model(), [x])
        np.testing.assert_array_equal(y, np.maximum(x, 0))

    def test_a_batch_that_a_shape_fixes(self):
        shape = numpy_helper.from_array(np.array([2, 12]), 'shape')
        model = model_of([helper.make_node('Reshape', ['x', 'shape'], ['y'])],
                         {'x': [2, 3, 4]}, {'y': [2, 12]},
                         initializer=[shape])
        x = noise(2, 3, 4)
        y, = onnx_backend.run_model(model, [x])
        np.testing.assert_array_equal(y, x.reshape(2, 12))

    def test_one_image_serves_all(self):
        model = model_of([helper.make_node('Add', ['a', 'b'], ['y'])],
                         {'a': [2, 3], 'b': [2, 3]}, {'y': [2, 3]})
        a, b = noise(4, 3), noise(1, 3)
        y, = onnx_backend.run_model(model, [a, b])
        np.testing.assert_array_equal(y, a + b)
        with self.assertRaisesRegex(ValueError, 'batches of 2 and 4'):
            onnx_backend.run_model(model, [a, noise(2, 3)])

    def test_inputs_that_do_not_fit(self):
        rep = onnx_backend.prepare(relu_model())
        x = noise(2, 3)
        for inputs, error, message in (
                ([x.astype(float)], TypeError, 'float32, not float64'),
                ([x[0]], ValueError, 'shape'),
                ([noise(2, 4)], ValueError, 'shape'),
                ([x[:0]], onnx_backend.RunError, 'batch'),
                ([x, x], ValueError, '2 inputs'),
                ({'z': x}, ValueError, 'missing'),
                ({'x': x, 'z': x}, ValueError, "no input 'z'")):
            with self.assertRaisesRegex(error, message):
                rep.run(inputs)

    def test_an_error_holds_the_compilers_text(self):
        model = model_of([helper.make_node('Nonsense', ['x'], ['y'],
                                           domain='nowhere')],
                         {'x': [2, 3]}, {'y': [2, 3]})
        model.opset_import.append(helper.make_opsetid('nowhere', 1))
        with self.assertRaisesRegex(onnx_backend.CompileError,
                                    r'^error: .*\(Nonsense\)') as caught:
            onnx_backend.prepare(model)
        self.assertEqual(caught.exception.status, 1)

    def test_run_node(self):
        x = noise(2, 3)
        node = helper.make_node('Add', ['a', 'b'], ['c'])
        np.testing.assert_array_equal(
            onnx_backend.run_node(node, [x, x])['c'], x + x)
        twice = helper.make_node('Add', ['a', 'a'], ['c'])
        np.testing.assert_array_equal(
            onnx_backend.run_node(twice, [x, x], opset_version=13, outputs_info=[
                (np.float32, (2, 3))])[0], x + x)

    def test_only_the_cpu(self):
        self.assertTrue(onnx_backend.supports_device('CPU:0'))
        self.assertFalse(onnx_backend.supports_device('CUDA'))
        with self.assertRaises(ValueError):
            onnx_backend.prepare(relu_model(), 'CUDA')

    def test_nothing_is_left(self):
        with tempfile.TemporaryDirectory() as directory, \
                mock.patch.object(tempfile, 'tempdir', directory):
            onnx_backend.run_model(relu_model(), [noise(2, 3)])
            self.assertEqual(os.listdir(directory), [])

    def test_bfloat16(self):
        # 1 + 1/256 and 1 + 3/256 lie in the middle of two numbers.
        values = np.array([0, -0.0, 1, 1.00390625, 1.01171875, np.inf, -np.inf,
                           3.4e38], np.float32)
        np.testing.assert_array_equal(
            onnx_backend.bfloat16_bits(values),
            [0, 0x8000, 0x3f80, 0x3f80, 0x3f82, 0x7f80, 0xff80, 0x7f80])
        nan = onnx_backend.bfloat16_bits(np.array(0x7f800001, np.uint32).view(
            np.float32))
        self.assertTrue(np.isnan(onnx_backend.bfloat16_values(nan)))


def save_tensor(array, path):
    with open(path, 'wb') as file:
        file.write(numpy_helper.from_array(array).SerializeToString())


class ConformanceTest(unittest.TestCase):
    """A folder of cases, of which each is what a stand-in for the compiler, a
    script, does with it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name

    def add(self, name, model, outputs):
        folder = os.path.join(self.data, 'node', name)
        x = noise(2, 3)
        for i, output in enumerate(outputs):
            data_set = os.path.join(folder, 'test_data_set_%d' % i)
            os.makedirs(data_set)
            save_tensor(x, os.path.join(data_set, 'input_0.pb'))
            save_tensor(output(x), os.path.join(data_set, 'output_0.pb'))
        onnx.save(model, os.path.join(folder, 'model.onnx'))

    def add_relu(self, name, *outputs):
        self.add(name, relu_model(), outputs or [lambda x: np.maximum(x, 0)])

    def use_compiler(self, script):
        """In place of resnetc; $resnetc is the true one."""
        tools = os.path.join(self.data, 'tools')
        os.makedirs(tools)
        path = os.path.join(tools, 'resnetc')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('#!/bin/sh\n' + script)
        os.chmod(path, 0o755)
        patch = mock.patch.dict(os.environ, PATH='%s:%s' % (
            tools, os.environ['PATH']))
        patch.start()
        self.addCleanup(patch.stop)

    def run_main(self, *arguments):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            status = conformance.main(['--data', self.data, *arguments])
        return status, text.getvalue()

    def run_all(self, timeout=30):
        return conformance.run_all(conformance.all_names(self.data), self.data,
                                   2, timeout)

    def outcome(self, timeout=30):
        outcome, = self.run_all(timeout).values()
        return outcome

    def test_passed(self):
        self.add_relu('test_a')
        self.assertEqual(self.outcome(), (conformance.PASSED, ''))

    def test_all_data_sets_count(self):
        self.add_relu('test_a', lambda x: np.maximum(x, 0),
                      lambda x: np.maximum(x, 0) * np.float32(1.002))
        outcome = self.outcome()
        self.assertEqual(outcome.kind, conformance.WRONG)
        self.assertRegex(outcome.detail,
                         "output 'y': max relative error 0.002")

    def test_shapes_and_types_count(self):
        self.add_relu('test_a', lambda x: np.maximum(x, 0)[:1])
        self.add_relu('test_b', lambda x: np.maximum(x, 0).astype(float))
        outcomes = self.run_all()
        self.assertEqual(outcomes['node/test_a'], (
            conformance.WRONG, "output 'y' has shape [2, 3], not [1, 3]"))
        self.assertEqual(outcomes['node/test_b'], (
            conformance.WRONG, "output 'y' is of float32, not DOUBLE"))

    def test_unsupported(self):
        self.add_relu('test_a')
        self.use_compiler('echo "error: model.onnx: no" >&2; exit 1')
        self.assertEqual(self.outcome(), (conformance.UNSUPPORTED,
                                          'error: model.onnx: no'))

    def test_other_ends_of_the_compiler(self):
        self.add_relu('test_a')
        self.use_compiler('echo "$@" > /dev/null; . "%s/end"' % self.data)
        for script, detail in (
                ('exit 1', 'exit status 1'),
                ('echo "LLVM ERROR: out of luck"; exit 1', 'exit status 1'),
                ('echo "error: no"; exit 2', 'exit status 2'),
                ('kill -SEGV $$', 'ended by SIGSEGV')):
            with open(os.path.join(self.data, 'end'), 'w',
                      encoding='utf-8') as file:
                file.write(script)
            outcome = self.outcome()
            self.assertEqual(outcome.kind, conformance.FAILED)
            self.assertIn('the compiler: ' + detail, outcome.detail)

    def test_the_compiler_does_not_end(self):
        self.add_relu('test_a')
        self.add_relu('test_b')
        self.use_compiler('sleep 60')
        for outcome in self.run_all(timeout=0.2).values():
            self.assertEqual(outcome, (
                conformance.FAILED, 'the compiler: not done after 0.2 s'))

    def test_the_code_crashes(self):
        self.add_relu('test_a')
        self.add_relu('test_b')

        def crash(self, inputs, allocate):
            os.abort()
        with mock.patch.object(onnx_backend.Rep, 'run', crash):
            for outcome in self.run_all().values():
                self.assertEqual(outcome, (
                    conformance.FAILED, 'the compiled code: ended by SIGABRT'))

    def test_the_code_writes_too_much(self):
        self.add_relu('test_a')

        def write(self, inputs, allocate):
            y = allocate((2, 3), np.dtype(np.float32))
            y[:] = np.maximum(inputs[0], 0)
            memory, size = allocate.arrays[0]
            memory[size] = 0
            return (y,)
        with mock.patch.object(onnx_backend.Rep, 'run', write):
            outcome = self.outcome()
        self.assertEqual(outcome.kind, conformance.WRONG)
        self.assertIn('behind the end', outcome.detail)

    def test_lists(self):
        self.add_relu('test_good')
        self.add_relu('test_bad', lambda x: x)
        path = os.path.join(self.data, 'passing.txt')
        status, text = self.run_main('--update', path)
        self.assertEqual(status, 0)
        self.assertRegex(text, '^node/test_bad: wrong: output')
        self.assertTrue(text.endswith('1 passed, 1 wrong, 0 unsupported, '
                                      '0 failed; in scope 0 of 0 passed\n'))
        self.assertEqual(conformance.read_names(path), ['node/test_good'])
        self.assertEqual(self.run_main('--list', path, '--expect', path)[0], 0)
        with open(path, 'a', encoding='utf-8') as file:
            file.write('node/test_bad\nnode/test_gone\n')
        status, text = self.run_main('--expect', path)
        self.assertEqual(status, 1)
        for name in 'bad', 'gone':
            self.assertIn('node/test_%s: is expected to pass\n' % name, text)
        self.assertEqual(self.run_main('--expect', path, 'test_go*d')[0], 0)
        with self.assertRaisesRegex(SystemExit, 'matches no case'):
            self.run_main('test_nothing')

    def test_nothing_is_left(self):
        self.add_relu('test_a')
        with mock.patch.object(tempfile, 'tempdir', self.data):
            self.run_all()
        self.assertEqual(glob.glob(os.path.join(self.data, 'conformance-*')),
                         [])


class CompareTest(unittest.TestCase):
    def assert_equal(self, expected_answer, element_type, actual, expected,
                     model_type=None):
        info = helper.make_tensor_value_info('y', model_type or element_type,
                                             None)
        try:
            conformance.compare(info, element_type, np.asarray(actual),
                                np.asarray(expected))
            answer = True
        except conformance.Wrong:
            answer = False
        self.assertEqual(answer, expected_answer)

    def test_numbers_as_numpy_compares_them(self):
        random = np.random.default_rng(0)
        for scale in 1e-8, 1e-4, 1, 1e8:
            expected = scale * random.standard_normal(100)
            for error in 5e-4, 9.99e-4, 1.01e-3:
                actual = expected * (1 + error) + 1e-9
                self.assert_equal(
                    np.allclose(actual, expected, rtol=1e-3, atol=1e-7),
                    TensorProto.DOUBLE, actual, expected)

    def test_special_numbers(self):
        inf, nan = np.inf, np.nan
        self.assert_equal(True, TensorProto.DOUBLE, [inf, -inf, nan, 0.0],
                          [inf, -inf, nan, -0.0])
        for actual, expected in ((inf, -inf), (nan, 1.0), (1.0, nan),
                                 (1.0, inf), (inf, 1.0), (nan, inf)):
            self.assert_equal(False, TensorProto.DOUBLE, actual, expected)
        self.assert_equal(True, TensorProto.DOUBLE, np.zeros((0, 2)),
                          np.zeros((0, 2)))

    def test_integers_and_truth_values_are_equal(self):
        self.assert_equal(True, TensorProto.INT64, [2 ** 60], [2 ** 60])
        self.assert_equal(False, TensorProto.INT64, [2 ** 60 + 1], [2 ** 60])
        self.assert_equal(True, TensorProto.BOOL, [True], [True])
        self.assert_equal(False, TensorProto.BOOL,
                          np.array([2], np.uint8).view(bool), [True])

    def test_bfloat16_in_a_tensor_of_uint16(self):
        one = np.array([0x3f80], np.uint16)
        for units, answer in ((0, True), (1, True), (2, False)):
            self.assert_equal(answer, TensorProto.UINT16, one + np.uint16(units),
                              one, TensorProto.BFLOAT16)
        self.assert_equal(False, TensorProto.UINT16, one + np.uint16(1), one)


class PageTest(unittest.TestCase):
    def test_reasons(self):
        def reason(text):
            return conformance.reason_of(conformance.Outcome(
                conformance.UNSUPPORTED, text))
        self.assertEqual(
            reason("warning: x\nerror: model.onnx: node 'it's' (Relu): takes "
                   "tensor<2x?xf32>, not input 'x'\nerror: more"),
            ('Relu', 'takes a tensor, not input'))
        self.assertEqual(reason("error: model.onnx: input 'x' is odd"),
                         (None, 'input is odd'))
        self.assertEqual(reason('error: out of luck'), (None, 'out of luck'))

    def test_page(self):
        outcomes = {
            'node/test_a': conformance.Outcome(conformance.PASSED, ''),
            'node/test_b': conformance.Outcome(
                conformance.UNSUPPORTED,
                "error: model.onnx: node 'n' (Det): is a|b"),
            'simple/test_c': conformance.Outcome(conformance.FAILED, 'x\ny')}
        page = conformance.page(outcomes, {'node/test_a', 'node/test_b'})
        for row in ('| `node` | 2 | 1 | 0 | 1 | 0 | 2 | 1 |',
                    '| all | 3 | 1 | 0 | 1 | 1 | 2 | 1 |',
                    '| `simple/test_c` | failed | x |',
                    r'| is a\|b | `Det` | 1 | 1 |'):
            self.assertIn(row + '\n', page)


if __name__ == '__main__':
    unittest.main()
