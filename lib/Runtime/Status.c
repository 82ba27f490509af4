/*===- Status.c - One sentence for each status ----------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* What NAME_error_string of every object returns.                            *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "resnetc_rt.h"

__attribute__((visibility("default"))) const char *
resnetc_status_string(int status) {
  switch ((enum resnetc_status)status) {
  case RESNETC_OK:
    return "success";
  case RESNETC_ERROR_ARGUMENT:
    return "an input, output, workspace or training pointer is NULL, or the "
           "batch is not positive";
  case RESNETC_ERROR_BATCH:
    return "the model was compiled for another batch size";
  case RESNETC_ERROR_WORKSPACE_SIZE:
    return "the workspace is smaller than workspace_size(batch)";
  case RESNETC_ERROR_WORKSPACE_ALIGNMENT:
    return "the workspace is not aligned to workspace_alignment";
  case RESNETC_ERROR_CPU:
    return "the model was compiled for a CPU with instructions that this one "
           "lacks";
  case RESNETC_ERROR_VERSION:
    return "the model and the runtime library come from different versions of "
           "resnetc";
  case RESNETC_ERROR_LOSS:
    return "the loss is not a finite number; no parameter was changed";
  case RESNETC_ERROR_LABEL:
    return "a label is neither a class nor the one that does not count";
  case RESNETC_ERROR_FILE:
    return "the file cannot be opened, read or written";
  case RESNETC_ERROR_CHECKPOINT_FORMAT:
    return "the file is no checkpoint";
  case RESNETC_ERROR_CHECKPOINT_VERSION:
    return "the checkpoint has another version of the format";
  case RESNETC_ERROR_CHECKPOINT_TRUNCATED:
    return "the checkpoint is cut short";
  case RESNETC_ERROR_CHECKPOINT_CHECKSUM:
    return "the checkpoint is damaged: its checksum is wrong";
  case RESNETC_ERROR_CHECKPOINT_MODEL:
    return "the checkpoint is of another model, or of the model compiled with "
           "other options";
  case RESNETC_ERROR_MEMORY:
    return "there is no memory to read the checkpoint into";
  case RESNETC_ERROR_COMMUNICATION:
    return "the processes could not add up what they have; no parameter was "
           "changed";
  case RESNETC_ERROR_NOT_PARALLEL:
    return "the model was compiled without --data-parallel, which a "
           "communicator needs";
  }
  return "unknown status";
}
