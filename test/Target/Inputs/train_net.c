/*===- train_net.c - Trains a network by its header -----------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

/* Learns a batch by heart, then calls each function wrongly, and says what
   came of it. `net` has images of 3x8x8 and 4 classes; a label of 9 does not
   count. */
#include "net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 8, PIXELS = 3 * 8 * 8, CLASSES = 4, STEPS = 40 };

static float x[BATCH * PIXELS], loss, y[BATCH * CLASSES];
static int64_t label[BATCH];
static const void *inputs[] = {x, label};
static void *outputs[] = {&loss, y};
static void *evaluated[] = {y};

static void *allocate(size_t size) {
  char *memory = malloc(size + net_workspace_alignment);
  if (!memory)
    abort();
  size_t past = (size_t)memory % net_workspace_alignment;
  return memory + (net_workspace_alignment - past);
}

/* All that training keeps, one after the other. */
typedef struct copy {
  char *bytes;
  size_t size;
} copy;

static copy copy_of(const resnetc_training *training) {
  const resnetc_training_sizes *sizes = &net_training_sizes;
  copy copy = {NULL, sizes->parameters + sizes->state + sizes->settings};
  copy.bytes = allocate(copy.size);
  memcpy(copy.bytes, training->parameters, sizes->parameters);
  memcpy(copy.bytes + sizes->parameters, training->state, sizes->state);
  memcpy(copy.bytes + sizes->parameters + sizes->state, training->settings,
         sizes->settings);
  return copy;
}

static int are_zero(const void *memory, size_t size) {
  const char *bytes = memory;
  for (size_t i = 0; i < size; ++i)
    if (bytes[i])
      return 0;
  return 1;
}

static void say(const char *what, int status) {
  printf("%s: %s\n", what, net_error_string(status));
}

int main(void) {
  resnetc_training training = {allocate(net_training_sizes.parameters),
                               allocate(net_training_sizes.gradients),
                               allocate(net_training_sizes.state),
                               allocate(net_training_sizes.settings)};
  resnetc_workspace workspace = {NULL, net_workspace_size(BATCH)};
  workspace.data = allocate(workspace.size);
  for (int i = 0; i < BATCH * PIXELS; ++i)
    /* Class 0 has more of the first channel, and so on; class 3 of none. */
    x[i] = (float)(i * 37 % 101) / 50 - 1 +
           (i / PIXELS % CLASSES == i % PIXELS / 64 ? 1 : 0);
  for (int i = 0; i < BATCH; ++i)
    label[i] = i == 5 ? 9 : i % CLASSES;
  say("prepare", net_prepare());
  say("initialize", net_initialize(&training));

  printf("learning rate %g, then 0.1\n",
         (double)training.settings[net_SETTING_learning_rate]);
  training.settings[net_SETTING_learning_rate] = 0.1F;
  float first = 0;
  for (int i = 0; i < STEPS; ++i) {
    int status =
        net_train_step(inputs, outputs, BATCH, &training, workspace, NULL);
    if (status)
      say("train_step", status);
    if (i == 0)
      first = loss;
  }
  printf("the loss falls to less than a quarter: %s\n",
         loss < first / 4 ? "yes" : "no");
  /* Two halves are one batch. */
  float before = ((float *)training.parameters)[0];
  for (int half = 0; half < 2; ++half) {
    const void *some[] = {x + half * PIXELS * BATCH / 2,
                          label + half * BATCH / 2};
    say("accumulate",
        net_accumulate(some, outputs, BATCH / 2, &training, workspace, NULL));
  }
  printf("gradients: %s\n",
         are_zero(training.gradients, net_training_sizes.gradients) ? "zero"
                                                                    : "there");
  say("update", net_update(&training, workspace, NULL));
  printf("gradients: %s\n",
         are_zero(training.gradients, net_training_sizes.gradients) ? "zero"
                                                                    : "there");
  printf("the first parameter changes: %s\n",
         before != ((float *)training.parameters)[0] ? "yes" : "no");
  say("evaluate",
      net_evaluate(inputs, evaluated, BATCH, &training, workspace, NULL));

  copy kept = copy_of(&training);
  say("no training",
      net_train_step(inputs, outputs, BATCH, NULL, workspace, NULL));
  resnetc_training partly = training;
  partly.gradients = NULL;
  say("no gradients",
      net_train_step(inputs, outputs, BATCH, &partly, workspace, NULL));
  say("initialize nothing", net_initialize(NULL));
  say("evaluate nothing",
      net_evaluate(inputs, evaluated, BATCH, NULL, workspace, NULL));
  say("update nothing", net_update(NULL, workspace, NULL));
  say("no inputs",
      net_train_step(NULL, outputs, BATCH, &training, workspace, NULL));
  say("no batch",
      net_train_step(inputs, outputs, 0, &training, workspace, NULL));
  resnetc_workspace small = {workspace.data, workspace.size / 2};
  say("small workspace",
      net_train_step(inputs, outputs, BATCH, &training, small, NULL));
  resnetc_workspace askew = {(char *)workspace.data + 4, workspace.size};
  say("askew workspace",
      net_train_step(inputs, outputs, BATCH, &training, askew, NULL));
  static const int64_t wrong[] = {4, -1, INT64_MIN, INT64_MAX, -100};
  loss = 42;
  for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
    label[BATCH - 1] = wrong[i];
    say("label",
        net_train_step(inputs, outputs, BATCH, &training, workspace, NULL));
    say("label",
        net_accumulate(inputs, outputs, BATCH, &training, workspace, NULL));
  }
  label[BATCH - 1] = 3;
  printf("the loss is still %g\n", (double)loss);
  x[7] = NAN;
  say("no number",
      net_train_step(inputs, outputs, BATCH, &training, workspace, NULL));
  x[7] = 0;
  for (int i = 0; i < BATCH; ++i)
    label[i] = 9;
  say("no label",
      net_accumulate(inputs, outputs, BATCH, &training, workspace, NULL));
  printf("gradients: %s\n",
         are_zero(training.gradients, net_training_sizes.gradients) ? "zero"
                                                                    : "there");
  copy now = copy_of(&training);
  printf("all that is kept is as before: %s\n",
         memcmp(kept.bytes, now.bytes, kept.size) == 0 ? "yes" : "no");
  return 0;
}
