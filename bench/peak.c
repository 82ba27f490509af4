// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What this machine can do at most: multiply-adds of f32 in registers, and
// reading from memory. No program computes a convolution from its definition in
// less than the time of its multiply-adds at this speed.
//
//   clang-22 -O3 -march=native -pthread peak.c -o peak
//   ./peak [THREADS]
//
// prints one line of JSON: Gflop/s (a multiply-add is two), the best and the
// median of several short runs, and GB/s, the best. Each thread stays on one of
// the cores that the process may use.

#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

typedef float vector __attribute__((vector_size(VECTOR_BYTES)));
enum {
  lanes = VECTOR_BYTES / sizeof(float),
// A chain waits for its last result, so there must be as many of them as
// multiply-adds are under way at a time: up to 16. The sums and the two
// operands must fit the registers, of which AVX2 has 16.
#if defined(__AVX512F__) || defined(__aarch64__)
  chains = 24,
#else
  chains = 12,
#endif
  steps = 1500000,
  arithmeticRuns = 24,
  memoryRuns = 7,
  maxThreads = 256
};
// More than any last-level cache holds.
static const size_t memoryBytes = (size_t)512 << 20;

// Read by the compiler as unknown, or it would compute the result itself.
static volatile float factor = 0.5f, addend = 0.25f;
static volatile float sink;

typedef struct {
  pthread_t thread;
  int index;
  pthread_barrier_t *barrier;
  void (*work)(const vector *data, size_t count);
  const vector *data;
  size_t count;
  double start, end;
} job;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void consume(const vector *sums, int count) {
  float total = 0;
  for (int i = 0; i < count; i++)
    for (int lane = 0; lane < lanes; lane++)
      total += sums[i][lane];
  sink = total;
}

static void multiplyAdd(const vector *data, size_t count) {
  (void)data;
  const vector zero = {0};
  vector a = zero + factor, b = zero + addend, sums[chains];
  for (int i = 0; i < chains; i++)
    sums[i] = zero + factor * (float)i;
  for (size_t step = 0; step < count; step++)
#pragma clang loop unroll(full)
    for (int i = 0; i < chains; i++)
      sums[i] = sums[i] * a + b;
  consume(sums, chains);
}

static void readMemory(const vector *data, size_t count) {
  enum { streams = 8 };
  vector sums[streams];
  memset(sums, 0, sizeof sums);
  for (size_t i = 0; i + streams <= count; i += streams)
#pragma clang loop unroll(full)
    for (int j = 0; j < streams; j++)
      sums[j] += data[i + j];
  consume(sums, streams);
}

// The scheduler would take longer than a run to spread the threads.
static void stayOnCore(int index) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed))
    return;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET(cpu, &allowed) && index-- == 0) {
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      pthread_setaffinity_np(pthread_self(), sizeof one, &one);
      return;
    }
}

static void *runJob(void *argument) {
  job *j = argument;
  stayOnCore(j->index);
  pthread_barrier_wait(j->barrier);
  j->start = now();
  j->work(j->data, j->count);
  j->end = now();
  return NULL;
}

// Seconds from the first thread's start to the last one's end.
static double timed(job *jobs, int threads) {
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  for (int i = 0; i < threads; i++) {
    jobs[i].barrier = &barrier;
    jobs[i].index = i;
    if (pthread_create(&jobs[i].thread, NULL, runJob, &jobs[i])) {
      fprintf(stderr, "peak: no thread can be created\n");
      exit(1);
    }
  }
  double start = 0, end = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(jobs[i].thread, NULL);
    if (i == 0 || jobs[i].start < start)
      start = jobs[i].start;
    if (i == 0 || jobs[i].end > end)
      end = jobs[i].end;
  }
  pthread_barrier_destroy(&barrier);
  return end - start;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 1;
  if (argc > 2 || threads < 1 || threads > maxThreads) {
    fprintf(stderr, "usage: peak [THREADS]\n");
    return 2;
  }
  static job jobs[maxThreads];
  for (int i = 0; i < threads; i++) {
    jobs[i].work = multiplyAdd;
    jobs[i].count = steps;
  }
  double times[arithmeticRuns];
  for (int run = 0; run < arithmeticRuns; run++)
    times[run] = timed(jobs, threads);
  qsort(times, arithmeticRuns, sizeof *times, compare);
  double flops = 2.0 * lanes * chains * steps * threads;

  char *memory = aligned_alloc(VECTOR_BYTES, memoryBytes);
  if (!memory) {
    fprintf(stderr, "peak: no memory\n");
    return 1;
  }
  memset(memory, 1, memoryBytes);
  size_t part = memoryBytes / VECTOR_BYTES / (size_t)threads;
  for (int i = 0; i < threads; i++) {
    jobs[i].work = readMemory;
    jobs[i].data = (const vector *)memory + part * (size_t)i;
    jobs[i].count = part;
  }
  double best = timed(jobs, threads);
  for (int run = 1; run < memoryRuns; run++) {
    double seconds = timed(jobs, threads);
    best = seconds < best ? seconds : best;
  }
  printf("{\"threads\": %d, \"gflops\": %.1f, \"median_gflops\": %.1f, "
         "\"read_gbs\": %.1f}\n",
         threads, flops / times[0] * 1e-9,
         flops / times[arithmeticRuns / 2] * 1e-9,
         (double)(part * VECTOR_BYTES * (size_t)threads) / best * 1e-9);
  free(memory);
  return 0;
}
