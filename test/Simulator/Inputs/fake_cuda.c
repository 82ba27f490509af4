/*===- fake_cuda.c - CUDA's driver without a GPU --------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A libcuda.so.1 whose functions are those that fake_driver.py sets.         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { ERROR_NOT_INITIALIZED = 3 };

#define FUNCTIONS(F)                                                           \
  F(cuInit, (unsigned a), (a))                                                 \
  F(cuDriverGetVersion, (int *a), (a))                                         \
  F(cuDeviceGet, (int *a, int b), (a, b))                                      \
  F(cuDeviceGetName, (char *a, int b, int c), (a, b, c))                       \
  F(cuDeviceGetAttribute, (int *a, int b, int c), (a, b, c))                   \
  F(cuDevicePrimaryCtxRetain, (void **a, int b), (a, b))                       \
  F(cuDevicePrimaryCtxRelease_v2, (int a), (a))                                \
  F(cuCtxPushCurrent_v2, (void *a), (a))                                       \
  F(cuCtxPopCurrent_v2, (void **a), (a))                                       \
  F(cuModuleLoadData, (void **a, const void *b), (a, b))                       \
  F(cuModuleUnload, (void *a), (a))                                            \
  F(cuModuleGetFunction, (void **a, void *b, const char *c), (a, b, c))        \
  F(cuFuncSetAttribute, (void *a, int b, int c), (a, b, c))                    \
  F(cuMemAlloc_v2, (uint64_t *a, size_t b), (a, b))                            \
  F(cuMemFree_v2, (uint64_t a), (a))                                           \
  F(cuMemcpyHtoDAsync_v2, (uint64_t a, const void *b, size_t c, void *d),      \
    (a, b, c, d))                                                              \
  F(cuMemcpyDtoHAsync_v2, (void *a, uint64_t b, size_t c, void *d),            \
    (a, b, c, d))                                                              \
  F(cuMemsetD8Async, (uint64_t a, unsigned char b, size_t c, void *d),         \
    (a, b, c, d))                                                              \
  F(cuStreamCreate, (void **a, unsigned b), (a, b))                            \
  F(cuStreamDestroy_v2, (void *a), (a))                                        \
  F(cuStreamSynchronize, (void *a), (a))                                       \
  F(cuEventCreate, (void **a, unsigned b), (a, b))                             \
  F(cuEventDestroy_v2, (void *a), (a))                                         \
  F(cuEventRecord, (void *a, void *b), (a, b))                                 \
  F(cuEventSynchronize, (void *a), (a))                                        \
  F(cuEventElapsedTime, (float *a, void *b, void *c), (a, b, c))               \
  F(cuLaunchKernel,                                                            \
    (void *a, unsigned b, unsigned c, unsigned d, unsigned e, unsigned f,      \
     unsigned g, unsigned h, void *i, void **j, void **k),                     \
    (a, b, c, d, e, f, g, h, i, j, k))                                         \
  F(cuGraphCreate, (void **a, unsigned b), (a, b))                             \
  F(cuGraphDestroy, (void *a), (a))                                            \
  F(cuGraphAddKernelNode,                                                      \
    (void **a, void *b, void *const *c, size_t d, const void *e),              \
    (a, b, c, d, e))                                                           \
  F(cuGraphAddDependencies_v2,                                                 \
    (void *a, void *const *b, void *const *c, const void *d, size_t e),        \
    (a, b, c, d, e))                                                           \
  F(cuGraphInstantiateWithFlags, (void **a, void *b, unsigned long long c),    \
    (a, b, c))                                                                 \
  F(cuGraphExecDestroy, (void *a), (a))                                        \
  F(cuGraphExecKernelNodeSetParams, (void *a, void *b, const void *c),         \
    (a, b, c))                                                                 \
  F(cuGraphLaunch, (void *a, void *b), (a, b))                                 \
  F(cuGetErrorName, (int a, const char **b), (a, b))                           \
  F(cuGetErrorString, (int a, const char **b), (a, b))

#define DEFINE(name, parameters, arguments)                                    \
  static int(*hook_##name) parameters;                                         \
  int name parameters {                                                        \
    return hook_##name ? hook_##name arguments : ERROR_NOT_INITIALIZED;        \
  }
FUNCTIONS(DEFINE)

/* Makes `function` the one of this name; 0 if there is none. */
int fake_cuda_set(const char *name, void *function) {
#define SET(known, parameters, arguments)                                      \
  if (strcmp(name, #known) == 0) {                                             \
    memcpy(&hook_##known, &function, sizeof function);                         \
    return 1;                                                                  \
  }
  FUNCTIONS(SET)
  return 0;
}
