# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_functions.py DIR: compares functions of f32 with double precision.

Each ONNX operator is compiled and run on numbers of all magnitudes, infinities
and what is no number.  The relative error of every result that is normal must be
at most 5e-7, four units in its last place.
"""

import math
import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

COUNT = 1 << 16
TOLERANCE = 5e-7
FUNCTIONS = {
    'Exp': np.exp,
    'Log': np.log,
    'Tanh': np.tanh,
    'Erf': np.vectorize(math.erf, otypes=[np.float64]),
    'Sigmoid': lambda x: 1 / (1 + np.exp(-x)),
    'Softplus': lambda x: np.logaddexp(0, x),
    'Elu': lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
}


def numbers():
    """Every 65,536th f32, and as many of ordinary size."""
    bits = np.arange(COUNT, dtype=np.uint32) * np.uint32(65536) + np.uint32(7)
    wide = bits.view(np.float32)
    wide = np.where(np.abs(wide) < 2.0 ** -126, np.float32(0), wide)
    usual = 4 * np.random.default_rng(0).standard_normal(COUNT)
    special = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.0]
    return np.concatenate([wide, usual, special]).astype(np.float32)


def run(operator, x, work):
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ['N', len(x)])
            for name in 'xy']
    graph = helper.make_graph([helper.make_node(operator, ['x'], ['y'])],
                              operator, info[:1], info[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    path = os.path.join(work, operator)
    onnx.save(model, path + '.onnx')
    np.save(path + '.npy', x[None])
    subprocess.run(['resnetc', path + '.onnx', '-o', path + '.so'], check=True)
    subprocess.run(['resnetc-run', path + '.so', '--input', path + '.npy',
                    '--output-dir', path], check=True,
                   stdout=subprocess.DEVNULL)
    return np.load(os.path.join(path, 'y.npy'))[0]


def main():
    work = sys.argv[1]
    os.makedirs(work, exist_ok=True)
    x = numbers()
    failed = False
    for operator, function in FUNCTIONS.items():
        got = run(operator, x, work).astype(np.float64)
        with np.errstate(all='ignore'):
            want = function(x.astype(np.float64))
            rounded = want.astype(np.float32)
            normal = np.isfinite(rounded) & (np.abs(rounded) >= 2.0 ** -126)
            error = np.abs(got - want) / np.abs(want)
            worst = error[normal].max()
            special = ((np.isnan(rounded) == np.isnan(got))
                       & (~np.isinf(rounded) | (got == rounded))).all()
        ok = worst <= TOLERANCE and special
        failed |= not ok
        print('%s %s: relative error at most %.2g' % (
            'ok' if ok else 'FAILED', operator, worst))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
