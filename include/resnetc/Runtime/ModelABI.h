/*===- ModelABI.h - Contract between compiled objects and runtime -*- C -*-===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A compiled object holds kernels as code and the network as data: a table   *|
|* of steps, each a kernel with the places of its operands. The runtime walks *|
|* the table. That keeps generated code to the hot loops, and gives every     *|
|* model profiling and all three ways of threading without generating them.   *|
|*                                                                            *|
|* Not for applications: this layout changes with RESNETC_RT_ABI_VERSION.     *|
|* lib/Target/EmitTable.cpp writes what is declared here.                     *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef RESNETC_RUNTIME_MODELABI_H
#define RESNETC_RUNTIME_MODELABI_H

#include "resnetc_rt.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RESNETC_RT_ABI_VERSION 8

/* Computes work units [begin, end) of one image. operands[i] points at operand
 * i: of that image, or shared by all. */
typedef void (*resnetc_rt_kernel)(void *const *operands, int64_t begin,
                                  int64_t end);

enum resnetc_rt_space {
  RESNETC_RT_INPUT = 0,     /* inputs[index] */
  RESNETC_RT_OUTPUT = 1,    /* outputs[index] */
  RESNETC_RT_WORKSPACE = 2, /* workspace + offset */
  RESNETC_RT_WEIGHTS = 3,   /* weights + offset, the same for every image */
  /* The caller's memory of a network in training, the same for every image. */
  RESNETC_RT_PARAMETERS = 4,
  RESNETC_RT_GRADIENTS = 5,
  RESNETC_RT_STATE = 6,
  RESNETC_RT_SETTINGS = 7,
  /* The number of the image, an int64_t. */
  RESNETC_RT_EXAMPLE = 8,
  /* What nobody reads after a thread has taken an image through steps that wait
     for no other: its next image may have the same. */
  RESNETC_RT_LOCAL = 9
};

/* Where an operand lies: base of its space, plus offset, plus image *
 * image_stride. The workspace holds what all images share, behind it one image
 * after the other, and behind these the local parts. */
typedef struct resnetc_rt_operand {
  int32_t space;
  int32_t index;
  int64_t offset;       /* bytes */
  int64_t image_stride; /* bytes; 0 for what all images share, and
                           workspace_per_image for the rest of the workspace */
} resnetc_rt_operand;

enum resnetc_rt_step_flags {
  /* Consecutive work units of a thread are the same unit of consecutive images,
     so that a weight slice read once serves the whole batch. Otherwise a thread
     takes an image through all steps that can be, before the next. */
  RESNETC_RT_IMAGES_INNERMOST = 1,
  /* The next step does not touch what this one writes: no barrier between them.
   */
  RESNETC_RT_NO_BARRIER = 2,
  /* Computed once for the batch: all operands are shared. */
  RESNETC_RT_ONCE = 4,
  /* Adds what it computes of each image to shared memory: a unit is computed
     by one thread for one image after the other, so that sums are the same for
     any number of threads. */
  RESNETC_RT_SUM = 8
};

#define RESNETC_RT_MAX_OPERANDS 16

/* What of a kernel a GPU launches: `columns` times as many thread blocks as it
 * takes to compute `items` of each image, or of the one time, with
 * `block_items` to a block. */
typedef struct resnetc_rt_grid {
  int32_t threads; /* of a block */
  int32_t shared_bytes;
  int64_t items;
  int64_t block_items;
  int64_t columns;
} resnetc_rt_grid;

/* The kernels of a network for GPUs; their names are those of the steps. They
 * take pointers to their operands in the first image, and the number of images,
 * of int32_t. Those compiled for capability 9.0 or later may be started before
 * the one that they depend on is over; they wait for it by griddepcontrol. */
typedef struct resnetc_rt_gpu_code {
  int32_t major; /* compute capability it was compiled for */
  int32_t minor;
  int32_t exact;     /* it runs on GPUs of this capability alone */
  const void *cubin; /* machine code, or NULL */
  const char *ptx;   /* assembly, which a driver can translate for later GPUs */
} resnetc_rt_gpu_code;

typedef struct resnetc_rt_step {
  resnetc_rt_kernel kernel;
  const resnetc_rt_operand *operands;
  int32_t operand_count; /* at most RESNETC_RT_MAX_OPERANDS */
  int32_t flags;
  int64_t units;           /* work units of one image, or of the one time */
  int64_t macs;            /* multiply-accumulates of one image */
  const char *layer;       /* the ONNX node */
  const char *kernel_name; /* the symbol of the kernel */
  /* Floats of the last operand that processes which train together add up when
     the step is done. */
  int64_t reduced;
  const resnetc_rt_grid *grid; /* of a GPU, where `kernel` is NULL; or NULL */
} resnetc_rt_step;

/* CPU features an object may require; resnetc_rt_check_cpu refuses an object
 * whose bits this CPU lacks. They tell apart the CPUs that LLVM names; what
 * every CPU has that has one of these needs no bit of its own. */
enum resnetc_rt_cpu_feature {
  RESNETC_RT_X86_SSE4_2 = 1 << 0,
  RESNETC_RT_X86_AVX = 1 << 1,
  RESNETC_RT_X86_AVX2 = 1 << 2,
  RESNETC_RT_X86_FMA = 1 << 3,
  RESNETC_RT_X86_F16C = 1 << 4,
  RESNETC_RT_X86_AVX512F = 1 << 5,
  RESNETC_RT_X86_AVX512BW = 1 << 6,
  RESNETC_RT_X86_AVX512DQ = 1 << 7,
  RESNETC_RT_X86_AVX512VL = 1 << 8,
  RESNETC_RT_X86_AVX512VNNI = 1 << 9,
  RESNETC_RT_X86_AVX512BF16 = 1 << 10,
  RESNETC_RT_X86_BMI2 = 1 << 11,
  RESNETC_RT_X86_AVX512VBMI = 1 << 12,
  RESNETC_RT_X86_AVX512VBMI2 = 1 << 13,
  RESNETC_RT_X86_AVX512FP16 = 1 << 14,
  RESNETC_RT_X86_AVX512VP2INTERSECT = 1 << 15,
  RESNETC_RT_X86_AVXVNNI = 1 << 16,
  RESNETC_RT_AARCH64_FP16 = 1 << 20,
  RESNETC_RT_AARCH64_DOTPROD = 1 << 21,
  RESNETC_RT_AARCH64_I8MM = 1 << 22,
  RESNETC_RT_AARCH64_BF16 = 1 << 23,
  RESNETC_RT_AARCH64_SVE = 1 << 24,
  RESNETC_RT_AARCH64_SVE2 = 1 << 25
};

typedef struct resnetc_rt_model {
  int32_t abi_version;
  int32_t input_count;
  int32_t output_count;
  int32_t step_count;
  uint64_t cpu_features; /* of enum resnetc_rt_cpu_feature */
  const char *name;      /* --name */
  const char *compiler;  /* version of resnetc */
  const char *target;    /* triple and CPU */
  const resnetc_tensor_info *inputs;
  const resnetc_tensor_info *outputs;
  const resnetc_rt_step *steps;
  int64_t fixed_batch;         /* 0: any */
  int64_t workspace_shared;    /* bytes, a multiple of workspace_alignment */
  int64_t workspace_per_image; /* the same */
  int64_t workspace_local;     /* the same; there are as many as images */
  int64_t workspace_alignment; /* bytes */
  const void *weights;
  int64_t weights_size;
  const resnetc_rt_gpu_code *gpu; /* NULL: the CPU computes */
} resnetc_rt_model;

/* When a gradient is complete. */
typedef struct resnetc_rt_gradient {
  int64_t step; /* of `backward`, which is the last to change it */
  int64_t kept; /* its place in the list of what is kept */
} resnetc_rt_gradient;

/* A network that can be trained. */
typedef struct resnetc_rt_trainer {
  const resnetc_rt_model *evaluate;
  const resnetc_rt_model *backward; /* its first output is the loss */
  const resnetc_rt_model *update;
  const resnetc_kept_info *kept;
  const void *const *initial; /* what each is at first; NULL: zeros */
  int64_t kept_count;
  resnetc_training_sizes sizes;
  /* The input of `backward` that has labels, of int64_t: each from 0 to
     label_classes - 1, or label_ignored, which does not count. -1: none. */
  int64_t label_input;
  int64_t label_classes;
  int64_t label_ignored;
  /* All gradients, those first that are complete first. */
  const resnetc_rt_gradient *gradients;
  int64_t gradient_count;
  /* Whether its losses are means over the examples of all processes. */
  int64_t is_parallel;
} resnetc_rt_trainer;

/* What resnetc_rt_run would return for these arguments, were it not to run. */
int resnetc_rt_check_run(const resnetc_rt_model *model,
                         const void *const *inputs, void *const *outputs,
                         int64_t batch, resnetc_workspace workspace);
/* The same as resnetc_rt_run for a network that a GPU computes. */
int resnetc_rt_run_gpu(const resnetc_rt_model *model, const void *const *inputs,
                       void *const *outputs, int64_t batch,
                       const resnetc_context *context);
/* NAME_run, NAME_prepare, NAME_workspace_size and NAME_error_string of every
 * object call these. */
int resnetc_rt_run(const resnetc_rt_model *model, const void *const *inputs,
                   void *const *outputs, int64_t batch,
                   resnetc_workspace workspace, const resnetc_context *context);
/* NAME_initialize, NAME_evaluate, NAME_accumulate, NAME_update, NAME_train_step
 * and NAME_workspace_size of an object that trains. The workspace is passed in
 * two parts, so that generated code need not know how structures are passed. */
int resnetc_rt_initialize(const resnetc_rt_trainer *trainer,
                          const resnetc_training *training);
int resnetc_rt_evaluate(const resnetc_rt_trainer *trainer,
                        const void *const *inputs, void *const *outputs,
                        int64_t batch, const resnetc_training *training,
                        void *workspace, size_t workspace_size,
                        const resnetc_context *context);
int resnetc_rt_accumulate(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context);
int resnetc_rt_update(const resnetc_rt_trainer *trainer,
                      const resnetc_training *training, void *workspace,
                      size_t workspace_size, const resnetc_context *context);
int resnetc_rt_train_step(const resnetc_rt_trainer *trainer,
                          const void *const *inputs, void *const *outputs,
                          int64_t batch, const resnetc_training *training,
                          void *workspace, size_t workspace_size,
                          const resnetc_context *context);
/* NAME_seed. */
int resnetc_rt_seed(const resnetc_rt_trainer *trainer,
                    const resnetc_training *training, uint64_t seed);
/* NAME_save and NAME_load. */
int resnetc_rt_save(const resnetc_rt_trainer *trainer, const char *path,
                    const resnetc_training *training);
int resnetc_rt_load(const resnetc_rt_trainer *trainer, const char *path,
                    const resnetc_training *training);
size_t resnetc_rt_training_workspace_size(const resnetc_rt_trainer *trainer,
                                          int64_t batch);
size_t resnetc_rt_workspace_size(const resnetc_rt_model *model, int64_t batch);
/* Brings the weights into memory. RESNETC_OK, RESNETC_ERROR_CPU or
 * RESNETC_ERROR_VERSION. */
int resnetc_rt_prepare(const resnetc_rt_model *model);
/* RESNETC_OK, or RESNETC_ERROR_CPU. */
int resnetc_rt_check_cpu(const resnetc_rt_model *model);

/* The table to use of an object for several CPUs, which has one for each, from
 * the least capable CPU to the most capable: the last that this CPU can run. If
 * it can run none that is the first, whose run is then RESNETC_ERROR_CPU.
 *
 * Of two CPUs the more capable is the one with the wider vectors, or if these
 * are equal the one that requires more features; so a CPU with all features of
 * another comes after it. */
const resnetc_rt_model *
resnetc_rt_select(const resnetc_rt_model *const *variants, int32_t count);

#ifdef __cplusplus
}
#endif

#endif /* RESNETC_RUNTIME_MODELABI_H */
