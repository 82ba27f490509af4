/*===- describe_net.c - Prints the descriptors of a net -------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Prints what the header of `net` describes. */
#include "net.h"

#include <stdio.h>

static void print(const char *kind, const resnetc_tensor_info *info) {
  printf("%s %s type %d:", kind, info->name, (int)info->element_type);
  for (int i = 0; i < info->rank; ++i)
    printf(" %d", (int)info->dims[i]);
  printf("\n");
}

int main(void) {
  for (int i = 0; i < net_input_count; ++i)
    print("input", &net_inputs[i]);
  for (int i = 0; i < net_output_count; ++i)
    print("output", &net_outputs[i]);
  printf("alignment %d\n", (int)net_workspace_alignment);
  printf("version %s\n", net_version);
  printf("target %s\n", net_target);
  return 0;
}
