/*===- Pool.c - Worker threads with a cheap fork, join and barrier --------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Workers are created once and then wait on one event for work. The join is  *|
|* the same barrier that separates steps.                                     *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Pool.h"
#include "Event.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer than the difference between threads within a layer, shorter than
   anyone would notice as an idle program's load. */
enum { SPIN_NANOSECONDS = 1000 * 1000 };

/* Two lines, because x86 prefetches them in pairs. */
#define CACHE_LINE 128
#define OWN_CACHE_LINE __attribute__((aligned(CACHE_LINE)))

#define PUBLIC __attribute__((visibility("default")))

typedef struct worker {
  resnetc_pool *pool;
  int index;
  pthread_t thread;
} worker;

struct resnetc_pool {
  int threads;
  int workers; /* created: threads - 1, except while creation fails */
  int64_t spin_nanoseconds;
  worker *worker;

  /* The work, written before `start` is advanced. No body: workers end. */
  void (*body)(void *argument, int index);
  void *argument;
  OWN_CACHE_LINE resnetc_rt_event start;

  /* The barrier: threads that have arrived, and an epoch which the last one
     to arrive advances. */
  OWN_CACHE_LINE int arrived;
  OWN_CACHE_LINE resnetc_rt_event epoch;
};

void resnetc_rt_pool_barrier(resnetc_pool *pool) {
  if (pool->threads == 1)
    return;
  /* The epoch cannot change before this thread arrives. */
  uint32_t epoch = resnetc_rt_event_value(&pool->epoch);
  if (__atomic_add_fetch(&pool->arrived, 1, __ATOMIC_ACQ_REL) ==
      pool->threads) {
    __atomic_store_n(&pool->arrived, 0, __ATOMIC_RELAXED);
    resnetc_rt_event_advance(&pool->epoch);
    return;
  }
  resnetc_rt_event_wait(&pool->epoch, epoch, pool->spin_nanoseconds);
}

static void *work(void *argument) {
  worker *self = argument;
  resnetc_pool *pool = self->pool;
  for (uint32_t seen = 0;; ++seen) {
    resnetc_rt_event_wait(&pool->start, seen, pool->spin_nanoseconds);
    if (!pool->body)
      return NULL;
    pool->body(pool->argument, self->index);
    resnetc_rt_pool_barrier(pool);
  }
}

void resnetc_rt_pool_run(resnetc_pool *pool,
                         void (*body)(void *argument, int index),
                         void *argument) {
  if (pool->threads > 1) {
    pool->body = body;
    pool->argument = argument;
    resnetc_rt_event_advance(&pool->start);
  }
  body(argument, 0);
  resnetc_rt_pool_barrier(pool);
}

/* Cores this process may use; 0 when unknown. */
static int available_cores(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0)
    return CPU_COUNT(&set);
  /* More cores than cpu_set_t has bits. */
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 0;
}

static int create_workers(resnetc_pool *pool) {
  /* The application's signal handlers run on the application's threads. */
  sigset_t all;
  sigset_t saved;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &saved);
  int error = 0;
  for (int i = 0; i < pool->threads - 1 && !error; ++i) {
    worker *next = &pool->worker[i];
    next->pool = pool;
    next->index = i + 1;
    error = pthread_create(&next->thread, NULL, work, next);
    if (!error)
      pool->workers = i + 1;
  }
  pthread_sigmask(SIG_SETMASK, &saved, NULL);
  return error;
}

PUBLIC resnetc_pool *resnetc_pool_create(int threads) {
  if (threads < 1)
    return NULL;
  void *memory;
  if (posix_memalign(&memory, CACHE_LINE, sizeof(resnetc_pool)))
    return NULL;
  resnetc_pool *pool = memory;
  memset(pool, 0, sizeof(*pool));
  pool->threads = threads;
  /* A thread that spins on a core another thread of the pool needs only
     delays it. */
  pool->spin_nanoseconds = threads <= available_cores() ? SPIN_NANOSECONDS : 0;
  pool->worker = calloc((size_t)threads, sizeof(worker));
  if (!pool->worker || create_workers(pool)) {
    resnetc_pool_destroy(pool);
    return NULL;
  }
  return pool;
}

PUBLIC void resnetc_pool_destroy(resnetc_pool *pool) {
  if (!pool)
    return;
  pool->body = NULL;
  resnetc_rt_event_advance(&pool->start);
  for (int i = 0; i < pool->workers; ++i)
    pthread_join(pool->worker[i].thread, NULL);
  free(pool->worker);
  free(pool);
}

PUBLIC int resnetc_pool_threads(const resnetc_pool *pool) {
  return pool ? pool->threads : 0;
}
