/*===- resnetc_mpi.h - Training on several machines through MPI ---*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A resnetc_communicator that adds up by MPI_Iallreduce. Link with           *|
|* libresnetc_mpi.a and with MPI. docs/scaling.md says how a program uses it. *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_MPI_H
#define RESNETC_MPI_H

#include "resnetc_rt.h"

#include <mpi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct resnetc_mpi resnetc_mpi;

/* The processes of `comm`, all of which call this; MPI has to be initialized
   with MPI_THREAD_FUNNELED or more, and steps of training to be called by the
   thread that did. Gradients that are neighbours in memory are added up
   together, at least `bucket_bytes` at a time; 0 means 4 MiB. NULL when out of
   memory. An error of MPI is handled as `comm` says: by default, it ends the
   program. */
resnetc_mpi *resnetc_mpi_create(MPI_Comm comm, size_t bucket_bytes);
/* All processes call this, too; before MPI_Finalize. */
void resnetc_mpi_destroy(resnetc_mpi *mpi);

/* What to put into a resnetc_context; it lives as long as `mpi`. */
const resnetc_communicator *resnetc_mpi_communicator(const resnetc_mpi *mpi);

/* Gives all processes the parameters, running statistics, state and settings of
   process 0: after NAME_initialize, NAME_seed or NAME_load. RESNETC_OK, or
   RESNETC_ERROR_COMMUNICATION where MPI does not end the program. */
int resnetc_mpi_broadcast(const resnetc_mpi *mpi,
                          const resnetc_training *training,
                          const resnetc_training_sizes *sizes);

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_MPI_H */
