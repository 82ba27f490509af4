/*===- Clock.h - Nanoseconds of the monotonic clock -----------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The clock that bounds spinning and times the steps of a profiled run.      *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_CLOCK_H
#define RESNETC_LIB_RUNTIME_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t resnetc_rt_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif /* RESNETC_LIB_RUNTIME_CLOCK_H */
