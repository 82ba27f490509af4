# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of tensors in every storage form."""

from onnx_writer import *


def identities(tensors):
    """Every tensor is a result of the graph, through an Identity."""
    nodes, outputs = [], []
    for index, (name, _) in enumerate(tensors):
        nodes.append(node("Identity", name, f"out{index}"))
        outputs.append(value_info(f"out{index}", None))
    return model(graph(nodes, [value_info("x", ["N"])], outputs,
                       [t for _, t in tensors]))


def make_typed_fields(path):
    i32 = lambda values: packed_ints(5, values)
    return identities([
        ("f32", tensor("f32", [2], packed(4, "f", [1.5, -2.0]))),
        ("f64", tensor("f64", [2], packed(10, "d", [1.5, -2.0]), DOUBLE)),
        ("f16", tensor("f16", [2], i32([0x3C00, 0xC000]), FLOAT16)),
        ("bf16", tensor("bf16", [2], i32([0x3F80, 0xC000]), BFLOAT16)),
        ("i8", tensor("i8", [2], i32([-3, 4]), INT8)),
        ("u8", tensor("u8", [2], i32([3, 255]), UINT8)),
        ("i16", tensor("i16", [2], i32([-300, 400]), INT16)),
        ("u16", tensor("u16", [2], i32([300, 65535]), UINT16)),
        ("i32", tensor("i32", [2], i32([-3, 1 << 30]), INT32)),
        ("u32", tensor("u32", [2], packed_ints(11, [3, 4294967295]), UINT32)),
        ("i64", tensor("i64", [2], packed_ints(7, [-3, 1 << 40]), INT64)),
        ("u64", tensor("u64", [2], packed_ints(11, [3, (1 << 64) - 1]), UINT64)),
        ("b", tensor("b", [3], i32([1, 0, 1]), BOOL)),
        # Not packed, as old writers have it.
        ("loose", tensor("loose", [2], number(7, 5) + number(7, 6), INT64)),
    ])


def make_raw(path):
    values = {BOOL: [1, 0], UINT8: [3, 255], UINT16: [300, 65535],
              UINT32: [3, 4294967295], UINT64: [3, (1 << 64) - 1],
              INT8: [-3, 4], INT16: [-300, 400], INT32: [-3, 1 << 30],
              INT64: [-3, 1 << 40], FLOAT16: [0x3C00, 0xC000],
              BFLOAT16: [0x3F80, 0xC000], FLOAT: [1.5, -2.0],
              DOUBLE: [1.5, -2.0]}
    return identities([(f"t{dtype}", raw_tensor(f"t{dtype}", [2], v, dtype))
                       for dtype, v in values.items()])


def make_sizes(path):
    big = [float(i) for i in range(65)]
    return identities([
        ("scalar", raw_tensor("scalar", [], [7], INT64)),
        ("empty", tensor("empty", [0])),
        ("empty2", tensor("empty2", [3, 0, 2], b"", INT64)),
        ("emptybool", tensor("emptybool", [0], b"", BOOL)),
        ("small", raw_tensor("small", [64], big[:64])),
        ("big", raw_tensor("big", [65], big)),
        ("typed", tensor("typed", [65], packed(4, "f", big))),
        ("half", tensor("half", [65], packed_ints(5, [0x3C00] * 65), FLOAT16)),
        ("bools", tensor("bools", [65], data(9, bytes([1] * 65)), BOOL)),
    ])


def make_external(path):
    values = [float(i) for i in range(128)]
    with open(path + ".data", "wb") as file:
        # Aligned at 64; not aligned at 64 + 512 + 1.
        file.write(bytes(64) + raw(values, FLOAT) + b"!" + raw(values, FLOAT))
    place = os_name(path) + ".data"
    return identities([
        ("aligned", external("aligned", [128], location=place, offset=64, length=512)),
        ("odd", external("odd", [128], location=place, offset=577)),
        ("short", external("short", [2], location=place, offset=68, length=8)),
    ])


def os_name(path):
    return path.rsplit("/", 1)[-1]


def make_bad_location(path):
    return identities([
        ("a", external("a", [2], location="../w.data")),
        ("b", external("b", [2], location="/etc/passwd")),
        ("c", external("c", [2], location="missing.data")),
        ("d", external("d", [2], location="")),
        ("e", external("e", [2])),
        ("f", external("f", [2], location=".")),
        ("g", external("g", [2], location="sub/../../w.data")),
    ])


def make_bad_range(path):
    with open(path + ".data", "wb") as file:
        file.write(bytes(16))
    place = os_name(path) + ".data"
    most = (1 << 64) - 1
    return identities([
        ("a", external("a", [2], location=place, offset=12)),
        ("b", external("b", [2], location=place, length=4)),
        ("c", external("c", [2], location=place, offset=-4)),
        ("d", external("d", [2], location=place, offset="x")),
        ("e", external("e", [2], location=place, offset=most)),
        ("f", external("f", [8], location=place)),
    ])


def make_bad_tensors(path):
    huge = (1 << 63) - 1
    return identities([
        ("negative", raw_tensor("negative", [-1, 2], [1.0, 2.0])),
        ("overflow", raw_tensor("overflow", [huge, huge], [1.0])),
        ("wrap", raw_tensor("wrap", [1 << 32, 1 << 32], [1.0])),
        ("large", raw_tensor("large", [huge], [1.0])),
        ("lowest", raw_tensor("lowest", [-(1 << 63)], [1.0])),
        ("little", raw_tensor("little", [3], [1.0, 2.0])),
        ("much", raw_tensor("much", [1], [1.0, 2.0])),
        ("odd", tensor("odd", [1], data(9, b"abc"))),
        ("none", tensor("none", [2])),
        ("field", tensor("field", [2], packed_ints(7, [1, 2]), FLOAT)),
        ("undefined", tensor("undefined", [1], data(9, bytes(4)), 0)),
        ("string", tensor("string", [1], data(6, "s"), STRING)),
        ("complex", tensor("complex", [1], data(9, bytes(8)), COMPLEX64)),
        ("float8", tensor("float8", [1], data(9, b"a"), 17)),
        ("unknown", tensor("unknown", [1], data(9, b"a"), 99)),
        ("segment", raw_tensor("segment", [1], [1.0]) + data(3, number(1, 0))),
        ("rank", raw_tensor("rank", [1] * 100000, [1.0])),
    ])
