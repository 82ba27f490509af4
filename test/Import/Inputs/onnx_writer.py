# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes ONNX files byte by byte, malformed ones too; needs Python alone."""

import struct

FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL, FLOAT16 = range(1, 11)
DOUBLE, UINT32, UINT64, COMPLEX64, COMPLEX128, BFLOAT16 = range(11, 17)

PACK = {FLOAT: "f", UINT8: "B", INT8: "b", UINT16: "H", INT16: "h", INT32: "i",
        INT64: "q", BOOL: "B", FLOAT16: "H", DOUBLE: "d", UINT32: "I",
        UINT64: "Q", BFLOAT16: "H"}


# The wire format.

def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    if isinstance(value, str):
        value = value.encode()
    return varint(field << 3 | 2) + varint(len(value)) + value


def packed(field, code, values):
    return data(field, struct.pack(f"<{len(values)}{code}", *values))


def packed_ints(field, values):
    return data(field, b"".join(varint(v) for v in values))


# Messages.

def raw(values, dtype):
    return struct.pack(f"<{len(values)}{PACK[dtype]}", *values)


def tensor(name, dims, body=b"", dtype=FLOAT):
    """`body`: the fields that hold the data; see `raw_tensor`."""
    return packed_ints(1, dims) + number(2, dtype) + data(8, name) + body


def raw_tensor(name, dims, values, dtype=FLOAT):
    return tensor(name, dims, data(9, raw(values, dtype)), dtype)


def ints(name, values):
    return raw_tensor(name, [len(values)], values, INT64)


def external(name, dims, dtype=FLOAT, **entries):
    body = b"".join(data(13, data(1, key) + data(2, str(value)))
                    for key, value in entries.items())
    return tensor(name, dims, body + number(14, 1), dtype)


class Raw(bytes):
    """An attribute's fields as they are."""


def attribute(name, value):
    out = data(1, name)
    if isinstance(value, Raw):
        return out + value
    if isinstance(value, bytes):
        return out + data(5, value) + number(20, 4)
    if isinstance(value, float):
        return out + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, int):
        return out + number(3, value) + number(20, 2)
    if isinstance(value, str):
        return out + data(4, value) + number(20, 3)
    if value and isinstance(value[0], float):
        return out + packed(7, "f", value) + number(20, 6)
    if value and isinstance(value[0], str):
        return out + b"".join(data(9, v) for v in value) + number(20, 8)
    return out + packed_ints(8, value) + number(20, 7)


def node(op, inputs, outputs, name="", domain="", **attrs):
    split = lambda names: names.split(",") if isinstance(names, str) else names
    out = b"".join(data(1, n) for n in split(inputs))
    out += b"".join(data(2, n) for n in split(outputs))
    out += data(3, name) + data(4, op)
    out += b"".join(data(5, attribute(k, v)) for k, v in attrs.items())
    return out + (data(7, domain) if domain else b"")


def value_info(name, dims, dtype=FLOAT):
    """A dimension is a number, a name, or None; `dims` None: no shape."""
    shape = b""
    for dim in dims or ():
        if isinstance(dim, str):
            shape += data(1, data(2, dim))
        else:
            shape += data(1, b"" if dim is None else number(1, dim))
    kind = number(1, dtype) + (b"" if dims is None else data(2, shape))
    return data(1, name) + data(2, data(1, kind))


def graph(nodes, inputs=(), outputs=(), initializers=(), more=b""):
    out = b"".join(data(1, n) for n in nodes) + data(2, "g")
    out += b"".join(data(5, t) for t in initializers)
    out += b"".join(data(11, v) for v in inputs)
    return out + b"".join(data(12, v) for v in outputs) + more


def model(graph_bytes, opset=13, ir=8, opsets=None):
    out = number(1, ir) + data(2, "resnetc tests")
    for domain, version in opsets if opsets is not None else [("", opset)]:
        out += data(8, data(1, domain) + number(2, version))
    return out + data(7, graph_bytes)
