/*===- Training.h - The memory of a network in training -----------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_LIB_RUNTIME_TRAINING_H
#define RESNETC_LIB_RUNTIME_TRAINING_H

#include "Communicate.h"

/* RESNETC_OK if the object is of this version and all memory that there has to
   be is there. */
int resnetc_rt_check_training(const resnetc_rt_trainer *trainer,
                              const resnetc_training *training);
/* Where a tensor lies, and how many floats it has. */
float *resnetc_rt_kept_data(const resnetc_training *training,
                            const resnetc_kept_info *info);
size_t resnetc_rt_kept_count(const resnetc_kept_info *info);
/* Makes all gradients zero. */
void resnetc_rt_clear_gradients(const resnetc_rt_trainer *trainer,
                                const resnetc_training *training);

/* resnetc_rt_run for a network whose parameters and the like are in the
   caller's memory; adds up over processes if `communication` is not NULL. */
int resnetc_rt_run_training(const resnetc_rt_model *model,
                            const void *const *inputs, void *const *outputs,
                            int64_t batch, const resnetc_training *training,
                            resnetc_workspace workspace,
                            const resnetc_context *context,
                            resnetc_rt_communication *communication);

#endif /* RESNETC_LIB_RUNTIME_TRAINING_H */
