/*===- Pool.h - Running one function on all threads of a pool -------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A run of a model is one parallel region: every thread walks the same table *|
|* of steps, and a barrier separates them. Forking and joining once a run,    *|
|* not once a layer, halves the waits.                                        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_POOL_H
#define RESNETC_LIB_RUNTIME_POOL_H

#include "resnetc_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Calls body(argument, i) for every i in [0, threads), all at the same time,
   0 on the calling thread, and returns when all have returned. */
void resnetc_rt_pool_run(resnetc_pool *pool,
                         void (*body)(void *argument, int index),
                         void *argument);

/* Within a body: returns when all threads of the pool have called it as often.
   What each wrote before is visible to all after. */
void resnetc_rt_pool_barrier(resnetc_pool *pool);

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_LIB_RUNTIME_POOL_H */
