/*===- Cuda.c - Loads CUDA's driver ---------------------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Nothing is loaded before a GPU is opened.                                  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Cuda.h"
#include "resnetc_rt.h"

#include <dlfcn.h>
#include <string.h>

static int load_functions(resnetc_rt_cuda *cuda) {
  /* POSIX lets a pointer to a function be read as one to an object. */
#define RESNETC_RT_CUDA_LOAD(member, symbol, arguments)                        \
  {                                                                            \
    void *address = dlsym(cuda->library, symbol);                              \
    if (!address)                                                              \
      return 0;                                                                \
    memcpy(&cuda->member, &address, sizeof address);                           \
  }
  RESNETC_RT_CUDA_FUNCTIONS(RESNETC_RT_CUDA_LOAD)
#undef RESNETC_RT_CUDA_LOAD
  void *connect = dlsym(cuda->library, "cuGraphAddDependencies_v2");
  memcpy(&cuda->graph_connect, &connect, sizeof connect);
  return 1;
}

int resnetc_rt_cuda_load(resnetc_rt_cuda *cuda) {
  memset(cuda, 0, sizeof *cuda);
  cuda->library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!cuda->library)
    return RESNETC_ERROR_GPU_DRIVER;
  enum { oldest_version = 12000 };
  int version = 0;
  if (load_functions(cuda) && cuda->init(0) == CUDA_OK &&
      cuda->driver_version(&version) == CUDA_OK && version >= oldest_version)
    return RESNETC_OK;
  resnetc_rt_cuda_unload(cuda);
  return RESNETC_ERROR_GPU_DRIVER;
}

void resnetc_rt_cuda_unload(resnetc_rt_cuda *cuda) {
  if (cuda->library)
    dlclose(cuda->library);
  cuda->library = NULL;
}
