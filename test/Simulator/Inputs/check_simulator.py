# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small kernels that break one rule each, and what the simulator says of them."""

import sys

import numpy as np

from fake_driver import Memory
from ptx_executor import launch
from ptx_parser import PTXError, parse
from shared_memory import Fault

HEAD = '''.version 8.0
.target sm_90a
.address_size 64
.extern .shared .align 1024 .b8 resnetc_shared[];
.visible .entry kernel(
	.param .u64 .ptr .global .align 1 kernel_param_0
)
.reqntid 64, 1, 1
{
'''
# rd1: memory of 4 bytes for each of 128 threads; rd2: the place of this one;
# r1: its number in the block; r2: in the grid; rd3: its shared memory.
START = '''ld.param.b64 %rd1, [kernel_param_0];
mov.u32 %r1, %tid.x;
mov.u32 %r9, %ctaid.x;
shl.b32 %r9, %r9, 6;
add.s32 %r2, %r9, %r1;
mul.wide.u32 %rd4, %r2, 4;
add.s64 %rd2, %rd1, %rd4;
mov.b64 %rd5, resnetc_shared;
mul.wide.u32 %rd6, %r1, 4;
add.s64 %rd3, %rd5, %rd6;
'''
END = 'ret;\n\n}\n'

# The name, the code, and what is said; nothing, if the code is right.
CASES = [
    ('each its own', 'ld.global.b32 %r3, [%rd2]; st.global.b32 [%rd2], %r3;',
     None),
    ('all write one', 'st.global.b32 [%rd1], %r1;',
     'writes what another thread of its launch writes'),
    ('one reads what another one writes',
     'ld.global.b32 %r3, [%rd1]; st.global.b32 [%rd2], %r3;',
     'writes what another thread of its launch reads'),
    # In one block the barrier is between them, but the other block reads it, too.
    ('a barrier is for one block',
     'ld.global.b32 %r3, [%rd1]; bar.sync 0; st.global.b32 [%rd2], %r3;',
     'writes what another thread of its launch reads'),
    ('outside', 'st.global.b32 [%rd2+512], %r1;', 'outside of what was'),
    ('before', 'ld.global.b32 %r3, [%rd1+-4];', 'outside of what was'),
    ('not aligned', 'ld.global.b16 %rs1, [%rd2+1];', 'no multiple of 2'),
    ('shared memory, no barrier',
     'st.shared.b32 [%rd3], %r1; ld.shared.b32 %r3, [%rd5];',
     'reads shared memory that another thread writes'),
    ('shared memory and a barrier',
     'st.shared.b32 [%rd3], %r1; bar.sync 0; ld.shared.b32 %r3, [%rd5];', None),
    ('shared memory is read, then written',
     'st.shared.b32 [%rd3], %r1; bar.sync 0; ld.shared.b32 %r3, [%rd5];'
     'st.shared.b32 [%rd3], %r1;',
     'writes shared memory that another thread reads'),
    ('a barrier of one warp',
     'st.shared.b32 [%rd3], %r1; shr.u32 %r4, %r1, 5; add.s32 %r5, %r4, 1;'
     'bar.sync %r5, 32; xor.b32 %r6, %r1, 32; mul.wide.u32 %rd7, %r6, 4;'
     'add.s64 %rd8, %rd5, %rd7; ld.shared.b32 %r3, [%rd8];',
     'reads shared memory that another thread writes'),
    ('too few at a barrier',
     'setp.lt.u32 %p1, %r1, 32; @%p1 bra $L1; bar.sync 0; $L1:',
     'threads wait at barrier 0 forever'),
    ('half a warp at a barrier',
     'setp.lt.u32 %p1, %r1, 16; @%p1 bra $L1; bar.sync 0; $L1:',
     'not all threads of a warp'),
    ('shared memory ends', 'st.shared.b32 [%rd3+1024], %r1;', 'shared address'),
    ('a copy is not waited for',
     'cp.async.ca.shared.global [%rd3], [%rd2], 4; ld.shared.b32 %r3, [%rd3];',
     'reads shared memory that another thread writes'),
    ('a copy is waited for', 'cp.async.ca.shared.global [%rd3], [%rd2], 4;'
     'cp.async.commit_group; cp.async.wait_group 0; ld.shared.b32 %r3, [%rd3];'
     'st.global.b32 [%rd2], %r3;', None),
    ('a copy is not committed', 'cp.async.ca.shared.global [%rd3], [%rd2], 4;'
     'cp.async.wait_group 0; ld.shared.b32 %r3, [%rd3];',
     'reads shared memory that another thread writes'),
    ('what is copied changes', 'cp.async.ca.shared.global [%rd3], [%rd2], 4;'
     'cp.async.commit_group; st.global.b32 [%rd2], %r1; cp.async.wait_group 0;',
     'was overwritten before'),
    ('half a word is copied', 'mov.b32 %r3, 2;'
     'cp.async.ca.shared.global [%rd3], [%rd2], 4, %r3;'
     'cp.async.commit_group; cp.async.wait_group 0; ld.shared.b32 %r4, [%rd3];'
     'st.global.b32 [%rd2], %r4;', np.arange(128) % 65536),
    ('no register', 'st.global.b32 [%rd2], %r77;', 'before it is written'),
    ('no instruction', 'frobnicate.b32 %r3, %r1;', 'frobnicate'),
]
EARLY = [
    ('early', 'ld.global.b32 %r3, [%rd2]; griddepcontrol.wait;',
     'before griddepcontrol.wait'),
    ('early store', 'st.global.b32 [%rd2], %r1; griddepcontrol.wait;',
     'before griddepcontrol.wait'),
    ('in time', 'griddepcontrol.wait; ld.global.b32 %r3, [%rd2];', None),
    ('never', 'mov.b32 %r3, 0;', 'ends without griddepcontrol.wait'),
]


def attempt(code, overlaps):
    """What is said, and what is in memory then."""
    memory = Memory(1 << 16)
    address = memory.allocate(512)
    data = memory.view(address, 512).view(np.uint32)
    # The upper halves are ones, which a copy of two bytes leaves out.
    data[:] = np.arange(128) + 0xFFFF0000
    memory.note_written(np.array([address], np.uint64))
    try:
        lines = code.replace(';', ';\n').replace(':', ':\n')
        module = parse(HEAD + START + lines + END)
        launch(module, 'kernel', 2, 1024, [address], memory, overlaps)
    except (Fault, PTXError) as fault:
        return str(fault), data
    return None, data


def main():
    failed = 0
    for overlaps, cases in ((False, CASES), (True, EARLY)):
        for name, code, expected in cases:
            said, data = attempt(code, overlaps)
            if isinstance(expected, np.ndarray):
                good = said is None and (data == expected).all()
            elif expected is None:
                good = said is None
            else:
                good = said is not None and expected in said
            if not good:
                print(f'{name}: {said}', flush=True)
                failed += 1
    print(f'{len(CASES) + len(EARLY) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
