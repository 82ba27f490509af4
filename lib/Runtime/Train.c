/*===- Train.c - Steps of training ----------------------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A step is two runs: one adds the gradients of a batch to those that are    *|
|* there, one changes the parameters by them and makes them zero again.       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc/Runtime/ModelABI.h"

#include <math.h>
#include <string.h>

/* Whether all memory that there has to be is there. */
static int is_complete(const resnetc_rt_trainer *trainer,
                       const resnetc_training *training) {
  const resnetc_training_sizes *sizes = &trainer->sizes;
  return training && (training->parameters || !sizes->parameters) &&
         (training->gradients || !sizes->gradients) &&
         (training->state || !sizes->state) &&
         (training->settings || !sizes->settings);
}

/* The memory that a tensor of this kind lies in. */
static char *memory_of(const resnetc_training *training, int32_t kind) {
  switch ((enum resnetc_kept_kind)kind) {
  case RESNETC_PARAMETER:
  case RESNETC_BUFFER:
    return training->parameters;
  case RESNETC_STATE:
    return training->state;
  case RESNETC_SETTING:
    return (char *)training->settings;
  case RESNETC_GRADIENT:
    return training->gradients;
  }
  return NULL;
}

static size_t bytes_of(const resnetc_kept_info *info) {
  size_t bytes = sizeof(float);
  for (int i = 0; i < info->rank; ++i)
    bytes *= (size_t)info->dims[i];
  return bytes;
}

static void clear(void *memory, size_t size) {
  if (size > 0)
    memset(memory, 0, size);
}

int resnetc_rt_initialize(const resnetc_rt_trainer *trainer,
                          const resnetc_training *training) {
  if (!is_complete(trainer, training))
    return RESNETC_ERROR_ARGUMENT;
  clear(training->parameters, trainer->sizes.parameters);
  clear(training->gradients, trainer->sizes.gradients);
  clear(training->state, trainer->sizes.state);
  clear(training->settings, trainer->sizes.settings);
  for (int i = 0; i < trainer->kept_count; ++i) {
    const resnetc_kept_info *info = &trainer->kept[i];
    if (trainer->initial[i])
      memcpy(memory_of(training, info->kind) + info->offset,
             trainer->initial[i], bytes_of(info));
  }
  return RESNETC_OK;
}

static int run(const resnetc_rt_trainer *trainer, const resnetc_rt_model *model,
               const void *const *inputs, void *const *outputs, int64_t batch,
               const resnetc_training *training, void *workspace,
               size_t workspace_size, const resnetc_context *context) {
  if (!is_complete(trainer, training))
    return RESNETC_ERROR_ARGUMENT;
  resnetc_workspace space = {workspace, workspace_size};
  return resnetc_rt_run_training(model, inputs, outputs, batch, training, space,
                                 context);
}

int resnetc_rt_evaluate(const resnetc_rt_trainer *trainer,
                        const void *const *inputs, void *const *outputs,
                        int64_t batch, const resnetc_training *training,
                        void *workspace, size_t workspace_size,
                        const resnetc_context *context) {
  return run(trainer, trainer->evaluate, inputs, outputs, batch, training,
             workspace, workspace_size, context);
}

int resnetc_rt_accumulate(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context) {
  return run(trainer, trainer->backward, inputs, outputs, batch, training,
             workspace, workspace_size, context);
}

int resnetc_rt_update(const resnetc_rt_trainer *trainer,
                      const resnetc_training *training, void *workspace,
                      size_t workspace_size, const resnetc_context *context) {
  return run(trainer, trainer->update, NULL, NULL, 1, training, workspace,
             workspace_size, context);
}

int resnetc_rt_train_step(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context) {
  int status = resnetc_rt_accumulate(trainer, inputs, outputs, batch, training,
                                     workspace, workspace_size, context);
  if (status != RESNETC_OK)
    return status;
  if (!isfinite(*(const float *)outputs[0])) {
    /* What was added to them would be there in the next step, too. */
    clear(training->gradients, trainer->sizes.gradients);
    return RESNETC_ERROR_LOSS;
  }
  return resnetc_rt_update(trainer, training, workspace, workspace_size,
                           context);
}

size_t resnetc_rt_training_workspace_size(const resnetc_rt_trainer *trainer,
                                          int64_t batch) {
  const resnetc_rt_model *models[] = {trainer->evaluate, trainer->backward};
  size_t largest = resnetc_rt_workspace_size(trainer->update, 1);
  for (int i = 0; i < 2; ++i) {
    size_t size = resnetc_rt_workspace_size(models[i], batch);
    if (size > largest)
      largest = size;
  }
  return batch > 0 ? largest : 0;
}
