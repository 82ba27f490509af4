/*===- two_headers.c - Two headers in one file ----------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Runs both networks in one workspace, each twice, in turns: 0 if equal inputs
   give equal bits, and the networks differ. */
#include "net_a.h"
#include "net_b.h"

#include <stdlib.h>
#include <string.h>

static float x[3 * 8 * 8], ya[2][4], yb[2][4];

int main(void) {
  for (int i = 0; i < 3 * 8 * 8; ++i)
    x[i] = (float)(i * 37 % 101) / 50 - 1;
  const void *inputs[] = {x};
  size_t a = net_a_workspace_size(1), b = net_b_workspace_size(1);
  size_t size = ((a > b ? a : b) + 63) / 64 * 64;
  char *memory = malloc(size + 64);
  if (!memory)
    return 2;
  resnetc_workspace workspace = {memory + (64 - (size_t)memory % 64), size};
  for (int i = 0; i < 2; ++i) {
    void *a_outputs[] = {ya[i]}, *b_outputs[] = {yb[i]};
    if (net_a_run(inputs, a_outputs, 1, workspace, NULL) ||
        net_b_run(inputs, b_outputs, 1, workspace, NULL))
      return 3;
  }
  free(memory);
  return memcmp(ya[0], ya[1], sizeof(ya[0])) != 0 ||
         memcmp(yb[0], yb[1], sizeof(yb[0])) != 0 ||
         memcmp(ya[0], yb[0], sizeof(ya[0])) == 0;
}
