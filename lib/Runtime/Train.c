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

#include "Training.h"

#include <math.h>
#include <string.h>

int resnetc_rt_check_training(const resnetc_rt_trainer *trainer,
                              const resnetc_training *training) {
  if (trainer->evaluate->abi_version != RESNETC_RT_ABI_VERSION)
    return RESNETC_ERROR_VERSION;
  const resnetc_training_sizes *sizes = &trainer->sizes;
  int is_complete = training && (training->parameters || !sizes->parameters) &&
                    (training->gradients || !sizes->gradients) &&
                    (training->state || !sizes->state) &&
                    (training->settings || !sizes->settings);
  return is_complete ? RESNETC_OK : RESNETC_ERROR_ARGUMENT;
}

/* The memory that a tensor of this kind lies in. */
static void *memory_of(const resnetc_training *training, int32_t kind) {
  switch ((enum resnetc_kept_kind)kind) {
  case RESNETC_PARAMETER:
  case RESNETC_BUFFER:
    return training->parameters;
  case RESNETC_STATE:
  case RESNETC_RANDOM:
    return training->state;
  case RESNETC_SETTING:
    return training->settings;
  case RESNETC_GRADIENT:
    return training->gradients;
  }
  return NULL;
}

float *resnetc_rt_kept_data(const resnetc_training *training,
                            const resnetc_kept_info *info) {
  float *memory = memory_of(training, info->kind);
  return memory + info->offset / (int64_t)sizeof(float);
}

size_t resnetc_rt_kept_count(const resnetc_kept_info *info) {
  size_t count = 1;
  for (int i = 0; i < info->rank; ++i)
    count *= (size_t)info->dims[i];
  return count;
}

static void clear(void *memory, size_t size) {
  if (size > 0)
    memset(memory, 0, size);
}

void resnetc_rt_clear_gradients(const resnetc_rt_trainer *trainer,
                                const resnetc_training *training) {
  clear(training->gradients, trainer->sizes.gradients);
}

int resnetc_rt_initialize(const resnetc_rt_trainer *trainer,
                          const resnetc_training *training) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status != RESNETC_OK)
    return status;
  clear(training->parameters, trainer->sizes.parameters);
  resnetc_rt_clear_gradients(trainer, training);
  clear(training->state, trainer->sizes.state);
  clear(training->settings, trainer->sizes.settings);
  for (int i = 0; i < trainer->kept_count; ++i) {
    const resnetc_kept_info *info = &trainer->kept[i];
    if (trainer->initial[i])
      memcpy(resnetc_rt_kept_data(training, info), trainer->initial[i],
             sizeof(float) * resnetc_rt_kept_count(info));
  }
  return RESNETC_OK;
}

int resnetc_rt_seed(const resnetc_rt_trainer *trainer,
                    const resnetc_training *training, uint64_t seed) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status != RESNETC_OK)
    return status;
  const uint32_t words[] = {(uint32_t)seed, (uint32_t)(seed >> 32), 0};
  for (int i = 0; i < trainer->kept_count; ++i)
    if (trainer->kept[i].kind == RESNETC_RANDOM)
      memcpy(resnetc_rt_kept_data(training, &trainer->kept[i]), words,
             sizeof(words));
  return RESNETC_OK;
}

static int run(const resnetc_rt_trainer *trainer, const resnetc_rt_model *model,
               const void *const *inputs, void *const *outputs, int64_t batch,
               const resnetc_training *training, void *workspace,
               size_t workspace_size, const resnetc_context *context) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status != RESNETC_OK)
    return status;
  resnetc_workspace space = {workspace, workspace_size};
  return resnetc_rt_run_training(model, inputs, outputs, batch, training, space,
                                 context, NULL);
}

int resnetc_rt_evaluate(const resnetc_rt_trainer *trainer,
                        const void *const *inputs, void *const *outputs,
                        int64_t batch, const resnetc_training *training,
                        void *workspace, size_t workspace_size,
                        const resnetc_context *context) {
  return run(trainer, trainer->evaluate, inputs, outputs, batch, training,
             workspace, workspace_size, context);
}

/* Whether all labels name a class, or the one that does not count. */
static int are_classes(const resnetc_rt_trainer *trainer, const int64_t *labels,
                       int64_t batch) {
  const resnetc_tensor_info *info =
      &trainer->backward->inputs[trainer->label_input];
  int64_t count = batch;
  for (int i = 1; i < info->rank; ++i)
    count *= info->dims[i];
  for (int64_t i = 0; i < count; ++i)
    if ((labels[i] < 0 || labels[i] >= trainer->label_classes) &&
        labels[i] != trainer->label_ignored)
      return 0;
  return 1;
}

static int draws_random(const resnetc_rt_trainer *trainer) {
  for (int i = 0; i < trainer->kept_count; ++i)
    if (trainer->kept[i].kind == RESNETC_RANDOM)
      return 1;
  return 0;
}

/* Which processes train together; NULL: this one alone. */
static const resnetc_communicator *
communicator_of(const resnetc_context *context) {
  return context ? context->communicator : NULL;
}

static int check_parallel(const resnetc_rt_trainer *trainer,
                          const resnetc_context *context) {
  return communicator_of(context) && !trainer->is_parallel
             ? RESNETC_ERROR_NOT_PARALLEL
             : RESNETC_OK;
}

/* Adds the gradients of a batch to those that are there; with `adds_up`, leaves
   their sums over all processes. */
static int accumulate(const resnetc_rt_trainer *trainer,
                      const void *const *inputs, void *const *outputs,
                      int64_t batch, const resnetc_training *training,
                      resnetc_workspace workspace,
                      const resnetc_context *context, int adds_up) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status == RESNETC_OK)
    status = resnetc_rt_check_run(trainer->backward, inputs, outputs, batch,
                                  workspace);
  if (status == RESNETC_OK)
    status = check_parallel(trainer, context);
  if (status != RESNETC_OK)
    return status;
  if (trainer->label_input >= 0 &&
      !are_classes(trainer, inputs[trainer->label_input], batch))
    return RESNETC_ERROR_LABEL;
  const resnetc_communicator *communicator = communicator_of(context);
  resnetc_rt_communication communication = {
      communicator, adds_up ? trainer : NULL, training, 0, 0, 0};
  if (communicator && draws_random(trainer) &&
      communicator->count_before(communicator->user, batch,
                                 &communication.first_example) != 0)
    return RESNETC_ERROR_COMMUNICATION;
  status = resnetc_rt_run_training(trainer->backward, inputs, outputs, batch,
                                   training, workspace, context,
                                   communicator ? &communication : NULL);
  if (communicator && adds_up)
    resnetc_rt_finish_gradients(&communication);
  if (communication.failed)
    status = RESNETC_ERROR_COMMUNICATION;
  else if (status == RESNETC_OK && !isfinite(*(const float *)outputs[0]))
    status = RESNETC_ERROR_LOSS;
  /* What was added to them would be there in the next step, too. */
  if (status != RESNETC_OK)
    resnetc_rt_clear_gradients(trainer, training);
  return status;
}

int resnetc_rt_accumulate(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context) {
  resnetc_workspace space = {workspace, workspace_size};
  return accumulate(trainer, inputs, outputs, batch, training, space, context,
                    /*adds_up=*/0);
}

int resnetc_rt_update(const resnetc_rt_trainer *trainer,
                      const resnetc_training *training, void *workspace,
                      size_t workspace_size, const resnetc_context *context) {
  resnetc_workspace space = {workspace, workspace_size};
  int status = resnetc_rt_check_training(trainer, training);
  if (status == RESNETC_OK)
    status = resnetc_rt_check_run(trainer->update, NULL, NULL, 1, space);
  if (status == RESNETC_OK)
    status = check_parallel(trainer, context);
  if (status != RESNETC_OK)
    return status;
  if (communicator_of(context)) {
    resnetc_rt_communication communication = {
        context->communicator, trainer, training, 0, 0, 0};
    resnetc_rt_finish_gradients(&communication);
    if (communication.failed) {
      resnetc_rt_clear_gradients(trainer, training);
      return RESNETC_ERROR_COMMUNICATION;
    }
  }
  return run(trainer, trainer->update, NULL, NULL, 1, training, workspace,
             workspace_size, context);
}

int resnetc_rt_train_step(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context) {
  resnetc_workspace space = {workspace, workspace_size};
  int status = accumulate(trainer, inputs, outputs, batch, training, space,
                          context, /*adds_up=*/1);
  if (status != RESNETC_OK)
    return status;
  return run(trainer, trainer->update, NULL, NULL, 1, training, workspace,
             workspace_size, context);
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
