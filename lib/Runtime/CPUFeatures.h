/*===- CPUFeatures.h - What this CPU can do, and what to run on it
---------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_CPUFEATURES_H
#define RESNETC_LIB_RUNTIME_CPUFEATURES_H

#include "resnetc/Runtime/ModelABI.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of enum resnetc_rt_cpu_feature, those that programs can use here. */
uint64_t resnetc_rt_cpu_features(void);

/* resnetc_rt_select for a CPU with these features. */
const resnetc_rt_model *
resnetc_rt_select_for(uint64_t cpu_features,
                      const resnetc_rt_model *const *variants, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_LIB_RUNTIME_CPUFEATURES_H */
