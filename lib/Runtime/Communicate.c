/*===- Communicate.c - What a run adds up over processes ------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The order of sums follows from the table alone, so that it is the same in  *|
|* all processes. After one that failed no other is started.                  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Communicate.h"
#include "Training.h"

static void start_gradients(resnetc_rt_communication *communication,
                            int64_t step) {
  const resnetc_rt_trainer *trainer = communication->trainer;
  const resnetc_communicator *communicator = communication->communicator;
  for (;
       communication->next < trainer->gradient_count && !communication->failed;
       ++communication->next) {
    const resnetc_rt_gradient *gradient =
        &trainer->gradients[communication->next];
    if (gradient->step > step)
      return;
    const resnetc_kept_info *info = &trainer->kept[gradient->kept];
    communication->failed = communicator->start(
        communicator->user, resnetc_rt_kept_data(communication->training, info),
        resnetc_rt_kept_count(info));
  }
}

void resnetc_rt_communicate(resnetc_rt_communication *communication,
                            int64_t step, float *values, int64_t count) {
  const resnetc_communicator *communicator = communication->communicator;
  if (count > 0 && !communication->failed)
    communication->failed =
        communicator->all_reduce(communicator->user, values, (size_t)count);
  if (!communication->trainer)
    return;
  start_gradients(communication, step);
  if (communicator->progress && !communication->failed)
    communicator->progress(communicator->user);
}

void resnetc_rt_finish_gradients(resnetc_rt_communication *communication) {
  const resnetc_communicator *communicator = communication->communicator;
  start_gradients(communication, INT64_MAX);
  /* Also after a failure: what was started is about the caller's memory. */
  if (communicator->wait(communicator->user) != 0)
    communication->failed = 1;
}
