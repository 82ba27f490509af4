# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A network that `resnetc --train` has compiled to a shared object, in Python."""

import ctypes
import os

import numpy as np

MAX_RANK = 8
KINDS = ("parameter", "buffer", "state", "setting", "gradient", "random")
ELEMENT_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32,
                 7: np.int64, 9: np.bool_, 11: np.float64}


class Workspace(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class Training(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p)
                for name in ("parameters", "gradients", "state", "settings")]


class TensorInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("element_type", ctypes.c_int32),
                ("rank", ctypes.c_int32), ("dims", ctypes.c_int64 * MAX_RANK)]


class KeptInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int32),
                ("rank", ctypes.c_int32), ("dims", ctypes.c_int64 * MAX_RANK),
                ("offset", ctypes.c_int64)]


class Context(ctypes.Structure):
    _fields_ = [("pool", ctypes.c_void_p), ("parallel_for", ctypes.c_void_p),
                ("user", ctypes.c_void_p), ("threads", ctypes.c_int),
                ("profile", ctypes.c_void_p), ("profile_user", ctypes.c_void_p),
                ("communicator", ctypes.c_void_p)]


def aligned(size):
    """Zeroed bytes that start at a multiple of 64."""
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + size]


class TrainingError(RuntimeError):
    """A function of the object returned an error."""


class TrainingObject:
    """The functions of the object at `path`, whose symbols start with `name`,
    and memory for what it learns, with its first values."""

    def __init__(self, path, name, threads=1):
        self._library = ctypes.CDLL(os.path.abspath(path))
        self._name = name
        sizes = (ctypes.c_size_t * 4).in_dll(self._library, name + "_training_sizes")
        self._memory = [aligned(size) for size in sizes]
        self._training = Training(*(m.ctypes.data for m in self._memory))
        self._workspaces = {}
        self._function("error_string").restype = ctypes.c_char_p
        self._function("workspace_size").restype = ctypes.c_size_t
        create = self._library.resnetc_pool_create
        create.restype = ctypes.c_void_p
        self._context = Context(create(threads)) if threads > 1 else None
        self._check(self._function("initialize")(ctypes.byref(self._training)))
        self.inputs = {info.name.decode(): info.dims[:info.rank]
                       for info in self._list(TensorInfo, "inputs", name)}
        self.tensors = {kind: {} for kind in KINDS}
        for info in self._list(KeptInfo, "kept", name):
            kind = KINDS[info.kind]
            memory = self._memory[(0, 0, 2, 3, 1, 2)[info.kind]]
            dims = info.dims[:info.rank]
            count = int(np.prod(dims, dtype=np.int64))
            values = memory[info.offset:info.offset + 4 * count].view(
                np.uint32 if kind == "random" else np.float32)
            self.tensors[kind][info.name.decode()] = values.reshape(dims)

    def _function(self, name):
        return getattr(self._library, "%s_%s" % (self._name, name))

    def _list(self, type, what, name):
        count = ctypes.c_int32.in_dll(
            self._library, "%s_%s_count" % (name, what.removesuffix("s")))
        return (type * count.value).in_dll(self._library, "%s_%s" % (name, what))

    def _check(self, status):
        if status != 0:
            text = self._function("error_string")(status).decode()
            raise TrainingError("%d: %s" % (status, text))

    def _workspace(self, batch):
        if batch not in self._workspaces:
            size = self._function("workspace_size")(ctypes.c_int64(batch))
            self._workspaces[batch] = aligned(size)
        memory = self._workspaces[batch]
        return Workspace(memory.ctypes.data, memory.size)

    def _run(self, function, network, inputs):
        batch = len(inputs[0])
        wanted = self._list(TensorInfo, "inputs", network)
        given = [np.ascontiguousarray(value, ELEMENT_TYPES[info.element_type])
                 for value, info in zip(inputs, wanted, strict=True)]
        outputs = []
        for info in self._list(TensorInfo, "outputs", network):
            dims = [batch if d < 0 else d for d in info.dims[:info.rank]]
            outputs.append(np.full(dims, 77, ELEMENT_TYPES[info.element_type]))
        pointers = [(ctypes.c_void_p * len(tensors))(*(t.ctypes.data for t in tensors))
                    for tensors in (given, outputs)]
        context = ctypes.byref(self._context) if self._context else None
        self._check(self._function(function)(
            *pointers, ctypes.c_int64(batch), ctypes.byref(self._training),
            self._workspace(batch), context))
        return outputs

    def evaluate(self, *inputs):
        """The network's outputs."""
        return self._run("evaluate", self._name, inputs)

    def accumulate(self, *inputs):
        """The loss and the network's outputs; adds to the gradients."""
        return self._run("accumulate", self._name + "_backward", inputs)

    def train_step(self, *inputs):
        """The same, and an update."""
        return self._run("train_step", self._name + "_backward", inputs)

    def seed(self, number):
        """Starts random numbers afresh."""
        self._check(self._function("seed")(
            ctypes.byref(self._training), ctypes.c_uint64(number)))

    def save(self, path):
        """Writes a checkpoint."""
        self._check(self._function("save")(
            os.fsencode(path), ctypes.byref(self._training)))

    def load(self, path):
        """Reads a checkpoint."""
        self._check(self._function("load")(
            os.fsencode(path), ctypes.byref(self._training)))

    def update(self):
        """Changes the parameters by the gradients, and makes these zero."""
        context = ctypes.byref(self._context) if self._context else None
        self._check(self._function("update")(
            ctypes.byref(self._training), self._workspace(1), context))
