/*===- Event.c - A counter that threads wait on ---------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Spinning and then sleeping on a Linux futex. The count of sleepers spares  *|
|* the system call when every waiter still spins, which is the common case    *|
|* within a run.                                                              *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Event.h"
#include "Clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Looks at the clock, which costs about 25 ns, only once in so many pauses. */
enum { PAUSES_PER_CLOCK = 32 };

/* After this long, offers the core to any other runnable thread on each turn:
   the one waited for may need it. A run of 50 barriers beside a busy process
   on a machine of two cores: 1.4 ms, against 3.8 ms when yielding after 50 us;
   on an idle machine 0.6 ms either way. */
enum { YIELD_AFTER_NANOSECONDS = 2000 };

static void pause_core(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  /* `yield` is a no-op on most cores; `isb` waits about as long as a pause. */
  __asm__ __volatile__("isb" ::: "memory");
#endif
}

static void futex(uint32_t *word, int operation, uint32_t value) {
  /* Every caller checks its condition again, so no result matters. */
  (void)syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL,
                NULL, 0);
}

uint32_t resnetc_rt_event_value(const resnetc_rt_event *event) {
  return __atomic_load_n(&event->value, __ATOMIC_ACQUIRE);
}

/* Whether the value changed while spinning. */
static int spin(const resnetc_rt_event *event, uint32_t seen,
                int64_t spin_nanoseconds) {
  int64_t start = 0;
  for (;;) {
    for (int i = 0; i < PAUSES_PER_CLOCK; ++i) {
      if (resnetc_rt_event_value(event) != seen)
        return 1;
      pause_core();
    }
    if (spin_nanoseconds == 0)
      return 0;
    int64_t now = resnetc_rt_clock();
    if (start == 0)
      start = now;
    if (now - start >= spin_nanoseconds)
      return 0;
    if (now - start >= YIELD_AFTER_NANOSECONDS)
      sched_yield();
  }
}

void resnetc_rt_event_wait(resnetc_rt_event *event, uint32_t seen,
                           int64_t spin_nanoseconds) {
  if (spin(event, seen, spin_nanoseconds))
    return;
  /* Sequentially consistent with the advance: either it sees this sleeper, or
     the load below, and the kernel's own comparison, see its value. */
  __atomic_add_fetch(&event->sleepers, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&event->value, __ATOMIC_SEQ_CST) == seen)
    futex(&event->value, FUTEX_WAIT, seen);
  __atomic_sub_fetch(&event->sleepers, 1, __ATOMIC_SEQ_CST);
}

void resnetc_rt_event_advance(resnetc_rt_event *event) {
  __atomic_add_fetch(&event->value, 1, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&event->sleepers, __ATOMIC_SEQ_CST) != 0)
    futex(&event->value, FUTEX_WAKE, INT_MAX);
}
