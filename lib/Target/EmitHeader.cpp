//===- EmitHeader.cpp - The header of a compiled network ------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/EmitObject.h"
#include "resnetc/Target/RuntimeHeaderText.inc"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <cstdlib>
#include <limits>

using namespace llvm;
using namespace resnetc;

static StringRef elementTypeName(int32_t type) {
  switch (type) {
  case RESNETC_FLOAT32:
    return "float";
  case RESNETC_FLOAT64:
    return "double";
  case RESNETC_INT64:
    return "int64_t";
  case RESNETC_INT32:
    return "int32_t";
  case RESNETC_UINT64:
    return "uint64_t";
  case RESNETC_UINT32:
    return "uint32_t";
  case RESNETC_INT16:
    return "int16_t";
  case RESNETC_UINT16:
    return "uint16_t";
  case RESNETC_INT8:
    return "int8_t";
  case RESNETC_UINT8:
    return "uint8_t";
  case RESNETC_BOOL:
    return "one-byte boolean";
  case RESNETC_FLOAT16:
    return "binary16";
  case RESNETC_BFLOAT16:
    return "bfloat16";
  default:
    return "other type";
  }
}

/// A name from the model, kept inside a comment.
static void printName(StringRef name, raw_ostream &os) {
  os << '"';
  for (char c : name)
    os << (isPrint(c) && c != '*' ? c : '?');
  os << '"';
}

static void printDims(ArrayRef<int64_t> dims, raw_ostream &os) {
  for (int64_t d : dims)
    if (d < 0)
      os << "[batch]";
    else
      os << "[" << d << "]";
}

/// The shortest text that is this number.
static std::string formatNumber(float value) {
  std::string text;
  for (int digits = 6; digits <= std::numeric_limits<float>::max_digits10;
       ++digits) {
    text.clear();
    raw_string_ostream(text) << format("%.*g", digits, value);
    if (std::strtof(text.c_str(), nullptr) == value)
      break;
  }
  return text;
}

/// `  [0] "input": float[batch][3][224][224]` for each tensor.
static void listTensors(ArrayRef<NetworkTable::Tensor> tensors,
                        raw_ostream &os) {
  for (const auto &[i, tensor] : enumerate(tensors)) {
    os << "     [" << i << "] ";
    printName(tensor.name, os);
    os << ": " << elementTypeName(tensor.elementType);
    printDims(tensor.dims, os);
    os << "\n";
  }
}

static bool hasKind(ArrayRef<KeptTensor> kept, int32_t kind) {
  return any_of(kept,
                [&](const KeptTensor &tensor) { return tensor.kind == kind; });
}

/// `  [0] "conv1.weight": float[64][3][7][7]` for each tensor of a kind, which
/// is at that place of NAME_kept.
static void listKept(ArrayRef<KeptTensor> kept, int32_t kind, raw_ostream &os) {
  for (const auto &[i, tensor] : enumerate(kept)) {
    if (tensor.kind != kind)
      continue;
    os << "     [" << i << "] ";
    printName(tensor.name, os);
    os << (kind == RESNETC_RANDOM ? ": uint32_t" : ": float");
    printDims(tensor.dims, os);
    os << "\n";
  }
}

/// `  NAME_SETTING_momentum: 0.9` for each setting.
static void listSettings(StringRef name, ArrayRef<KeptTensor> kept,
                         raw_ostream &os) {
  for (const KeptTensor &tensor : kept) {
    if (tensor.kind != RESNETC_SETTING)
      continue;
    os << "     " << name << "_SETTING_" << tensor.name << ":";
    if (tensor.defaults.empty() || !all_equal(tensor.defaults)) {
      for (float value : tensor.defaults)
        os << formatv(" {0}", formatNumber(value));
    } else {
      os << " " << formatNumber(tensor.defaults.front());
      if (tensor.defaults.size() > 1)
        os << ", " << tensor.defaults.size() << " times";
    }
    os << "\n";
  }
}

/// What an application passes of a network.
static constexpr char runDeclarations[] = R"(
/* Runs the network on `batch` images. inputs[i] and outputs[i] point at dense
   row-major tensors as listed above; they must not overlap. Allocates nothing,
   takes no lock and keeps no state: any number of threads may call it at once,
   each with its own workspace. `context` says which threads work; NULL means
   the calling one. Returns RESNETC_OK or another enum resnetc_status. */
int {0}_run(
    const void *const *inputs, void *const *outputs, int64_t batch,
    resnetc_workspace workspace, const resnetc_context *context);
)";

/// What an application calls to train a network.
static constexpr char trainDeclarations[] = R"(
/* Memory: the caller owns all of it. Each part of a resnetc_training has the
   size that {0}_training_sizes says and is aligned to
   {0}_workspace_alignment; it starts with {0}_initialize and is kept
   between calls. What lies where in it, {0}_kept says. The workspace is
   scratch memory: nothing in it needs to survive between calls.

   Threads: the functions take no lock and keep no state, and but {0}_save
   and {0}_load they allocate nothing. Any number of threads may call them
   at once, each with its own training and workspace; on one training,
   {0}_evaluate alone may run several times at once. `context` says which
   threads work on a call; NULL means the calling one. Results are the same
   bits for any number of threads.

   Errors: each function that returns int returns RESNETC_OK or another enum
   resnetc_status, of which {0}_error_string makes a sentence. Whatever is
   wrong with the arguments, nothing has been computed or changed then. */

/* Sets parameters and running statistics to what they were in the model,
   settings to their defaults, gradients and the optimizer's state to zero. */
int {0}_initialize(const resnetc_training *training);

/* One step of training: {0}_accumulate, and {0}_update.
   inputs[i] and outputs[i] are those of {0}_backward_inputs and
   {0}_backward_outputs: dense, row-major, not overlapping. outputs[0] is the
   loss, one float, of the parameters before the step. */
int {0}_train_step(
    const void *const *inputs, void *const *outputs, int64_t batch,
    const resnetc_training *training, resnetc_workspace workspace,
    const resnetc_context *context);

/* Computes the loss of a batch and adds its gradients to those that are there:
   several calls before an update are one batch, with the sum of their losses.
   Changes running statistics, too. If the loss is not a finite number, returns
   RESNETC_ERROR_LOSS: the outputs are computed, running statistics are as
   before, and all gradients are zero, also what was added since the last
   update. */
int {0}_accumulate(
    const void *const *inputs, void *const *outputs, int64_t batch,
    const resnetc_training *training, resnetc_workspace workspace,
    const resnetc_context *context);

/* A step of the optimizer, by the gradients and the settings; makes the
   gradients zero. */
int {0}_update(
    const resnetc_training *training, resnetc_workspace workspace,
    const resnetc_context *context);

/* What the network computes with the present parameters and running
   statistics; changes neither, and drops nothing. inputs[i] and outputs[i] are those of
   {0}_inputs and {0}_outputs. */
int {0}_evaluate(
    const void *const *inputs, void *const *outputs, int64_t batch,
    const resnetc_training *training, resnetc_workspace workspace,
    const resnetc_context *context);

/* Starts random numbers, by which dropout drops, afresh from a seed; it is 0 at
   first. What is dropped depends on the seed, on how often {0}_accumulate
   or {0}_train_step has computed a loss since, and on an example's place in
   the batch: the same calls compute the same bits again, also when a checkpoint
   comes between them. Does nothing in a network without dropout. */
int {0}_seed(const resnetc_training *training, uint64_t seed);

/* Writes parameters, running statistics, state and settings to the file `path`,
   which appears whole or not at all. May run beside {0}_evaluate, but
   nothing that changes them. */
int {0}_save(const char *path, const resnetc_training *training);

/* Reads what {0}_save has written, of this network compiled with the same
   options of training; gradients are zero then. Changes nothing unless all is
   well. RESNETC_ERROR_FILE of both functions leaves the reason in errno. */
int {0}_load(const char *path, const resnetc_training *training);

/* Bytes of each part of a resnetc_training. */
extern const resnetc_training_sizes {0}_training_sizes;

/* All that lies in a resnetc_training. */
extern const resnetc_kept_info {0}_kept[];
extern const int32_t {0}_kept_count;

/* What {0}_train_step and {0}_accumulate take and compute. */
extern const int32_t {0}_backward_input_count;
extern const int32_t {0}_backward_output_count;
extern const resnetc_tensor_info {0}_backward_inputs[];
extern const resnetc_tensor_info {0}_backward_outputs[];
)";

/// What all objects have.
static constexpr char commonDeclarations[] = R"(
/* Brings the weights into memory now, so that the first run takes no longer
   than others; a program need not call it. Returns RESNETC_OK, or why no run
   will be possible. */
int {0}_prepare(void);

/* Bytes of workspace that a {2} of `batch` images needs, and its alignment. */
size_t {0}_workspace_size(int64_t batch);
extern const size_t {0}_workspace_alignment;

/* One sentence for a status of {0}_{1}; never NULL. */
const char *{0}_error_string(int status);

extern const int32_t {0}_input_count;
extern const int32_t {0}_output_count;
extern const resnetc_tensor_info {0}_inputs[];
extern const resnetc_tensor_info {0}_outputs[];

/* What compiled this object, and what it runs on. */
extern const char {0}_version[];
extern const char {0}_target[];
)";

/// The place of each setting in the memory of settings.
static void defineSettings(StringRef name, ArrayRef<KeptTensor> kept,
                           raw_ostream &os) {
  os << "\n/* Where in resnetc_training's settings each one is. */\n";
  for (const KeptTensor &tensor : kept)
    if (tensor.kind == RESNETC_SETTING)
      os << formatv("#define {0}_SETTING_{1} {2}\n", name, tensor.name,
                    tensor.place / static_cast<int64_t>(sizeof(float)));
}

/// What of a network is learned, and by which settings.
static void describeTraining(StringRef name, const TrainingTable &training,
                             raw_ostream &os) {
  os << "   Inputs of a step of training:\n";
  listTensors(training.backward.inputs, os);
  os << "   Outputs of a step of training, the loss first:\n";
  listTensors(training.backward.outputs, os);
  os << "   Settings, places in training->settings, and what they are at "
        "first:\n";
  listSettings(name, training.kept, os);
  os << "   Parameters, by their places in " << name << "_kept:\n";
  listKept(training.kept, RESNETC_PARAMETER, os);
  if (hasKind(training.kept, RESNETC_BUFFER)) {
    os << "   Running statistics:\n";
    listKept(training.kept, RESNETC_BUFFER, os);
  }
  if (hasKind(training.kept, RESNETC_RANDOM)) {
    os << "   Random numbers, a seed and the number of the batch:\n";
    listKept(training.kept, RESNETC_RANDOM, os);
  }
}

void resnetc::emitHeader(const CompiledNetwork &network, raw_ostream &os) {
  const NetworkTable &table = network.getTable();
  std::string upper = StringRef(table.name).upper();
  os << "/* " << table.name << ": a network compiled by resnetc "
     << getVersion() << " for " << network.getTargetText() << ".\n";
  if (!network.hasOneVariant())
    os << "   The last of these CPUs whose code this machine runs is chosen at "
          "run time.\n";
  const TrainingTable *training = network.getTraining();
  if (training)
    os << "   It is one to train.\n";
  os << "\n   Inputs:\n";
  listTensors(table.inputs, os);
  os << "   Outputs:\n";
  listTensors(table.outputs, os);
  if (training)
    describeTraining(table.name, *training, os);
  if (table.fixedBatch)
    os << "   The batch is " << table.fixedBatch << ".\n";
  os << "\n   Link with libresnetc_rt.a, -lm and -lpthread. */\n\n"
     << formatv("#ifndef {0}_RESNETC_H\n#define {0}_RESNETC_H\n\n", upper)
     << runtimeHeaderText;
  if (training)
    defineSettings(table.name, training->kept, os);
  os << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
     << formatv(training ? trainDeclarations : runDeclarations, table.name)
     << formatv(commonDeclarations, table.name,
                training ? "train_step and the like" : "run",
                training ? "step or an evaluation" : "run")
     << "\n#ifdef __cplusplus\n}\n#endif\n\n"
     << formatv("#endif /* {0}_RESNETC_H */\n", upper);
}
