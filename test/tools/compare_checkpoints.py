# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares checkpoints with the first one.

    compare_checkpoints.py TOLERANCE FILE FILE... [--without=KIND,KIND...]

Parameters have to be within a relative distance, by the square norm; so do running
statistics and states, but those without. Exits 1 if they are not. docs/checkpoints.md
has the layout.
"""

import struct
import sys

import numpy as np

KINDS = {0: "parameter", 1: "buffer", 2: "state", 3: "setting", 5: "random"}


def read(path):
    """{(kind, name): values}."""
    with open(path, "rb") as file:
        data = file.read()
    magic, version, count, size = struct.unpack_from("<8sIIQ", data)
    assert (magic, version, size) == (b"RNETCKPT", 1, len(data)), path
    at, descriptions, tensors = 24, [], {}
    for _ in range(count):
        kind, rank, length = struct.unpack_from("<III", data, at)
        dims = struct.unpack_from("<%dQ" % rank, data, at + 12)
        at += 12 + 8 * rank
        descriptions.append((KINDS[kind], data[at:at + length].decode(), dims))
        at += length
    for kind, name, dims in descriptions:
        elements = int(np.prod(dims, dtype=np.int64))
        element = "<u4" if kind == "random" else "<f4"
        tensors[kind, name] = np.frombuffer(data, element, elements, at).astype(float)
        at += 4 * elements
    return tensors


def main():
    without = [word for word in sys.argv[1:] if word.startswith("--without=")]
    tolerance, first, *others = [word for word in sys.argv[1:] if word not in without]
    left_out = set(",".join(word.partition("=")[2] for word in without).split(","))
    want, good = read(first), True
    for path in others:
        got, worst = read(path), 0
        assert got.keys() == want.keys(), path
        for key, value in want.items():
            if key[0] in left_out:
                continue
            error = (np.linalg.norm(got[key] - value) /
                     max(np.linalg.norm(value), 1e-3))
            worst = max(worst, error)
            if not error <= float(tolerance):
                good = False
                print("%s: %s %s differs by %.1e" % (path, *key, error))
        print("%s: at most %.0e" % (path, worst))
    sys.exit(not good)


if __name__ == "__main__":
    main()
