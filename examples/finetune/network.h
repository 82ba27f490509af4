/*===- network.h - The network that learns ------------------------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef FINETUNE_NETWORK_H
#define FINETUNE_NETWORK_H

#include "net.h"

/* A network with all memory that it needs for batches of some size. */
typedef struct network {
  resnetc_training training;
  resnetc_workspace workspace;
  resnetc_context context;
  int height, width;           /* of a picture */
  int64_t input_size, classes; /* of one picture */
  float *input, *scores;       /* of a batch */
  int64_t *labels;
} network;

/* The network with the model's parameters; on as many threads as there are
   cores. */
network create_network(int64_t batch);
void destroy_network(network *net);

/* Ends the program with an error for a status other than RESNETC_OK. */
void check(const char *what, int status);

#endif /* FINETUNE_NETWORK_H */
