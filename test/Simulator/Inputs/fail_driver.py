# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fail_driver.py MODEL: each call of the driver fails once. The runtime says so,
leaves nothing behind, and works again when the driver does."""

import ctypes
import os
import sys
import tempfile

import numpy as np

from fake_driver import OUT_OF_MEMORY, Driver
from run_network import PROFILE, Context, Network, compile_object

UNKNOWN = 999


def use(net, profile=False):
    """The outputs of two runs of different batches."""
    net.gpu = ctypes.c_void_p()
    net.open()
    try:
        context = Context(gpu=net.gpu)
        if profile:
            context.profile = PROFILE(lambda *_: None)
        return [net.run(net.make_inputs(batch), batch, context)[0]
                for batch in (1, 2)]
    finally:
        net.close()


def attempt(driver, net, profile):
    driver.calls.clear()
    try:
        return use(net, profile)
    except RuntimeError as error:
        return str(error)


def main():
    failed = 0

    def expect(good, what):
        nonlocal failed
        if not good:
            print('FAILED:', what)
            failed += 1

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'gpu.so')
        compile_object(sys.argv[1], path, ['--gpu=sm_80', '--precision=f16'])
        net = Network(path)
        driver = Driver((8, 0))
        for profile in (False, True):
            driver.calls.clear()
            expected = use(net, profile)
            expect(driver.live() == 0, f'{driver.live()} objects are left')
            counts = dict(driver.calls)
            messages = {}
            driver.skips_kernels = True
            for name, count in sorted(counts.items()):
                # What cannot fail, and what only gives back.
                if name.startswith(('cuGetError', 'cuCtxPop')) or any(
                        word in name for word in ('Destroy', 'Free', 'Unload',
                                                  'Release')):
                    continue
                error = OUT_OF_MEMORY if 'Alloc' in name else UNKNOWN
                for number in sorted({1, (count + 1) // 2, count}):
                    driver.fails = {name: (number, error)}
                    result = attempt(driver, net, profile)
                    driver.fails = {}
                    # The last is that of closing, whose results are there.
                    closing = 'CtxPush' in name and number == count
                    expect(isinstance(result, str) or closing,
                           f'{name} {number} is right')
                    expect(driver.live() == 0,
                           f'{name} {number}: {driver.live()} are left')
                    messages.setdefault(name, result)
            for name, message in messages.items():
                print(f'{name}: {message}')
            driver.skips_kernels = False
            again = attempt(driver, net, profile)
            expect(not isinstance(again, str) and all(
                np.array_equal(a, e) for a, e in zip(again, expected)),
                'another result after failures')

        print('too old:', attempt(Driver((8, 0), version=11080), net, False))
        print('no GPU:', attempt(Driver((8, 0), devices=0), net, False))
        print('another GPU:', attempt(Driver((7, 5)), net, False))
        small = Driver((8, 0), memory=1 << 15)
        print('little memory:', attempt(small, net, False))
        expect(small.live() == 0, 'objects are left')
    print(f'{failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
