/*===- count_allocations.c - Counts what a run allocates ------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Counts the allocations of net_run; glibc lets a program have its own malloc,
   and keeps the real one under another name. */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static long allocations;

static void count(void) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
}

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}
void *calloc(size_t n, size_t size) {
  count();
  return __libc_calloc(n, size);
}
void *realloc(void *memory, size_t size) {
  count();
  return __libc_realloc(memory, size);
}
int posix_memalign(void **memory, size_t alignment, size_t size) {
  count();
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12;
}

enum { BATCH = 3 };

int main(void) {
  static float input[BATCH * 3 * 32 * 32];
  static float output[BATCH * 10];
  const void *inputs[] = {input};
  void *outputs[] = {output};
  size_t size = net_workspace_size(BATCH);
  void *memory;
  if (posix_memalign(&memory, net_workspace_alignment, size))
    return 2;
  resnetc_workspace workspace = {memory, size};
  resnetc_pool *pool = resnetc_pool_create(2);
  resnetc_context context = {0};
  context.pool = pool;
  printf("allocations seen before: %ld\n", allocations);
  long before = allocations;
  int status = 0;
  for (int i = 0; i < 5; ++i) {
    status |= net_run(inputs, outputs, BATCH, workspace, NULL);
    status |= net_run(inputs, outputs, BATCH, workspace, &context);
  }
  long during = allocations - before;
  resnetc_pool_destroy(pool);
  free(memory);
  printf("allocations during runs: %ld\n", during);
  return status;
}
