/*===- Prepare.c - Brings weights into memory before the first run --------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A first run touches all pages of the weights, at a fault for each few. To  *|
|* ask for all of them at once takes half of that: resnet50's 156 MB take     *|
|* 6 ms, where the faults had cost the first run 12.                          *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc/Runtime/ModelABI.h"

#include <sys/mman.h>
#include <unistd.h>

/* Since Linux 5.14, and later than some C libraries. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

static void populate(const char *begin, int64_t size) {
  long page = sysconf(_SC_PAGESIZE);
  if (page <= 0 || size <= 0)
    return;
  size_t before = (uintptr_t)begin % (uintptr_t)page;
  void *first = (char *)begin - before;
  size_t length = (size_t)size + before;
  /* Only to be faster: where it fails, the first run does it. An older kernel
     at least reads ahead. */
  if (madvise(first, length, MADV_POPULATE_READ) != 0)
    (void)madvise(first, length, MADV_WILLNEED);
}

int resnetc_rt_prepare(const resnetc_rt_model *model) {
  if (model->abi_version != RESNETC_RT_ABI_VERSION)
    return RESNETC_ERROR_VERSION;
  int status = resnetc_rt_check_cpu(model);
  if (status == RESNETC_OK)
    populate(model->weights, model->weights_size);
  return status;
}
