# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""mutate_kernels.py MODEL: damages kernels, each in one way, and prints what the
simulator says of them. It fails if it finds a damaged one right."""

import os
import re
import sys
import tempfile

from fake_driver import Driver
from run_network import TOLERANCE, Network, capability, compare, compile_object

MMA = ('sm_80', 'f16', 'mma, pixels = 64, channels = 64, warps = 2 x 2, '
       'stages = 3, splits = 2')
WGMMA = ('sm_90a', 'f16', 'wgmma, pixels = 64, channels = 32, warps = 4 x 1, '
         'stages = 4, splits = 2')
# With as many slices as stages and more.
DEEP = ('sm_90a', 'f16', 'wgmma, pixels = 64, channels = 64, warps = 4 x 1, '
        'stages = 4')

# What is damaged; a pattern, of which all matches are replaced by the last.
MUTATIONS = [
    ('nothing', MMA, r'$^', ''),
    ('no barrier of a group', MMA, r'bar\.sync \t%r\d+, 128;', ''),
    ('no barrier of the block', MMA, r'bar\.sync \t0;', ''),
    ('barrier of half a group', MMA, r'(bar\.sync \t%r\d+), 128;', r'\1, 64;'),
    ('barrier that one group never reaches', MMA, r'bar\.sync \t0;',
     'bar.sync \t9, 288;'),
    ('waits for a slice too few', MMA, r'cp\.async\.wait_group \t1;',
     'cp.async.wait_group \t2;'),
    ('does not wait for the last slices', MMA, r'cp\.async\.wait_group \t0;',
     ''),
    ('transposed matrices', MMA, r'm8n8\.x4\.shared', 'm8n8.x4.trans.shared'),
    ('stores far away', MMA, r'(st\.global\.v4\.b32 \t\[%rd\d+)\]',
     r'\1+1073741824]'),
    ('shared memory beyond its end', MMA, r'(ld\.shared\S+ \t\{[^}]*\}, \[%rd\d+)\]',
     r'\1+229376]'),
    ('reads what nobody has copied', MMA, r'cp\.async\.c[ag]\.shared[^;]*;', ''),
    ('all threads store as the first of their block', MMA,
     r'mov\.u32 \t(%r\d+), %tid\.x;', r'mov.u32 \t\1, 0;'),
    ('nothing', WGMMA, r'$^', ''),
    ('no barrier of a group', WGMMA, r'bar\.sync \t%r\d+, 128;', ''),
    ('no fence of the proxies', WGMMA, r'fence\.proxy\.async[^;]*;', ''),
    ('no fence of registers', WGMMA, r'wgmma\.fence[^;]*;', ''),
    ('nothing', DEEP, r'$^', ''),
    ('two slices in flight', DEEP, r'(wgmma\.wait_group\S*) \t1;',
     r'\1 \t2;'),
    ('does not wait for products', WGMMA, r'wgmma\.wait_group\S* \t\d;', ''),
    ('does not wait for the kernel before', WGMMA, r'griddepcontrol\.wait;', ''),
    ('no swizzle', WGMMA, r'(or\.b64 \t%rd\d+, %rd\d+), 4611686293305360390;',
     r'\1, 274877972480;'),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'cpu.so')
        compile_object(sys.argv[1], path, ['--exact'])
        cpu = Network(path)
        for number, (what, case, pattern, replacement) in enumerate(MUTATIONS):
            gpu, precision, tile = case
            path = os.path.join(folder, f'{number}.so')
            compile_object(sys.argv[1], path,
                           [f'--gpu={gpu}', f'--precision={precision}',
                            f'--gpu-tile={tile}'])
            driver = Driver(capability(gpu))
            found = []

            def mutate(text):
                text, count = re.subn(pattern, replacement, text)
                found.append(count)
                return text

            driver.mutate = mutate
            try:
                error = compare(driver, Network(path), cpu, 2)
                good = error <= TOLERANCE[precision]
                verdict = 'right' if good else f'error {error:.1e}'
            except RuntimeError as fault:
                good, verdict = False, str(fault).split(': ')[-1]
            print(f'{gpu}, {what}: {verdict}', flush=True)
            harmless = what == 'nothing'
            if good != harmless or not (harmless or found[0]):
                print(f'  after {found} replacements')
                failed += 1
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
