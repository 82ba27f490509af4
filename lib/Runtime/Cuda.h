/*===- Cuda.h - What the runtime needs of CUDA's driver -----------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The driver is loaded when a GPU is opened, so that objects link and load on*|
|* machines without one. Types and numbers are those of the driver's binary   *|
|* interface (CUDA Driver API), from version 12 on.                           *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_CUDA_H
#define RESNETC_LIB_RUNTIME_CUDA_H

#include <stddef.h>
#include <stdint.h>

typedef int cuda_result;
typedef int cuda_device;
typedef uint64_t cuda_pointer;
typedef struct CUctx_st *cuda_context;
typedef struct CUmod_st *cuda_module;
typedef struct CUfunc_st *cuda_function;
typedef struct CUstream_st *cuda_stream;
typedef struct CUevent_st *cuda_event;
typedef struct CUgraph_st *cuda_graph;
typedef struct CUgraphNode_st *cuda_node;
typedef struct CUgraphExec_st *cuda_graph_exec;

enum {
  CUDA_OK = 0,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222
};

enum {
  CUDA_ATTRIBUTE_CAPABILITY_MAJOR = 75,
  CUDA_ATTRIBUTE_CAPABILITY_MINOR = 76,
  CUDA_FUNCTION_MAX_DYNAMIC_SHARED_BYTES = 8,
  CUDA_STREAM_NON_BLOCKING = 1
};

/* CUDA_KERNEL_NODE_PARAMS_v1 */
typedef struct cuda_kernel_node {
  cuda_function function;
  unsigned grid[3];
  unsigned block[3];
  unsigned shared_bytes;
  void **arguments;
  void **extra;
} cuda_kernel_node;

/* CUgraphEdgeData: a kernel that starts when the blocks of another allow it. */
typedef struct cuda_edge {
  unsigned char from_port; /* 1: where blocks say griddepcontrol */
  unsigned char to_port;
  unsigned char type; /* 1: the later kernel waits by itself */
  unsigned char reserved[5];
} cuda_edge;

/* What only drivers from version 12.3 on have; or NULL. */
typedef cuda_result (*cuda_graph_connect)(cuda_graph graph,
                                          const cuda_node *from,
                                          const cuda_node *to,
                                          const cuda_edge *edges, size_t count);

/* The driver's functions, each by the name without its prefix. */
#define RESNETC_RT_CUDA_FUNCTIONS(F)                                           \
  F(init, "cuInit", (unsigned flags))                                          \
  F(driver_version, "cuDriverGetVersion", (int *version))                      \
  F(device_get, "cuDeviceGet", (cuda_device * device, int number))             \
  F(device_name, "cuDeviceGetName",                                            \
    (char *name, int size, cuda_device device))                                \
  F(device_attribute, "cuDeviceGetAttribute",                                  \
    (int *value, int attribute, cuda_device device))                           \
  F(context_retain, "cuDevicePrimaryCtxRetain",                                \
    (cuda_context * context, cuda_device device))                              \
  F(context_release, "cuDevicePrimaryCtxRelease_v2", (cuda_device device))     \
  F(context_push, "cuCtxPushCurrent_v2", (cuda_context context))               \
  F(context_pop, "cuCtxPopCurrent_v2", (cuda_context * context))               \
  F(module_load, "cuModuleLoadData", (cuda_module * module, const void *data)) \
  F(module_unload, "cuModuleUnload", (cuda_module module))                     \
  F(module_function, "cuModuleGetFunction",                                    \
    (cuda_function * function, cuda_module module, const char *name))          \
  F(function_set, "cuFuncSetAttribute",                                        \
    (cuda_function function, int attribute, int value))                        \
  F(allocate, "cuMemAlloc_v2", (cuda_pointer * pointer, size_t size))          \
  F(release, "cuMemFree_v2", (cuda_pointer pointer))                           \
  F(copy_to_device, "cuMemcpyHtoDAsync_v2",                                    \
    (cuda_pointer to, const void *from, size_t size, cuda_stream stream))      \
  F(copy_to_host, "cuMemcpyDtoHAsync_v2",                                      \
    (void *to, cuda_pointer from, size_t size, cuda_stream stream))            \
  F(fill, "cuMemsetD8Async",                                                   \
    (cuda_pointer to, unsigned char value, size_t size, cuda_stream stream))   \
  F(stream_create, "cuStreamCreate", (cuda_stream * stream, unsigned flags))   \
  F(stream_destroy, "cuStreamDestroy_v2", (cuda_stream stream))                \
  F(stream_wait, "cuStreamSynchronize", (cuda_stream stream))                  \
  F(event_create, "cuEventCreate", (cuda_event * event, unsigned flags))       \
  F(event_destroy, "cuEventDestroy_v2", (cuda_event event))                    \
  F(event_record, "cuEventRecord", (cuda_event event, cuda_stream stream))     \
  F(event_wait, "cuEventSynchronize", (cuda_event event))                      \
  F(event_elapsed, "cuEventElapsedTime",                                       \
    (float *milliseconds, cuda_event begin, cuda_event end))                   \
  F(launch, "cuLaunchKernel",                                                  \
    (cuda_function function, unsigned grid_x, unsigned grid_y,                 \
     unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,    \
     unsigned shared_bytes, cuda_stream stream, void **arguments,              \
     void **extra))                                                            \
  F(graph_create, "cuGraphCreate", (cuda_graph * graph, unsigned flags))       \
  F(graph_destroy, "cuGraphDestroy", (cuda_graph graph))                       \
  F(graph_add_kernel, "cuGraphAddKernelNode",                                  \
    (cuda_node * node, cuda_graph graph, const cuda_node *dependencies,        \
     size_t count, const cuda_kernel_node *kernel))                            \
  F(graph_instantiate, "cuGraphInstantiateWithFlags",                          \
    (cuda_graph_exec * exec, cuda_graph graph, unsigned long long flags))      \
  F(graph_exec_destroy, "cuGraphExecDestroy", (cuda_graph_exec exec))          \
  F(graph_set_kernel, "cuGraphExecKernelNodeSetParams",                        \
    (cuda_graph_exec exec, cuda_node node, const cuda_kernel_node *kernel))    \
  F(graph_launch, "cuGraphLaunch", (cuda_graph_exec exec, cuda_stream stream)) \
  F(error_name, "cuGetErrorName", (cuda_result error, const char **text))      \
  F(error_text, "cuGetErrorString", (cuda_result error, const char **text))

typedef struct resnetc_rt_cuda {
  void *library;
#define RESNETC_RT_CUDA_MEMBER(member, symbol, arguments)                      \
  cuda_result(*member) arguments;
  RESNETC_RT_CUDA_FUNCTIONS(RESNETC_RT_CUDA_MEMBER)
#undef RESNETC_RT_CUDA_MEMBER
  cuda_graph_connect graph_connect;
} resnetc_rt_cuda;

/* Loads the driver. RESNETC_OK or RESNETC_ERROR_GPU_DRIVER. */
int resnetc_rt_cuda_load(resnetc_rt_cuda *cuda);
void resnetc_rt_cuda_unload(resnetc_rt_cuda *cuda);

#endif /* RESNETC_LIB_RUNTIME_CUDA_H */
