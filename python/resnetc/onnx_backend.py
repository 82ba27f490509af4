# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The compiler as a backend of the onnx package.

    from resnetc import onnx_backend
    rep = onnx_backend.prepare(onnx.load('resnet18.onnx'))
    scores, = rep.run([image])

prepare() compiles the model to a shared object, which this process then loads;
what the compiler refuses is a CompileError that holds its text.  resnetc comes
from PATH.  As onnx.backend.base has it, run() takes a sequence of arrays, one
for each input of the graph that has no initializer (or for all), or a
dictionary of them by name, and returns the outputs as a tuple whose items also
go by name.

numpy has no bfloat16: such tensors are their bits as uint16, and an input may
also be float32, which is rounded.
"""

import _ctypes
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import weakref

import numpy as np
import onnx
from onnx import TensorProto
from onnx.backend import base

# Prefix of the exported symbols: one that no model's name can spoil.
PREFIX = 'network'

# As enum resnetc_element_type numbers them, which is as ONNX does.
ELEMENT_TYPES = {
    TensorProto.FLOAT: np.dtype(np.float32),
    TensorProto.UINT8: np.dtype(np.uint8),
    TensorProto.INT8: np.dtype(np.int8),
    TensorProto.UINT16: np.dtype(np.uint16),
    TensorProto.INT16: np.dtype(np.int16),
    TensorProto.INT32: np.dtype(np.int32),
    TensorProto.INT64: np.dtype(np.int64),
    TensorProto.BOOL: np.dtype(np.bool_),
    TensorProto.FLOAT16: np.dtype(np.float16),
    TensorProto.DOUBLE: np.dtype(np.float64),
    TensorProto.UINT32: np.dtype(np.uint32),
    TensorProto.UINT64: np.dtype(np.uint64),
    TensorProto.BFLOAT16: np.dtype(np.uint16),
}

# enum resnetc_status.
OK = 0
ERROR_BATCH = 2


class CompileError(Exception):
    """The compiler made nothing.  The message is what it wrote; `status` is its
    exit status: 1 where the model is at fault, and as subprocess has it the
    negative number of the signal that ended it."""

    def __init__(self, status, text):
        super().__init__(text or ending_text(status))
        self.status = status
        self.text = text


class RunError(Exception):
    """The compiled model did not run: the message says why."""


def ending_text(status):
    """How a process ended, from its exit status as subprocess has it."""
    if status >= 0:
        return 'exit status %d' % status
    try:
        return 'ended by %s' % signal.Signals(-status).name
    except ValueError:
        return 'ended by signal %d' % -status


def compile_file(model, output, flags=()):
    """Compiles a file in ONNX to a shared object, for CompiledModel."""
    command = ['resnetc', os.path.abspath(model), '-o', output,
               '--name=' + PREFIX, *flags]
    result = subprocess.run(command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding='utf-8', errors='replace', check=False)
    if result.returncode:
        raise CompileError(result.returncode, result.stdout.strip())


#------------------------------------------------------------------------------
# bfloat16
#------------------------------------------------------------------------------

def bfloat16_bits(values):
    """float32 -> uint16, rounded to nearest even."""
    bits = np.asarray(values, np.float32).view(np.uint32)
    rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16
    quiet = bits >> 16 | 0x40
    return np.where(np.isnan(values), quiet, rounded).astype(np.uint16)


def bfloat16_values(bits):
    """uint16 -> float32."""
    # numpy's own types, for a Python number would make a scalar int64.
    shifted = np.left_shift(np.asarray(bits, np.uint16).astype(np.uint32),
                            np.uint32(16))
    return shifted.view(np.float32)


#------------------------------------------------------------------------------
# A loaded shared object
#------------------------------------------------------------------------------

class TensorInfo(ctypes.Structure):
    """resnetc_tensor_info."""
    _fields_ = [('c_name', ctypes.c_char_p),
                ('element_type', ctypes.c_int32),
                ('rank', ctypes.c_int32),
                ('c_dims', ctypes.c_int64 * 8)]

    @property
    def name(self):
        return self.c_name.decode('utf-8')

    @property
    def dims(self):
        """-1 where it is the batch."""
        return tuple(self.c_dims[:self.rank])

    @property
    def dtype(self):
        return ELEMENT_TYPES[self.element_type]

    def shape(self, batch):
        return tuple(batch if d == -1 else d for d in self.dims)


class Workspace(ctypes.Structure):
    """resnetc_workspace."""
    _fields_ = [('data', ctypes.c_void_p), ('size', ctypes.c_size_t)]


class Context(ctypes.Structure):
    """resnetc_context."""
    _fields_ = [('pool', ctypes.c_void_p),
                ('parallel_for', ctypes.c_void_p),
                ('parallel_for_user', ctypes.c_void_p),
                ('parallel_for_threads', ctypes.c_int),
                ('profile', ctypes.c_void_p),
                ('profile_user', ctypes.c_void_p),
                ('communicator', ctypes.c_void_p)]


def _pointers(arrays):
    """void *[]; one more than needed, for C knows no empty arrays."""
    return (ctypes.c_void_p * (len(arrays) + 1))(
        *(array.ctypes.data for array in arrays))


def _unload(handle, directory):
    _ctypes.dlclose(handle)
    if directory:
        shutil.rmtree(directory)


class CompiledModel:
    """A shared object, loaded while this lives, and then the directory
    `temporary` is deleted.

    Not before: the loader takes a new file for one that it has loaded if that
    was deleted and the file system uses its number again.
    """

    def __init__(self, path, temporary=None):
        library = ctypes.CDLL(os.path.abspath(path))
        # An exit of the process does it, too.
        self._finalizer = weakref.finalize(self, _unload, library._handle,
                                           temporary)
        self.inputs = self._tensors(library, 'input')
        self.outputs = self._tensors(library, 'output')
        self._alignment = ctypes.c_size_t.in_dll(
            library, PREFIX + '_workspace_alignment').value
        self._run = library[PREFIX + '_run']
        self._run.argtypes = [ctypes.c_void_p, ctypes.c_void_p,
                              ctypes.c_int64, Workspace, ctypes.c_void_p]
        self._run.restype = ctypes.c_int
        self._workspace_size = library[PREFIX + '_workspace_size']
        self._workspace_size.argtypes = [ctypes.c_int64]
        self._workspace_size.restype = ctypes.c_size_t
        self._error_string = library[PREFIX + '_error_string']
        self._error_string.argtypes = [ctypes.c_int]
        self._error_string.restype = ctypes.c_char_p
        self._pool_create = library.resnetc_pool_create
        self._pool_create.argtypes = [ctypes.c_int]
        self._pool_create.restype = ctypes.c_void_p
        self._pool_destroy = library.resnetc_pool_destroy
        self._pool_destroy.argtypes = [ctypes.c_void_p]
        self._pool_destroy.restype = None

    @staticmethod
    def _tensors(library, kind):
        count = ctypes.c_int32.in_dll(library,
                                      '%s_%s_count' % (PREFIX, kind)).value
        if not count:
            return []
        return list((TensorInfo * count).in_dll(
            library, '%s_%ss' % (PREFIX, kind)))

    def run(self, arrays, allocate=np.empty, threads=1):
        """The outputs for the inputs, both in the order of the descriptors.

        `allocate` makes the arrays of the outputs and of the workspace from
        their shape and element type.
        """
        if threads == 1:
            return self._run_arrays(arrays, allocate, None)
        pool = self._pool_create(threads)
        if not pool:
            raise RunError('there is no pool of %d threads' % threads)
        try:
            return self._run_arrays(arrays, allocate,
                                    ctypes.byref(Context(pool=pool)))
        finally:
            self._pool_destroy(pool)

    def _run_arrays(self, arrays, allocate, context):
        arrays = [_checked(info, array)
                  for info, array in zip(self.inputs, arrays, strict=True)]
        batches = self._batches(arrays)
        for batch in batches:
            outputs = [allocate(info.shape(batch), info.dtype)
                       for info in self.outputs]
            status = self._run_batch(arrays, outputs, batch, allocate,
                                     context)
            if status != ERROR_BATCH:
                break
        if status != OK:
            raise RunError(self._error_string(status).decode('utf-8'))
        return outputs

    def _run_batch(self, arrays, outputs, batch, allocate, context):
        arrays = [_for_batch(info, array, batch)
                  for info, array in zip(self.inputs, arrays)]
        size = self._workspace_size(batch)
        memory = allocate((size + self._alignment,), np.dtype(np.uint8))
        start = -memory.ctypes.data % self._alignment
        workspace = Workspace(memory.ctypes.data + start, size)
        return self._run(_pointers(arrays), _pointers(outputs), batch,
                         workspace, context)

    def _batches(self, arrays):
        """The batches to try.

        Where a shape depends on the batch, it is that of the inputs, of which
        those of one image do not count, as in resnetc-run.  Where none does,
        the batch is fixed, or there is none, which is to say one; the
        descriptors do not tell which dimension is the batch, but a run refuses
        another before it does anything.
        """
        dims = [info.dims for info in self.inputs + self.outputs]
        if not any(-1 in d for d in dims):
            return list(dict.fromkeys([1] + [d[0] for d in dims if d]))
        sizes = {size for info, array in zip(self.inputs, arrays)
                 for dim, size in zip(info.dims, array.shape) if dim == -1}
        # No image at all is for the run to refuse.
        sizes = sizes - {1} or {1}
        if len(sizes) > 1:
            raise ValueError('the inputs have batches of %s' %
                             ' and '.join(map(str, sorted(sizes))))
        return list(sizes)


def _checked(info, array):
    """The input as an array of the described type and shape."""
    array = np.asarray(array)
    if (info.element_type == TensorProto.BFLOAT16 and
            array.dtype == np.float32):
        array = bfloat16_bits(array)
    if array.dtype != info.dtype:
        raise TypeError("input '%s' is of %s, not %s" %
                        (info.name, info.dtype, array.dtype))
    if (array.ndim != info.rank or
            any(d not in (-1, size)
                for d, size in zip(info.dims, array.shape))):
        raise ValueError("input '%s' has shape %s, not %s" % (
            info.name, list(info.shape('batch')), list(array.shape)))
    return array


def _for_batch(info, array, batch):
    """Dense, and one image as often as there are images."""
    return np.array(np.broadcast_to(array, info.shape(batch)), order='C',
                    copy=False)


#------------------------------------------------------------------------------
# The interface of the onnx package
#------------------------------------------------------------------------------

class Rep(base.BackendRep):
    """A compiled model with the names of its graph."""

    def __init__(self, compiled, graph):
        self.compiled = compiled
        constants = {tensor.name for tensor in graph.initializer}
        constants |= {tensor.values.name
                      for tensor in graph.sparse_initializer}
        self.all_inputs = [i.name for i in graph.input]
        self.needed_inputs = [name for name in self.all_inputs
                              if name not in constants]
        self._returned = base.namedtupledict(
            'Outputs', [o.name for o in graph.output])

    def run(self, inputs, allocate=np.empty, **kwargs):
        given = self._by_name(inputs)
        names = [info.name for info in self.compiled.inputs]
        for name in names:
            if name not in given:
                raise ValueError("input '%s' is missing" % name)
        for name in given:
            if name not in names:
                raise ValueError("the compiled model has no input '%s'" % name)
        outputs = self.compiled.run([given[name] for name in names], allocate)
        return self._returned(*outputs)

    def _by_name(self, inputs):
        if isinstance(inputs, dict):
            return inputs
        for names in (self.needed_inputs, self.all_inputs):
            if len(inputs) == len(names):
                return dict(zip(names, inputs))
        raise ValueError('%d inputs are given, the model has %d' %
                         (len(inputs), len(self.needed_inputs)))


class Backend(base.Backend):
    """`flags`, an argument of all that compile, are further ones of resnetc."""

    @classmethod
    def supports_device(cls, device):
        return device.split(':')[0] == 'CPU'

    @classmethod
    def prepare(cls, model, device='CPU', flags=(), **kwargs):
        if not cls.supports_device(device):
            raise ValueError('%s: compiled models run on the CPU' % device)
        super().prepare(model, device, **kwargs)
        directory = tempfile.mkdtemp(prefix='resnetc-')
        try:
            path = os.path.join(directory, 'model.onnx')
            shared_object = os.path.join(directory, 'model.so')
            onnx.save(model, path)
            compile_file(path, shared_object, flags)
            compiled = CompiledModel(shared_object, temporary=directory)
        except BaseException:
            shutil.rmtree(directory)
            raise
        return Rep(compiled, model.graph)

    @classmethod
    def run_node(cls, node, inputs, device='CPU', outputs_info=None, **kwargs):
        """Compiles and runs a model of one node.  Without `outputs_info`, the
        types of its outputs are what onnx infers from the inputs."""
        super().run_node(node, inputs, device, outputs_info, **kwargs)
        opset = kwargs.pop('opset_version', onnx.defs.onnx_opset_version())
        names = list(dict.fromkeys(name for name in node.input if name))
        if not isinstance(inputs, dict):
            # Like the names, each once and none for what is left out.
            inputs = dict(zip((name for name in node.input if name), inputs))
        arrays = {name: np.asarray(inputs[name]) for name in names}
        outputs = [name for name in node.output if name]
        model = onnx.helper.make_model(
            onnx.helper.make_graph(
                [node], 'node',
                [_value_info(name, array.dtype, array.shape)
                 for name, array in arrays.items()],
                [_value_info(name, *info)
                 for name, info in zip(outputs, outputs_info)]
                if outputs_info else
                [onnx.ValueInfoProto(name=name) for name in outputs]),
            opset_imports=[onnx.helper.make_opsetid(node.domain, opset)])
        if not outputs_info:
            model = onnx.shape_inference.infer_shapes(model)
        return cls.run_model(model, arrays, device, **kwargs)

    @classmethod
    def run_model(cls, model, inputs, device='CPU', **kwargs):
        return cls.prepare(model, device, **kwargs).run(inputs)


def _value_info(name, dtype, shape):
    return onnx.helper.make_tensor_value_info(
        name, onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[np.dtype(dtype)], shape)


is_compatible = Backend.is_compatible
prepare = Backend.prepare
run_model = Backend.run_model
run_node = Backend.run_node
supports_device = Backend.supports_device
