/*===- Gpu.h - A GPU and the networks on it -----------------------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* What resnetc_gpu_open makes, and what runs keep there.                     *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_GPU_H
#define RESNETC_LIB_RUNTIME_GPU_H

#include "Cuda.h"
#include "resnetc/Runtime/ModelABI.h"

/* The launches of a network for one batch. */
typedef struct gpu_graph {
  int64_t batch;
  cuda_graph graph;
  cuda_graph_exec exec;
  cuda_node *nodes;    /* one for each step that launches anything */
  const void **inputs; /* the addresses that the nodes have */
  const void **outputs;
  struct gpu_graph *next;
} gpu_graph;

/* A network on a GPU. */
typedef struct gpu_network {
  const resnetc_rt_model *model;
  cuda_module module;
  cuda_function *functions; /* one for each step */
  cuda_pointer weights;
  cuda_pointer arena;    /* what the network works in */
  int64_t arena_batch;   /* how many images there is room for */
  int64_t cleared_batch; /* the batch whose halos are zero; 0: none */
  cuda_pointer *staging; /* inputs, then outputs, of hosts */
  int64_t staging_batch;
  gpu_graph *graphs;
  struct gpu_network *next;
} gpu_network;

struct resnetc_gpu {
  resnetc_rt_cuda cuda;
  cuda_device device;
  cuda_context context;
  cuda_stream stream;
  int major, minor;
  gpu_network *networks;
  char name[128];
  char message[256];
};

/* The status for a result of the driver; keeps what it says of an error. */
int resnetc_rt_gpu_check(resnetc_gpu *gpu, cuda_result result,
                         const char *what);
/* The network on the GPU, which it is sent first if it is not there; the GPU's
   context is current. */
int resnetc_rt_gpu_load(resnetc_gpu *gpu, const resnetc_rt_model *model,
                        gpu_network **network);
void resnetc_rt_gpu_unload(resnetc_gpu *gpu, gpu_network *network);
void resnetc_rt_gpu_drop_graphs(resnetc_gpu *gpu, gpu_network *network);

#endif /* RESNETC_LIB_RUNTIME_GPU_H */
