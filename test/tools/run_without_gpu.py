#!/usr/bin/env python3
# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_without_gpu.py MODEL.so NAME: what an object for GPUs says without one."""

import ctypes
import sys


def main():
    library = ctypes.CDLL(sys.argv[1])
    text = library.resnetc_status_string
    text.restype = ctypes.c_char_p
    gpu = ctypes.c_void_p()
    status = library.resnetc_gpu_open(0, ctypes.byref(gpu))
    print('open:', text(status).decode(), flush=True)
    assert not gpu
    memory = ctypes.create_string_buffer(1 << 20)
    pointers = (ctypes.c_void_p * 1)(ctypes.addressof(memory))
    run = getattr(library, sys.argv[2] + '_run')
    run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64,
                    ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
    status = run(pointers, pointers, 1, None, 0, None)
    print('run:', text(status).decode(), flush=True)


if __name__ == '__main__':
    main()
