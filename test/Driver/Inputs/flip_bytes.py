# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""flip_bytes.py MODEL.onnx DIRECTORY COUNT [SEED]: damages the model in COUNT
ways and compiles each, every eighth to an object and the others to the kernel
dialect. A compilation must end by itself within 20 s with status 0 and its
output, or with status 1, lines of error and no output."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TIMEOUT = 20


def damage(original, values):
    """Bytes changed in one of the ways that damage files and fool parsers."""
    data = bytearray(original)
    kind = values.randrange(6)
    if kind == 0:
        return data[:values.randrange(len(data))]
    for _ in range(values.choice([1, 1, 1, 2, 4, 16])):
        at = values.randrange(len(data))
        if kind <= 2:
            data[at] ^= 1 << values.randrange(8)
        elif kind == 3:
            data[at] = values.choice([0, 1, 0x7f, 0x80, 0xff, values.randrange(256)])
        elif kind == 4:  # Lengths no longer fit.
            del data[at:at + values.choice([1, 2, 8])]
        else:
            data[at:at] = data[values.randrange(len(data)):][:values.choice([1, 8, 64])]
        if not data:
            break
    return data


def check(number, content, directory):
    """What is wrong with how the compiler took it; None if nothing is."""
    model = os.path.join(directory, "flip%d.onnx" % number)
    output = os.path.join(directory, "flip%d.%s" % (number, "mlir" if number % 8 else "o"))
    with open(model, "wb") as file:
        file.write(content)
    try:
        result = subprocess.run(["resnetc", model, "-o", output], timeout=TIMEOUT,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired:
        return None, "%s: does not end" % model
    errors = result.stderr.decode(errors="replace").splitlines()
    left = sorted(name for name in os.listdir(directory)
                  if name.startswith("flip%d." % number) and not name.endswith(".onnx"))
    wrong = None
    if result.returncode == 0:
        if os.path.basename(output) not in left or errors:
            wrong = "succeeds with %s, %s" % (left, errors)
    elif result.returncode != 1:
        wrong = "exits with %d: %s" % (result.returncode, errors[:12])
    elif left:
        wrong = "fails and leaves %s" % left
    elif not errors or not all(line.startswith(("error: ", "  note: ")) for line in errors):
        wrong = "fails with %s" % errors
    if wrong:
        return result.returncode, "%s: %s" % (model, wrong)
    for name in left:
        os.remove(os.path.join(directory, name))
    os.remove(model)
    return result.returncode, None


def main():
    path, directory, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    values = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    with open(path, "rb") as file:
        original = file.read()
    contents = [original] + [bytes(damage(original, values)) for _ in range(count)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda item: check(*item, directory), enumerate(contents)))
    wrong = [message for _, message in results if message]
    print("\n".join(wrong))
    print("%d compiled, %d refused, %d wrong" % (
        sum(status == 0 for status, _ in results),
        sum(status == 1 for status, _ in results), len(wrong)))
    return bool(wrong) or results[0][0] != 0


if __name__ == "__main__":
    sys.exit(main())
