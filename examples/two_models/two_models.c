/*===- two_models.c - Two networks at work at once ------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Two compiled models in one program, each run by several threads at the     *|
|* same time, some of which have thread pools of their own. Nothing is shared *|
|* but the models. Exits with 0 if and only if every result has the same bits *|
|* as that of a run alone.                                                    *|
|*                                                                            *|
|* Without CMake, from resnetc's tree:                                        *|
|*                                                                            *|
|*   resnetc a.onnx --name=net_a -o net_a.o                                   *|
|*   resnetc b.onnx --name=net_b -o net_b.o                                   *|
|*   cc -std=c99 -I. examples/two_models/two_models.c net_a.o net_b.o \       *|
|*      build/lib/libresnetc_rt.a -lpthread -lm -o two_models                 *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200112L

#include "net_a.h"
#include "net_b.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 2, RUNS = 10, CALLERS_PER_MODEL = 3, MODELS = 2 };

/* What a generated header declares, as data. */
typedef struct model {
  const char *name;
  int (*run)(const void *const *inputs, void *const *outputs, int64_t batch,
             resnetc_workspace workspace, const resnetc_context *context);
  size_t (*workspace_size)(int64_t batch);
  const char *(*error_string)(int status);
  size_t workspace_alignment;
  int32_t input_count;
  int32_t output_count;
  const resnetc_tensor_info *inputs;
  const resnetc_tensor_info *outputs;

  void **input_data;
  void **expected; /* outputs of a run alone */
} model;

static void *check_memory(void *memory) {
  if (!memory) {
    fputs("error: out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

static size_t element_size(int32_t type) {
  switch (type) {
  case RESNETC_UINT8:
  case RESNETC_INT8:
  case RESNETC_BOOL:
    return 1;
  case RESNETC_FLOAT16:
  case RESNETC_BFLOAT16:
    return 2;
  case RESNETC_INT64:
  case RESNETC_FLOAT64:
    return 8;
  default:
    return 4;
  }
}

static size_t tensor_bytes(const resnetc_tensor_info *info) {
  size_t bytes = element_size(info->element_type);
  for (int32_t i = 0; i < info->rank; ++i)
    bytes *= info->dims[i] < 0 ? BATCH : (size_t)info->dims[i];
  return bytes;
}

static void **allocate_tensors(const resnetc_tensor_info *infos,
                               int32_t count) {
  void **data = check_memory(calloc((size_t)count + 1, sizeof(void *)));
  for (int32_t i = 0; i < count; ++i)
    data[i] = check_memory(calloc(1, tensor_bytes(&infos[i])));
  return data;
}

static void free_tensors(void **data, int32_t count) {
  for (int32_t i = 0; i < count; ++i)
    free(data[i]);
  free(data);
}

/* Numbers in [-1, 1) for float32; other types stay zero. */
static void fill_inputs(const model *net, uint32_t seed) {
  for (int32_t i = 0; i < net->input_count; ++i) {
    if (net->inputs[i].element_type != RESNETC_FLOAT32)
      continue;
    float *values = net->input_data[i];
    size_t count = tensor_bytes(&net->inputs[i]) / sizeof(float);
    for (size_t j = 0; j < count; ++j) {
      seed = seed * 1664525u + 1013904223u; /* Numerical Recipes, 7.1 */
      values[j] = (float)(seed >> 8) / (float)(1u << 23) - 1.0f;
    }
  }
}

/* Runs into `outputs`, in a workspace of its own; whether it went well. */
static int run_model(const model *net, void **outputs,
                     const resnetc_context *context) {
  resnetc_workspace workspace = {NULL, net->workspace_size(BATCH)};
  if (workspace.size > 0 &&
      posix_memalign(&workspace.data, net->workspace_alignment, workspace.size))
    check_memory(NULL);
  int status = net->run((const void *const *)net->input_data, outputs, BATCH,
                        workspace, context);
  free(workspace.data);
  if (status != RESNETC_OK)
    fprintf(stderr, "error: %s: %s\n", net->name, net->error_string(status));
  return status == RESNETC_OK;
}

typedef struct caller {
  const model *net;
  int threads; /* of its own pool; 1: none */
  int wrong;   /* runs that failed or gave other bits */
  pthread_t thread;
} caller;

static int outputs_equal(const model *net, void **outputs) {
  for (int32_t i = 0; i < net->output_count; ++i)
    if (memcmp(outputs[i], net->expected[i], tensor_bytes(&net->outputs[i])))
      return 0;
  return 1;
}

static void *call(void *argument) {
  caller *self = argument;
  const model *net = self->net;
  resnetc_context context = {0};
  if (self->threads > 1)
    context.pool = check_memory(resnetc_pool_create(self->threads));
  for (int i = 0; i < RUNS; ++i) {
    void **outputs = allocate_tensors(net->outputs, net->output_count);
    if (!run_model(net, outputs, &context) || !outputs_equal(net, outputs))
      ++self->wrong;
    free_tensors(outputs, net->output_count);
  }
  resnetc_pool_destroy(context.pool);
  return NULL;
}

#define MODEL(NAME)                                                            \
  {                                                                            \
      .name = #NAME,                                                           \
      .run = NAME##_run,                                                       \
      .workspace_size = NAME##_workspace_size,                                 \
      .error_string = NAME##_error_string,                                     \
      .workspace_alignment = NAME##_workspace_alignment,                       \
      .input_count = NAME##_input_count,                                       \
      .output_count = NAME##_output_count,                                     \
      .inputs = NAME##_inputs,                                                 \
      .outputs = NAME##_outputs,                                               \
  }

int main(void) {
  model models[MODELS] = {MODEL(net_a), MODEL(net_b)};
  for (int i = 0; i < MODELS; ++i) {
    model *net = &models[i];
    net->input_data = allocate_tensors(net->inputs, net->input_count);
    fill_inputs(net, (uint32_t)i);
    net->expected = allocate_tensors(net->outputs, net->output_count);
    if (!run_model(net, net->expected, NULL))
      return 1;
  }

  caller callers[MODELS * CALLERS_PER_MODEL];
  const int count = MODELS * CALLERS_PER_MODEL;
  for (int i = 0; i < count; ++i) {
    callers[i].net = &models[i % MODELS];
    callers[i].threads = 1 + i / MODELS;
    callers[i].wrong = 0;
    if (pthread_create(&callers[i].thread, NULL, call, &callers[i])) {
      fputs("error: cannot create a thread\n", stderr);
      return 1;
    }
  }
  int wrong = 0;
  for (int i = 0; i < count; ++i) {
    pthread_join(callers[i].thread, NULL);
    printf("%s, %d threads: %d of %d runs equal\n", callers[i].net->name,
           callers[i].threads, RUNS - callers[i].wrong, RUNS);
    wrong += callers[i].wrong;
  }
  for (int i = 0; i < MODELS; ++i) {
    free_tensors(models[i].input_data, models[i].input_count);
    free_tensors(models[i].expected, models[i].output_count);
  }
  return wrong == 0 ? 0 : 1;
}
