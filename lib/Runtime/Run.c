/*===- Run.c - Walks a model's table of steps -----------------------------===*\
|*                                                                            *|
|* Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Checks the arguments of a run, then executes it on the calling thread, on  *|
|* a pool, or through the application's parallel_for. All three split a run   *|
|* alike, and each unit is computed by one call of the kernel alone, so the   *|
|* results are the same bits.                                                 *|
|*                                                                            *|
|* A run allocates nothing, locks nothing and keeps no state: what it needs   *|
|* lies on the stacks of its threads.                                         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "Clock.h"
#include "FloatControl.h"
#include "Pool.h"
#include "Training.h"

/* One call of resnetc_rt_run. */
typedef struct run {
  const resnetc_rt_model *model;
  const void *const *inputs;
  void *const *outputs;
  int64_t batch;
  const resnetc_training *training; /* NULL, if the model needs none */
  char *workspace;
  const resnetc_context *context;          /* may be NULL */
  resnetc_rt_communication *communication; /* the same */
} run;

/* Steps [begin, end) of the table, between which an image waits for no other.
   Each piece of the run takes `whole` images through all of them, one after
   the other, so that what a step writes is still in the caches when the next
   reads it. The images that remain are split step by step. */
typedef struct span {
  int begin;
  int end;
  int64_t whole;
} span;

/* The operands of a step in the image that they point at. */
typedef struct operand_cursor {
  int count;
  char *base[RESNETC_RT_MAX_OPERANDS]; /* in image 0 */
  int64_t stride[RESNETC_RT_MAX_OPERANDS];
  void *operand[RESNETC_RT_MAX_OPERANDS];
  int64_t example; /* the number of the image, which is an operand itself */
  int64_t first_example; /* that of image 0 */
} operand_cursor;

static char *operand_base(const run *run, const resnetc_rt_operand *operand) {
  /* Kernels do not write to inputs and weights; one operand type serves all. */
  switch ((enum resnetc_rt_space)operand->space) {
  case RESNETC_RT_INPUT:
    return (char *)run->inputs[operand->index] + operand->offset;
  case RESNETC_RT_OUTPUT:
    return (char *)run->outputs[operand->index] + operand->offset;
  case RESNETC_RT_WORKSPACE:
    return run->workspace + operand->offset;
  case RESNETC_RT_WEIGHTS:
    return (char *)run->model->weights + operand->offset;
  case RESNETC_RT_PARAMETERS:
    return (char *)run->training->parameters + operand->offset;
  case RESNETC_RT_GRADIENTS:
    return (char *)run->training->gradients + operand->offset;
  case RESNETC_RT_STATE:
    return (char *)run->training->state + operand->offset;
  case RESNETC_RT_SETTINGS:
    return (char *)run->training->settings + operand->offset;
  case RESNETC_RT_EXAMPLE:
    break; /* in the cursor */
  case RESNETC_RT_LOCAL:
    return run->workspace + run->model->workspace_shared +
           run->model->workspace_per_image * run->batch + operand->offset;
  }
  return NULL;
}

static void cursor_start(operand_cursor *cursor, const run *run,
                         const resnetc_rt_step *step) {
  cursor->first_example =
      run->communication ? run->communication->first_example : 0;
  cursor->count = step->operand_count;
  for (int i = 0; i < cursor->count; ++i) {
    int is_example = step->operands[i].space == RESNETC_RT_EXAMPLE;
    cursor->base[i] = is_example ? (char *)&cursor->example
                                 : operand_base(run, &step->operands[i]);
    cursor->stride[i] = is_example ? 0 : step->operands[i].image_stride;
  }
}

/* Gives all images the local memory of one. */
static void cursor_use_local(operand_cursor *cursor,
                             const resnetc_rt_step *step, int64_t image) {
  for (int i = 0; i < cursor->count; ++i)
    if (step->operands[i].space == RESNETC_RT_LOCAL) {
      cursor->base[i] += image * cursor->stride[i];
      cursor->stride[i] = 0;
    }
}

static void cursor_seek(operand_cursor *cursor, int64_t image) {
  cursor->example = cursor->first_example + image;
  for (int i = 0; i < cursor->count; ++i)
    cursor->operand[i] = cursor->base[i] + image * cursor->stride[i];
}

/* floor(total * piece / pieces), without the overflow of the product. */
static int64_t piece_begin(int64_t total, int piece, int pieces) {
  return total / pieces * piece + total % pieces * piece / pieces;
}

/* Images outermost: unit u of image i is number i * units + u, and a run of
   units within one image is one call. */
static void run_by_image(const resnetc_rt_step *step, operand_cursor *cursor,
                         int64_t begin, int64_t end) {
  int64_t image = begin / step->units;
  int64_t unit = begin % step->units;
  while (begin < end) {
    int64_t count = step->units - unit;
    if (count > end - begin)
      count = end - begin;
    cursor_seek(cursor, image);
    step->kernel(cursor->operand, unit, unit + count);
    begin += count;
    unit = 0;
    ++image;
  }
}

/* Images innermost: unit u of image i is number u * batch + i. */
static void run_by_unit(const resnetc_rt_step *step, operand_cursor *cursor,
                        int64_t batch, int64_t begin, int64_t end) {
  int64_t unit = begin / batch;
  int64_t image = begin % batch;
  for (; begin < end; ++begin) {
    cursor_seek(cursor, image);
    step->kernel(cursor->operand, unit, unit + 1);
    if (++image == batch) {
      image = 0;
      ++unit;
    }
  }
}

/* Units [begin, end), each of all images: one after the other where that is
   faster, or all of an image at once. */
static void run_sum(const resnetc_rt_step *step, operand_cursor *cursor,
                    int64_t batch, int64_t begin, int64_t end) {
  if (step->flags & RESNETC_RT_IMAGES_INNERMOST) {
    run_by_unit(step, cursor, batch, begin * batch, end * batch);
    return;
  }
  for (int64_t image = 0; image < batch; ++image) {
    cursor_seek(cursor, image);
    step->kernel(cursor->operand, begin, end);
  }
}

/* Whether a step waits for all images, and those after it for the step. */
static int is_for_batch(const resnetc_rt_step *step) {
  return (step->flags & (RESNETC_RT_IMAGES_INNERMOST | RESNETC_RT_ONCE |
                         RESNETC_RT_SUM)) != 0;
}

/* Piece `piece` of `pieces` of one step, of all images but the first `done`, in
   the floating-point environment of a run, which the application's callbacks
   between steps do not see. */
static void run_piece(const run *run, const resnetc_rt_step *step, int64_t done,
                      int piece, int pieces) {
  int shared = step->flags & (RESNETC_RT_ONCE | RESNETC_RT_SUM);
  int64_t images = run->batch - done;
  int64_t total = shared ? step->units : step->units * images;
  int64_t begin = piece_begin(total, piece, pieces);
  int64_t end = piece_begin(total, piece + 1, pieces);
  if (begin == end)
    return;
  resnetc_rt_float_control saved = resnetc_rt_float_control_enter();
  operand_cursor cursor;
  cursor_start(&cursor, run, step);
  /* With one image both orders are the same, and one call does all units. No
     span takes whole images through a step that is for the batch. */
  if (step->flags & RESNETC_RT_SUM)
    run_sum(step, &cursor, images, begin, end);
  else if (step->flags & RESNETC_RT_ONCE)
    run_by_image(step, &cursor, begin, end);
  else if (step->flags & RESNETC_RT_IMAGES_INNERMOST && images > 1)
    run_by_unit(step, &cursor, images, begin, end);
  else
    run_by_image(step, &cursor, done * step->units + begin,
                 done * step->units + end);
  resnetc_rt_float_control_leave(saved);
}

/* The images that piece `piece` takes through a span alone. */
static void run_whole_images(const run *run, const span *span, int piece) {
  resnetc_rt_float_control saved = resnetc_rt_float_control_enter();
  for (int64_t image = piece * span->whole; image < (piece + 1) * span->whole;
       ++image) {
    for (int i = span->begin; i < span->end; ++i) {
      const resnetc_rt_step *step = &run->model->steps[i];
      operand_cursor cursor;
      cursor_start(&cursor, run, step);
      /* There are as many images as pieces, or more. Those that remain, which
         pieces may begin with before this one ends, come after all of these. */
      cursor_use_local(&cursor, step, piece);
      cursor_seek(&cursor, image);
      if (step->units > 0)
        step->kernel(cursor.operand, 0, step->units);
    }
  }
  resnetc_rt_float_control_leave(saved);
}

/* Whether what a step computed is added up over processes before the next. */
static int is_reduced(const run *run, int step) {
  return run->communication && run->model->steps[step].reduced > 0;
}

/* On the calling thread, when a step is done. */
static void communicate(const run *run, int index) {
  if (!run->communication)
    return;
  const resnetc_rt_step *step = &run->model->steps[index];
  char *values =
      is_reduced(run, index)
          ? operand_base(run, &step->operands[step->operand_count - 1])
          : NULL;
  resnetc_rt_communicate(run->communication, index, (float *)values,
                         step->reduced);
}

static int is_profiled(const run *run) {
  return run->context && run->context->profile;
}

/* The span that starts at a step. A step for the batch is a span of its own,
   done by all before the next; so is each of a profiled run, whose times are
   those of steps. */
static span span_at(const run *run, int begin, int pieces) {
  const resnetc_rt_model *model = run->model;
  span span = {begin, begin, run->batch / pieces};
  if (!is_profiled(run))
    while (span.end < model->step_count &&
           !is_for_batch(&model->steps[span.end]))
      ++span.end;
  if (span.end == begin) {
    span.end = begin + 1;
    span.whole = 0;
  }
  return span;
}

/* The clock at the start of a step, if anyone asks. */
static int64_t profile_start(const run *run) {
  return is_profiled(run) ? resnetc_rt_clock() : 0;
}

static void profile_stop(const run *run, int index, int64_t start) {
  if (!is_profiled(run))
    return;
  int64_t nanoseconds = resnetc_rt_clock() - start;
  const resnetc_rt_step *step = &run->model->steps[index];
  run->context->profile(
      run->context->profile_user, index, step->layer, step->kernel_name,
      nanoseconds,
      step->flags & RESNETC_RT_ONCE ? step->macs : step->macs * run->batch);
}

/* On the calling thread alone. */
static void run_serial(const run *run) {
  for (int i = 0; i < run->model->step_count;) {
    span span = span_at(run, i, 1);
    run_whole_images(run, &span, 0);
    for (; i < span.end; ++i) {
      int64_t start = profile_start(run);
      run_piece(run, &run->model->steps[i], span.whole, 0, 1);
      profile_stop(run, i, start);
      communicate(run, i);
    }
  }
}

/* On a pool: each of its threads executes this. */
static void run_on_pool_thread(void *argument, int thread) {
  const run *run = argument;
  resnetc_pool *pool = run->context->pool;
  int threads = resnetc_pool_threads(pool);
  for (int i = 0; i < run->model->step_count;) {
    span span = span_at(run, i, threads);
    int64_t done = span.whole * threads;
    run_whole_images(run, &span, thread);
    if (done == run->batch) {
      resnetc_rt_pool_barrier(pool);
      i = span.end;
      if (thread == 0)
        communicate(run, span.end - 1);
      continue;
    }
    for (; i < span.end; ++i) {
      const resnetc_rt_step *step = &run->model->steps[i];
      int64_t start = thread == 0 ? profile_start(run) : 0;
      run_piece(run, step, done, thread, threads);
      int is_done = !(step->flags & RESNETC_RT_NO_BARRIER);
      if (is_done)
        resnetc_rt_pool_barrier(pool);
      if (thread == 0) {
        profile_stop(run, i, start);
        if (is_done)
          communicate(run, i);
      }
      if (is_reduced(run, i))
        resnetc_rt_pool_barrier(pool);
    }
  }
}

/* One call of the application's parallel_for: a step of the images from `done`
   on, or with no step the whole images of a span. */
typedef struct parallel_work {
  const run *run;
  const span *span;
  const resnetc_rt_step *step;
  int64_t done;
} parallel_work;

static void run_parallel_piece(void *argument, int piece) {
  const parallel_work *work = argument;
  if (work->step)
    run_piece(work->run, work->step, work->done, piece,
              work->run->context->parallel_for_threads);
  else
    run_whole_images(work->run, work->span, piece);
}

/* Pieces need not run at the same time, so what waits for all of them is a call
   of its own. */
static void run_parallel_for(const run *run) {
  const resnetc_context *context = run->context;
  int pieces = context->parallel_for_threads;
  for (int i = 0; i < run->model->step_count;) {
    span span = span_at(run, i, pieces);
    parallel_work work = {run, &span, NULL, span.whole * pieces};
    if (span.whole > 0)
      context->parallel_for(context->parallel_for_user, pieces,
                            run_parallel_piece, &work);
    if (work.done == run->batch) {
      i = span.end;
      communicate(run, span.end - 1);
      continue;
    }
    for (; i < span.end; ++i) {
      int64_t start = profile_start(run);
      work.step = &run->model->steps[i];
      context->parallel_for(context->parallel_for_user, pieces,
                            run_parallel_piece, &work);
      profile_stop(run, i, start);
      communicate(run, i);
    }
  }
}

static int any_null(const void *const *pointers, int count) {
  if (count > 0 && !pointers)
    return 1;
  for (int i = 0; i < count; ++i)
    if (!pointers[i])
      return 1;
  return 0;
}

int resnetc_rt_check_run(const resnetc_rt_model *model,
                         const void *const *inputs, void *const *outputs,
                         int64_t batch, resnetc_workspace workspace) {
  if (!model)
    return RESNETC_ERROR_ARGUMENT;
  if (model->abi_version != RESNETC_RT_ABI_VERSION)
    return RESNETC_ERROR_VERSION;
  if (batch <= 0 || any_null(inputs, model->input_count) ||
      any_null((const void *const *)outputs, model->output_count))
    return RESNETC_ERROR_ARGUMENT;
  if (model->fixed_batch != 0 && batch != model->fixed_batch)
    return RESNETC_ERROR_BATCH;
  size_t needed = resnetc_rt_workspace_size(model, batch);
  if (needed > 0) {
    if (!workspace.data)
      return RESNETC_ERROR_ARGUMENT;
    if (workspace.size < needed)
      return RESNETC_ERROR_WORKSPACE_SIZE;
    if (model->workspace_alignment > 1 &&
        (uintptr_t)workspace.data % (uintptr_t)model->workspace_alignment != 0)
      return RESNETC_ERROR_WORKSPACE_ALIGNMENT;
  }
  return resnetc_rt_check_cpu(model);
}

int resnetc_rt_run_training(const resnetc_rt_model *model,
                            const void *const *inputs, void *const *outputs,
                            int64_t batch, const resnetc_training *training,
                            resnetc_workspace workspace,
                            const resnetc_context *context,
                            resnetc_rt_communication *communication) {
  int status = resnetc_rt_check_run(model, inputs, outputs, batch, workspace);
  if (status != RESNETC_OK)
    return status;
  run run = {model,    inputs,         outputs, batch,
             training, workspace.data, context, communication};
  if (context && context->pool)
    resnetc_rt_pool_run(context->pool, run_on_pool_thread, &run);
  else if (context && context->parallel_for &&
           context->parallel_for_threads > 1)
    run_parallel_for(&run);
  else
    run_serial(&run);
  return RESNETC_OK;
}

int resnetc_rt_run(const resnetc_rt_model *model, const void *const *inputs,
                   void *const *outputs, int64_t batch,
                   resnetc_workspace workspace,
                   const resnetc_context *context) {
  return resnetc_rt_run_training(model, inputs, outputs, batch, NULL, workspace,
                                 context, NULL);
}

size_t resnetc_rt_workspace_size(const resnetc_rt_model *model, int64_t batch) {
  size_t size;
  if (!model || batch <= 0)
    return 0;
  /* More than there can be: no workspace is large enough for such a batch. */
  if (__builtin_mul_overflow(
          model->workspace_per_image + model->workspace_local, batch, &size) ||
      __builtin_add_overflow(model->workspace_shared, size, &size))
    return SIZE_MAX;
  return size;
}
