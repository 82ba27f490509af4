/*===- resnetc_rt.h - What an application sees of the runtime -----*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Types and functions shared by all compiled models. Plain C99; resnetc      *|
|* copies this text into every header it writes, so an application includes   *|
|* only its model's header. Several of them may be included together.         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_RT_H
#define RESNETC_RT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Result of the functions that return int. */
enum resnetc_status {
  RESNETC_OK = 0,
  /* A pointer is NULL, or the batch is not positive. */
  RESNETC_ERROR_ARGUMENT = 1,
  /* The model was compiled for another batch. */
  RESNETC_ERROR_BATCH = 2,
  /* The workspace is smaller than workspace_size(batch). */
  RESNETC_ERROR_WORKSPACE_SIZE = 3,
  /* The workspace is not aligned to workspace_alignment. */
  RESNETC_ERROR_WORKSPACE_ALIGNMENT = 4,
  /* The object needs instructions that this CPU lacks. */
  RESNETC_ERROR_CPU = 5,
  /* The object and libresnetc_rt.a are of different versions. */
  RESNETC_ERROR_VERSION = 6,
  /* The loss is no finite number; no parameter was changed. */
  RESNETC_ERROR_LOSS = 7,
  /* A label is not one of the classes; nothing was computed. */
  RESNETC_ERROR_LABEL = 8,
  /* A file cannot be opened, read or written; errno says why. */
  RESNETC_ERROR_FILE = 9,
  /* A file is no checkpoint. */
  RESNETC_ERROR_CHECKPOINT_FORMAT = 10,
  /* A checkpoint is of another version of the format. */
  RESNETC_ERROR_CHECKPOINT_VERSION = 11,
  /* A checkpoint is cut short. */
  RESNETC_ERROR_CHECKPOINT_TRUNCATED = 12,
  /* A checkpoint is damaged. */
  RESNETC_ERROR_CHECKPOINT_CHECKSUM = 13,
  /* A checkpoint is of another model, or of the model compiled otherwise. */
  RESNETC_ERROR_CHECKPOINT_MODEL = 14,
  /* There is no memory to read a checkpoint into. */
  RESNETC_ERROR_MEMORY = 15,
  /* Processes could not add up what they have; no parameter was changed. */
  RESNETC_ERROR_COMMUNICATION = 16,
  /* There is a communicator, but the object was not compiled with
     --data-parallel. */
  RESNETC_ERROR_NOT_PARALLEL = 17
};

/* Element types, numbered as in ONNX's TensorProto.DataType. */
enum resnetc_element_type {
  RESNETC_FLOAT32 = 1,
  RESNETC_UINT8 = 2,
  RESNETC_INT8 = 3,
  RESNETC_UINT16 = 4,
  RESNETC_INT16 = 5,
  RESNETC_INT32 = 6,
  RESNETC_INT64 = 7,
  RESNETC_BOOL = 9,
  RESNETC_FLOAT16 = 10,
  RESNETC_FLOAT64 = 11,
  RESNETC_UINT32 = 12,
  RESNETC_UINT64 = 13,
  RESNETC_BFLOAT16 = 16
};

#define RESNETC_MAX_RANK 8

/* One input or output: row-major, dense. dims[i] is -1 where it is the batch
 * given to run. */
typedef struct resnetc_tensor_info {
  const char *name;
  int32_t element_type; /* enum resnetc_element_type */
  int32_t rank;
  int64_t dims[RESNETC_MAX_RANK];
} resnetc_tensor_info;

/* Memory a run works in. The caller owns it; nothing in it needs to survive
 * between runs. */
typedef struct resnetc_workspace {
  void *data;  /* aligned to workspace_alignment */
  size_t size; /* bytes, at least workspace_size(batch) */
} resnetc_workspace;

/* What a network in training learns and keeps. The caller owns the memory, each
   of a size that the model tells and aligned as the workspace is. */
typedef struct resnetc_training {
  void *parameters; /* weights, and running statistics */
  void *gradients;  /* sums over the batches since the last update */
  void *state;      /* the optimizer's, and of random numbers */
  float *settings;  /* learning rate and the like */
} resnetc_training;

/* Bytes of each. */
typedef struct resnetc_training_sizes {
  size_t parameters;
  size_t gradients;
  size_t state;
  size_t settings;
} resnetc_training_sizes;

enum resnetc_kept_kind {
  /* A weight. Its gradient is as large. */
  RESNETC_PARAMETER = 0,
  /* Running statistics, which training changes but no gradient does. */
  RESNETC_BUFFER = 1,
  RESNETC_STATE = 2,
  RESNETC_SETTING = 3,
  RESNETC_GRADIENT = 4,
  /* What random numbers are made of, in the memory of the state: three
     uint32_t, a seed of 64 bits, its lower half first, and the number of the
     next batch. */
  RESNETC_RANDOM = 5
};

/* A tensor in the memory of a resnetc_training: row-major, dense, of float if
   its kind says no other. */
typedef struct resnetc_kept_info {
  const char *name; /* of a parameter and its gradient the same */
  int32_t kind;     /* enum resnetc_kept_kind */
  int32_t rank;
  int64_t dims[RESNETC_MAX_RANK];
  int64_t offset; /* bytes, in the memory of its kind */
} resnetc_kept_info;

/* A pool of worker threads. One run at a time uses a pool: concurrent runs each
 * need their own (or none). */
typedef struct resnetc_pool resnetc_pool;

/* Creates a pool that runs work on `threads` threads, the caller's included.
 * NULL when out of memory or threads < 1. */
resnetc_pool *resnetc_pool_create(int threads);
void resnetc_pool_destroy(resnetc_pool *pool);
int resnetc_pool_threads(const resnetc_pool *pool);

/* The application's own threads: must call body(argument, i) exactly once for
   every i in [0, count), in any order and on any threads, and return when all
   calls have returned. */
typedef void (*resnetc_parallel_for)(void *user, int count,
                                     void (*body)(void *argument, int index),
                                     void *argument);

/* Called on the calling thread after each step of a profiled run, with the
   step's index, its layer and kernel names, its time in nanoseconds and its
   multiply-accumulates over the batch. A profiled run computes each step for
   all images before the next; without, images go through the network one by
   one where they can, which is faster. */
typedef void (*resnetc_profile)(void *user, int step, const char *layer,
                                const char *kernel, int64_t nanoseconds,
                                int64_t macs);

/* The processes that train one network together, each on its share of every
   batch. All make the same calls, of objects compiled from one model with the
   same options, and all functions are called on the thread that called the
   step, in the same order in each process. They return 0, or anything else if
   they failed. libresnetc_mpi implements them by MPI. */
typedef struct resnetc_communicator {
  void *user; /* their first argument */
  /* Adds up `count` numbers over all processes, in place. */
  int (*all_reduce)(void *user, float *values, size_t count);
  /* Begins to do so: the numbers are not touched until `wait`. */
  int (*start)(void *user, float *values, size_t count);
  /* Called now and then between `start` and `wait`; or NULL. */
  void (*progress)(void *user);
  /* Returns when all sums that were started are there. */
  int (*wait)(void *user);
  /* Adds up `count` over the processes before this one. */
  int (*count_before)(void *user, int64_t count, int64_t *before);
} resnetc_communicator;

/* How a run executes. NULL in its place means: on the calling thread alone. */
typedef struct resnetc_context {
  resnetc_pool *pool;                /* resnetc's own threads, or NULL */
  resnetc_parallel_for parallel_for; /* the application's threads, or NULL; used
                                        when pool is NULL */
  void *parallel_for_user;
  int parallel_for_threads; /* how many pieces to split work into */
  resnetc_profile profile;  /* or NULL */
  void *profile_user;
  const resnetc_communicator *communicator; /* of training; or NULL */
} resnetc_context;

/* One sentence for a status; never NULL. */
const char *resnetc_status_string(int status);

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_RT_H */
