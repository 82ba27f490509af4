# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""CUDA's driver on the simulator, for objects that are loaded after it.

Streams are synchronous. Memory is one array, in which allocations are apart
from each other, and begin as NaN.
"""

import ctypes
import functools
import os
import subprocess
import tempfile

import numpy as np

import ptx_parser
from ptx_executor import launch
from shared_memory import Fault

SUCCESS, INVALID_VALUE, OUT_OF_MEMORY = 0, 1, 2
INVALID_DEVICE, INVALID_CONTEXT, NO_BINARY = 101, 201, 209
INVALID_HANDLE, NOT_FOUND, LAUNCH_FAILED = 400, 500, 719
MAJOR, MINOR = 75, 76
GAP = 256
# The number of who touches memory: from the highest bits on the launch, how many
# barriers of its block it has passed, the block and the thread in it, counted
# from one; all ones are several of them.
THREAD_MASK, BLOCK_SHIFT, EPOCH_SHIFT, LAUNCH_SHIFT = 2**11 - 1, 11, 32, 48
BLOCK_MASK = 2**EPOCH_SHIFT - 2**BLOCK_SHIFT

P, I, U, Z, L = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint, ctypes.c_size_t,
                 ctypes.c_uint64)
SIGNATURES = {
    'cuInit': [U], 'cuDriverGetVersion': [P], 'cuDeviceGet': [P, I],
    'cuDeviceGetName': [P, I, I], 'cuDeviceGetAttribute': [P, I, I],
    'cuDevicePrimaryCtxRetain': [P, I], 'cuDevicePrimaryCtxRelease_v2': [I],
    'cuCtxPushCurrent_v2': [P], 'cuCtxPopCurrent_v2': [P],
    'cuModuleLoadData': [P, P], 'cuModuleUnload': [P],
    'cuModuleGetFunction': [P, P, ctypes.c_char_p],
    'cuFuncSetAttribute': [P, I, I], 'cuMemAlloc_v2': [P, Z],
    'cuMemFree_v2': [L], 'cuMemcpyHtoDAsync_v2': [L, P, Z, P],
    'cuMemcpyDtoHAsync_v2': [P, L, Z, P],
    'cuMemsetD8Async': [L, ctypes.c_ubyte, Z, P], 'cuStreamCreate': [P, U],
    'cuStreamDestroy_v2': [P], 'cuStreamSynchronize': [P],
    'cuEventCreate': [P, U], 'cuEventDestroy_v2': [P],
    'cuEventRecord': [P, P], 'cuEventSynchronize': [P],
    'cuEventElapsedTime': [P, P, P],
    'cuLaunchKernel': [P, U, U, U, U, U, U, U, P, P, P],
    'cuGraphCreate': [P, U], 'cuGraphDestroy': [P],
    'cuGraphAddKernelNode': [P, P, P, Z, P],
    'cuGraphAddDependencies_v2': [P, P, P, P, Z],
    'cuGraphInstantiateWithFlags': [P, P, ctypes.c_ulonglong],
    'cuGraphExecDestroy': [P], 'cuGraphExecKernelNodeSetParams': [P, P, P],
    'cuGraphLaunch': [P, P], 'cuGetErrorName': [I, P],
    'cuGetErrorString': [I, P],
}


# What needs no current context.
FREE_OF_CONTEXT = {
    'cuInit', 'cuDriverGetVersion', 'cuDeviceGet', 'cuDeviceGetName',
    'cuDeviceGetAttribute', 'cuDevicePrimaryCtxRetain',
    'cuDevicePrimaryCtxRelease_v2', 'cuCtxPushCurrent_v2', 'cuGetErrorName',
    'cuGetErrorString'
}


@functools.lru_cache(None)
def _load_library():
    """What dlopen takes for libcuda.so.1 from now on."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          'fake_cuda.c')
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'libcuda.so.1')
        subprocess.run(['cc', '-shared', '-fPIC', '-O1', '-o', path, source,
                        '-Wl,-soname,libcuda.so.1'], check=True)
        return ctypes.CDLL(path)


class KernelNode(ctypes.Structure):
    """CUDA_KERNEL_NODE_PARAMS_v1"""
    _fields_ = [('function', P), ('grid', U * 3), ('block', U * 3),
                ('shared_bytes', U), ('arguments', ctypes.POINTER(P)),
                ('extra', P)]


class Memory:
    """What kernels see. Blocks of a launch are in no order, and the threads of
    one only by barriers of all of them, so that none may touch what another one
    writes; this is looked for in pairs of bytes."""

    def __init__(self, size):
        # Pages that are not touched take no memory.
        self.arena = np.zeros(size, np.uint8)
        self.base = self.arena.ctypes.data
        self.allocations = {}  # address -> size
        self.written = set()  # addresses of those that kernels write
        self.end = (-self.base) % GAP + GAP
        self.tables = {}
        # Who touched it last, as one number: see THREAD_MASK.
        self.writer = np.zeros(size // 2, np.int64)
        self.reader = np.zeros(size // 2, np.int64)
        self.stamp = np.int64(0)
        self._sort()

    def _sort(self):
        self.starts = np.array(sorted(self.allocations), np.uint64)
        self.ends = self.starts + np.array(
            [self.allocations[int(s)] for s in self.starts], np.uint64)
        self.is_output = np.array([int(s) in self.written
                                   for s in self.starts], bool)

    def allocate(self, size):
        """An address, or 0. What is given back is not used again."""
        if self.end + size + GAP > self.arena.size:
            return 0
        address = self.base + self.end
        self.end += (size + GAP - 1) // GAP * GAP + GAP
        self.allocations[address] = size
        self.view(address, size)[:] = 0xFF
        self._sort()
        return address

    def release(self, address):
        size = self.allocations.pop(address)
        self.view(address, size)[:] = 0xFF
        self.written.discard(address)
        self._sort()

    def view(self, address, size):
        offset = address - self.base
        return self.arena[offset:offset + size]

    def _find(self, addresses):
        return np.searchsorted(self.starts, addresses, 'right') - 1

    def check(self, addresses, sizes):
        """That memory was allocated; `sizes` is one number for each address."""
        found = self._find(addresses)
        good = (found >= 0) & (
            addresses + sizes.astype(np.uint64) <= self.ends[found])
        if not good.all():
            raise Fault(f'touches {int(sizes[~good][0])} bytes at global '
                        f'address {int(addresses[~good][0]):#x}, outside of '
                        'what was allocated')

    def is_written(self, addresses):
        """Whether kernels have written anything in the same allocation."""
        return self.is_output[self._find(addresses)]

    def note_written(self, addresses):
        found = np.unique(self._find(addresses))
        if not self.is_output[found].all():
            self.written |= {int(s) for s in self.starts[found]}
            self._sort()

    def begin_launch(self):
        self.stamp += np.int64(1) << LAUNCH_SHIFT

    def touch(self, addresses, sizes, threads, writes):
        """Notes an access of this launch by threads, numbered
        as above."""
        if int(sizes.min()) < 2:
            return
        count = int(sizes.max()) // 2
        first = (addresses - np.uint64(self.base)).astype(np.int64) // 2
        place = first[:, None] + np.arange(count)
        mine = np.broadcast_to((self.stamp + threads)[:, None], place.shape)
        if int(sizes.min()) != int(sizes.max()):
            inside = np.arange(count) < sizes[:, None] // 2
            place, mine = place[inside], mine[inside]
        self._check_other(self.writer[place], mine, place,
                          'touches what another thread of its launch writes')
        if writes:
            self._check_other(self.reader[place], mine, place,
                              'writes what another thread of its launch reads')
            self.writer[place] = mine
            self._check_other(self.writer[place], mine, place,
                              'writes what another thread of its launch writes')
            return
        before = self.reader[place]
        self.reader[place] = mine
        # Readers that the number does not name: of an earlier instruction, and
        # of this one. What tells of more of them is kept.
        for other in (before, self.reader[place]):
            both = np.where(other > self.stamp, other, mine)
            block_differs = (both ^ mine) & BLOCK_MASK != 0
            thread_differs = (both ^ mine) & THREAD_MASK != 0
            latest = np.maximum(both, mine)
            some = thread_differs & ~block_differs
            self.reader[place[some]] = latest[some] | THREAD_MASK
            self.reader[place[block_differs]] = (
                latest[block_differs] | BLOCK_MASK | THREAD_MASK)

    def _check_other(self, known, mine, place, what):
        """That those who are known are these, or were here before a barrier."""
        block_differs = (known ^ mine) & BLOCK_MASK != 0
        thread_differs = (known ^ mine) & THREAD_MASK != 0
        no_barrier = known >> EPOCH_SHIFT >= mine >> EPOCH_SHIFT
        bad = (known > self.stamp) & (block_differs |
                                      (thread_differs & no_barrier))
        if bad.any():
            at = self.base + 2 * int(place[bad][0])
            raise Fault(f'{what}, at global address {at:#x}')


class Driver:
    """A GPU of a compute capability, in place of an earlier one. `fails` maps a
    function's name to the call, counted from one, that fails, and its error."""

    def __init__(self, capability, version=12040, memory=1 << 28, devices=1):
        self.capability, self.version = capability, version
        self.devices = devices
        self.memory = Memory(memory)
        self.fails, self.calls = {}, {}
        self.objects, self.next = {}, 0x1000
        self.contexts, self.stack = 0, []
        self.refused = False  # whether a context could not be made current
        self.fault = None  # what a kernel did
        self.skips_kernels = False
        self.mutate = lambda text: text
        self._names, self.texts = {}, {}
        self._take_over()

    def _take_over(self):
        library = _load_library()
        self.hooks = []
        for name, types in SIGNATURES.items():
            hook = ctypes.CFUNCTYPE(I, *types)(self._guarded(name))
            self.hooks.append(hook)
            if not library.fake_cuda_set(name.encode(),
                                         ctypes.cast(hook, ctypes.c_void_p)):
                raise KeyError(name)

    def _guarded(self, name):
        method = getattr(self, name.split('_')[0])

        def call(*arguments):
            self.calls[name] = self.calls.get(name, 0) + 1
            if name not in FREE_OF_CONTEXT and not self.stack:
                self.fault = self.fault or f'{name}: no context is current'
                return INVALID_CONTEXT
            number, error = self.fails.get(name, (0, SUCCESS))
            if number == self.calls[name]:
                self.refused |= name == 'cuCtxPushCurrent_v2'
                return error
            try:
                return method(*arguments) or SUCCESS
            except (Fault, ptx_parser.PTXError) as fault:
                self.fault = self.fault or str(fault)
                return LAUNCH_FAILED
            except KeyError as handle:
                # Of what never was, or has been given back.
                self.fault = self.fault or f'{name}: no object {handle}'
                return INVALID_HANDLE

        return call

    def live(self):
        """How many objects and allocations have not been given back."""
        return (len(self.objects) + len(self.memory.allocations) +
                self.contexts + len(self.stack))

    def forget(self):
        """Gives back all that is left."""
        for address in list(self.memory.allocations):
            self.memory.release(address)
        self.objects.clear()
        self.stack.clear()
        self.contexts, self.refused = 0, False

    def _new(self, pointer, thing):
        self.next += 16
        self.objects[self.next] = thing
        ctypes.c_void_p.from_address(pointer).value = self.next

    # Devices ---------------------------------------------------------------

    def cuInit(self, _):
        return SUCCESS

    def cuDriverGetVersion(self, version):
        ctypes.c_int.from_address(version).value = self.version

    def cuDeviceGet(self, device, number):
        if number >= self.devices:
            return INVALID_DEVICE
        ctypes.c_int.from_address(device).value = number
        return SUCCESS

    def cuDeviceGetName(self, name, size, _):
        text = b'simulator'[:size - 1] + b'\0'
        ctypes.memmove(name, text, len(text))

    def cuDeviceGetAttribute(self, value, attribute, _):
        ctypes.c_int.from_address(value).value = self.capability[
            {MAJOR: 0, MINOR: 1}[attribute]]

    def cuDevicePrimaryCtxRetain(self, context, _):
        self.contexts += 1
        ctypes.c_void_p.from_address(context).value = 0x100

    def cuDevicePrimaryCtxRelease(self, _):
        self.contexts -= 1
        # The context takes with it what nobody could give back without it.
        if not self.contexts and self.refused:
            self.forget()

    def cuCtxPushCurrent(self, context):
        if context != 0x100 or not self.contexts:
            return INVALID_CONTEXT
        self.stack.append(context)
        return SUCCESS

    def cuCtxPopCurrent(self, context):
        ctypes.c_void_p.from_address(context).value = self.stack.pop()

    # Modules ---------------------------------------------------------------

    def cuModuleLoadData(self, module, image):
        text = ctypes.string_at(image)
        if text.startswith(b'\x7fELF'):
            return NO_BINARY
        parsed = ptx_parser.parse(self.mutate(text.decode()))
        tables = []
        for name, data in parsed.tables.items():
            address = self.memory.allocate(len(data))
            if not address:
                for table in tables:
                    self.memory.release(table)
                return OUT_OF_MEMORY
            self.memory.view(address, len(data))[:] = np.frombuffer(
                data, np.uint8)
            self.memory.tables[name] = address
            tables.append(address)
        self._new(module, (parsed, tables, {}))
        return SUCCESS

    def cuModuleUnload(self, module):
        for address in self.objects.pop(module)[1]:
            self.memory.release(address)

    def cuModuleGetFunction(self, function, module, name):
        parsed, _, known = self.objects[module]
        name = name.decode()
        if name not in parsed.functions:
            return NOT_FOUND
        # A function is an object of its module.
        if name not in known:
            self.next += 16
            known[name] = self.next
            self._names[self.next] = (parsed, name)
        ctypes.c_void_p.from_address(function).value = known[name]
        return SUCCESS

    def cuFuncSetAttribute(self, *_):
        return SUCCESS

    # Memory ----------------------------------------------------------------

    def cuMemAlloc(self, pointer, size):
        address = self.memory.allocate(size) if size else 0
        ctypes.c_uint64.from_address(pointer).value = address
        return SUCCESS if address else OUT_OF_MEMORY

    def cuMemFree(self, address):
        self.memory.release(address)

    def _range(self, address, size):
        self.memory.check(np.array([address], np.uint64), np.array([size]))
        return self.memory.view(address, size)

    def cuMemcpyHtoDAsync(self, to, source, size, _):
        self._range(to, size)[:] = np.frombuffer(
            ctypes.string_at(source, size), np.uint8)

    def cuMemcpyDtoHAsync(self, to, source, size, _):
        ctypes.memmove(to, self._range(source, size).tobytes(), size)

    def cuMemsetD8Async(self, to, value, size, _):
        self._range(to, size)[:] = value

    # Streams and events ----------------------------------------------------

    def cuStreamCreate(self, stream, _):
        self._new(stream, 'stream')

    def cuStreamDestroy(self, stream):
        del self.objects[stream]

    def cuStreamSynchronize(self, _):
        return SUCCESS

    def cuEventCreate(self, event, _):
        self._new(event, 'event')

    def cuEventDestroy(self, event):
        del self.objects[event]

    def cuEventRecord(self, *_):
        return SUCCESS

    def cuEventSynchronize(self, _):
        return SUCCESS

    def cuEventElapsedTime(self, milliseconds, *_):
        ctypes.c_float.from_address(milliseconds).value = 1

    # Kernels ---------------------------------------------------------------

    def _parameters(self, function, arguments):
        module, name = self._names[function]
        sizes = [size for _, size in module.functions[name].parameters.values()]
        return [int.from_bytes(ctypes.string_at(arguments[i], size), 'little')
                for i, size in enumerate(sizes)]

    def _launch(self, kernel, overlaps):
        module, name = self._names[kernel['function']]
        if kernel['threads'] != module.functions[name].threads:
            raise Fault(f'{name} is launched with {kernel["threads"]} threads')
        if self.skips_kernels:
            return
        launch(module, name, kernel['grid'], kernel['shared_bytes'],
               kernel['parameters'], self.memory, overlaps)

    def cuLaunchKernel(self, function, grid, _1, _2, threads, _3, _4, shared,
                       _5, arguments, _6):
        arguments = ctypes.cast(arguments, ctypes.POINTER(P))
        self._launch(dict(function=function, grid=grid, threads=threads,
                          shared_bytes=shared, parameters=self._parameters(
                              function, arguments)), False)

    # Graphs ----------------------------------------------------------------

    def _kernel(self, address):
        node = KernelNode.from_address(address)
        return dict(function=node.function, grid=node.grid[0],
                    threads=node.block[0], shared_bytes=node.shared_bytes,
                    parameters=self._parameters(node.function, node.arguments))

    def cuGraphCreate(self, graph, _):
        self._new(graph, {})  # node -> kernel, those before it, overlaps

    def cuGraphDestroy(self, graph):
        del self.objects[graph]

    def cuGraphAddKernelNode(self, node, graph, dependencies, count, kernel):
        before = [ctypes.c_void_p.from_address(dependencies + 8 * i).value
                  for i in range(count)]
        self.next += 16
        self.objects[graph][self.next] = dict(kernel=self._kernel(kernel),
                                              before=before, overlaps=False)
        ctypes.c_void_p.from_address(node).value = self.next

    def cuGraphAddDependencies(self, graph, before, after, edges, count):
        nodes = self.objects[graph]
        for i in range(count):
            first = ctypes.c_void_p.from_address(before + 8 * i).value
            node = nodes[ctypes.c_void_p.from_address(after + 8 * i).value]
            node['before'].append(first)
            port, _, kind = ctypes.string_at(edges + 8 * i, 3)
            if (port, kind) != (1, 1):
                return INVALID_VALUE
            node['overlaps'] = True
        return SUCCESS

    def cuGraphInstantiateWithFlags(self, pointer, graph, _):
        nodes = self.objects[graph]
        # All are a chain: a kernel needs what those before it have written.
        last = None
        for number, node in nodes.items():
            if last is not None and node['before'] != [last]:
                raise Fault('a kernel does not wait for the one before it')
            last = number
        self._new(pointer, {number: dict(node) for number, node in
                            nodes.items()})

    def cuGraphExecDestroy(self, graph):
        del self.objects[graph]

    def cuGraphExecKernelNodeSetParams(self, graph, node, kernel):
        self.objects[graph][node]['kernel'] = self._kernel(kernel)

    def cuGraphLaunch(self, graph, _):
        for node in self.objects[graph].values():
            self._launch(node['kernel'], node['overlaps'])

    # Errors ----------------------------------------------------------------

    def _text(self, text, pointer):
        kept = self.texts.setdefault(text, ctypes.create_string_buffer(text))
        ctypes.c_void_p.from_address(pointer).value = ctypes.addressof(kept)

    def cuGetErrorName(self, error, text):
        self._text(b'CUDA_ERROR_%d' % error, text)

    def cuGetErrorString(self, error, text):
        self._text(b'error %d' % error, text)
