# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PTX's instructions on registers: each becomes a function of the threads that
execute it."""

import struct

import numpy as np

from ptx_parser import PTXError

TYPES = {
    'b16': np.uint16, 'u16': np.uint16, 's16': np.int16, 'f16': np.float16,
    'b32': np.uint32, 'u32': np.uint32, 's32': np.int32, 'f32': np.float32,
    'b64': np.uint64, 'u64': np.uint64, 's64': np.int64, 'f64': np.float64,
    'bf16': np.uint16, 'f16x2': np.uint32, 'bf16x2': np.uint32,
    'pred': np.bool_, 'b8': np.uint8, 'u8': np.uint8,
}
UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def parse_immediate(text, kind):
    size = np.dtype(kind).itemsize
    if text.startswith('0f'):
        bits = int(text[2:], 16)
    elif text.startswith('0d'):
        bits = int(text[2:], 16)
    else:
        bits = int(text, 0)
    return np.array([bits & (2**(8 * size) - 1)], UNSIGNED[size]).view(kind)[0]


def bf16_to_f32(bits):
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def f32_to_bf16(values):
    """To the nearest, ties to even."""
    bits = values.astype(np.float32).view(np.uint32)
    rounded = (bits + np.uint32(0x7FFF) +
               ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)
    return np.where(np.isnan(values), np.uint32(0x7FFF),
                    rounded).astype(np.uint16)


def halves(packed, kind):
    """Of 32-bit numbers: [n, 2] of float32."""
    pairs = np.ascontiguousarray(packed, np.uint32).view(np.uint16)
    pairs = pairs.reshape(-1, 2)
    if kind.startswith('bf16'):
        return bf16_to_f32(pairs)
    return pairs.view(np.float16).astype(np.float32)


def pack(values, kind):
    """[n, 2] of float32 -> 32-bit numbers."""
    if kind.startswith('bf16'):
        bits = f32_to_bf16(values)
    else:
        bits = values.astype(np.float16).view(np.uint16)
    return np.ascontiguousarray(bits).view(np.uint32).reshape(-1)


def _compare(name, a, b):
    unordered = np.zeros(np.broadcast(a, b).shape, bool)
    if np.issubdtype(a.dtype, np.floating):
        unordered = np.isnan(a) | np.isnan(b)
        if name == 'nan':
            return unordered
        if name == 'num':
            return ~unordered
        if len(name) == 3 and name.endswith('u'):
            return _compare(name[:2], a, b) | unordered
    result = {'eq': np.equal, 'ne': np.not_equal, 'lt': np.less,
              'le': np.less_equal, 'gt': np.greater, 'ge': np.greater_equal,
              'lo': np.less, 'ls': np.less_equal, 'hi': np.greater,
              'hs': np.greater_equal}[name](a, b)
    return result & ~unordered


def _shift(a, amount, left):
    width = 8 * a.dtype.itemsize
    inside = amount < width
    safe = np.where(inside, amount, 0).astype(a.dtype)
    shifted = np.left_shift(a, safe) if left else np.right_shift(a, safe)
    beyond = a.dtype.type(0)
    if not left and np.issubdtype(a.dtype, np.signedinteger):
        beyond = np.where(a < 0, a.dtype.type(-1), beyond)
    return np.where(inside, shifted, beyond)


def _extract(a, position, length):
    width = 8 * a.dtype.itemsize
    position, length = int(position), int(length)
    unsigned = UNSIGNED[a.dtype.itemsize]
    bits = a.view(unsigned) >> unsigned(position)
    if length < width:
        bits = bits & unsigned((1 << length) - 1)
    if np.issubdtype(a.dtype, np.signedinteger) and length < width:
        sign = unsigned(1 << (length - 1))
        bits = ((bits ^ sign) - sign)
    return bits


def _divide(a, b, remainder):
    if np.issubdtype(a.dtype, np.signedinteger):
        wide = np.trunc(a.astype(np.float64) / b).astype(np.int64)
        result = a - wide * b if remainder else wide
        return result.astype(a.dtype)
    return np.remainder(a, b) if remainder else np.floor_divide(a, b)


def _fma(a, b, c):
    # The product is exact, so that there is nearly one rounding.
    return (a.astype(np.float64) * b + c).astype(np.float32)


_BINARY = {
    'add': np.add, 'sub': np.subtract, 'mul': np.multiply,
    'and': np.bitwise_and, 'or': np.bitwise_or, 'xor': np.bitwise_xor,
}
_UNARY = {
    'neg': np.negative, 'abs': np.abs, 'not': np.invert, 'mov': lambda a: a,
    'rcp': lambda a: np.float32(1) / a, 'sqrt': np.sqrt,
    'ex2': np.exp2, 'lg2': np.log2, 'tanh': np.tanh, 'sin': np.sin,
    'cos': np.cos, 'rsqrt': lambda a: np.float32(1) / np.sqrt(a),
}


def _packed(name, kind):
    operation = {'add': lambda a, b: a + b, 'sub': lambda a, b: a - b,
                 'mul': lambda a, b: a * b, 'fma': lambda a, b, c: a * b + c,
                 'max': np.fmax, 'min': np.fmin}[name]
    return lambda *operands: pack(
        operation(*(halves(x, kind) for x in operands)), kind)


def _minimum(parts, kind):
    name = parts[0]
    if not np.issubdtype(kind, np.floating):
        return np.maximum if name == 'max' else np.minimum
    if 'NaN' in parts:
        return np.maximum if name == 'max' else np.minimum
    return np.fmax if name == 'max' else np.fmin


def _convert(parts):
    """cvt: the function, and the types of result and operand."""
    to, source = parts[-2], parts[-1]
    if to in ('f16x2', 'bf16x2'):
        return (lambda high, low: pack(
            np.stack(np.broadcast_arrays(low, high), axis=-1), to)), to, source
    if to == 'bf16':
        return f32_to_bf16, to, source
    if source == 'bf16':
        return bf16_to_f32, to, source
    rounding = next((p for p in parts if p in ('rzi', 'rmi', 'rpi', 'rni')), '')
    rounded = {'rzi': np.trunc, 'rmi': np.floor, 'rpi': np.ceil,
               'rni': np.rint}.get(rounding)
    kind = TYPES[to]

    def function(a):
        if rounded:
            a = rounded(a)
        if (np.issubdtype(a.dtype, np.floating) and
                np.issubdtype(kind, np.integer)):
            limits = np.iinfo(kind)
            a = np.nan_to_num(np.clip(a.astype(np.float64), limits.min,
                                      limits.max))
        return a.astype(kind)

    return function, to, source


def arithmetic(opcode):
    """The function of an opcode, the type of its result, and those of its
    operands; or None, if it is not arithmetic."""
    parts = opcode.split('.')
    name, last = parts[0], parts[-1]
    if name == 'cvt':
        function, to, source = _convert(parts)
        return function, to, [source, source]
    if last not in TYPES:
        return None
    kind = TYPES[last]
    if last in ('f16x2', 'bf16x2') and name in ('add', 'sub', 'mul', 'fma',
                                                'max', 'min'):
        return _packed(name, last), last, [last] * 3
    if name == 'setp':
        return (lambda a, b: _compare(parts[1], a, b)), 'pred', [last] * 2
    if name == 'selp':
        return (lambda a, b, p: np.where(p, a, b)), last, [last, last, 'pred']
    if name in ('max', 'min'):
        return _minimum(parts, kind), last, [last] * 2
    if name == 'fma':
        return _fma, last, [last] * 3
    if name in ('mul', 'mad') and len(parts) > 2 and parts[1] in ('wide', 'hi'):
        wide = {2: {'u': 'u32', 's': 's32'}, 4: {'u': 'u64', 's': 's64'}}[
            np.dtype(kind).itemsize][last[0]]
        product = lambda a, b: a.astype(TYPES[wide]) * b.astype(TYPES[wide])
        if parts[1] == 'hi':
            width = TYPES[wide](8 * np.dtype(kind).itemsize)
            return (lambda a, b: (product(a, b) >> width).astype(kind)), last, [
                last] * 2
        if name == 'mad':
            return (lambda a, b, c: product(a, b) + c), wide, [last, last, wide]
        return product, wide, [last] * 2
    if name == 'mad':
        return (lambda a, b, c: a * b + c), last, [last] * 3
    if name == 'div' and np.issubdtype(kind, np.floating):
        return np.divide, last, [last] * 2
    if name in ('div', 'rem'):
        return (lambda a, b: _divide(a, b, name == 'rem')), last, [last] * 2
    if name in ('shl', 'shr'):
        return (lambda a, n: _shift(a, n, name == 'shl')), last, [last, 'u32']
    if name == 'bfe':
        return _extract, last, [last, 'u32', 'u32']
    if name in _BINARY:
        return _BINARY[name], last, [last] * 2
    if name in _UNARY:
        return _UNARY[name], last, [last]
    return None
