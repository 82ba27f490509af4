# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fail_each.py MODEL: what an object does when the driver fails.

Each function of the driver fails at each of its calls, one at a time, while a
network runs for one batch, a larger one, and with a profile. The run gives the
documented status, nothing is left when the GPU is closed, no object is used that
is none, and the same GPU runs the network right after the failure.
"""

import ctypes
import os
import sys
import tempfile

import numpy as np

from fake_driver import (INVALID_DEVICE, LAUNCH_FAILED, NO_BINARY, OUT_OF_MEMORY,
                         Driver)
from run_network import PROFILE, Context, Network, compile_object

GPU_DRIVER, GPU_DEVICE, GPU_CONTEXT, GPU_CODE, GPU_MEMORY, GPU = range(18, 24)
UNSUPPORTED_PTX_VERSION = 222
# What the runtime makes of the driver's errors.
STATUS = {OUT_OF_MEMORY: GPU_MEMORY, INVALID_DEVICE: GPU_DEVICE,
          NO_BINARY: GPU_CODE, UNSUPPORTED_PTX_VERSION: GPU_CODE,
          LAUNCH_FAILED: GPU}
# When opened, and where a failure has nowhere to go.
OPENING = {'cuInit': GPU_DRIVER, 'cuDriverGetVersion': GPU_DRIVER,
           'cuDeviceGet': GPU_DEVICE}
SILENT = {'cuGetErrorName', 'cuGetErrorString', 'cuMemFree_v2',
          'cuModuleUnload', 'cuStreamDestroy_v2', 'cuEventDestroy_v2',
          'cuGraphDestroy', 'cuGraphExecDestroy', 'cuCtxPopCurrent_v2',
          'cuDevicePrimaryCtxRelease_v2'}


@PROFILE
def ignore(*_):
    pass


class Case:
    def __init__(self, driver, net):
        self.driver, self.net = driver, net
        self.inputs = net.make_inputs(2)

    def status(self, batch, **context):
        net = self.net
        outputs = [np.zeros(shape, kind)
                   for shape, kind in net.shapes('output', batch)]
        try:
            net.call([x.ctypes.data for x in self.inputs],
                     [y.ctypes.data for y in outputs], batch,
                     Context(gpu=net.gpu, **context))
        except RuntimeError:
            return net.status, outputs
        return 0, outputs

    def run(self):
        """The first status that is not 0, and whether it came when opened."""
        self.driver.calls, self.driver.fault = {}, None
        status = self.net.symbols.resnetc_gpu_open(
            0, ctypes.byref(self.net.gpu))
        if status:
            return status, True
        statuses = [self.status(1)[0], self.status(2)[0],
                    self.status(1, profile=ignore)[0]]
        return next((s for s in statuses if s), 0), False

    def close(self):
        self.net.close()
        self.net.gpu.value = None


class StatusNetwork(Network):
    """Keeps the last status."""

    def __init__(self, path):
        super().__init__(path)
        run = self.symbols.net_run

        def kept(*arguments):
            self.status = run(*arguments)
            return self.status

        self.symbols.net_run = kept


def check_failures(case, problems):
    """Each function, at each call."""
    driver = case.driver
    assert case.run() == (0, False), driver.fault
    calls, expected = dict(driver.calls), case.status(2)[1]
    case.close()
    assert driver.live() == 0, driver.live()
    count = 0
    for name, most in sorted(calls.items()):
        for number in range(1, most + 1):
            errors = (OUT_OF_MEMORY, LAUNCH_FAILED)
            if name == 'cuModuleLoadData':
                errors += (NO_BINARY, UNSUPPORTED_PTX_VERSION)
            for error in errors:
                count += 1
                what = f'{name}, call {number}, error {error}'
                driver.fails = {name: (number, error)}
                driver.skips_kernels = True
                status, opening = case.run()
                driver.fails, driver.skips_kernels = {}, False
                wanted = OPENING.get(name, STATUS[error])
                if name in SILENT:
                    wanted = status  # Whatever: nothing can be done about it.
                if status != wanted:
                    problems.append(f'{what}: status {status}, not {wanted}')
                if driver.fault:
                    problems.append(f'{what}: {driver.fault}')
                if opening and case.net.gpu:
                    problems.append(f'{what}: a GPU that was not opened')
                if not opening:
                    again, outputs = case.status(2)
                    if again or any((y != e).any()
                                    for y, e in zip(outputs, expected)):
                        problems.append(f'{what}: the next run is not right: '
                                        f'{again} {driver.fault}')
                case.close()
                # What the driver would not give back is not the runtime's.
                if driver.live() and name not in SILENT:
                    problems.append(f'{what}: {driver.live()} are left')
                driver.forget()
    return count


def check_limits(case, problems):
    driver = case.driver

    def expect(what, wanted):
        status, _ = case.run()
        case.close()
        if status != wanted:
            problems.append(f'{what}: status {status}, not {wanted}')
        if driver.live():
            problems.append(f'{what}: {driver.live()} are left')

    driver.devices = 0
    expect('no device', GPU_DEVICE)
    driver.devices = 1
    for version, wanted in ((11080, GPU_DRIVER), (12000, 0), (13000, 0)):
        driver.version = version
        expect(f'driver {version}', wanted)
    for capability, wanted in (((7, 5), GPU_CODE), ((8, 0), 0), ((8, 6), 0),
                               ((9, 0), 0)):
        driver.capability = capability
        expect(f'capability {capability}', wanted)
    driver.capability = (8, 0)


def main():
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'net.so')
        compile_object(sys.argv[1], path, ['--gpu=sm_80', '--precision=f16'])
        driver = Driver((8, 0))
        case = Case(driver, StatusNetwork(path))
        count = check_failures(case, problems)
        check_limits(case, problems)
        # An object that is given no GPU.
        case.net.gpu.value = None
        if case.status(1)[0] != GPU_CONTEXT:
            problems.append('a context without a GPU is taken')
    for problem in problems:
        print(problem)
    print(f'{count} failures of the driver, {len(problems)} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
