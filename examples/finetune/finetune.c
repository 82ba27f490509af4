/*===- finetune.c - Teach a ResNet other classes --------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* finetune FOLDER CHECKPOINT [EPOCHS] learns to tell apart the pictures in   *|
|* the folders of FOLDER: the first folder is class 0, and so on. Every fifth *|
|* picture of a folder is kept for a test. CHECKPOINT is where the result     *|
|* goes; if the file is there already, learning goes on from it.              *|
|*                                                                            *|
|*   resnetc resnet18.onnx --train --trainable='fc.*' --name=net -o net.o     *|
|*   cc -std=c99 -I. examples/finetune/finetune.c                             *|
|*      examples/finetune/network.c examples/finetune/pictures.c net.o        *|
|*      build/lib/libresnetc_rt.a -lpthread -lm -o finetune                   *|
|*   ./finetune pictures trained.ckpt                                         *|
|*   resnetc --from-checkpoint trained.ckpt resnet18.onnx -o trained.onnx     *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200809L

#include "network.h"
#include "pictures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 16, EPOCHS = 10, TEST_EVERY = 5 };

/* Numbers of pictures. */
typedef struct numbers {
  size_t *list;
  size_t count;
} numbers;

/* Prepares a batch of the pictures from `begin` on; its size. */
static int64_t fill_batch(network *net, const pictures *pictures,
                          const numbers *numbers, size_t begin) {
  size_t size = numbers->count - begin;
  if (size > BATCH)
    size = BATCH;
  for (size_t i = 0; i < size; ++i) {
    size_t number = numbers->list[begin + i];
    write_input(pictures, number, as_it_is,
                net->input + i * (size_t)net->input_size);
    net->labels[i] = pictures->list[number].label;
  }
  return (int64_t)size;
}

/* In another order each time, but the same for each run of the program. */
static void shuffle(numbers *numbers, uint64_t *random) {
  for (size_t i = numbers->count; i > 1; --i) {
    /* Knuth's linear congruential generator, whose upper bits are good. */
    *random =
        *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t other = (size_t)(*random >> 33) % i;
    size_t saved = numbers->list[i - 1];
    numbers->list[i - 1] = numbers->list[other];
    numbers->list[other] = saved;
  }
}

/* Learns from each picture once; the mean loss. */
static double learn(network *net, const pictures *pictures,
                    const numbers *numbers) {
  double sum = 0;
  for (size_t begin = 0; begin < numbers->count; begin += BATCH) {
    int64_t batch = fill_batch(net, pictures, numbers, begin);
    float loss;
    const void *inputs[] = {net->input, net->labels};
    void *outputs[] = {&loss, net->scores};
    check("train_step", net_train_step(inputs, outputs, batch, &net->training,
                                       net->workspace, &net->context));
    sum += (double)loss * (double)batch;
  }
  return sum / (double)numbers->count;
}

/* How many pictures have the best score in their own class. The network may
   have more classes than there are folders. */
static size_t count_right(network *net, const pictures *pictures,
                          const numbers *numbers) {
  size_t right = 0;
  for (size_t begin = 0; begin < numbers->count; begin += BATCH) {
    int64_t batch = fill_batch(net, pictures, numbers, begin);
    const void *inputs[] = {net->input};
    void *outputs[] = {net->scores};
    check("evaluate", net_evaluate(inputs, outputs, batch, &net->training,
                                   net->workspace, &net->context));
    for (int64_t i = 0; i < batch; ++i) {
      const float *scores = net->scores + i * net->classes;
      int64_t best = 0;
      for (int64_t c = 1; c < (int64_t)pictures->class_count; ++c)
        if (scores[c] > scores[best])
          best = c;
      right += best == net->labels[i];
    }
  }
  return right;
}

int main(int argc, char **argv) {
  int epochs = argc == 4 ? atoi(argv[3]) : EPOCHS;
  if (argc < 3 || argc > 4 || epochs < 1) {
    fputs("usage: finetune FOLDER CHECKPOINT [EPOCHS]\n", stderr);
    return 2;
  }
  const char *checkpoint = argv[2];
  network net = create_network(BATCH);
  pictures pictures = read_pictures(argv[1], net.height, net.width);
  if (pictures.class_count < 2)
    fail(argv[1], "needs two folders of pictures");
  if ((int64_t)pictures.class_count > net.classes)
    fail(argv[1], "has more folders than the network has classes");
  numbers train = {check_memory(malloc(sizeof(size_t) * pictures.count + 1)),
                   0};
  numbers test = {check_memory(malloc(sizeof(size_t) * pictures.count + 1)), 0};
  for (size_t i = 0; i < pictures.count; ++i) {
    numbers *part = i % TEST_EVERY == TEST_EVERY - 1 ? &test : &train;
    part->list[part->count++] = i;
  }
  if (train.count == 0 || test.count == 0)
    fail(argv[1], "has too few pictures");
  for (size_t i = 0; i < pictures.class_count; ++i)
    printf("class %zu: %s\n", i, pictures.classes[i]);
  printf("%zu pictures to learn from, %zu to test with\n", train.count,
         test.count);

  int status = net_load(checkpoint, &net.training);
  if (status != RESNETC_ERROR_FILE || errno != ENOENT) {
    check(checkpoint, status);
    printf("goes on from %s\n", checkpoint);
  }
  uint64_t random = 1;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    shuffle(&train, &random);
    double loss = learn(&net, &pictures, &train);
    printf("epoch %d: loss %.4f, %zu of %zu right\n", epoch, loss,
           count_right(&net, &pictures, &test), test.count);
    fflush(stdout);
    /* At any time there is a whole file. */
    check(checkpoint, net_save(checkpoint, &net.training));
  }
  free(train.list);
  free(test.list);
  free_pictures(&pictures);
  destroy_network(&net);
  return 0;
}
