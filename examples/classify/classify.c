/*===- classify.c - Name what a picture shows -----------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* classify [--keras] IMAGE [LABELS] runs a ResNet-50, or another classifier, *|
|* that was compiled into this program and prints the five most likely        *|
|* classes. LABELS has the classes' names, one a line. --keras prepares the   *|
|* picture for a model from Keras instead of PyTorch.                         *|
|*                                                                            *|
|* Without CMake, from resnetc's tree:                                        *|
|*                                                                            *|
|*   resnetc resnet50.onnx --name=resnet50 -o resnet50.o                      *|
|*   cc -std=c99 -I. examples/classify/classify.c resnet50.o \                *|
|*      build/lib/libresnetc_rt.a -lpthread -lm -o classify                   *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200112L

#include "resnet50.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
/* It asserts that a filter's weights add up to about 1 before it makes them do
   so; between some sizes they do not. */
#define STBIR_ASSERT(condition) ((void)0)
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize.h>

enum { CHANNELS = 3, TOP = 5, MAX_LABEL = 256 };

static void fail(const char *what, const char *why) {
  fprintf(stderr, "error: %s: %s\n", what, why);
  exit(1);
}

static void *check_memory(void *memory) {
  if (!memory)
    fail("classify", "out of memory");
  return memory;
}

static int64_t elements(const resnetc_tensor_info *info) {
  int64_t count = 1;
  for (int32_t i = 0; i < info->rank; ++i)
    if (info->dims[i] > 0) /* -1 is the batch, which is one */
      count *= info->dims[i];
  return count;
}

/* The middle `height` x `width` of the picture, resized so that the shorter
   side is 256/224 of the cut: how ResNets are usually evaluated. Pictures of
   just this size, as CIFAR's, stay as they are. */
static unsigned char *load_picture(const char *path, int height, int width) {
  int h;
  int w;
  int channels;
  unsigned char *picture = stbi_load(path, &w, &h, &channels, CHANNELS);
  if (!picture)
    fail(path, stbi_failure_reason());
  if (h == height && w == width)
    return picture;
  double scale_y = height * 256.0 / 224.0 / h;
  double scale_x = width * 256.0 / 224.0 / w;
  double scale = scale_y > scale_x ? scale_y : scale_x;
  int resized_h = (int)(h * scale + 0.5);
  int resized_w = (int)(w * scale + 0.5);
  unsigned char *resized =
      check_memory(malloc((size_t)resized_h * (size_t)resized_w * CHANNELS));
  if (!stbir_resize_uint8_generic(
          picture, w, h, 0, resized, resized_w, resized_h, 0, CHANNELS,
          STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP, STBIR_FILTER_TRIANGLE,
          STBIR_COLORSPACE_LINEAR, NULL))
    fail(path, "cannot resize");
  stbi_image_free(picture);

  size_t row = (size_t)width * CHANNELS;
  unsigned char *cut = check_memory(malloc((size_t)height * row));
  int top = (resized_h - height) / 2;
  int left = (resized_w - width) / 2;
  for (int y = 0; y < height; ++y)
    memcpy(cut + (size_t)y * row,
           resized + ((size_t)(top + y) * (size_t)resized_w + (size_t)left) *
                         CHANNELS,
           row);
  free(resized);
  return cut;
}

/* A pixel's value in channel `c` of the network's input. */
static float normalize(const unsigned char *rgb, int c, int is_keras) {
  static const float torch_mean[] = {0.485f, 0.456f, 0.406f};
  static const float torch_deviation[] = {0.229f, 0.224f, 0.225f};
  static const float keras_mean_bgr[] = {103.939f, 116.779f, 123.68f};
  if (is_keras)
    return (float)rgb[CHANNELS - 1 - c] - keras_mean_bgr[c];
  return ((float)rgb[c] / 255.0f - torch_mean[c]) / torch_deviation[c];
}

static float *make_input(const char *path, int is_keras) {
  const resnetc_tensor_info *info = &resnet50_inputs[0];
  if (info->rank != 4 || info->element_type != RESNETC_FLOAT32)
    fail(info->name, "not a float32 input of rank 4");
  int is_nhwc = info->dims[1] != CHANNELS;
  int height = (int)info->dims[is_nhwc ? 1 : 2];
  int width = (int)info->dims[is_nhwc ? 2 : 3];
  unsigned char *picture = load_picture(path, height, width);
  int area = height * width;
  float *input = check_memory(malloc(sizeof(float) * CHANNELS * (size_t)area));
  for (int i = 0; i < area; ++i)
    for (int c = 0; c < CHANNELS; ++c)
      input[is_nhwc ? i * CHANNELS + c : c * area + i] =
          normalize(picture + (size_t)i * CHANNELS, c, is_keras);
  free(picture);
  return input;
}

/* Line `index` of the labels, without its end; empty when there is none. */
static void find_label(const char *path, int index, char label[MAX_LABEL]) {
  label[0] = '\0';
  if (!path)
    return;
  FILE *file = fopen(path, "r");
  if (!file)
    fail(path, "cannot be opened");
  for (int i = 0; i <= index; ++i)
    if (!fgets(label, MAX_LABEL, file))
      label[0] = '\0';
  fclose(file);
  label[strcspn(label, "\r\n")] = '\0';
}

static void print_top(float *scores, int64_t count, const char *labels) {
  for (int rank = 0; rank < TOP && rank < count; ++rank) {
    int best = 0;
    for (int i = 1; i < count; ++i)
      if (scores[i] > scores[best])
        best = i;
    char label[MAX_LABEL];
    find_label(labels, best, label);
    printf("%d: class %d, score %.5g %s\n", rank + 1, best,
           (double)scores[best], label);
    scores[best] = -1e30f; /* Not again. */
  }
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

int main(int argc, char **argv) {
  int is_keras = argc > 1 && strcmp(argv[1], "--keras") == 0;
  argc -= is_keras;
  argv += is_keras;
  if (argc != 2 && argc != 3) {
    fputs("usage: classify [--keras] IMAGE [LABELS]\n", stderr);
    return 2;
  }

  int64_t classes = elements(&resnet50_outputs[0]);
  float *input = make_input(argv[1], is_keras);
  float *output = check_memory(malloc(sizeof(float) * (size_t)classes));
  resnetc_workspace workspace;
  workspace.size = resnet50_workspace_size(1);
  if (posix_memalign(&workspace.data, resnet50_workspace_alignment,
                     workspace.size))
    fail("classify", "out of memory");

  const void *inputs[] = {input};
  void *outputs[] = {output};
  double start = milliseconds();
  int status = resnet50_run(inputs, outputs, 1, workspace, NULL);
  double time = milliseconds() - start;
  if (status != RESNETC_OK)
    fail("resnet50", resnet50_error_string(status));

  print_top(output, classes, argc == 3 ? argv[2] : NULL);
  printf("%.1f ms\n", time);
  free(workspace.data);
  free(output);
  free(input);
  return 0;
}
