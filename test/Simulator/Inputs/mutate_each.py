# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""mutate_each.py GPU TILE: breaks kernels, one instruction at a time, and
counts what the simulator reports.

Each kind of mutation is tried at places in the kernels of a network of two
convolutions, at all of them if they are few. Prints for each kind how many are
reported, and what is said of the first of them.
"""

import os
import re
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fake_driver import Driver
from run_network import Network, capability, compare, compile_object

# The kind, what is replaced, and by what.
REMOVED = [('no barrier', r'bar\.sync[^;]*;'),
           ('no commit of copies', r'cp\.async\.commit_group;'),
           ('no griddepcontrol.wait', r'griddepcontrol\.wait;'),
           ('no fence of proxies', r'fence\.proxy\.async[^;]*;'),
           ('no wgmma.fence', r'wgmma\.fence[^;]*;'),
           ('no commit of products', r'wgmma\.commit_group[^;]*;'),
           ('no wait for products', r'wgmma\.wait_group[^;]*;')]
MUTATIONS = [(kind, pattern, '') for kind, pattern in REMOVED] + [
    ('one more copy in flight', r'(cp\.async\.wait_group\s+)(\d+)',
     lambda m: m[1] + str(int(m[2]) + 1)),
    ('one more product in flight', r'(wgmma\.wait_group\S*\s+)(\d+)',
     lambda m: m[1] + str(int(m[2]) + 1)),
    ('a store 1 GB on', r'(st\.global\S*\s+\[%rd\d+)(?:\+\d+)?\]',
     r'\1+1073741824]'),
    ('a matrix 4 KB on', r'(ldmatrix.*\[%r\w+)(?:\+\d+)?\]', r'\1+4096]'),
    ('a copy 2 bytes on', r'(cp\.async\.c[ag]\S*\s+\[%\w+)(?:\+\d+)?\]',
     r'\1+2]'),
]


# How often a kind is tried.
MOST = 8


def write_model(path, channels=64, rows=10):
    random = np.random.default_rng(1)
    weights = [numpy_helper.from_array(random.standard_normal(
        (channels, channels, 3, 3)).astype(np.float32) / 24, name) for name in 'ab']
    nodes = [
        helper.make_node('Conv', ['x', 'a'], ['p'], pads=[1] * 4),
        helper.make_node('Relu', ['p'], ['q']),
        helper.make_node('Conv', ['q', 'b'], ['y'], pads=[1] * 4)]
    shape = ['batch', channels, rows, 7]
    graph = helper.make_graph(
        nodes, 'two', [helper.make_tensor_value_info(
            'x', TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, shape)], weights)
    model = helper.make_model(graph,
                              opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 8
    onnx.save(model, path)


def attempt(driver, net, cpu, mutate):
    """What is reported, or an empty text."""
    driver.mutate, driver.fault = mutate, None
    try:
        error = compare(driver, net, cpu, 2)
    except RuntimeError as fault:
        return str(fault).rsplit(': ', 1)[-1]
    return '' if error < 2e-3 else f'an error of {error:.1e}'


def main():
    gpu, tile = sys.argv[1:]
    driver = Driver(capability(gpu))
    with tempfile.TemporaryDirectory() as folder:
        model, path = (os.path.join(folder, name)
                       for name in ('two.onnx', 'cpu.so'))
        write_model(model)
        compile_object(model, path, ['--exact'])
        cpu = Network(path)
        path = os.path.join(folder, 'gpu.so')
        compile_object(model, path, [f'--gpu={gpu}', '--precision=f16',
                                     f'--gpu-tile={tile}'])
        net = Network(path)
        texts = []

        def keep(text):
            texts.append(text)
            return text

        print('as it is:', attempt(driver, net, cpu, keep) or 'right')
        text = texts[0]
        for kind, pattern, new in MUTATIONS:
            places = list(re.finditer(pattern, text))
            # Of many the kernel's beginning, middle and end do.
            places = places[::-(-len(places) // MOST)] if places else []
            reports = [attempt(
                driver, net, cpu, lambda text, m=m: text[:m.start()] + re.sub(
                    pattern, new, m[0], count=1) + text[m.end():])
                       for m in places]
            told = [report for report in reports if report]
            if places:
                print(f'{kind}: {len(told)} of {len(places)}: '
                      f'{told[0] if told else "nothing"}', flush=True)


if __name__ == '__main__':
    main()
