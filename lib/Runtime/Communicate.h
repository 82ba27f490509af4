/*===- Communicate.h - What a run adds up over processes ----------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_COMMUNICATE_H
#define RESNETC_LIB_RUNTIME_COMMUNICATE_H

#include "resnetc/Runtime/ModelABI.h"

/* Of one call, on the stack of its thread, which alone touches it. */
typedef struct resnetc_rt_communication {
  const resnetc_communicator *communicator;
  /* Whose gradients are added up as soon as they are complete; NULL: none. */
  const resnetc_rt_trainer *trainer;
  const resnetc_training *training;
  int64_t next; /* the gradient to start next */
  /* The number of the first example among those of all processes. */
  int64_t first_example;
  int failed;
} resnetc_rt_communication;

/* After step `step`, in which `count` floats may have been computed that are to
   be added up at once. */
void resnetc_rt_communicate(resnetc_rt_communication *communication,
                            int64_t step, float *values, int64_t count);
/* Starts all gradients that are not, and waits for all. */
void resnetc_rt_finish_gradients(resnetc_rt_communication *communication);

#endif /* RESNETC_LIB_RUNTIME_COMMUNICATE_H */
