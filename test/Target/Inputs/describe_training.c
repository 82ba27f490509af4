/*===- describe_training.c - What an object says of its training ----------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* All that the header of `net` promises, by its exact type; included twice. */
#include "net.h"

#include <stdio.h>

typedef int step(const void *const *, void *const *, int64_t,
                 const resnetc_training *, resnetc_workspace,
                 const resnetc_context *);
step *steps[] = {net_train_step, net_accumulate, net_evaluate};
int (*update)(const resnetc_training *, resnetc_workspace,
              const resnetc_context *) = net_update;
int (*initialize)(const resnetc_training *) = net_initialize;
int (*prepare)(void) = net_prepare;
size_t (*workspace_size)(int64_t) = net_workspace_size;

static void list(const char *what, const resnetc_tensor_info *tensors,
                 int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    printf("%s %s type %d:", what, tensors[i].name, tensors[i].element_type);
    for (int d = 0; d < tensors[i].rank; ++d)
      printf(" %d", (int)tensors[i].dims[d]);
    printf("\n");
  }
}

int main(void) {
  static const char *const kinds[] = {"parameter", "buffer", "state", "setting",
                                      "gradient"};
  list("input", net_inputs, net_input_count);
  list("output", net_outputs, net_output_count);
  list("step input", net_backward_inputs, net_backward_input_count);
  list("step output", net_backward_outputs, net_backward_output_count);
  for (int32_t i = 0; i < net_kept_count; ++i) {
    printf("%s %s at %d:", kinds[net_kept[i].kind], net_kept[i].name,
           (int)net_kept[i].offset);
    for (int d = 0; d < net_kept[i].rank; ++d)
      printf(" %d", (int)net_kept[i].dims[d]);
    printf("\n");
  }
  printf("sizes %d %d %d %d\n", (int)net_training_sizes.parameters,
         (int)net_training_sizes.gradients, (int)net_training_sizes.state,
         (int)net_training_sizes.settings);
  printf("workspace %s, %s for more\n", workspace_size(1) ? "some" : "none",
         workspace_size(2) > workspace_size(1) ? "more" : "no more");
  printf("version %s\ntarget %s\n", net_version, net_target);
  return 0;
}
