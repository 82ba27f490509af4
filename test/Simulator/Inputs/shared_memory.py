# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shared memory of thread blocks, which tells of races.

Order between warps is by vector clocks (FastTrack; Flanagan and Freund,
"FastTrack: Efficient and Precise Dynamic Race Detection", PLDI 2009): a warp's
clock counts the barriers that it has passed, and a barrier makes known to its
warps what each knew. Threads of a warp share its clock: between two barriers
none of them may read what another one writes.

Copies that have not been waited for, and what wgmma reads, have the clock
PENDING, which no other clock reaches.
"""

import numpy as np

WARP = 32
PENDING = np.int32(2**30)
MANY = np.int8(-1)
# Where it starts; descriptors of wgmma hold 14 bits of an address / 16.
BASE = 1024


class Fault(Exception):
    """What a GPU need not do as it is meant."""


class SharedMemory:
    """Of `blocks` blocks of `threads` threads; races are looked for in words
    of four bytes."""

    def __init__(self, blocks, threads, size, check_races):
        self.size = (size + 15) // 16 * 16
        self.words = self.size // 4
        self.warps = (threads + WARP - 1) // WARP
        self.check_races = check_races
        self.data = np.full(blocks * self.words, 0xFFFFFFFF, np.uint32)
        if not check_races:
            return
        self.clock = np.zeros((blocks, self.warps, self.warps), np.int32)
        own = np.arange(self.warps)
        self.clock[:, own, own] = 1
        n = blocks * self.words
        self.write_warp = np.zeros(n, np.int8)
        self.write_lane = np.zeros(n, np.int8)
        self.write_clock = np.zeros(n, np.int32)
        # When the writer made it visible to the asynchronous proxy.
        self.fence_clock = np.full(n, PENDING, np.int32)
        self.read_clock = np.zeros((n, self.warps), np.int32)
        self.read_lane = np.full((n, self.warps), MANY, np.int8)

    def locate(self, block, address, size):
        """Indices of words, one row for each address."""
        offset = address.astype(np.int64) - BASE
        bad = (offset < 0) | (offset + size > self.size)
        if bad.any():
            raise Fault(f'shared address {int(offset[bad][0])} of a block of '
                        f'{self.size} bytes')
        if (offset % size).any():
            raise Fault(f'shared address {int(offset[offset % size != 0][0])} '
                        f'for {size} bytes')
        first = block * self.words + offset // 4
        return first[:, None] + np.arange(max(1, size // 4))

    def _ordered_after_write(self, known, warp, lane, words):
        """Whether threads may touch words that others have written."""
        by, at = self.write_warp[words], self.write_clock[words]
        mine = by == warp
        knows = np.take_along_axis(known, by.astype(np.int64), axis=1) >= at
        own = np.take_along_axis(known, warp, axis=1)
        return np.where(
            mine, (at < own) | ((self.write_lane[words] == lane) & (at <= own)),
            knows)

    def check_read(self, block, warp, lane, words, pending=False):
        if not self.check_races:
            return
        warp, lane = warp[:, None], lane[:, None]
        known = self.clock[block, warp[:, 0]]
        good = self._ordered_after_write(known, warp, lane, words)
        if not good.all():
            raise Fault('reads shared memory that another thread writes')
        own = np.take_along_axis(known, warp, axis=1)
        flat = words.ravel()
        warps = np.broadcast_to(warp, words.shape).ravel()
        lanes = np.broadcast_to(lane, words.shape).ravel().astype(np.int8)
        clocks = np.broadcast_to(own, words.shape).ravel()
        old_clock = self.read_clock[flat, warps]
        if pending:
            self.read_clock[flat, warps] = PENDING
            self.read_lane[flat, warps] = MANY
            return
        keep = old_clock >= PENDING
        same = (old_clock == clocks) & (self.read_lane[flat, warps] != lanes)
        self.read_lane[flat, warps] = lanes
        # The same instruction may read a word with several lanes, too.
        several = same | (self.read_lane[flat, warps] != lanes)
        self.read_lane[flat[several], warps[several]] = MANY
        self.read_clock[flat, warps] = np.where(keep, PENDING, clocks)

    def end_reads(self, block, warp, words):
        """Of what was read with `pending`."""
        if self.check_races:
            self.read_clock[words, warp[:, None]] = self.clock[
                block, warp, warp][:, None]

    def check_write(self, block, warp, lane, words, pending=False):
        if not self.check_races:
            return
        warp, lane = warp[:, None], lane[:, None]
        known = self.clock[block, warp[:, 0]]
        own = np.take_along_axis(known, warp, axis=1)
        if not self._ordered_after_write(known, warp, lane, words).all():
            raise Fault('writes shared memory that another thread writes')
        reads, lanes = self.read_clock[words], self.read_lane[words]
        mine = np.arange(self.warps) == warp[:, :, None]
        good = np.where(
            mine, (reads < own[:, :, None]) |
            ((lanes == lane[:, :, None]) & (reads <= own[:, :, None])),
            known[:, None, :] >= reads)
        if not good.all():
            raise Fault('writes shared memory that another thread reads')
        self.write_warp[words] = warp
        self.write_lane[words] = lane
        clock = np.broadcast_to(own, words.shape)
        self.write_clock[words] = PENDING if pending else clock
        self.fence_clock[words] = PENDING
        if ((self.write_lane[words] != lane) |
                (self.write_warp[words] != warp)).any():
            raise Fault('several threads write a word of shared memory at once')

    def end_writes(self, block, warp, words):
        if self.check_races:
            self.write_clock[words] = self.clock[block, warp, warp][:, None]

    def load(self, words):
        return self.data[words]

    def store(self, words, values):
        self.data[words] = values

    def fence_proxy(self, block, warp, lane):
        """fence.proxy.async: what these threads have written."""
        if not self.check_races:
            return
        shape = (-1, self.words)
        threads = np.zeros((self.clock.shape[0], self.warps * WARP), bool)
        threads[block, warp * WARP + lane] = True
        writer = (self.write_warp.astype(np.int32) * WARP +
                  self.write_lane).reshape(shape)
        written = self.write_clock.reshape(shape)
        mine = np.take_along_axis(threads, writer, axis=1)
        mine &= (written > 0) & (written < PENDING)
        blocks, words = np.nonzero(mine)
        flat = blocks * self.words + words
        by = self.write_warp[flat]
        clock = self.clock[blocks, by, by]
        # A fence repeated changes nothing.
        self.fence_clock[flat] = np.minimum(self.fence_clock[flat], clock)

    def check_proxy(self, block, warp, words):
        """That the asynchronous proxy of a warp sees what words hold."""
        if not self.check_races:
            return
        at, by = self.fence_clock[words], self.write_warp[words]
        known = self.clock[block, warp]
        knows = np.take_along_axis(known, by.astype(np.int64), axis=1)
        own = known[np.arange(warp.size), warp][:, None]
        good = np.where(by == warp[:, None], at < own, knows >= at)
        if not (good & (at < PENDING)).all():
            raise Fault('wgmma reads shared memory without a fence of the '
                        'proxies between it and who wrote it')

    def barrier(self, blocks, members):
        """Warps `members` [blocks, warps] of some blocks have met."""
        if not self.check_races:
            return
        clock = self.clock[blocks]
        joined = np.where(members[:, :, None], clock, 0).max(axis=1)
        clock = np.where(members[:, :, None],
                         np.maximum(clock, joined[:, None, :]), clock)
        own = np.arange(self.warps)
        clock[:, own, own] += members
        self.clock[blocks] = clock
