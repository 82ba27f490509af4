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
#include "llvm/Support/FormatVariadic.h"

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

/// `  [0] "input": float[batch][3][224][224]` for each tensor.
static void listTensors(ArrayRef<NetworkTable::Tensor> tensors,
                        raw_ostream &os) {
  for (const auto &[i, tensor] : enumerate(tensors)) {
    os << "     [" << i << "] \"";
    // The name comes from the model: keep it inside the comment.
    for (char c : tensor.name)
      os << (isPrint(c) && c != '*' ? c : '?');
    os << "\": " << elementTypeName(tensor.elementType);
    for (int64_t d : tensor.dims)
      if (d < 0)
        os << "[batch]";
      else
        os << "[" << d << "]";
    os << "\n";
  }
}

static constexpr char declarations[] = R"(
/* Runs the network on `batch` images. inputs[i] and outputs[i] point at dense
   row-major tensors as listed above; they must not overlap. Allocates nothing,
   takes no lock and keeps no state: any number of threads may call it at once,
   each with its own workspace. `context` says which threads work; NULL means
   the calling one. Returns RESNETC_OK or another enum resnetc_status. */
int {0}_run(
    const void *const *inputs, void *const *outputs, int64_t batch,
    resnetc_workspace workspace, const resnetc_context *context);

/* Brings the weights into memory now, so that the first run takes no longer
   than others; a program need not call it. Returns RESNETC_OK, or why no run
   will be possible. */
int {0}_prepare(void);

/* Bytes of workspace that a run of `batch` images needs, and its alignment. */
size_t {0}_workspace_size(int64_t batch);
extern const size_t {0}_workspace_alignment;

/* One sentence for a status of {0}_run; never NULL. */
const char *{0}_error_string(int status);

extern const int32_t {0}_input_count;
extern const int32_t {0}_output_count;
extern const resnetc_tensor_info {0}_inputs[];
extern const resnetc_tensor_info {0}_outputs[];

/* What compiled this object, and what it runs on. */
extern const char {0}_version[];
extern const char {0}_target[];
)";

void resnetc::emitHeader(const CompiledNetwork &network, raw_ostream &os) {
  const NetworkTable &table = network.getTable();
  std::string upper = StringRef(table.name).upper();
  os << "/* " << table.name << ": a network compiled by resnetc "
     << getVersion() << " for " << network.getTargetText() << ".\n";
  if (!network.hasOneVariant())
    os << "   The last of these CPUs whose code this machine runs is chosen at "
          "run time.\n";
  os << "\n   Inputs:\n";
  listTensors(table.inputs, os);
  os << "   Outputs:\n";
  listTensors(table.outputs, os);
  if (table.fixedBatch)
    os << "   The batch is " << table.fixedBatch << ".\n";
  os << "\n   Link with libresnetc_rt.a, -lm and -lpthread. */\n\n"
     << formatv("#ifndef {0}_RESNETC_H\n#define {0}_RESNETC_H\n\n", upper)
     << runtimeHeaderText << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
     << formatv(declarations, table.name)
     << "\n#ifdef __cplusplus\n}\n#endif\n\n"
     << formatv("#endif /* {0}_RESNETC_H */\n", upper);
}
