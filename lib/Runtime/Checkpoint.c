/*===- Checkpoint.c - What a network has learned, to files and back -------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A file appears whole or not at all: it is written beside its place, and    *|
|* moved there when the disk has it. It is read into memory of its own and    *|
|* checked before anything else is touched.                                   *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc/Runtime/Checkpoint.h"
#include "Training.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*===----------------------------------------------------------------------===*\
|* Saving                                                                     *|
\*===----------------------------------------------------------------------===*/

/* What is written to a file, through a buffer, and its hash. */
typedef struct writer {
  int file;
  int failed;
  uint64_t hash;
  size_t used;
  unsigned char buffer[1 << 14];
} writer;

static void flush(writer *writer) {
  const unsigned char *next = writer->buffer;
  size_t size = writer->used;
  writer->hash = resnetc_rt_hash(writer->hash, next, size);
  while (size > 0 && !writer->failed) {
    ssize_t written = write(writer->file, next, size);
    if (written >= 0) {
      next += written;
      size -= (size_t)written;
    } else if (errno != EINTR) {
      writer->failed = 1;
    }
  }
  writer->used = 0;
}

static void put(writer *writer, const void *bytes, size_t size) {
  const unsigned char *next = bytes;
  while (size > 0) {
    size_t count = sizeof(writer->buffer) - writer->used;
    if (count > size)
      count = size;
    memcpy(writer->buffer + writer->used, next, count);
    writer->used += count;
    next += count;
    size -= count;
    if (writer->used == sizeof(writer->buffer))
      flush(writer);
  }
}

static void put64(writer *writer, uint64_t value, int bytes) {
  unsigned char little[8];
  for (int i = 0; i < bytes; ++i)
    little[i] = (unsigned char)(value >> 8 * i);
  put(writer, little, (size_t)bytes);
}

static void put_floats(writer *writer, const float *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits;
    memcpy(&bits, &values[i], sizeof(bits));
    put64(writer, bits, 4);
  }
}

static int is_saved(const resnetc_kept_info *info) {
  return info->kind != RESNETC_GRADIENT;
}

static void put_checkpoint(writer *writer, const resnetc_rt_trainer *trainer,
                           const resnetc_training *training) {
  uint64_t size =
      RESNETC_RT_CHECKPOINT_HEADER_SIZE + RESNETC_RT_CHECKPOINT_HASH_SIZE;
  uint32_t count = 0;
  for (int64_t i = 0; i < trainer->kept_count; ++i) {
    const resnetc_kept_info *info = &trainer->kept[i];
    if (!is_saved(info))
      continue;
    ++count;
    size += RESNETC_RT_CHECKPOINT_TENSOR_SIZE + (uint64_t)info->rank * 8 +
            strlen(info->name) + 4 * resnetc_rt_kept_count(info);
  }
  put(writer, RESNETC_RT_CHECKPOINT_MAGIC, RESNETC_RT_CHECKPOINT_MAGIC_SIZE);
  put64(writer, RESNETC_RT_CHECKPOINT_VERSION, 4);
  put64(writer, count, 4);
  put64(writer, size, 8);
  for (int64_t i = 0; i < trainer->kept_count; ++i) {
    const resnetc_kept_info *info = &trainer->kept[i];
    if (!is_saved(info))
      continue;
    put64(writer, (uint64_t)info->kind, 4);
    put64(writer, (uint64_t)info->rank, 4);
    put64(writer, strlen(info->name), 4);
    for (int d = 0; d < info->rank; ++d)
      put64(writer, (uint64_t)info->dims[d], 8);
    put(writer, info->name, strlen(info->name));
  }
  for (int64_t i = 0; i < trainer->kept_count; ++i)
    if (is_saved(&trainer->kept[i]))
      put_floats(writer, resnetc_rt_kept_data(training, &trainer->kept[i]),
                 resnetc_rt_kept_count(&trainer->kept[i]));
  flush(writer);
  put64(writer, writer->hash, 8);
  flush(writer);
}

/* Creates a file beside `path` that nobody else writes; its name, which the
   caller frees, or NULL. */
static char *create_beside(const char *path, int *file) {
  size_t size = strlen(path) + 64;
  char *name = malloc(size);
  if (!name)
    return NULL;
  for (int i = 0; i < 1000; ++i) {
    snprintf(name, size, "%s.%ld.%d.tmp", path, (long)getpid(), i);
    *file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (*file >= 0)
      return name;
    if (errno != EEXIST)
      break;
  }
  int error = errno;
  free(name);
  errno = error;
  return NULL;
}

/* Where a file is to be: what a link leads to is replaced, not the link, and
   nothing that is no file. NULL if it cannot be; the caller frees it. */
static char *place_of(const char *path) {
  struct stat status;
  if (stat(path, &status) != 0)
    return errno == ENOENT ? strdup(path) : NULL;
  if (S_ISREG(status.st_mode))
    return realpath(path, NULL);
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return NULL;
}

/* Makes the name of a file last; where that is not possible, the file is there
   all the same. */
static void sync_folder(char *path) {
  int folder = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return;
  (void)fsync(folder);
  close(folder);
}

int resnetc_rt_save(const resnetc_rt_trainer *trainer, const char *path,
                    const resnetc_training *training) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status != RESNETC_OK)
    return status;
  if (!path)
    return RESNETC_ERROR_ARGUMENT;
  char *place = place_of(path);
  if (!place)
    return RESNETC_ERROR_FILE;
  writer writer = {.file = -1, .hash = resnetc_rt_hash_start};
  char *temporary = create_beside(place, &writer.file);
  if (!temporary) {
    int error = errno;
    free(place);
    errno = error;
    return RESNETC_ERROR_FILE;
  }
  put_checkpoint(&writer, trainer, training);
  int done = !writer.failed && fsync(writer.file) == 0;
  int error = errno;
  if (close(writer.file) != 0 && done) {
    done = 0;
    error = errno;
  }
  if (done && rename(temporary, place) != 0) {
    done = 0;
    error = errno;
  }
  if (done)
    sync_folder(place);
  else
    unlink(temporary);
  free(temporary);
  free(place);
  errno = error;
  return done ? RESNETC_OK : RESNETC_ERROR_FILE;
}

/*===----------------------------------------------------------------------===*\
|* Loading                                                                    *|
\*===----------------------------------------------------------------------===*/

/* The bytes of an open file, which the caller frees. */
static int read_all(int file, unsigned char **bytes, size_t *size) {
  struct stat status;
  if (fstat(file, &status) != 0)
    return RESNETC_ERROR_FILE;
  if (!S_ISREG(status.st_mode)) {
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    return RESNETC_ERROR_FILE;
  }
  *size = (size_t)status.st_size;
  *bytes = malloc(*size + 1);
  if (!*bytes)
    return RESNETC_ERROR_MEMORY;
  size_t done = 0;
  while (done < *size) {
    ssize_t count = read(file, *bytes + done, *size - done);
    if (count == 0)
      break;
    if (count > 0)
      done += (size_t)count;
    else if (errno != EINTR)
      return RESNETC_ERROR_FILE;
  }
  *size = done;
  return RESNETC_OK;
}

static int is_same(const resnetc_rt_checkpoint_tensor *tensor,
                   const resnetc_kept_info *info) {
  if (tensor->kind != info->kind || tensor->rank != info->rank ||
      tensor->name_length != strlen(info->name) ||
      memcmp(tensor->name, info->name, tensor->name_length) != 0)
    return 0;
  for (int i = 0; i < info->rank; ++i)
    if (tensor->dims[i] != info->dims[i])
      return 0;
  return 1;
}

/* Whether a checkpoint has all tensors of a network, and no other. */
static int is_of_model(resnetc_rt_checkpoint checkpoint,
                       const resnetc_rt_trainer *trainer) {
  resnetc_rt_checkpoint_tensor tensor;
  for (int64_t i = 0; i < trainer->kept_count; ++i)
    if (is_saved(&trainer->kept[i]) &&
        (!resnetc_rt_checkpoint_next(&checkpoint, &tensor) ||
         !is_same(&tensor, &trainer->kept[i])))
      return 0;
  return !resnetc_rt_checkpoint_next(&checkpoint, &tensor);
}

static int load(const unsigned char *bytes, size_t size,
                const resnetc_rt_trainer *trainer,
                const resnetc_training *training) {
  resnetc_rt_checkpoint checkpoint;
  int status = resnetc_rt_checkpoint_open(&checkpoint, bytes, size);
  if (status != RESNETC_OK)
    return status;
  if (!is_of_model(checkpoint, trainer))
    return RESNETC_ERROR_CHECKPOINT_MODEL;
  for (int64_t i = 0; i < trainer->kept_count; ++i) {
    resnetc_rt_checkpoint_tensor tensor;
    if (is_saved(&trainer->kept[i]) &&
        resnetc_rt_checkpoint_next(&checkpoint, &tensor))
      resnetc_rt_checkpoint_read(
          &tensor, resnetc_rt_kept_data(training, &trainer->kept[i]));
  }
  /* Those that are there are of other parameters. */
  resnetc_rt_clear_gradients(trainer, training);
  return RESNETC_OK;
}

int resnetc_rt_load(const resnetc_rt_trainer *trainer, const char *path,
                    const resnetc_training *training) {
  int status = resnetc_rt_check_training(trainer, training);
  if (status != RESNETC_OK)
    return status;
  if (!path)
    return RESNETC_ERROR_ARGUMENT;
  /* Not to wait for what writes into a pipe. */
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0)
    return RESNETC_ERROR_FILE;
  unsigned char *bytes = NULL;
  size_t size = 0;
  status = read_all(file, &bytes, &size);
  int error = errno;
  close(file);
  if (status == RESNETC_OK)
    status = load(bytes, size, trainer, training);
  free(bytes);
  errno = error;
  return status;
}
