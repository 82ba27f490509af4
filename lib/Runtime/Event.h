/*===- Event.h - A counter that threads wait on ---------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Threads that wait for the next layer of a network wait for microseconds,   *|
|* so they spin before they sleep: waking a sleeping thread costs tens of     *|
|* microseconds, more than a small layer. They stop spinning after a bounded  *|
|* time, so that an idle pool, or one with more threads than the machine has  *|
|* cores, leaves the cores to others.                                         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_EVENT_H
#define RESNETC_LIB_RUNTIME_EVENT_H

#include <stdint.h>

/* Zero-initialized. Only one thread at a time may advance an event. */
typedef struct resnetc_rt_event {
  uint32_t value;    /* counts the times it was advanced, modulo 2^32 */
  uint32_t sleepers; /* threads in, or about to enter, the kernel */
} resnetc_rt_event;

uint32_t resnetc_rt_event_value(const resnetc_rt_event *event);

/* Returns once the value differs from `seen`: spins for about
   `spin_nanoseconds`, then sleeps. What was written before the advance is
   visible after the wait. */
void resnetc_rt_event_wait(resnetc_rt_event *event, uint32_t seen,
                           int64_t spin_nanoseconds);

/* Adds one to the value and wakes all who wait. */
void resnetc_rt_event_advance(resnetc_rt_event *event);

#endif /* RESNETC_LIB_RUNTIME_EVENT_H */
