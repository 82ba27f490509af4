/*===- pictures.c - Pictures in folders, one for each class ---------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200809L

#include "pictures.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
/* It asserts that a filter's weights add up to about 1 before it makes them do
   so; between some sizes they do not. */
#define STBIR_ASSERT(condition) ((void)0)
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize.h>

void fail(const char *what, const char *why) {
  fprintf(stderr, "error: %s: %s\n", what, why);
  exit(1);
}

void *check_memory(void *memory) {
  if (!memory)
    fail("memory", "there is not enough");
  return memory;
}

static char *join(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = check_memory(malloc(size));
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted: of folders, or of all else. */
static char **list(const char *folder, int are_folders, size_t *count) {
  DIR *directory = opendir(folder);
  if (!directory)
    fail(folder, strerror(errno));
  char **names = NULL;
  *count = 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.')
      continue;
    char *path = join(folder, entry->d_name);
    struct stat status;
    int fits = stat(path, &status) == 0 &&
               (S_ISDIR(status.st_mode) != 0) == are_folders;
    free(path);
    if (!fits)
      continue;
    names = check_memory(realloc(names, (*count + 1) * sizeof(*names)));
    names[(*count)++] = check_memory(strdup(entry->d_name));
  }
  closedir(directory);
  if (*count > 0)
    qsort(names, *count, sizeof(*names), compare);
  return names;
}

/* The middle of the picture with the sides' proportion, resized; NULL for what
   is no picture. */
static unsigned char *read_picture(const char *path, int height, int width) {
  int h;
  int w;
  int channels;
  unsigned char *whole = stbi_load(path, &w, &h, &channels, CHANNELS);
  if (!whole)
    return NULL;
  double scale = (double)h / height < (double)w / width ? (double)h / height
                                                        : (double)w / width;
  int cut_h = (int)(height * scale);
  int cut_w = (int)(width * scale);
  cut_h = cut_h < 1 ? 1 : cut_h;
  cut_w = cut_w < 1 ? 1 : cut_w;
  const unsigned char *cut = whole + ((size_t)((h - cut_h) / 2) * (size_t)w +
                                      (size_t)((w - cut_w) / 2)) *
                                         CHANNELS;
  unsigned char *pixels =
      check_memory(malloc((size_t)height * (size_t)width * CHANNELS));
  if (!stbir_resize_uint8_generic(
          cut, cut_w, cut_h, w * CHANNELS, pixels, width, height, 0, CHANNELS,
          STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP, STBIR_FILTER_TRIANGLE,
          STBIR_COLORSPACE_LINEAR, NULL))
    fail(path, "cannot be resized");
  stbi_image_free(whole);
  return pixels;
}

void add_picture(pictures *pictures, unsigned char *pixels, int64_t label) {
  pictures->list = check_memory(
      realloc(pictures->list, (pictures->count + 1) * sizeof(picture)));
  picture picture = {pixels, label};
  pictures->list[pictures->count++] = picture;
}

pictures read_pictures(const char *folder, int height, int width) {
  pictures result = {NULL, 0, height, width, NULL, 0};
  result.classes = list(folder, 1, &result.class_count);
  for (size_t label = 0; label < result.class_count; ++label) {
    char *class_folder = join(folder, result.classes[label]);
    size_t count;
    char **names = list(class_folder, 0, &count);
    for (size_t i = 0; i < count; ++i) {
      char *path = join(class_folder, names[i]);
      unsigned char *pixels = read_picture(path, height, width);
      if (pixels) {
        add_picture(&result, pixels, (int64_t)label);
      } else {
        fprintf(stderr, "warning: %s: %s\n", path, stbi_failure_reason());
      }
      free(path);
      free(names[i]);
    }
    free(names);
    free(class_folder);
  }
  return result;
}

void free_pictures(pictures *pictures) {
  for (size_t i = 0; i < pictures->count; ++i)
    free(pictures->list[i].pixels);
  for (size_t i = 0; i < pictures->class_count; ++i)
    free(pictures->classes[i]);
  free(pictures->list);
  free(pictures->classes);
}

const placement as_it_is = {0, 0, 0};

void write_input(const pictures *pictures, size_t number, placement place,
                 float *input) {
  static const float mean[] = {0.485f, 0.456f, 0.406f};
  static const float deviation[] = {0.229f, 0.224f, 0.225f};
  const unsigned char *pixels = pictures->list[number].pixels;
  int height = pictures->height;
  int width = pictures->width;
  for (int c = 0; c < CHANNELS; ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x, ++input) {
        int from_y = y + place.top;
        int from_x = (place.flip ? width - 1 - x : x) + place.left;
        *input = 0;
        if (from_y < 0 || from_y >= height || from_x < 0 || from_x >= width)
          continue;
        size_t pixel = (size_t)from_y * (size_t)width + (size_t)from_x;
        *input =
            ((float)pixels[pixel * CHANNELS + (size_t)c] / 255.0f - mean[c]) /
            deviation[c];
      }
}
