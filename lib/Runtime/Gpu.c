/*===- Gpu.c - Opens GPUs and sends networks there ------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A network's code and weights are sent when it is run on a GPU first.       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VISIBLE __attribute__((visibility("default")))

int resnetc_rt_gpu_check(resnetc_gpu *gpu, cuda_result result,
                         const char *what) {
  if (result == CUDA_OK)
    return RESNETC_OK;
  const char *name = NULL, *text = NULL;
  gpu->cuda.error_name(result, &name);
  gpu->cuda.error_text(result, &text);
  snprintf(gpu->message, sizeof gpu->message, "%s: %s (%s)", what,
           text ? text : "unknown error", name ? name : "?");
  switch (result) {
  case CUDA_ERROR_OUT_OF_MEMORY:
    return RESNETC_ERROR_GPU_MEMORY;
  case CUDA_ERROR_INVALID_DEVICE:
    return RESNETC_ERROR_GPU_DEVICE;
  case CUDA_ERROR_NO_BINARY_FOR_GPU:
  case CUDA_ERROR_UNSUPPORTED_PTX_VERSION:
    return RESNETC_ERROR_GPU_CODE;
  default:
    return RESNETC_ERROR_GPU;
  }
}

static int open_device(resnetc_gpu *gpu, int number) {
  resnetc_rt_cuda *cuda = &gpu->cuda;
  int status = resnetc_rt_gpu_check(gpu, cuda->device_get(&gpu->device, number),
                                    "device");
  if (status != RESNETC_OK)
    return RESNETC_ERROR_GPU_DEVICE;
  cuda_result result =
      cuda->device_name(gpu->name, sizeof gpu->name, gpu->device);
  if (result == CUDA_OK)
    result = cuda->device_attribute(
        &gpu->major, CUDA_ATTRIBUTE_CAPABILITY_MAJOR, gpu->device);
  if (result == CUDA_OK)
    result = cuda->device_attribute(
        &gpu->minor, CUDA_ATTRIBUTE_CAPABILITY_MINOR, gpu->device);
  if (result == CUDA_OK)
    result = cuda->context_retain(&gpu->context, gpu->device);
  if (result != CUDA_OK)
    return resnetc_rt_gpu_check(gpu, result, "opening the device");
  result = cuda->context_push(gpu->context);
  if (result == CUDA_OK) {
    cuda_context popped;
    result = cuda->stream_create(&gpu->stream, CUDA_STREAM_NON_BLOCKING);
    cuda->context_pop(&popped);
  }
  return resnetc_rt_gpu_check(gpu, result, "opening the device");
}

VISIBLE int resnetc_gpu_open(int device, resnetc_gpu **gpu) {
  if (!gpu)
    return RESNETC_ERROR_ARGUMENT;
  *gpu = NULL;
  if (device < 0)
    return RESNETC_ERROR_GPU_DEVICE;
  resnetc_gpu *opened = calloc(1, sizeof *opened);
  if (!opened)
    return RESNETC_ERROR_MEMORY;
  int status = resnetc_rt_cuda_load(&opened->cuda);
  if (status == RESNETC_OK)
    status = open_device(opened, device);
  if (status != RESNETC_OK) {
    resnetc_gpu_close(opened);
    return status;
  }
  *gpu = opened;
  return RESNETC_OK;
}

VISIBLE void resnetc_gpu_close(resnetc_gpu *gpu) {
  if (!gpu)
    return;
  resnetc_rt_cuda *cuda = &gpu->cuda;
  /* Of a driver that has failed, this frees at least what is the host's. */
  int is_pushed = gpu->context && cuda->context_push(gpu->context) == CUDA_OK;
  while (gpu->networks) {
    gpu_network *network = gpu->networks;
    gpu->networks = network->next;
    resnetc_rt_gpu_unload(gpu, network);
  }
  if (gpu->stream)
    cuda->stream_destroy(gpu->stream);
  if (is_pushed) {
    cuda_context popped;
    cuda->context_pop(&popped);
  }
  if (gpu->context)
    cuda->context_release(gpu->device);
  resnetc_rt_cuda_unload(cuda);
  free(gpu);
}

VISIBLE const char *resnetc_gpu_message(const resnetc_gpu *gpu) {
  return gpu ? gpu->message : "";
}

VISIBLE const char *resnetc_gpu_name(const resnetc_gpu *gpu) {
  return gpu ? gpu->name : "";
}

/* Machine code if there is some for this GPU, else assembly. */
static int load_code(resnetc_gpu *gpu, gpu_network *network) {
  const resnetc_rt_gpu_code *code = network->model->gpu;
  int same =
      code->major == gpu->major &&
      (code->exact ? code->minor == gpu->minor : code->minor <= gpu->minor);
  int later = code->major < gpu->major ||
              (code->major == gpu->major && code->minor <= gpu->minor);
  if (!same && (code->exact || !later)) {
    snprintf(
        gpu->message, sizeof gpu->message,
        "the code is for compute capability %d.%d%s, and the GPU has %d.%d",
        code->major, code->minor, code->exact ? " alone" : " or later",
        gpu->major, gpu->minor);
    return RESNETC_ERROR_GPU_CODE;
  }
  const void *image = same && code->cubin ? code->cubin : code->ptx;
  return resnetc_rt_gpu_check(
      gpu, gpu->cuda.module_load(&network->module, image), "loading the code");
}

static int find_functions(resnetc_gpu *gpu, gpu_network *network) {
  const resnetc_rt_model *model = network->model;
  for (int i = 0; i < model->step_count; ++i) {
    const resnetc_rt_step *step = &model->steps[i];
    cuda_function *function = &network->functions[i];
    cuda_result result =
        gpu->cuda.module_function(function, network->module, step->kernel_name);
    /* More than a block gets without asking. */
    if (result == CUDA_OK && step->grid->shared_bytes > 48 * 1024)
      result = gpu->cuda.function_set(*function,
                                      CUDA_FUNCTION_MAX_DYNAMIC_SHARED_BYTES,
                                      step->grid->shared_bytes);
    int status = resnetc_rt_gpu_check(gpu, result, step->kernel_name);
    if (status != RESNETC_OK)
      return status;
  }
  return RESNETC_OK;
}

static int send_weights(resnetc_gpu *gpu, gpu_network *network) {
  const resnetc_rt_model *model = network->model;
  if (model->weights_size == 0)
    return RESNETC_OK;
  size_t size = (size_t)model->weights_size;
  cuda_result result = gpu->cuda.allocate(&network->weights, size);
  if (result == CUDA_OK)
    result = gpu->cuda.copy_to_device(network->weights, model->weights, size,
                                      gpu->stream);
  if (result == CUDA_OK)
    result = gpu->cuda.stream_wait(gpu->stream);
  return resnetc_rt_gpu_check(gpu, result, "sending the weights");
}

int resnetc_rt_gpu_load(resnetc_gpu *gpu, const resnetc_rt_model *model,
                        gpu_network **network) {
  for (gpu_network *known = gpu->networks; known; known = known->next)
    if (known->model == model) {
      *network = known;
      return RESNETC_OK;
    }
  gpu_network *loaded = calloc(1, sizeof *loaded);
  size_t steps = (size_t)model->step_count + 1;
  size_t places = (size_t)(model->input_count + model->output_count) + 1;
  if (loaded) {
    loaded->model = model;
    loaded->functions = calloc(steps, sizeof *loaded->functions);
    loaded->staging = calloc(places, sizeof *loaded->staging);
  }
  int status = RESNETC_ERROR_MEMORY;
  if (loaded && loaded->functions && loaded->staging)
    status = load_code(gpu, loaded);
  if (status == RESNETC_OK)
    status = find_functions(gpu, loaded);
  if (status == RESNETC_OK)
    status = send_weights(gpu, loaded);
  if (status != RESNETC_OK) {
    if (loaded)
      resnetc_rt_gpu_unload(gpu, loaded);
    return status;
  }
  loaded->next = gpu->networks;
  gpu->networks = loaded;
  *network = loaded;
  return RESNETC_OK;
}

void resnetc_rt_gpu_drop_graphs(resnetc_gpu *gpu, gpu_network *network) {
  while (network->graphs) {
    gpu_graph *graph = network->graphs;
    network->graphs = graph->next;
    if (graph->exec)
      gpu->cuda.graph_exec_destroy(graph->exec);
    if (graph->graph)
      gpu->cuda.graph_destroy(graph->graph);
    free(graph->nodes);
    free(graph->inputs);
    free(graph->outputs);
    free(graph);
  }
}

void resnetc_rt_gpu_unload(resnetc_gpu *gpu, gpu_network *network) {
  const resnetc_rt_model *model = network->model;
  resnetc_rt_gpu_drop_graphs(gpu, network);
  for (int i = 0;
       network->staging && i < model->input_count + model->output_count; ++i)
    if (network->staging[i])
      gpu->cuda.release(network->staging[i]);
  if (network->arena)
    gpu->cuda.release(network->arena);
  if (network->weights)
    gpu->cuda.release(network->weights);
  if (network->module)
    gpu->cuda.module_unload(network->module);
  free(network->staging);
  free(network->functions);
  free(network);
}
