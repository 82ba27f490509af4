/*===- check_arguments.c - Wrong arguments of a run -----------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Runs `net` with right and wrong arguments, between guards that no run may
   touch; all but the statuses is checked here. */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 64, IMAGE = 3 * 8 * 8, CLASSES = 4, GUARD = 256 };

#ifdef FIXED_BATCH
enum { BATCH = FIXED_BATCH };
#else
enum { BATCH = 4 };
#endif

static const unsigned char guard_byte = 0xa5;
static float input[LARGEST * IMAGE];
static unsigned char output[GUARD + LARGEST * CLASSES * sizeof(float) + GUARD];
static unsigned char *memory; /* with a guard before and after */
static size_t memory_size;

static void fail(const char *what, const char *why) {
  printf("%s: %s\n", what, why);
  exit(1);
}

static int is_guarded(const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i < size; ++i)
    if (bytes[i] != guard_byte)
      return 0;
  return 1;
}

static unsigned char *allocate(size_t size) {
  /* Aligned by hand: C99 has no function for it. */
  unsigned char *raw = malloc(size + 2 * GUARD + net_workspace_alignment);
  if (!raw)
    exit(2);
  size_t off = (size_t)raw % net_workspace_alignment;
  return raw + (off ? net_workspace_alignment - off : 0);
}

/* Runs and checks what it wrote; the workspace is `size` bytes at `data`. */
static int run(const char *what, const void *const *inputs,
               void *const *outputs, int64_t batch, void *data, size_t size) {
  memset(output, guard_byte, sizeof(output));
  memset(memory, guard_byte, memory_size);
  resnetc_workspace workspace = {data, size};
  int status = net_run(inputs, outputs, batch, workspace, NULL);
  size_t written =
      status == RESNETC_OK ? (size_t)batch * CLASSES * sizeof(float) : 0;
  if (!is_guarded(output, GUARD) ||
      !is_guarded(output + GUARD + written, sizeof(output) - GUARD - written))
    fail(what, "wrote beside the output");
  size_t used = status == RESNETC_OK ? net_workspace_size(batch) : 0;
  if (!is_guarded(memory, GUARD) ||
      !is_guarded(memory + GUARD + used, memory_size - GUARD - used))
    fail(what, "wrote beside the workspace");
  if (status == RESNETC_OK && is_guarded(output + GUARD, sizeof(float)))
    fail(what, "wrote no output");
  return status;
}

static void check(const char *what, const void *const *inputs,
                  void *const *outputs, int64_t batch, void *data,
                  size_t size) {
  int status = run(what, inputs, outputs, batch, data, size);
  printf("%s: %d, %s\n", what, status, net_error_string(status));
}

int main(void) {
  for (int i = 0; i < LARGEST * IMAGE; ++i)
    input[i] = (float)(i * 37 % 1013) / 500 - 1;
  memory_size = net_workspace_size(LARGEST);
  if (memory_size == 0)
    fail("workspace", "none needed, nothing to test");
  memory_size += 2 * GUARD;
  memory = allocate(memory_size);
  unsigned char *data = memory + GUARD;
  size_t size = net_workspace_size(BATCH);
  const void *inputs[] = {input}, *no_input[] = {NULL};
  void *outputs[] = {output + GUARD}, *no_output[] = {NULL};

  check("right", inputs, outputs, BATCH, data, size);
  check("larger workspace", inputs, outputs, BATCH, data, size + 1);
  check("batch 0", inputs, outputs, 0, data, size);
  check("batch -1", inputs, outputs, -1, data, size);
  check("lowest batch", inputs, outputs, INT64_MIN, data, size);
  check("batch 2^62", inputs, outputs, INT64_C(1) << 62, data, size);
  check("highest batch", inputs, outputs, INT64_MAX, data, size);
  check("no inputs", NULL, outputs, BATCH, data, size);
  check("NULL input", no_input, outputs, BATCH, data, size);
  check("no outputs", inputs, NULL, BATCH, data, size);
  check("NULL output", inputs, no_output, BATCH, data, size);
  check("NULL workspace", inputs, outputs, BATCH, NULL, size);
  check("a byte too small", inputs, outputs, BATCH, data, size - 1);
  check("empty workspace", inputs, outputs, BATCH, data, 0);
  check("4 bytes off", inputs, outputs, BATCH, data + 4, size);
  check("32 bytes off", inputs, outputs, BATCH, data + 32, size);
  check("batch 3", inputs, outputs, 3, data, net_workspace_size(3));
  check("batch 5", inputs, outputs, 5, data, net_workspace_size(5));
  printf("sizes: %d %d\n", (int)net_workspace_size(0),
         (int)net_workspace_size(-1));

#ifndef FIXED_BATCH
  static unsigned char all[LARGEST * CLASSES * sizeof(float)];
  if (run("batch 64", inputs, outputs, LARGEST, data,
          net_workspace_size(LARGEST)))
    fail("batch 64", "refused");
  memcpy(all, output + GUARD, sizeof(all));
  size_t stride = CLASSES * sizeof(float);
  for (int i = 0; i < LARGEST; ++i) {
    const void *image[] = {input + i * IMAGE};
    if (run("batch 1", image, outputs, 1, data, net_workspace_size(1)))
      fail("batch 1", "refused");
    if (memcmp(all + i * stride, output + GUARD, stride) != 0)
      fail("batch 64", "an image has other bits than alone");
    if (i > 0 && memcmp(all + i * stride, all, stride) == 0)
      fail("batch 64", "two images have the same result");
  }
  printf("an image of 64 has the bits of one alone\n");
#endif
  printf("unknown status: %s\n", net_error_string(-7));
  return 0;
}
