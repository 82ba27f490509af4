/*===- Communicator.c - Sums over processes by MPI ------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* All processes run the same steps of one table, so that they start the same *|
|* sums in the same order, which is what MPI asks of collective operations.   *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc_mpi.h"

#include <limits.h>
#include <stdlib.h>

struct resnetc_mpi {
  MPI_Comm comm;
  resnetc_communicator communicator;
  size_t bucket; /* floats */
  /* Gradients that wait for their neighbours; NULL if there are none. */
  float *begin;
  float *end;
  MPI_Request *requests;
  int count;
  int capacity;
};

/* Tensors start at multiples of a cache line: what is less between two of them
   is nothing, and zero. */
enum { ALIGNMENT = 64 / sizeof(float), DEFAULT_BUCKET = 4 << 20 };

/* MPI counts elements as int. */
static int next_count(size_t count) {
  return count > INT_MAX ? INT_MAX : (int)count;
}

static MPI_Request *new_request(resnetc_mpi *mpi) {
  if (mpi->count == mpi->capacity) {
    int capacity = 2 * mpi->capacity + 16;
    MPI_Request *requests = (MPI_Request *)realloc(
        (void *)mpi->requests, (size_t)capacity * sizeof(*requests));
    if (!requests)
      return NULL;
    mpi->requests = requests;
    mpi->capacity = capacity;
  }
  return &mpi->requests[mpi->count];
}

/* Starts to add up what waits. */
static int flush(resnetc_mpi *mpi) {
  while (mpi->begin < mpi->end) {
    int count = next_count((size_t)(mpi->end - mpi->begin));
    MPI_Request *request = new_request(mpi);
    if (!request || MPI_Iallreduce(MPI_IN_PLACE, mpi->begin, count, MPI_FLOAT,
                                   MPI_SUM, mpi->comm, request) != MPI_SUCCESS)
      return 1;
    ++mpi->count;
    mpi->begin += count;
  }
  mpi->begin = mpi->end = NULL;
  return 0;
}

static int start(void *user, float *values, size_t count) {
  resnetc_mpi *mpi = user;
  float *end = values + count;
  int is_behind = mpi->begin && values >= mpi->end &&
                  (size_t)(values - mpi->end) < ALIGNMENT;
  int is_before =
      mpi->begin && end <= mpi->begin && (size_t)(mpi->begin - end) < ALIGNMENT;
  if (is_behind) {
    mpi->end = end;
  } else if (is_before) {
    mpi->begin = values;
  } else {
    if (flush(mpi) != 0)
      return 1;
    mpi->begin = values;
    mpi->end = end;
  }
  return (size_t)(mpi->end - mpi->begin) < mpi->bucket ? 0 : flush(mpi);
}

/* MPI goes on with what was started only while it is called. */
static void progress(void *user) {
  resnetc_mpi *mpi = user;
  int done;
  if (mpi->count > 0)
    MPI_Testall(mpi->count, mpi->requests, &done, MPI_STATUSES_IGNORE);
}

static int finish(void *user) {
  resnetc_mpi *mpi = user;
  int failed = flush(mpi) != 0;
  mpi->begin = mpi->end = NULL;
  if (MPI_Waitall(mpi->count, mpi->requests, MPI_STATUSES_IGNORE) !=
      MPI_SUCCESS)
    failed = 1;
  mpi->count = 0;
  return failed;
}

static int all_reduce(void *user, float *values, size_t count) {
  resnetc_mpi *mpi = user;
  while (count > 0) {
    int now = next_count(count);
    if (MPI_Allreduce(MPI_IN_PLACE, values, now, MPI_FLOAT, MPI_SUM,
                      mpi->comm) != MPI_SUCCESS)
      return 1;
    values += now;
    count -= (size_t)now;
  }
  return 0;
}

static int count_before(void *user, int64_t count, int64_t *before) {
  resnetc_mpi *mpi = user;
  int rank;
  *before = 0;
  if (MPI_Comm_rank(mpi->comm, &rank) != MPI_SUCCESS ||
      MPI_Exscan(&count, before, 1, MPI_INT64_T, MPI_SUM, mpi->comm) !=
          MPI_SUCCESS)
    return 1;
  /* Of the first process MPI leaves it open. */
  if (rank == 0)
    *before = 0;
  return 0;
}

resnetc_mpi *resnetc_mpi_create(MPI_Comm comm, size_t bucket_bytes) {
  resnetc_mpi *mpi = calloc(1, sizeof(*mpi));
  if (!mpi)
    return NULL;
  /* Its messages are not mixed up with the application's. */
  if (MPI_Comm_dup(comm, &mpi->comm) != MPI_SUCCESS) {
    free(mpi);
    return NULL;
  }
  size_t bytes = bucket_bytes > 0 ? bucket_bytes : DEFAULT_BUCKET;
  mpi->bucket = (bytes + sizeof(float) - 1) / sizeof(float);
  mpi->communicator.user = mpi;
  mpi->communicator.all_reduce = all_reduce;
  mpi->communicator.start = start;
  mpi->communicator.progress = progress;
  mpi->communicator.wait = finish;
  mpi->communicator.count_before = count_before;
  return mpi;
}

void resnetc_mpi_destroy(resnetc_mpi *mpi) {
  if (!mpi)
    return;
  MPI_Comm_free(&mpi->comm);
  free((void *)mpi->requests);
  free(mpi);
}

const resnetc_communicator *resnetc_mpi_communicator(const resnetc_mpi *mpi) {
  return &mpi->communicator;
}

static int broadcast(const resnetc_mpi *mpi, void *memory, size_t size) {
  char *bytes = memory;
  while (size > 0) {
    int now = next_count(size);
    if (MPI_Bcast(bytes, now, MPI_BYTE, 0, mpi->comm) != MPI_SUCCESS)
      return 1;
    bytes += now;
    size -= (size_t)now;
  }
  return 0;
}

int resnetc_mpi_broadcast(const resnetc_mpi *mpi,
                          const resnetc_training *training,
                          const resnetc_training_sizes *sizes) {
  int failed = broadcast(mpi, training->parameters, sizes->parameters) ||
               broadcast(mpi, training->state, sizes->state) ||
               broadcast(mpi, training->settings, sizes->settings);
  return failed ? RESNETC_ERROR_COMMUNICATION : RESNETC_OK;
}
