//===- EmitTable.cpp - The network's tables as LLVM IR --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the data that include/resnetc/Runtime/ModelABI.h declares. As text, so
// that it reads like the C it stands for.
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/EmitObject.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace resnetc;

/// Layouts of the structures of resnetc_rt.h and ModelABI.h.
static constexpr StringLiteral types = R"(
%tensor = type { ptr, i32, i32, [8 x i64] }
%operand = type { i32, i32, i64, i64 }
%step = type { ptr, ptr, i32, i32, i64, i64, ptr, ptr }
%model = type { i32, i32, i32, i32, i64, ptr, ptr, ptr, ptr, ptr, ptr, i64, i64, i64, ptr, i64 }

declare i32 @resnetc_rt_run(ptr, ptr, ptr, i64, ptr, i64, ptr)
declare i64 @resnetc_rt_workspace_size(ptr, i64)
declare ptr @resnetc_status_string(i32)
)";

namespace {

class TableWriter {
public:
  TableWriter(const NetworkTable &table, const TargetModel &target,
              raw_ostream &os)
      : table(table), target(target), os(os) {}

  void write() {
    os << types;
    writeWeights();
    writeTensors("inputs", table.inputs);
    writeTensors("outputs", table.outputs);
    writeEntryPoints();
    writeSteps();
    writeModel();
    writeFunctions();
  }

private:
  /// A symbol of this network.
  std::string symbol(const Twine &suffix) {
    return "@\"" + (table.name + "_" + suffix).str() + "\"";
  }
  /// A private string; returns its name.
  std::string string(StringRef text);
  void writeWeights();
  void writeTensors(StringRef kind, ArrayRef<NetworkTable::Tensor> tensors);
  void writeEntryPoints();
  void writeSteps();
  void writeModel();
  void writeFunctions();

  const NetworkTable &table;
  const TargetModel &target;
  raw_ostream &os;
  unsigned strings = 0;
};

} // namespace

std::string TableWriter::string(StringRef text) {
  std::string name = formatv("@.string.{0}", strings++);
  os << formatv("{0} = private unnamed_addr constant [{1} x i8] c\"", name,
                text.size() + 1);
  printEscapedString(text, os);
  os << "\\00\"\n";
  return name;
}

void TableWriter::writeWeights() {
  // A section of its own, which the linker may place far away.
  bool large = Triple(target.triple).isX86();
  os << formatv("{0} = hidden constant [64 x i8] zeroinitializer, section "
                "\"{1}.{2}\", align 64\n",
                symbol("weights"), large ? ".lrodata" : ".rodata", table.name);
}

void TableWriter::writeTensors(StringRef kind,
                               ArrayRef<NetworkTable::Tensor> tensors) {
  SmallVector<std::string> entries;
  for (const NetworkTable::Tensor &tensor : tensors) {
    SmallVector<std::string> dims;
    for (int i = 0; i < RESNETC_MAX_RANK; ++i)
      dims.push_back(formatv("i64 {0}", i < static_cast<int>(tensor.dims.size())
                                            ? tensor.dims[i]
                                            : 0));
    entries.push_back(
        formatv("%tensor {{ ptr {0}, i32 {1}, i32 {2}, [8 x i64] [{3}] }",
                string(tensor.name), tensor.elementType, tensor.dims.size(),
                join(dims, ", ")));
  }
  os << formatv("{0} = constant [{1} x %tensor] [{2}], align 8\n", symbol(kind),
                tensors.size(), join(entries, ", "));
  os << formatv("{0} = constant i32 {1}, align 4\n",
                symbol(kind.drop_back() + "_count"), tensors.size());
}

/// `kernel(operands, begin, end)` for each `kernel.body(a, b, ..., begin,
/// end)`.
void TableWriter::writeEntryPoints() {
  StringSet<> seen;
  for (const NetworkTable::Step &step : table.steps) {
    if (!seen.insert(step.kernel).second)
      continue;
    size_t count = step.operands.size();
    std::string parameters, arguments, loads;
    for (size_t i = 0; i < count; ++i) {
      parameters += "ptr, ";
      arguments += formatv("ptr %p{0}, ", i);
      loads += formatv("  %a{0} = getelementptr ptr, ptr %operands, i64 {0}\n"
                       "  %p{0} = load ptr, ptr %a{0}, align 8\n",
                       i);
    }
    os << formatv("declare void @\"{0}.body\"({1}i64, i64)\n", step.kernel,
                  parameters)
       << formatv("define hidden void @\"{0}\"(ptr %operands, i64 %begin, i64 "
                  "%end) {{\n{1}"
                  "  call void @\"{0}.body\"({2}i64 %begin, i64 %end)\n"
                  "  ret void\n}\n",
                  step.kernel, loads, arguments);
  }
}

void TableWriter::writeSteps() {
  SmallVector<std::string> entries;
  for (const auto &[number, step] : enumerate(table.steps)) {
    SmallVector<std::string> operands;
    for (const resnetc_rt_operand &operand : step.operands)
      operands.push_back(formatv(
          "%operand {{ i32 {0}, i32 {1}, i64 {2}, i64 {3} }", operand.space,
          operand.index, operand.offset, operand.image_stride));
    os << formatv("@.operands.{0} = private constant [{1} x %operand] [{2}], "
                  "align 8\n",
                  number, operands.size(), join(operands, ", "));
    entries.push_back(formatv(
        "%step {{ ptr @\"{0}\", ptr @.operands.{1}, i32 {2}, i32 {3}, i64 "
        "{4}, i64 {5}, ptr {6}, ptr {7} }",
        step.kernel, number, step.operands.size(), step.flags, step.units,
        step.macs, string(step.layer), string(step.kernel)));
  }
  os << formatv("@.steps = private constant [{0} x %step] [{1}], align 8\n",
                entries.size(), join(entries, ",\n  "));
}

void TableWriter::writeModel() {
  std::string compiler = ("resnetc " + getVersion()).str();
  std::string targetText = target.triple + " " + target.cpu;
  std::string name = string(table.name);
  std::string compilerName = string(compiler), targetName = string(targetText);
  os << formatv("{0} = constant %model {{ i32 {1}, i32 {2}, i32 {3}, i32 {4}, "
                "i64 {5}, ptr {6}, ptr {7}, ptr {8}, ",
                symbol("model"), RESNETC_RT_ABI_VERSION, table.inputs.size(),
                table.outputs.size(), table.steps.size(),
                target.requiredFeatures, name, compilerName, targetName)
     << formatv("ptr {0}, ptr {1}, ptr @.steps, i64 {2}, i64 {3}, i64 64, ptr "
                "{4}, i64 {5} }, align 8\n",
                symbol("inputs"), symbol("outputs"), table.fixedBatch,
                table.workspacePerImage, symbol("weights"), table.weightBytes);
  auto text = [&](StringRef suffix, StringRef value) {
    os << formatv("{0} = constant [{1} x i8] c\"", symbol(suffix),
                  value.size() + 1);
    printEscapedString(value, os);
    os << "\\00\"\n";
  };
  text("version", compiler);
  text("target", targetText);
  os << formatv("{0} = constant i64 64, align 8\n",
                symbol("workspace_alignment"));
}

void TableWriter::writeFunctions() {
  os << formatv(R"(
define i32 {0}(ptr %inputs, ptr %outputs, i64 %batch, ptr %data, i64 %size, ptr %context) {{
  %status = tail call i32 @resnetc_rt_run(ptr {1}, ptr %inputs, ptr %outputs, i64 %batch, ptr %data, i64 %size, ptr %context)
  ret i32 %status
}
define i64 {2}(i64 %batch) {{
  %size = tail call i64 @resnetc_rt_workspace_size(ptr {1}, i64 %batch)
  ret i64 %size
}
define ptr {3}(i32 %status) {{
  %text = tail call ptr @resnetc_status_string(i32 %status)
  ret ptr %text
}
)",
                symbol("run"), symbol("model"), symbol("workspace_size"),
                symbol("error_string"));
}

std::string resnetc::emitTableIR(const NetworkTable &table,
                                 const TargetModel &target) {
  std::string text;
  raw_string_ostream os(text);
  TableWriter(table, target, os).write();
  return text;
}
