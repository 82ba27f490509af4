# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Executes a launch of a kernel in PTX: threads are elements of arrays.

Those at the lowest instruction go first, so that threads that took different
ways meet again where the ways do. A thread at a barrier waits for the others of
its block.
"""

import numpy as np

from ptx_arithmetic import TYPES, UNSIGNED, arithmetic, parse_immediate
from ptx_matrices import ldmatrix, mma, wgmma, whole_warps
from ptx_parser import PTXError
from shared_memory import BASE, WARP, Fault, SharedMemory

# Threads at a time; and blocks, where races are looked for.
CHUNK_THREADS, CHECKED_BLOCKS = 16384, 2
NEVER = np.int32(2**30)


class Copy:
    """cp.async of some threads that have not waited for it. `source` are words
    of global memory, of which bytes count where `mask` has ones."""

    def __init__(self, threads, words, values, source, mask):
        self.threads, self.words, self.values = threads, words, values
        self.source, self.mask = source, mask
        self.group = np.full(threads.size, NEVER)

    def part(self, keep):
        copy = Copy(self.threads[keep], self.words[keep], self.values[keep],
                    self.source[keep], self.mask[keep])
        copy.group = self.group[keep]
        return copy


class Run:
    """Some blocks of a launch."""

    def __init__(self, function, blocks, shared_bytes, parameters, memory,
                 overlaps, check_races):
        self.function, self.memory, self.overlaps = function, memory, overlaps
        self.parameters = parameters
        self.blocks = np.asarray(blocks)
        threads = function.threads
        self.threads_of_block = threads
        self.count = threads * self.blocks.size
        self.every = np.arange(self.count)
        self.shared = SharedMemory(self.blocks.size, threads, shared_bytes,
                                   check_races)
        self.registers = {}
        self.index = None  # The threads that execute now, or None for all.
        self.waiting = np.full(self.count, -1)  # for which barrier
        self.resume = np.zeros(self.count, np.int64)
        self.expected = np.zeros(self.count, np.int64)
        self.done = np.zeros(self.count, bool)
        self.copies, self.committed = [], np.zeros(self.count, np.int32)
        self.wgmma_fenced = np.zeros(self.count, bool)
        self.wgmma_committed = np.zeros(self.count, np.int32)
        self.wgmma_finished = np.zeros(self.count, np.int32)
        self.wgmma_reads = []
        # Accumulators of wgmma: of which threads something else wrote them
        # since their last wgmma.fence.
        self.written_after_fence = {
            register: np.zeros(self.count, bool)
            for register in function.accumulators()}
        self.accumulators = {}  # register -> group of wgmma, of each thread
        self.epoch = np.zeros(self.count, np.int64)
        self.dependency_met = np.zeros(self.count, bool)

    # Threads ---------------------------------------------------------------

    def threads(self):
        return self.every if self.index is None else self.index

    def block_of(self, threads):
        return threads // self.threads_of_block

    def warp_of(self, threads):
        return threads % self.threads_of_block // WARP

    def place(self):
        """Block, warp and lane of the threads that execute now."""
        threads = self.threads()
        return (self.block_of(threads), self.warp_of(threads),
                threads % self.threads_of_block % WARP)

    # Operands --------------------------------------------------------------

    def read(self, name, of_wgmma=False):
        values = self.registers.get(name)
        if values is None:
            raise Fault(f'{name} is read before it is written')
        if name in self.accumulators and not of_wgmma:
            group = self.accumulators[name][self.threads()]
            if (group >= self.wgmma_finished[self.threads()]).any():
                raise Fault(f'{name} is read before wgmma.wait_group')
        return values if self.index is None else values[self.index]

    def write(self, name, values, of_wgmma=False):
        if name in self.written_after_fence and not of_wgmma:
            self.written_after_fence[name][self.threads()] = True
        if name in self.accumulators and not of_wgmma:
            group = self.accumulators[name]
            group[self.threads()] = -1
        kind = UNSIGNED[values.dtype.itemsize]
        if values.dtype != np.bool_:
            values = values.view(kind)
        if self.index is None:
            if np.ndim(values) == 0:
                values = np.full(self.count, values)
            self.registers[name] = values
            return
        old = self.registers.get(name)
        new = (np.zeros(self.count, values.dtype) if old is None else
               old.copy())
        new[self.index] = values
        self.registers[name] = new

    def operand(self, text, kind):
        """The values of a register or a number."""
        if text in self.registers:
            values = self.read(text)
            if kind in (np.bool_, values.dtype):
                return values
            if values.dtype.itemsize != np.dtype(kind).itemsize:
                return values.astype(kind)  # of shifts
            return values.view(kind)
        if text.startswith('%'):
            return self.special(text).astype(kind)
        if text[0].isdigit() or text[0] == '-':
            return parse_immediate(text, kind)
        if text == 'resnetc_shared':
            return np.array([BASE], kind)[0]
        if text in self.memory.tables:
            return np.array([self.memory.tables[text]], kind)[0]
        raise Fault(f'{text} is read before it is written')

    def special(self, name):
        threads = self.threads()
        if name == '%tid.x':
            return threads % self.threads_of_block
        if name == '%laneid':
            return threads % self.threads_of_block % WARP
        if name == '%ctaid.x':
            return self.blocks[self.block_of(threads)]
        if name == '%ntid.x':
            return np.full(threads.size, self.threads_of_block)
        raise Fault(f'{name} is read before it is written')

    def address(self, text):
        """Of [register+offset]."""
        base, _, offset = text[1:-1].partition('+')
        values = self.operand(base, np.uint64)
        if np.ndim(values) == 0:
            values = np.full(self.threads().size, values)
        return values + np.uint64(int(offset or '0', 0) % 2**64)

    # Memory ----------------------------------------------------------------

    def touch_global(self, addresses, sizes, writes):
        """Checks an access of the threads that execute now."""
        sizes = np.broadcast_to(sizes, addresses.shape)
        self.memory.check(addresses, sizes)
        threads = self.threads()
        if self.overlaps:
            early = ~self.dependency_met[threads]
            if early.any() and (
                    writes or self.memory.is_written(addresses[early]).any()):
                raise Fault(('writes' if writes else 'reads what a kernel '
                             'writes') + ' before griddepcontrol.wait')
        number = ((self.epoch[threads] << 32) +
                  (self.blocks[self.block_of(threads)] << 11) +
                  threads % self.threads_of_block + 1)
        self.memory.touch(addresses, sizes, number, writes)
        if writes:
            self.memory.note_written(addresses)

    def check_alignment(self, addresses, size):
        if (addresses % np.uint64(size)).any():
            raise Fault(f'a global address that is no multiple of {size}')

    def global_words(self, addresses, size, count):
        view = self.memory.arena.view(UNSIGNED[size])
        first = (addresses - np.uint64(self.memory.base)) // np.uint64(size)
        return view, first.astype(np.int64)[:, None] + np.arange(count)

    def load_global(self, registers, address, size):
        addresses = self.address(address)
        self.check_alignment(addresses, size * len(registers))
        self.touch_global(addresses, size * len(registers), False)
        view, words = self.global_words(addresses, size, len(registers))
        values = view[words]
        for i, register in enumerate(registers):
            self.write(register, np.ascontiguousarray(values[:, i]))

    def store_global(self, address, operands, size):
        addresses = self.address(address)
        self.check_alignment(addresses, size * len(operands))
        self.touch_global(addresses, size * len(operands), True)
        view, words = self.global_words(addresses, size, len(operands))
        for i, operand in enumerate(operands):
            view[words[:, i]] = self.operand(operand, UNSIGNED[size])

    def shared_words(self, address, size):
        block, warp, lane = self.place()
        words = self.shared.locate(block, self.address(address), size)
        return block, warp, lane, words

    def load_shared(self, registers, address, size):
        if size != 4:
            raise PTXError('ld.shared of other than words')
        block, warp, lane, words = self.shared_words(address,
                                                     4 * len(registers))
        self.shared.check_read(block, warp, lane, words)
        values = self.shared.load(words)
        for i, register in enumerate(registers):
            self.write(register, np.ascontiguousarray(values[:, i]))

    def store_shared(self, address, operands, size):
        if size != 4:
            raise PTXError('st.shared of other than words')
        block, warp, lane, words = self.shared_words(address, 4 * len(operands))
        self.shared.check_write(block, warp, lane, words)
        for i, operand in enumerate(operands):
            self.shared.store(words[:, i], self.operand(operand, np.uint32))

    # Asynchronous copies ---------------------------------------------------

    def copy_async(self, operands):
        size = int(operands[2])
        taken = np.full(self.threads().size, size, np.int64)
        if len(operands) > 3:
            taken[:] = self.operand(operands[3], np.uint32)
        if (taken > size).any():
            raise Fault(f'copies {int(taken.max())} bytes of {size}')
        block, warp, lane, words = self.shared_words(operands[0], size)
        self.shared.check_write(block, warp, lane, words, pending=True)
        addresses = self.address(operands[1])
        self.check_alignment(addresses, size)
        # What is not copied is zero, and need not be memory that there is.
        source = np.zeros(words.shape, np.int64)
        inside = taken > 0
        if inside.any():
            index = self.index
            self.index = self.threads()[inside]
            self.touch_global(addresses[inside], taken[inside], False)
            _, source[inside] = self.global_words(addresses[inside], 4,
                                                  size // 4)
            self.index = index
        bytes_of_word = np.clip(
            taken[:, None] - 4 * np.arange(words.shape[1]), 0, 4)
        mask = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF],
                        np.uint32)[bytes_of_word]
        values = self.memory.arena.view(np.uint32)[source] & mask
        self.copies.append(Copy(self.threads(), words, values, source, mask))

    def commit_copies(self):
        now = np.zeros(self.count, bool)
        now[self.threads()] = True
        for copy in self.copies:
            mine = (copy.group == NEVER) & now[copy.threads]
            copy.group[mine] = self.committed[copy.threads[mine]]
        self.committed[self.threads()] += 1

    def wait_copies(self, pending):
        now = np.zeros(self.count, bool)
        now[self.threads()] = True
        rest = []
        for copy in self.copies:
            finished = now[copy.threads] & (
                copy.group < self.committed[copy.threads] - pending)
            if finished.any():
                done = copy if finished.all() else copy.part(finished)
                # It may have been read as late as now.
                now_there = self.memory.arena.view(np.uint32)[done.source]
                if ((now_there & done.mask) != done.values).any():
                    raise Fault('what cp.async copies was overwritten before '
                                'it was waited for')
                self.shared.store(done.words, done.values)
                self.shared.end_writes(self.block_of(done.threads),
                                       self.warp_of(done.threads), done.words)
            if not finished.all():
                rest.append(copy.part(~finished) if finished.any() else copy)
        self.copies = rest

    # wgmma -----------------------------------------------------------------

    def check_wgmma_fence(self, registers):
        threads = self.threads()
        if not self.wgmma_fenced[threads].all():
            raise Fault('wgmma without a fence before it')
        # Products of the same shape are in order without one.
        for register in registers:
            touched = self.written_after_fence.get(register)
            if touched is not None and touched[threads].any():
                raise Fault(f'{register} is written between wgmma.fence and '
                            'wgmma')

    def start_wgmma(self, registers, groups, words, used):
        threads = self.threads()
        for register in registers:
            group = self.accumulators.setdefault(
                register, np.full(self.count, -1, np.int32))
            group[threads] = self.wgmma_committed[threads]
        self.wgmma_reads.append((groups, words, used,
                                 self.wgmma_committed[groups[:, 0]]))

    def commit_wgmma(self):
        whole_warps(self)
        self.wgmma_committed[self.threads()] += 1
        self.wgmma_fenced[self.threads()] = False

    def wait_wgmma(self, pending):
        whole_warps(self)
        threads = self.threads()
        self.wgmma_finished[threads] = np.maximum(
            self.wgmma_finished[threads], self.wgmma_committed[threads] -
            pending)
        rest = []
        for groups, words, used, number in self.wgmma_reads:
            finished = number < self.wgmma_finished[groups[:, 0]]
            # They may have been read as late as now.
            if (self.shared.load(words[finished]) != used[finished]).any():
                raise Fault('what wgmma multiplies was overwritten before it '
                            'was waited for')
            for w in range(4):
                warp = groups[finished, w * WARP]
                self.shared.end_reads(self.block_of(warp), self.warp_of(warp),
                                      words[finished])
            if not finished.all():
                rest.append((groups[~finished], words[~finished],
                             used[~finished], number[~finished]))
        self.wgmma_reads = rest
        # Words that a later product reads, too, are still being read.
        for groups, words, _, _ in rest:
            for w in range(4):
                warp = groups[:, w * WARP]
                self.shared.check_read(
                    self.block_of(warp), self.warp_of(warp),
                    np.zeros_like(warp), words, pending=True)

    # Barriers --------------------------------------------------------------

    def wait_at_barrier(self, operands, instruction):
        whole_warps(self)
        threads = self.threads()
        self.waiting[threads] = self.operand(operands[0], np.uint32)
        self.expected[threads] = (self.operand(operands[1], np.uint32)
                                  if len(operands) > 1 else
                                  self.threads_of_block)
        self.resume[threads] = instruction + 1
        released = []
        blocks = self.blocks.size
        for number in np.unique(self.waiting[threads]):
            here = np.flatnonzero(self.waiting == number)
            arrived = np.bincount(self.block_of(here), minlength=blocks)
            expected = np.zeros(blocks, np.int64)
            expected[self.block_of(here)] = self.expected[here]
            if (arrived > expected).any():
                raise Fault(f'too many threads at barrier {number}')
            full = (arrived == expected) & (arrived > 0)
            free = here[full[self.block_of(here)]]
            if not free.size:
                continue
            members = np.zeros((blocks, self.shared.warps), bool)
            members[self.block_of(free), self.warp_of(free)] = True
            which = np.flatnonzero(full)
            self.shared.barrier(which, members[which])
            self.waiting[free] = -1
            self.epoch[free] += self.expected[free] == self.threads_of_block
            released.append(free)
        return released

    # Instructions ----------------------------------------------------------

    def execute(self, instruction):
        """One that neither branches nor waits for other threads."""
        opcode, operands = instruction.opcode, instruction.operands
        parts = opcode.split('.')
        if opcode == 'mov.b32' and isinstance(operands[1], list):
            low, high = (self.operand(x, np.uint16) for x in operands[1])
            both = np.broadcast_arrays(low, high)
            self.write(operands[0], np.ascontiguousarray(
                np.stack(both, axis=-1)).view(np.uint32).reshape(-1))
        elif opcode == 'mov.b32' and isinstance(operands[0], list):
            words = np.ascontiguousarray(self.operand(operands[1], np.uint32))
            pair = words.view(np.uint16).reshape(-1, 2)
            for i, register in enumerate(operands[0]):
                self.write(register, np.ascontiguousarray(pair[:, i]))
        elif parts[0] == 'mov' and operands[1] in self.accumulators:
            self.move_accumulator(*operands)
        elif parts[0] in ('ld', 'st'):
            self.access(parts, operands)
        elif opcode.startswith('cp.async.c') and 'shared.global' in opcode:
            self.copy_async(operands)
        elif opcode == 'cp.async.commit_group':
            self.commit_copies()
        elif opcode == 'cp.async.wait_group':
            self.wait_copies(int(operands[0]))
        elif parts[0] == 'ldmatrix':
            ldmatrix(self, opcode, operands)
        elif parts[0] == 'mma':
            mma(self, opcode, operands)
        elif opcode.startswith('wgmma.mma_async'):
            wgmma(self, opcode, operands)
        elif opcode.startswith('wgmma.fence'):
            whole_warps(self)
            self.wgmma_fenced[self.threads()] = True
            for touched in self.written_after_fence.values():
                touched[self.threads()] = False
        elif opcode.startswith('wgmma.commit_group'):
            self.commit_wgmma()
        elif opcode.startswith('wgmma.wait_group'):
            self.wait_wgmma(int(operands[0]))
        elif opcode.startswith('fence.proxy.async'):
            self.shared.fence_proxy(*self.place())
        elif opcode == 'griddepcontrol.wait':
            self.dependency_met[self.threads()] = True
        elif opcode == 'griddepcontrol.launch_dependents':
            pass
        else:
            self.compute(opcode, operands)

    def move_accumulator(self, to, source):
        """A copy that the assembler leaves out may be of sums on their way."""
        group = self.accumulators[source][self.threads()]
        self.write(to, self.read(source, of_wgmma=True))
        groups = np.full(self.count, -1, np.int32)
        groups[self.threads()] = group
        self.accumulators[to] = groups

    def access(self, parts, operands):
        space, size = parts[1], np.dtype(TYPES[parts[-1]]).itemsize
        if space == 'param':
            name, _, offset = operands[1][1:-1].partition('+')
            index, _ = self.function.parameters[name]
            value = self.parameters[index] >> (8 * int(offset or '0'))
            self.write(operands[0], np.array(
                [value & (2**(8 * size) - 1)], UNSIGNED[size])[0])
            return
        if space not in ('global', 'shared'):
            raise PTXError('.'.join(parts))
        place, values = operands if parts[0] == 'st' else operands[::-1]
        values = values if isinstance(values, list) else [values]
        if parts[0] == 'st':
            store = (self.store_global if space == 'global' else
                     self.store_shared)
            store(place, values, size)
        else:
            load = self.load_global if space == 'global' else self.load_shared
            load(values, place, size)

    def compute(self, opcode, operands):
        known = arithmetic(opcode)
        if not known:
            raise PTXError(opcode)
        function, result, kinds = known
        values = [self.operand(operand, TYPES[kind])
                  for operand, kind in zip(operands[1:], kinds)]
        value = np.asarray(function(*values))
        kind = TYPES[result]
        if value.dtype != kind and value.dtype.itemsize != np.dtype(
                kind).itemsize:
            value = value.astype(kind)
        self.write(operands[0], np.ascontiguousarray(value)
                   if value.ndim else value[()])

    def run(self):
        """Until all threads have returned."""
        fragments = {0: self.every}
        code = self.function.instructions
        while fragments:
            at = min(fragments)
            threads = fragments.pop(at)
            while True:
                self.index = None if threads.size == self.count else threads
                instruction = code[at]
                try:
                    nexts = self.step(instruction, at, threads)
                except Fault as fault:
                    raise Fault(f'{self.function.name}: {instruction.text}: '
                                f'{fault}') from None
                for to, those in nexts:
                    if to in fragments:
                        those = np.sort(np.concatenate([fragments[to], those]))
                    fragments[to] = those
                if len(nexts) == 1 and len(fragments) == 1:
                    (at, threads), = fragments.items()
                    fragments.clear()
                    continue
                break
        if not self.done.all():
            raise Fault(f'{self.function.name}: threads wait at barrier '
                        f'{self.waiting[~self.done][0]} forever')
        if self.copies or self.wgmma_reads:
            raise Fault(f'{self.function.name} ends before its copies and '
                        'products do')
        # What comes after this kernel counts on the end of those before.
        if self.overlaps and not self.dependency_met.all():
            raise Fault(f'{self.function.name} ends without '
                        'griddepcontrol.wait')

    def step(self, instruction, at, threads):
        """Where threads go: pairs of an instruction and threads."""
        taken = threads
        if instruction.guard:
            condition = self.operand(instruction.guard, np.bool_)
            if np.ndim(condition) == 0:
                condition = np.full(threads.size, condition)
            if instruction.negated:
                condition = ~condition
            taken = threads[condition]
        opcode = instruction.opcode
        if opcode.startswith('bra'):
            target = self.function.labels[instruction.operands[0]]
            if taken.size == threads.size:
                return [(target, threads)]
            if not taken.size:
                return [(at + 1, threads)]
            return [(target, taken), (at + 1, threads[~condition])]
        if opcode == 'ret':
            self.done[taken] = True
            rest = threads[~condition] if instruction.guard else threads[:0]
            return [(at + 1, rest)] if rest.size else []
        if opcode.startswith(('bar.sync', 'barrier.sync')):
            if instruction.guard:
                raise PTXError('a barrier for some threads')
            released = self.wait_at_barrier(instruction.operands, at)
            return [(int(to), those[self.resume[those] == to])
                    for those in released for to in np.unique(
                        self.resume[those])]
        if taken.size:
            self.index = None if taken.size == self.count else taken
            self.execute(instruction)
        return [(at + 1, threads)]


def launch(module, name, grid, shared_bytes, parameters, memory, overlaps):
    """Runs a kernel of `grid` blocks. `parameters` are numbers."""
    function = module.functions[name]
    ends = min(CHECKED_BLOCKS, (grid + 1) // 2)
    checked = sorted({*range(ends), *range(grid - ends, grid)})
    rest = np.arange(ends, grid - ends)
    step = max(1, CHUNK_THREADS // function.threads)
    runs = [(checked, True)] + [(rest[i:i + step], False)
                                for i in range(0, rest.size, step)]
    memory.begin_launch()
    with np.errstate(all='ignore'):
        for blocks, check_races in runs:
            run = Run(function, blocks, shared_bytes, parameters, memory,
                      overlaps, check_races)
            run.run()
