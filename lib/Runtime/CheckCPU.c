/*===- CheckCPU.c - Whether this CPU has what an object needs -------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A feature counts only if the operating system also saves its registers     *|
|* across context switches (on x86 XCR0, read by xgetbv, says so).            *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "CPUFeatures.h"
#include "resnetc/Runtime/ModelABI.h"

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>

/* Set in the cache below once it holds the features. */
#define DETECTED (UINT64_C(1) << 63)

static uint64_t extended_control_register(void) {
  uint32_t low;
  uint32_t high;
  __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static uint64_t feature_if(uint32_t word, int bit, uint64_t feature) {
  return word >> bit & 1 ? feature : 0;
}

/* Bit numbers from Intel's Software Developer's Manual, volume 2, CPUID. */
static uint64_t detect_features(void) {
  uint32_t eax;
  uint32_t ebx;
  uint32_t ecx;
  uint32_t edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx))
    return 0;
  uint64_t features = feature_if(ecx, 20, RESNETC_RT_X86_SSE4_2);
  const uint64_t ymm_state = 0x6;
  const uint64_t zmm_state = 0xe6;
  uint64_t saved = ecx >> 27 & 1 ? extended_control_register() : 0;
  int has_ymm = (saved & ymm_state) == ymm_state;
  int has_zmm = (saved & zmm_state) == zmm_state;
  if (has_ymm) {
    features |= feature_if(ecx, 28, RESNETC_RT_X86_AVX);
    features |= feature_if(ecx, 12, RESNETC_RT_X86_FMA);
    features |= feature_if(ecx, 29, RESNETC_RT_X86_F16C);
  }

  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
    return features;
  uint32_t last_subleaf = eax;
  features |= feature_if(ebx, 8, RESNETC_RT_X86_BMI2);
  if (has_ymm)
    features |= feature_if(ebx, 5, RESNETC_RT_X86_AVX2);
  if (has_zmm) {
    features |= feature_if(ebx, 16, RESNETC_RT_X86_AVX512F);
    features |= feature_if(ebx, 30, RESNETC_RT_X86_AVX512BW);
    features |= feature_if(ebx, 17, RESNETC_RT_X86_AVX512DQ);
    features |= feature_if(ebx, 31, RESNETC_RT_X86_AVX512VL);
    features |= feature_if(ecx, 11, RESNETC_RT_X86_AVX512VNNI);
    features |= feature_if(ecx, 1, RESNETC_RT_X86_AVX512VBMI);
    features |= feature_if(ecx, 6, RESNETC_RT_X86_AVX512VBMI2);
    features |= feature_if(edx, 8, RESNETC_RT_X86_AVX512VP2INTERSECT);
    features |= feature_if(edx, 23, RESNETC_RT_X86_AVX512FP16);
  }

  if (last_subleaf < 1 || !__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx))
    return features;
  if (has_ymm)
    features |= feature_if(eax, 4, RESNETC_RT_X86_AVXVNNI);
  if (has_zmm)
    features |= feature_if(eax, 5, RESNETC_RT_X86_AVX512BF16);
  return features;
}

uint64_t resnetc_rt_cpu_features(void) {
  /* Every run asks, and a hypervisor traps each cpuid: 4.6 us measured under
     KVM on Zen 3, some 30 us for all, against 200 us for a small network.
     So a constant of the machine is kept, which is not a state: whoever asks
     first writes what everyone else would. */
  static uint64_t cache;
  uint64_t features = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (!(features & DETECTED)) {
    features = detect_features() | DETECTED;
    __atomic_store_n(&cache, features, __ATOMIC_RELAXED);
  }
  return features & ~DETECTED;
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

static uint64_t feature_if(unsigned long word, int bit, uint64_t feature) {
  return word >> bit & 1 ? feature : 0;
}

/* Linux says what it lets programs use. Bit numbers from its
   arch/arm64/include/uapi/asm/hwcap.h; the C library's headers may be older.
   The words lie in the process, so nothing is kept. */
uint64_t resnetc_rt_cpu_features(void) {
  unsigned long hwcap = getauxval(AT_HWCAP);
  unsigned long hwcap2 = getauxval(AT_HWCAP2);
  return feature_if(hwcap, 10, RESNETC_RT_AARCH64_FP16) |
         feature_if(hwcap, 20, RESNETC_RT_AARCH64_DOTPROD) |
         feature_if(hwcap, 22, RESNETC_RT_AARCH64_SVE) |
         feature_if(hwcap2, 1, RESNETC_RT_AARCH64_SVE2) |
         feature_if(hwcap2, 13, RESNETC_RT_AARCH64_I8MM) |
         feature_if(hwcap2, 14, RESNETC_RT_AARCH64_BF16);
}

#else

/* Nobody says which features there are: objects that need none run. */
uint64_t resnetc_rt_cpu_features(void) { return 0; }

#endif

int resnetc_rt_check_cpu(const resnetc_rt_model *model) {
  /* A bit that this runtime does not know is a feature it cannot promise. */
  return model->cpu_features & ~resnetc_rt_cpu_features() ? RESNETC_ERROR_CPU
                                                          : RESNETC_OK;
}
