/*===- train_mpi.c - Trains in several processes --------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Trains a network on this process's share of made-up batches.

     train_mpi FILE alone|together|accumulated|failing THREADS

   Process 0 saves what was learned to FILE: after five steps, and when one is
   going to fail, after three. `alone` uses no communicator; `accumulated` makes
   each batch of two that are a whole together with all other processes' halves.
 */
#include "net.h"
#include "resnetc_mpi.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEPS = 5, BATCH = 7, CLASSES = 4 };

static int rank, size;

static void check(int status, const char *what) {
  if (status == RESNETC_OK)
    return;
  fprintf(stderr, "%s of process %d: %s\n", what, rank,
          net_error_string(status));
  MPI_Abort(MPI_COMM_WORLD, 1);
}

/* The same for all processes. */
static uint32_t draw(uint32_t step, uint32_t example, uint32_t element) {
  uint32_t h =
      step * 2654435761u ^ example * 2246822519u ^ element * 3266489917u;
  h = (h ^ h >> 15) * 2654435769u;
  h = (h ^ h >> 13) * 668265263u;
  return h ^ h >> 16;
}

static void *allocate(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, 64, bytes + 64) != 0)
    exit(1);
  memset(memory, 0, bytes);
  return memory;
}

/* Whether all processes have the same parameters and random numbers. */
static int agree(const resnetc_training *training) {
  uint64_t hash = 0, all[2];
  for (int i = 0; i < net_kept_count; ++i) {
    const resnetc_kept_info *info = &net_kept[i];
    if (info->kind != RESNETC_PARAMETER && info->kind != RESNETC_RANDOM)
      continue;
    size_t bytes = sizeof(float);
    for (int d = 0; d < info->rank; ++d)
      bytes *= (size_t)info->dims[d];
    const char *memory = info->kind == RESNETC_PARAMETER ? training->parameters
                                                         : training->state;
    for (size_t b = 0; b < bytes; ++b)
      hash = hash * 31 + (unsigned char)memory[(size_t)info->offset + b];
  }
  MPI_Allreduce(&hash, &all[0], 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(&hash, &all[1], 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
  return all[0] == all[1];
}

int main(int argc, char **argv) {
  int provided;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (argc != 4)
    return 2;
  const char *mode = argv[2];
  int accumulates = strcmp(mode, "accumulated") == 0;
  int fails = strcmp(mode, "failing") == 0;
  resnetc_training training = {allocate(net_training_sizes.parameters),
                               allocate(net_training_sizes.gradients),
                               allocate(net_training_sizes.state),
                               allocate(net_training_sizes.settings)};
  check(net_initialize(&training), "initialize");
  /* What the others have is process 0's. */
  training.settings[net_SETTING_learning_rate] = rank == 0 ? 0.1f : 7;
  check(net_seed(&training, rank == 0 ? 123456789123456789u : 1), "seed");

  resnetc_context context = {0};
  context.pool = resnetc_pool_create(atoi(argv[3]));
  /* Buckets of some parameters, but not of all. */
  resnetc_mpi *mpi = resnetc_mpi_create(MPI_COMM_WORLD, 4096);
  if (strcmp(mode, "alone") != 0)
    context.communicator = resnetc_mpi_communicator(mpi);
  check(resnetc_mpi_broadcast(mpi, &training, &net_training_sizes),
        "broadcast");

  size_t elements = 1, results = 1;
  for (int d = 1; d < net_backward_inputs[0].rank; ++d)
    elements *= (size_t)net_backward_inputs[0].dims[d];
  float *x = allocate(BATCH * elements * sizeof(float));
  int64_t label[BATCH];
  void *outputs[16];
  for (int i = 0; i < net_backward_output_count; ++i) {
    results = 1;
    for (int d = 0; d < net_backward_outputs[i].rank; ++d)
      results *= net_backward_outputs[i].dims[d] < 0
                     ? BATCH
                     : (size_t)net_backward_outputs[i].dims[d];
    outputs[i] = allocate(results * sizeof(float));
  }
  resnetc_workspace workspace = {NULL, net_workspace_size(BATCH)};
  workspace.data = allocate(workspace.size);

  /* Shares of 3 and of 4 examples, for two. */
  int begin = BATCH * rank / size, count = BATCH * (rank + 1) / size - begin;
  for (int step = 0; step < STEPS; ++step) {
    if (fails && step == 3) {
      if (rank == 0)
        check(net_save(argv[1], &training), "save");
      MPI_Barrier(MPI_COMM_WORLD);
      if (rank == size - 1)
        _exit(3);
    }
    for (int part = 0; part <= accumulates; ++part) {
      for (int i = 0; i < count; ++i) {
        uint32_t number = (uint32_t)(begin + i + part * BATCH);
        for (size_t e = 0; e < elements; ++e)
          x[(size_t)i * elements + e] =
              (float)(draw((uint32_t)step, number, (uint32_t)e) >> 8) /
                  8388608.f -
              1;
        /* Every third does not count. */
        label[i] = number % 3 == 1
                       ? -100
                       : (int64_t)(draw((uint32_t)step, number, 77) % CLASSES);
      }
      const void *inputs[] = {x, label};
      if (accumulates)
        check(net_accumulate(inputs, outputs, count, &training, workspace,
                             &context),
              "accumulate");
      else
        check(net_train_step(inputs, outputs, count, &training, workspace,
                             &context),
              "step");
      if (rank == 0)
        printf("loss %.5f\n", (double)*(float *)outputs[0]);
    }
    if (accumulates)
      check(net_update(&training, workspace, &context), "update");
  }
  int same = agree(&training);
  if (rank == 0) {
    printf("%d of one mind: %s\n", size, same ? "yes" : "no");
    check(net_save(argv[1], &training), "save");
  }
  resnetc_mpi_destroy(mpi);
  resnetc_pool_destroy(context.pool);
  MPI_Finalize();
  return same ? 0 : 1;
}
