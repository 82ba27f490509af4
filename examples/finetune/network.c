/*===- network.c - The network that learns --------------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200809L

#include "network.h"
#include "pictures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void check(const char *what, int status) {
  if (status == RESNETC_OK)
    return;
  fail(what, status == RESNETC_ERROR_FILE ? strerror(errno)
                                          : net_error_string(status));
}

static void *allocate(size_t size) {
  void *memory = NULL;
  if (posix_memalign(&memory, net_workspace_alignment, size ? size : 1))
    memory = NULL;
  return check_memory(memory);
}

network create_network(int64_t batch) {
  network net = {
      {NULL, NULL, NULL, NULL}, {NULL, 0}, {0}, 0, 0, 1, 0, NULL, NULL, NULL};
  const resnetc_tensor_info *input = &net_inputs[0];
  const resnetc_tensor_info *output = &net_outputs[0];
  if (net_input_count != 1 || input->rank != 4 || input->dims[1] != CHANNELS ||
      input->element_type != RESNETC_FLOAT32 || output->rank != 2 ||
      net_backward_output_count != 2)
    fail("net", "is no classifier of pictures, channels first");
  for (int32_t i = 1; i < input->rank; ++i)
    net.input_size *= input->dims[i];
  net.height = (int)input->dims[2];
  net.width = (int)input->dims[3];
  net.classes = output->dims[1];
  net.training.parameters = allocate(net_training_sizes.parameters);
  net.training.gradients = allocate(net_training_sizes.gradients);
  net.training.state = allocate(net_training_sizes.state);
  net.training.settings = allocate(net_training_sizes.settings);
  net.workspace.size = net_workspace_size(batch);
  net.workspace.data = allocate(net.workspace.size);
  net.input = allocate(sizeof(float) * (size_t)(batch * net.input_size));
  net.scores = allocate(sizeof(float) * (size_t)(batch * net.classes));
  net.labels = allocate(sizeof(int64_t) * (size_t)batch);
  net.context.pool =
      check_memory(resnetc_pool_create((int)sysconf(_SC_NPROCESSORS_ONLN)));
  check("net", net_prepare());
  check("net", net_initialize(&net.training));
  return net;
}

void destroy_network(network *net) {
  resnetc_pool_destroy(net->context.pool);
  free(net->training.parameters);
  free(net->training.gradients);
  free(net->training.state);
  free(net->training.settings);
  free(net->workspace.data);
  free(net->input);
  free(net->scores);
  free(net->labels);
}
