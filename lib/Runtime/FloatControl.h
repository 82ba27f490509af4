/*===- FloatControl.h - The floating-point environment of a run -----------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Subnormal numbers cost a microcode assist each on many cores, so a run     *|
|* flushes them to zero. It also rounds to nearest and masks exceptions,      *|
|* whatever the thread's own settings: otherwise results would depend on      *|
|* which thread computed them, and an application that traps on invalid       *|
|* operations would trap on a model's NaN. The thread's settings come back    *|
|* after.                                                                     *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_FLOATCONTROL_H
#define RESNETC_LIB_RUNTIME_FLOATCONTROL_H

#include <stdint.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

typedef uint64_t resnetc_rt_float_control;

/* Enters the environment of a run; returns what to leave it with. */
static inline resnetc_rt_float_control resnetc_rt_float_control_enter(void) {
#if defined(__SSE__)
  resnetc_rt_float_control saved = _mm_getcsr();
  const unsigned mask_all = 0x1f80;
  const unsigned flush_to_zero = 1u << 15;
  const unsigned denormals_are_zero = 1u << 6;
  _mm_setcsr(mask_all | flush_to_zero | denormals_are_zero);
  return saved;
#elif defined(__aarch64__)
  resnetc_rt_float_control saved;
  const uint64_t flush_to_zero = UINT64_C(1) << 24;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(saved));
  __asm__ __volatile__("msr fpcr, %0" ::"r"(flush_to_zero) : "memory");
  return saved;
#else
  return 0;
#endif
}

static inline void
resnetc_rt_float_control_leave(resnetc_rt_float_control saved) {
#if defined(__SSE__)
  _mm_setcsr((unsigned)saved);
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" ::"r"(saved) : "memory");
#else
  (void)saved;
#endif
}

#endif /* RESNETC_LIB_RUNTIME_FLOATCONTROL_H */
