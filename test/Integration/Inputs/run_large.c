/*===- run_large.c - Runs an object of more than 2 GB ---------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Runs the model of make_large_model.py on ones: all results are zero but the
   last 16. */
#include "large.h"

#include <stdlib.h>

int main(void) {
  float x[64];
  for (int i = 0; i < 64; ++i)
    x[i] = 1;
  int64_t count = large_outputs[0].dims[1];
  float *y = malloc((size_t)count * sizeof(float));
  size_t size = large_workspace_size(1);
  void *memory = NULL;
  if (!y || posix_memalign(&memory, large_workspace_alignment, size + 1))
    return 2;
  const void *inputs[] = {x};
  void *outputs[] = {y};
  resnetc_workspace workspace = {memory, size};
  if (large_run(inputs, outputs, 1, workspace, NULL))
    return 3;
  for (int64_t i = 0; i < count; ++i)
    if ((y[i] != 0) != (i >= count - 16))
      return 1;
  free(memory);
  free(y);
  return 0;
}
