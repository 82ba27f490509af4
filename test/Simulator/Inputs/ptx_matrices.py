# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ldmatrix, mma.sync and wgmma.mma_async: which thread holds what is as the
PTX ISA has it ("Warp Level Matrix Instructions" and "Asynchronous Warpgroup
Level Matrix Instructions")."""

import re

import numpy as np

from ptx_arithmetic import halves
from ptx_parser import PTXError
from shared_memory import WARP, Fault

_LANE = np.arange(WARP)
_ROW, _PAIR = _LANE // 4, _LANE % 4 * 2


def whole_warps(run):
    """The threads that execute now, as [warps, 32]."""
    threads = run.threads()
    if threads.size % WARP or (threads.reshape(-1, WARP) % WARP !=
                               _LANE).any():
        raise Fault('not all threads of a warp execute it')
    return threads.reshape(-1, WARP)


def ldmatrix(run, opcode, operands):
    count = {'x1': 1, 'x2': 2, 'x4': 4}[re.search(r'x\d', opcode).group()]
    transposed = '.trans' in opcode
    warps = whole_warps(run)
    addresses = run.address(operands[1]).reshape(-1, WARP)[:, :8 * count]
    lanes = np.repeat(_LANE[None], len(warps), axis=0)[:, :8 * count].ravel()
    block = np.repeat(run.block_of(warps[:, 0]), 8 * count)
    warp = np.repeat(run.warp_of(warps[:, 0]), 8 * count)
    words = run.shared.locate(block, addresses.ravel(), 16)
    run.shared.check_read(block, warp, lanes, words)
    rows = run.shared.load(words).view(np.uint16)
    matrices = rows.reshape(len(warps), count, 8, 8)
    for i, register in enumerate(operands[0]):
        matrix = matrices[:, i]
        if transposed:
            matrix = matrix.transpose(0, 2, 1)
        pairs = np.stack([matrix[:, _ROW, _PAIR], matrix[:, _ROW, _PAIR + 1]],
                         axis=-1)
        run.write(register, np.ascontiguousarray(pairs).view(
            np.uint32).reshape(-1))


def mma(run, opcode, operands):
    kind = re.search(r'm16n8k16\.row\.col\.f32\.(b?f16)\.b?f16\.f32', opcode)
    if not kind:
        raise PTXError(opcode)
    kind = kind.group(1)
    count = len(whole_warps(run))

    def read(register):
        return halves(run.read(register), kind).reshape(count, WARP, 2)

    d, a, b, c = operands
    left = np.zeros((count, 16, 16), np.float32)
    for i, register in enumerate(a):
        values = read(register)
        for j in (0, 1):
            left[:, _ROW + 8 * (i % 2), _PAIR + 8 * (i // 2) + j] = values[..., j]
    right = np.zeros((count, 8, 16), np.float32)
    for i, register in enumerate(b):
        values = read(register)
        for j in (0, 1):
            right[:, _ROW, _PAIR + 8 * i + j] = values[..., j]
    product = np.matmul(left, right.transpose(0, 2, 1))
    for i, (result, register) in enumerate(zip(d, c)):
        value = product[:, _ROW + 8 * (i // 2), _PAIR + i % 2].reshape(-1)
        added = run.read(register).view(np.float32)
        run.write(result, (value + added).view(np.uint32))


def _matrix_words(run, descriptors, rows, block):
    """Of a matrix of rows of 16 numbers, K-major: indices of words
    [groups, rows * 8]."""
    d = descriptors.astype(np.uint64)
    swizzle = d >> np.uint64(62)
    if (swizzle != 1).any():
        raise PTXError('a descriptor without the swizzle of 128 bytes')
    if ((d >> np.uint64(49)) & np.uint64(7)).any():
        raise PTXError('a descriptor with an offset of its base')
    start = (d & np.uint64(0x3FFF)).astype(np.int64) * 16
    stride = ((d >> np.uint64(32)) & np.uint64(0x3FFF)).astype(np.int64) * 16
    row = np.arange(rows)
    address = (start[:, None, None] + (row // 8)[:, None] *
               stride[:, None, None] + (row % 8)[:, None] * 128 +
               np.arange(0, 32, 16))
    address ^= ((address >> 7) & 7) << 4
    flat = run.shared.locate(np.repeat(block, rows * 2), address.ravel(), 16)
    return flat.reshape(len(d), rows * 8)


def wgmma(run, opcode, operands):
    shape = re.search(r'm64n(\d+)k16\.f32\.(b?f16)\.b?f16', opcode)
    if not shape or operands[4:] != ['1', '1', '0', '0']:
        raise PTXError(f'{opcode} {operands[4:]}')
    channels, kind = int(shape.group(1)), shape.group(2)
    warps = whole_warps(run)
    if len(warps) % 4 or (run.warp_of(warps[::4, 0]) % 4).any():
        raise Fault('not all warps of a group execute it')
    groups = warps.reshape(-1, 4 * WARP)
    if not run.read(operands[3]).all():
        raise PTXError('wgmma that sums nothing')
    block = run.block_of(groups[:, 0])
    run.check_wgmma_fence(operands[0])
    words = []
    for operand, rows in ((operands[1], 64), (operands[2], channels)):
        descriptors = run.read(operand).reshape(-1, 4 * WARP)
        if (descriptors != descriptors[:, :1]).any():
            raise Fault('descriptors differ within a group')
        words.append(_matrix_words(run, descriptors[:, 0], rows, block))
    both = np.concatenate(words, axis=1)
    for w in range(4):
        warp = run.warp_of(groups[:, w * WARP])
        run.shared.check_proxy(block, warp, both)
        run.shared.check_read(block, warp, np.zeros_like(warp), both,
                              pending=True)
    used = run.shared.load(both)
    left, right = (
        halves(part.reshape(-1), kind).reshape(len(groups), -1, 16)
        for part in np.split(used, [words[0].shape[1]], axis=1))
    product = np.matmul(left, right.transpose(0, 2, 1))
    row = (np.arange(4)[:, None] * 16 + _ROW).reshape(-1)
    column = np.tile(_PAIR, 4)
    for i, register in enumerate(operands[0]):
        value = product[:, row + 8 * (i // 2 % 2), column + 8 * (i // 4) + i % 2]
        old = run.read(register, of_wgmma=True).view(np.float32)
        run.write(register, (old + value.reshape(-1)).view(np.uint32),
                  of_wgmma=True)
    run.start_wgmma(operands[0], groups, both, used)
