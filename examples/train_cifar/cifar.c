/*===- cifar.c - The files of CIFAR-10 ------------------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "cifar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stb/stb_image.h>

enum { AREA = CIFAR_SIDE * CIFAR_SIDE, PATH_SIZE = 4096 };

static void join(char *path, const char *folder, const char *name) {
  if (snprintf(path, PATH_SIZE, "%s/%s", folder, name) >= PATH_SIZE)
    fail(folder, "has too long a name");
}

/* A byte of label and three planes for each picture. */
static void read_binary(FILE *file, const char *path, pictures *pictures) {
  unsigned char record[1 + CHANNELS * AREA];
  size_t size;
  while ((size = fread(record, 1, sizeof(record), file)) == sizeof(record)) {
    unsigned char *pixels = check_memory(malloc(CHANNELS * AREA));
    for (int i = 0; i < AREA; ++i)
      for (int c = 0; c < CHANNELS; ++c)
        pixels[i * CHANNELS + c] = record[1 + c * AREA + i];
    add_picture(pictures, pixels, record[0]);
  }
  if (size != 0 || ferror(file))
    fail(path, "is no whole number of pictures");
  fclose(file);
}

/* A picture in each row, and their labels in `labels`, a list in JSON. */
static void read_rows(const char *path, FILE *labels, pictures *pictures) {
  int width, height, channels;
  unsigned char *rows = stbi_load(path, &width, &height, &channels, CHANNELS);
  if (!rows)
    fail(path, stbi_failure_reason());
  if (width != AREA)
    fail(path, "does not have a picture in each row");
  for (int y = 0; y < height; ++y) {
    long label;
    if (fscanf(labels, "%*[[, \n]%ld", &label) != 1)
      fail(path, "has more pictures than there are labels");
    unsigned char *pixels = check_memory(malloc(CHANNELS * AREA));
    memcpy(pixels, rows + (size_t)y * CHANNELS * AREA, CHANNELS * AREA);
    add_picture(pictures, pixels, label);
  }
  stbi_image_free(rows);
}

/* Whether the folder has such files: BATCH.bin, or BATCH.png with a list of
   labels, for each of the names that end with a NULL. */
static int read_batches(const char *folder, const char *const *batches,
                        const char *labels_name, pictures *pictures) {
  char path[PATH_SIZE];
  char name[64];
  join(path, folder, labels_name);
  FILE *labels = fopen(path, "rb");
  for (; *batches; ++batches) {
    snprintf(name, sizeof(name), "%s.%s", *batches, labels ? "png" : "bin");
    join(path, folder, name);
    FILE *file = fopen(path, "rb");
    if (!file && pictures->count == 0 && !labels)
      return 0;
    /* There may be fewer, of a part of the pictures. */
    if (!file)
      break;
    if (labels) {
      fclose(file);
      read_rows(path, labels, pictures);
    } else {
      read_binary(file, path, pictures);
    }
  }
  if (labels)
    fclose(labels);
  return 1;
}

int read_cifar(const char *folder, pictures *train, pictures *test) {
  static const char *const train_batches[] = {"data_batch_1", "data_batch_2",
                                              "data_batch_3", "data_batch_4",
                                              "data_batch_5", NULL};
  static const char *const test_batches[] = {"test_batch", NULL};
  const pictures empty = {NULL, 0, CIFAR_SIDE, CIFAR_SIDE, NULL, 0};
  *train = *test = empty;
  /* So spelt in the package. */
  return read_batches(folder, train_batches, "train_lables.json", train) &&
         read_batches(folder, test_batches, "test_lables.json", test);
}
