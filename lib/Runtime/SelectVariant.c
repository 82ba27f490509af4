/*===- SelectVariant.c - The best code that this CPU can run
---------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Every call chooses anew, which costs a comparison for each variant, and    *|
|* always the same: so there is nothing to initialize and no state, and the   *|
|* workspace that a caller asked for fits the variant that then runs.         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "CPUFeatures.h"

const resnetc_rt_model *
resnetc_rt_select_for(uint64_t cpu_features,
                      const resnetc_rt_model *const *variants, int32_t count) {
  for (int32_t i = count - 1; i > 0; --i) {
    /* Of a table of another version only this field is where it seems to be;
       the run of any such table is an error. */
    if (variants[i]->abi_version != RESNETC_RT_ABI_VERSION)
      continue;
    if ((variants[i]->cpu_features & ~cpu_features) == 0)
      return variants[i];
  }
  return variants[0];
}

const resnetc_rt_model *
resnetc_rt_select(const resnetc_rt_model *const *variants, int32_t count) {
  return resnetc_rt_select_for(resnetc_rt_cpu_features(), variants, count);
}
