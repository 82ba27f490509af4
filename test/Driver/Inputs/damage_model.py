# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""damage_model.py MODEL.onnx DIRECTORY COUNT [bytes|fields [SEED]]: damages the
model in COUNT ways and compiles each, every eighth to an object and the others
to the kernel dialect. A compilation must end by itself within 20 s and 2 GB
with status 0 and its output, or with status 1, lines of error and no output."""

import os
import random
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import onnx
from google.protobuf.descriptor import FieldDescriptor

TIMEOUT = 20
MEMORY = 2 << 30

NUMBERS = [0, 1, -1, 2, 3, 5, 16, 255, 1 << 16, (1 << 31) - 1, -(1 << 31), 1 << 31,
           1 << 40, (1 << 63) - 1, -(1 << 63)]
FLOATS = [0.0, -1.0, 1e30, 1e-40, float("inf"), float("nan")]


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


def places_of(message):
    """(message, field, index), index None for what is no list; of all that is
    set in a message and those in it, but few of the numbers of a list."""
    for field, value in message.ListFields():
        is_message = field.type == FieldDescriptor.TYPE_MESSAGE
        if field.label != FieldDescriptor.LABEL_REPEATED:
            yield message, field, None
            if is_message:
                yield from places_of(value)
            continue
        for i, element in enumerate(value):
            if is_message or i < 8:
                yield message, field, i
            if is_message:
                yield from places_of(element)


def other_value(field, value, values):
    if field.type == FieldDescriptor.TYPE_INT32:
        return values.randrange(24)
    if field.type == FieldDescriptor.TYPE_ENUM:
        return values.choice(field.enum_type.values).number
    if field.type == FieldDescriptor.TYPE_INT64:
        return values.choice(NUMBERS)
    if field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE):
        return values.choice(FLOATS)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return value[:values.randrange(len(value) + 1)]
    return values.choice(["", "x", "Relu", "Conv", "Add", "Reshape", value + value])


def change_field(model, values):
    """A number, name or string becomes another one, or what has a field loses
    it; elements of lists go, come twice or change places."""
    message, field, index = values.choice(list(places_of(model)))
    value = getattr(message, field.name)
    if index is None:
        if field.type == FieldDescriptor.TYPE_MESSAGE or values.random() < 0.1:
            message.ClearField(field.name)
        else:
            setattr(message, field.name, other_value(field, value, values))
        return
    kind = values.randrange(4)
    if kind == 0:
        del value[index]
    elif kind == 1:
        value.append(value[index])
    elif field.type == FieldDescriptor.TYPE_MESSAGE:
        value[index].CopyFrom(values.choice(list(value)))
    elif kind == 2:
        value[index] = values.choice(list(value))
    else:
        value[index] = other_value(field, value[index], values)


def change_fields(original, values):
    model = onnx.ModelProto()
    model.ParseFromString(original)
    for _ in range(values.choice([1, 1, 1, 2, 4])):
        change_field(model, values)
    return model.SerializePartialToString()


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def check(number, content, directory):
    """What is wrong with how the compiler took it; None if nothing is."""
    model = os.path.join(directory, "flip%d.onnx" % number)
    output = os.path.join(directory, "flip%d.%s" % (number, "mlir" if number % 8 else "o"))
    with open(model, "wb") as file:
        file.write(content)
    try:
        result = subprocess.run(["resnetc", model, "-o", output], timeout=TIMEOUT,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                preexec_fn=limit_memory)
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
    change = change_fields if sys.argv[4:5] == ["fields"] else damage
    values = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 0)
    with open(path, "rb") as file:
        original = file.read()
    contents = [original] + [bytes(change(original, values)) for _ in range(count)]
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
