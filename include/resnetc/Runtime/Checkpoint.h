/*===- Checkpoint.h - Files of what a network has learned ---------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Reads the bytes of a checkpoint, for the runtime and for the compiler,     *|
|* which puts trained values back into a model. docs/checkpoints.md has the   *|
|* layout. Not for applications, which call NAME_save and NAME_load.          *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_RUNTIME_CHECKPOINT_H
#define RESNETC_RUNTIME_CHECKPOINT_H

#include "resnetc_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RESNETC_RT_CHECKPOINT_VERSION 1

/* A tensor in the bytes of a checkpoint. */
typedef struct resnetc_rt_checkpoint_tensor {
  const char *name; /* of name_length bytes, not terminated */
  size_t name_length;
  int32_t kind; /* enum resnetc_kept_kind */
  int32_t rank;
  int64_t dims[RESNETC_MAX_RANK];
  const unsigned char *data; /* little-endian floats, not aligned */
  size_t count;              /* of floats */
} resnetc_rt_checkpoint_tensor;

/* The bytes of a checkpoint, and the place of the next tensor in them. */
typedef struct resnetc_rt_checkpoint {
  uint32_t remaining; /* tensors */
  const unsigned char *description;
  const unsigned char *data;
} resnetc_rt_checkpoint;

/* Checks all of a file's bytes, and starts at the first tensor. RESNETC_OK, or
   what is wrong. Nothing else needs checks then. */
int resnetc_rt_checkpoint_open(resnetc_rt_checkpoint *checkpoint,
                               const void *bytes, size_t size);
/* The next tensor, and 1; 0 after the last. */
int resnetc_rt_checkpoint_next(resnetc_rt_checkpoint *checkpoint,
                               resnetc_rt_checkpoint_tensor *tensor);
/* The floats of a tensor. */
void resnetc_rt_checkpoint_read(const resnetc_rt_checkpoint_tensor *tensor,
                                float *values);

/* FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv): the hash of some
   bytes behind those of `hash`, which is resnetc_rt_hash_start at first. */
#define resnetc_rt_hash_start UINT64_C(0xcbf29ce484222325)
uint64_t resnetc_rt_hash(uint64_t hash, const void *bytes, size_t size);

#define RESNETC_RT_CHECKPOINT_MAGIC "RNETCKPT"
enum resnetc_rt_checkpoint_layout {
  RESNETC_RT_CHECKPOINT_MAGIC_SIZE = 8,
  RESNETC_RT_CHECKPOINT_HEADER_SIZE = 24,
  /* Of a tensor's description without its dimensions and name. */
  RESNETC_RT_CHECKPOINT_TENSOR_SIZE = 12,
  RESNETC_RT_CHECKPOINT_HASH_SIZE = 8
};

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_RUNTIME_CHECKPOINT_H */
