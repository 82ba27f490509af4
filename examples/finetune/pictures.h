/*===- pictures.h - Pictures in folders, one for each class -------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef FINETUNE_PICTURES_H
#define FINETUNE_PICTURES_H

#include <stddef.h>
#include <stdint.h>

enum { CHANNELS = 3 };

typedef struct picture {
  unsigned char *pixels; /* height x width x RGB */
  int64_t label;         /* the number of its folder */
} picture;

typedef struct pictures {
  picture *list;
  size_t count;
  int height, width;
  char **classes; /* names of the folders, sorted */
  size_t class_count;
} pictures;

/* Prints "error: WHAT: WHY" and ends the program. */
void fail(const char *what, const char *why);
void *check_memory(void *memory);

/* Reads all pictures in the folders of `folder`, cut and resized to height x
   width. What is no picture is left out, with a warning. */
pictures read_pictures(const char *folder, int height, int width);
void free_pictures(pictures *pictures);

/* Adds a picture of height x width x RGB, which free_pictures frees. */
void add_picture(pictures *pictures, unsigned char *pixels, int64_t label);

/* Where a picture is cut out, and whether left and right change places. */
typedef struct placement {
  int top, left, flip;
} placement;
extern const placement as_it_is;

/* A picture as the network's input: channels first, normalized as PyTorch's
   ImageNet models want it. Outside of the picture are zeros then. */
void write_input(const pictures *pictures, size_t number, placement place,
                 float *input);

#endif /* FINETUNE_PICTURES_H */
