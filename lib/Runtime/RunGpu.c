/*===- RunGpu.c - Runs a network on a GPU ---------------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The steps of a network for a batch are one graph of launches, made when it *|
|* is first run. What lies in the network's memory of each image is there for *|
|* all images, buffer after buffer, each at its offset times the batch.      *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Gpu.h"

#include "Clock.h"

#include <stdlib.h>
#include <string.h>

/* One call of NAME_run, with inputs and outputs on the GPU. */
typedef struct gpu_run {
  resnetc_gpu *gpu;
  gpu_network *network;
  const void **inputs;
  const void **outputs;
  int64_t batch;
  cuda_stream stream;
} gpu_run;

/* The arguments of a launch. */
typedef struct gpu_launch {
  cuda_pointer operands[RESNETC_RT_MAX_OPERANDS];
  int32_t batch;
  void *arguments[RESNETC_RT_MAX_OPERANDS + 1];
  cuda_kernel_node kernel;
} gpu_launch;

static cuda_pointer operand_address(const gpu_run *run,
                                    const resnetc_rt_operand *operand) {
  const gpu_network *network = run->network;
  int64_t shared = network->model->workspace_shared;
  switch ((enum resnetc_rt_space)operand->space) {
  case RESNETC_RT_INPUT:
    return (cuda_pointer)(uintptr_t)run->inputs[operand->index] +
           (cuda_pointer)operand->offset;
  case RESNETC_RT_OUTPUT:
    return (cuda_pointer)(uintptr_t)run->outputs[operand->index] +
           (cuda_pointer)operand->offset;
  case RESNETC_RT_WEIGHTS:
    return network->weights + (cuda_pointer)operand->offset;
  case RESNETC_RT_WORKSPACE:
    if (operand->image_stride == 0)
      return network->arena + (cuda_pointer)operand->offset;
    return network->arena +
           (cuda_pointer)(shared + (operand->offset - shared) * run->batch);
  default:
    return 0;
  }
}

/* What a step launches; no thread blocks, if it has nothing to do. */
static int prepare_launch(const gpu_run *run, int index, gpu_launch *launch) {
  const resnetc_rt_step *step = &run->network->model->steps[index];
  const resnetc_rt_grid *grid = step->grid;
  int once = (step->flags & RESNETC_RT_ONCE) != 0;
  int is_sum = (step->flags & RESNETC_RT_SUM) != 0;
  memset(launch, 0, sizeof *launch);
  for (int i = 0; i < step->operand_count; ++i) {
    launch->operands[i] = operand_address(run, &step->operands[i]);
    launch->arguments[i] = &launch->operands[i];
  }
  launch->batch = once ? 1 : (int32_t)run->batch;
  launch->arguments[step->operand_count] = &launch->batch;
  int64_t items = grid->items * (once || is_sum ? 1 : run->batch);
  int64_t blocks =
      (items + grid->block_items - 1) / grid->block_items * grid->columns;
  if (run->batch > INT32_MAX || items > INT32_MAX || blocks > INT32_MAX)
    return RESNETC_ERROR_GPU_MEMORY;
  launch->kernel.function = run->network->functions[index];
  launch->kernel.grid[0] = (unsigned)blocks;
  launch->kernel.grid[1] = launch->kernel.grid[2] = 1;
  launch->kernel.block[0] = (unsigned)grid->threads;
  launch->kernel.block[1] = launch->kernel.block[2] = 1;
  launch->kernel.shared_bytes = (unsigned)grid->shared_bytes;
  launch->kernel.arguments = launch->arguments;
  return RESNETC_OK;
}

/* Adds a node behind another. Kernels that wait by themselves may start when
   the blocks of that have. */
static cuda_result add_node(const gpu_run *run, gpu_graph *graph,
                            const cuda_node *last, cuda_node *node,
                            const cuda_kernel_node *kernel) {
  const resnetc_rt_cuda *cuda = &run->gpu->cuda;
  int overlaps = cuda->graph_connect && run->network->model->gpu->major >= 9;
  int is_free = !last || overlaps;
  cuda_result result = cuda->graph_add_kernel(
      node, graph->graph, is_free ? NULL : last, is_free ? 0 : 1, kernel);
  if (result != CUDA_OK || !last || !overlaps)
    return result;
  cuda_edge edge = {.from_port = 1, .type = 1};
  return cuda->graph_connect(graph->graph, last, node, &edge, 1);
}

static int build_graph(const gpu_run *run, gpu_graph *graph) {
  resnetc_gpu *gpu = run->gpu;
  const resnetc_rt_model *model = run->network->model;
  cuda_result result = gpu->cuda.graph_create(&graph->graph, 0);
  const cuda_node *last = NULL;
  for (int i = 0; i < model->step_count && result == CUDA_OK; ++i) {
    gpu_launch launch;
    int status = prepare_launch(run, i, &launch);
    if (status != RESNETC_OK)
      return status;
    if (launch.kernel.grid[0] == 0)
      continue;
    result = add_node(run, graph, last, &graph->nodes[i], &launch.kernel);
    last = &graph->nodes[i];
  }
  if (result == CUDA_OK)
    result = gpu->cuda.graph_instantiate(&graph->exec, graph->graph, 0);
  return resnetc_rt_gpu_check(gpu, result, "making a graph of the network");
}

static int find_graph(const gpu_run *run, gpu_graph **found) {
  gpu_network *network = run->network;
  const resnetc_rt_model *model = network->model;
  for (*found = network->graphs; *found; *found = (*found)->next)
    if ((*found)->batch == run->batch)
      return RESNETC_OK;
  gpu_graph *graph = calloc(1, sizeof *graph);
  if (!graph)
    return RESNETC_ERROR_MEMORY;
  size_t inputs = (size_t)model->input_count,
         outputs = (size_t)model->output_count;
  graph->batch = run->batch;
  graph->nodes = calloc((size_t)model->step_count + 1, sizeof *graph->nodes);
  graph->inputs = calloc(inputs + 1, sizeof *graph->inputs);
  graph->outputs = calloc(outputs + 1, sizeof *graph->outputs);
  graph->next = network->graphs;
  network->graphs = graph;
  int status = RESNETC_ERROR_MEMORY;
  if (graph->nodes && graph->inputs && graph->outputs)
    status = build_graph(run, graph);
  if (status != RESNETC_OK) {
    resnetc_rt_gpu_drop_graphs(run->gpu, network);
    return status;
  }
  memcpy(graph->inputs, run->inputs, inputs * sizeof *graph->inputs);
  memcpy(graph->outputs, run->outputs, outputs * sizeof *graph->outputs);
  *found = graph;
  return RESNETC_OK;
}

static int touches_arguments(const resnetc_rt_step *step) {
  for (int i = 0; i < step->operand_count; ++i)
    if (step->operands[i].space == RESNETC_RT_INPUT ||
        step->operands[i].space == RESNETC_RT_OUTPUT)
      return 1;
  return 0;
}

/* Gives the steps that touch inputs and outputs the addresses of this run. */
static int update_graph(const gpu_run *run, gpu_graph *graph) {
  const resnetc_rt_model *model = run->network->model;
  size_t inputs = (size_t)model->input_count * sizeof *graph->inputs;
  size_t outputs = (size_t)model->output_count * sizeof *graph->outputs;
  if (memcmp(graph->inputs, run->inputs, inputs) == 0 &&
      memcmp(graph->outputs, run->outputs, outputs) == 0)
    return RESNETC_OK;
  for (int i = 0; i < model->step_count; ++i) {
    if (!graph->nodes[i] || !touches_arguments(&model->steps[i]))
      continue;
    gpu_launch launch;
    int status = prepare_launch(run, i, &launch);
    if (status == RESNETC_OK)
      status = resnetc_rt_gpu_check(
          run->gpu,
          run->gpu->cuda.graph_set_kernel(graph->exec, graph->nodes[i],
                                          &launch.kernel),
          "giving the graph new addresses");
    if (status != RESNETC_OK)
      return status;
  }
  memcpy(graph->inputs, run->inputs, inputs);
  memcpy(graph->outputs, run->outputs, outputs);
  return RESNETC_OK;
}

/* Memory for so many images, whose halos are zero. */
static int reserve_arena(const gpu_run *run) {
  resnetc_gpu *gpu = run->gpu;
  gpu_network *network = run->network;
  const resnetc_rt_model *model = network->model;
  size_t size = (size_t)(model->workspace_shared +
                         model->workspace_per_image * run->batch);
  if (size == 0)
    return RESNETC_OK;
  if (run->batch > network->arena_batch) {
    cuda_result result = gpu->cuda.stream_wait(run->stream);
    resnetc_rt_gpu_drop_graphs(gpu, network);
    if (network->arena)
      gpu->cuda.release(network->arena);
    network->arena = 0;
    network->arena_batch = network->cleared_batch = 0;
    if (result == CUDA_OK)
      result = gpu->cuda.allocate(&network->arena, size);
    if (result != CUDA_OK)
      return resnetc_rt_gpu_check(gpu, result, "memory for the batch");
    network->arena_batch = run->batch;
  }
  /* Buffers of other batches lie elsewhere. */
  if (network->cleared_batch == run->batch)
    return RESNETC_OK;
  network->cleared_batch = run->batch;
  return resnetc_rt_gpu_check(
      gpu, gpu->cuda.fill(network->arena, 0, size, run->stream),
      "clearing memory");
}

static size_t element_size(int32_t type) {
  switch ((enum resnetc_element_type)type) {
  case RESNETC_UINT8:
  case RESNETC_INT8:
  case RESNETC_BOOL:
    return 1;
  case RESNETC_UINT16:
  case RESNETC_INT16:
  case RESNETC_FLOAT16:
  case RESNETC_BFLOAT16:
    return 2;
  case RESNETC_INT64:
  case RESNETC_UINT64:
  case RESNETC_FLOAT64:
    return 8;
  default:
    return 4;
  }
}

static size_t tensor_size(const resnetc_tensor_info *tensor, int64_t batch) {
  size_t size = element_size(tensor->element_type);
  for (int32_t d = 0; d < tensor->rank; ++d)
    size *= (size_t)(tensor->dims[d] < 0 ? batch : tensor->dims[d]);
  return size;
}

static const resnetc_tensor_info *argument_info(const resnetc_rt_model *model,
                                                int index) {
  return index < model->input_count
             ? &model->inputs[index]
             : &model->outputs[index - model->input_count];
}

/* Memory on the GPU for inputs and outputs that are not there. */
static int reserve_staging(const gpu_run *run) {
  resnetc_gpu *gpu = run->gpu;
  gpu_network *network = run->network;
  const resnetc_rt_model *model = network->model;
  if (run->batch <= network->staging_batch)
    return RESNETC_OK;
  network->staging_batch = 0;
  for (int i = 0; i < model->input_count + model->output_count; ++i) {
    if (network->staging[i])
      gpu->cuda.release(network->staging[i]);
    network->staging[i] = 0;
    size_t size = tensor_size(argument_info(model, i), run->batch);
    int status = resnetc_rt_gpu_check(
        gpu, gpu->cuda.allocate(&network->staging[i], size > 0 ? size : 1),
        "memory for inputs and outputs");
    if (status != RESNETC_OK)
      return status;
  }
  network->staging_batch = run->batch;
  return RESNETC_OK;
}

/* A launch for each step, whose times are those of steps. */
static int run_profiled(const gpu_run *run, const resnetc_context *context) {
  resnetc_gpu *gpu = run->gpu;
  const resnetc_rt_model *model = run->network->model;
  cuda_event begin = NULL, end = NULL;
  cuda_result result = gpu->cuda.event_create(&begin, 0);
  if (result == CUDA_OK)
    result = gpu->cuda.event_create(&end, 0);
  int status = resnetc_rt_gpu_check(gpu, result, "measuring");
  for (int i = 0; i < model->step_count && status == RESNETC_OK; ++i) {
    const resnetc_rt_step *step = &model->steps[i];
    gpu_launch launch;
    status = prepare_launch(run, i, &launch);
    if (status != RESNETC_OK || launch.kernel.grid[0] == 0)
      continue;
    float milliseconds = 0;
    result = gpu->cuda.event_record(begin, run->stream);
    if (result == CUDA_OK)
      result = gpu->cuda.launch(launch.kernel.function, launch.kernel.grid[0],
                                1, 1, launch.kernel.block[0], 1, 1,
                                launch.kernel.shared_bytes, run->stream,
                                launch.arguments, NULL);
    if (result == CUDA_OK)
      result = gpu->cuda.event_record(end, run->stream);
    if (result == CUDA_OK)
      result = gpu->cuda.event_wait(end);
    if (result == CUDA_OK)
      result = gpu->cuda.event_elapsed(&milliseconds, begin, end);
    status = resnetc_rt_gpu_check(gpu, result, step->kernel_name);
    if (status == RESNETC_OK)
      context->profile(context->profile_user, i, step->layer, step->kernel_name,
                       (int64_t)(milliseconds * 1e6F),
                       step->flags & RESNETC_RT_ONCE ? step->macs
                                                     : step->macs * run->batch);
  }
  if (begin)
    gpu->cuda.event_destroy(begin);
  if (end)
    gpu->cuda.event_destroy(end);
  return status;
}

static int run_steps(const gpu_run *run, const resnetc_context *context) {
  if (context->profile)
    return run_profiled(run, context);
  gpu_graph *graph = NULL;
  int status = find_graph(run, &graph);
  if (status == RESNETC_OK)
    status = update_graph(run, graph);
  if (status != RESNETC_OK)
    return status;
  return resnetc_rt_gpu_check(
      run->gpu, run->gpu->cuda.graph_launch(graph->exec, run->stream),
      "running the network");
}

/* Sends inputs, runs, and fetches outputs. */
static int run_from_host(gpu_run *run, const void *const *inputs,
                         void *const *outputs, const resnetc_context *context) {
  resnetc_gpu *gpu = run->gpu;
  gpu_network *network = run->network;
  const resnetc_rt_model *model = network->model;
  int status = reserve_staging(run);
  if (status != RESNETC_OK)
    return status;
  cuda_result result = CUDA_OK;
  for (int i = 0; i < model->input_count; ++i) {
    run->inputs[i] = (const void *)(uintptr_t)network->staging[i];
    if (result == CUDA_OK)
      result = gpu->cuda.copy_to_device(
          network->staging[i], inputs[i],
          tensor_size(&model->inputs[i], run->batch), run->stream);
  }
  for (int i = 0; i < model->output_count; ++i)
    run->outputs[i] =
        (const void *)(uintptr_t)network->staging[model->input_count + i];
  status = resnetc_rt_gpu_check(gpu, result, "sending the inputs");
  if (status == RESNETC_OK)
    status = run_steps(run, context);
  if (status != RESNETC_OK)
    return status;
  for (int i = 0; i < model->output_count && result == CUDA_OK; ++i)
    result = gpu->cuda.copy_to_host(
        outputs[i], network->staging[model->input_count + i],
        tensor_size(&model->outputs[i], run->batch), run->stream);
  if (result == CUDA_OK)
    result = gpu->cuda.stream_wait(run->stream);
  return resnetc_rt_gpu_check(gpu, result, "running the network");
}

static int run_on_gpu(gpu_run *run, const void *const *inputs,
                      void *const *outputs, const resnetc_context *context) {
  const resnetc_rt_model *model = run->network->model;
  int status = reserve_arena(run);
  if (status != RESNETC_OK)
    return status;
  if (context->io_memory == RESNETC_MEMORY_HOST)
    return run_from_host(run, inputs, outputs, context);
  for (int i = 0; i < model->input_count; ++i)
    run->inputs[i] = inputs[i];
  for (int i = 0; i < model->output_count; ++i)
    run->outputs[i] = outputs[i];
  status = run_steps(run, context);
  if (status == RESNETC_OK && !context->gpu_stream)
    status =
        resnetc_rt_gpu_check(run->gpu, run->gpu->cuda.stream_wait(run->stream),
                             "running the network");
  return status;
}

int resnetc_rt_run_gpu(const resnetc_rt_model *model, const void *const *inputs,
                       void *const *outputs, int64_t batch,
                       const resnetc_context *context) {
  resnetc_gpu *gpu = context ? context->gpu : NULL;
  if (!gpu) {
    /* Without a GPU to name there is nothing else to say. */
    resnetc_rt_cuda cuda;
    int status = resnetc_rt_cuda_load(&cuda);
    resnetc_rt_cuda_unload(&cuda);
    return status == RESNETC_OK ? RESNETC_ERROR_GPU_CONTEXT : status;
  }
  int status = resnetc_rt_gpu_check(gpu, gpu->cuda.context_push(gpu->context),
                                    "using the device");
  if (status != RESNETC_OK)
    return status;
  gpu_run run = {
      gpu,  NULL,  NULL,
      NULL, batch, context->gpu_stream ? context->gpu_stream : gpu->stream};
  size_t places = (size_t)(model->input_count + model->output_count) + 1;
  const void **addresses = calloc(places, sizeof *addresses);
  status = RESNETC_ERROR_MEMORY;
  if (addresses) {
    run.inputs = addresses;
    run.outputs = addresses + model->input_count;
    status = resnetc_rt_gpu_load(gpu, model, &run.network);
  }
  if (status == RESNETC_OK)
    status = run_on_gpu(&run, inputs, outputs, context);
  free(addresses);
  cuda_context popped;
  gpu->cuda.context_pop(&popped);
  return status;
}
