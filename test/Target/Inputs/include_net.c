/*===- include_net.c - What a header promises -----------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* All that the header of `net` promises, by its exact type; included twice. */
#include "net.h"

#ifndef NET_RESNETC_H
#error "no include guard"
#endif

int (*run)(const void *const *, void *const *, int64_t, resnetc_workspace,
           const resnetc_context *) = net_run;
size_t (*workspace_size)(int64_t) = net_workspace_size;
const char *(*error_string)(int) = net_error_string;
const size_t *alignment = &net_workspace_alignment;
const int32_t *counts[] = {&net_input_count, &net_output_count};
const resnetc_tensor_info *tensors[] = {net_inputs, net_outputs};
const char *texts[] = {net_version, net_target};
resnetc_pool *(*create)(int) = resnetc_pool_create;
void (*destroy)(resnetc_pool *) = resnetc_pool_destroy;
int (*threads)(const resnetc_pool *) = resnetc_pool_threads;
const char *(*status_string)(int) = resnetc_status_string;
