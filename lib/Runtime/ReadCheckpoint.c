/*===- ReadCheckpoint.c - What the bytes of a checkpoint say --------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc/Runtime/Checkpoint.h"

#include <string.h>

static uint32_t get32(const unsigned char *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
         (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t get64(const unsigned char *bytes) {
  return get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

uint64_t resnetc_rt_hash(uint64_t hash, const void *bytes, size_t size) {
  const unsigned char *next = bytes;
  for (size_t i = 0; i < size; ++i)
    hash = (hash ^ next[i]) * UINT64_C(0x100000001b3);
  return hash;
}

static int is_saved_kind(uint32_t kind) {
  return kind <= RESNETC_SETTING || kind == RESNETC_RANDOM;
}

/* Walks the descriptions of all tensors: the number of floats in `floats`. 0 if
   they are none, or do not end before `end`; then the hash would have been made
   of something else. */
static int walk(resnetc_rt_checkpoint checkpoint, const unsigned char *end,
                const unsigned char **description, uint64_t *floats) {
  const unsigned char *next = checkpoint.description;
  *floats = 0;
  for (; checkpoint.remaining > 0; --checkpoint.remaining) {
    if ((size_t)(end - next) < RESNETC_RT_CHECKPOINT_TENSOR_SIZE)
      return 0;
    uint32_t kind = get32(next);
    uint32_t rank = get32(next + 4);
    uint32_t length = get32(next + 8);
    next += RESNETC_RT_CHECKPOINT_TENSOR_SIZE;
    if (!is_saved_kind(kind) || rank > RESNETC_MAX_RANK ||
        (uint64_t)(end - next) < (uint64_t)rank * 8 + length)
      return 0;
    uint64_t count = 1;
    for (uint32_t i = 0; i < rank; ++i)
      if (__builtin_mul_overflow(count, get64(next + 8 * (size_t)i), &count))
        return 0;
    next += rank * (size_t)8 + length;
    if (__builtin_add_overflow(*floats, count, floats))
      return 0;
  }
  *description = next;
  return 1;
}

int resnetc_rt_checkpoint_open(resnetc_rt_checkpoint *checkpoint,
                               const void *bytes, size_t size) {
  const unsigned char *start = bytes;
  size_t magic = size < RESNETC_RT_CHECKPOINT_MAGIC_SIZE
                     ? size
                     : RESNETC_RT_CHECKPOINT_MAGIC_SIZE;
  if (memcmp(start, RESNETC_RT_CHECKPOINT_MAGIC, magic) != 0)
    return RESNETC_ERROR_CHECKPOINT_FORMAT;
  if (size < RESNETC_RT_CHECKPOINT_HEADER_SIZE)
    return RESNETC_ERROR_CHECKPOINT_TRUNCATED;
  if (get32(start + 8) != RESNETC_RT_CHECKPOINT_VERSION)
    return RESNETC_ERROR_CHECKPOINT_VERSION;
  uint64_t wanted = get64(start + 16);
  if (size < wanted)
    return RESNETC_ERROR_CHECKPOINT_TRUNCATED;
  const size_t least =
      RESNETC_RT_CHECKPOINT_HEADER_SIZE + RESNETC_RT_CHECKPOINT_HASH_SIZE;
  if (size > wanted || size < least)
    return RESNETC_ERROR_CHECKPOINT_CHECKSUM;
  const unsigned char *end = start + size - RESNETC_RT_CHECKPOINT_HASH_SIZE;
  if (resnetc_rt_hash(resnetc_rt_hash_start, start, (size_t)(end - start)) !=
      get64(end))
    return RESNETC_ERROR_CHECKPOINT_CHECKSUM;

  checkpoint->remaining = get32(start + 12);
  checkpoint->description = start + RESNETC_RT_CHECKPOINT_HEADER_SIZE;
  uint64_t floats;
  uint64_t data_bytes;
  if (!walk(*checkpoint, end, &checkpoint->data, &floats) ||
      __builtin_mul_overflow(floats, (uint64_t)4, &data_bytes) ||
      data_bytes != (uint64_t)(end - checkpoint->data))
    return RESNETC_ERROR_CHECKPOINT_CHECKSUM;
  return RESNETC_OK;
}

int resnetc_rt_checkpoint_next(resnetc_rt_checkpoint *checkpoint,
                               resnetc_rt_checkpoint_tensor *tensor) {
  if (checkpoint->remaining == 0)
    return 0;
  const unsigned char *next = checkpoint->description;
  tensor->kind = (int32_t)get32(next);
  tensor->rank = (int32_t)get32(next + 4);
  tensor->name_length = get32(next + 8);
  next += RESNETC_RT_CHECKPOINT_TENSOR_SIZE;
  tensor->count = 1;
  for (int i = 0; i < tensor->rank; ++i) {
    tensor->dims[i] = (int64_t)get64(next);
    tensor->count *= (size_t)tensor->dims[i];
    next += 8;
  }
  tensor->name = (const char *)next;
  tensor->data = checkpoint->data;
  checkpoint->description = next + tensor->name_length;
  checkpoint->data += tensor->count * 4;
  --checkpoint->remaining;
  return 1;
}

void resnetc_rt_checkpoint_read(const resnetc_rt_checkpoint_tensor *tensor,
                                float *values) {
  for (size_t i = 0; i < tensor->count; ++i) {
    uint32_t bits = get32(tensor->data + 4 * i);
    memcpy(&values[i], &bits, sizeof(bits));
  }
}
