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
%step = type { ptr, ptr, i32, i32, i64, i64, ptr, ptr, i64 }
%kept = type { ptr, i32, i32, [8 x i64], i64 }
%gradient = type { i64, i64 }
%trainer = type { ptr, ptr, ptr, ptr, ptr, i64, [4 x i64], i64, i64, i64, ptr, i64, i64 }
%model = type { i32, i32, i32, i32, i64, ptr, ptr, ptr, ptr, ptr, ptr, i64, i64, i64, i64, i64, ptr, i64 }

declare i32 @resnetc_rt_run(ptr, ptr, ptr, i64, ptr, i64, ptr)
declare i32 @resnetc_rt_prepare(ptr)
declare i64 @resnetc_rt_workspace_size(ptr, i64)
declare ptr @resnetc_status_string(i32)
declare i32 @resnetc_rt_initialize(ptr, ptr)
declare i32 @resnetc_rt_evaluate(ptr, ptr, ptr, i64, ptr, ptr, i64, ptr)
declare i32 @resnetc_rt_accumulate(ptr, ptr, ptr, i64, ptr, ptr, i64, ptr)
declare i32 @resnetc_rt_train_step(ptr, ptr, ptr, i64, ptr, ptr, i64, ptr)
declare i32 @resnetc_rt_update(ptr, ptr, ptr, i64, ptr)
declare i32 @resnetc_rt_seed(ptr, ptr, i64)
declare i32 @resnetc_rt_save(ptr, ptr, ptr)
declare i32 @resnetc_rt_load(ptr, ptr, ptr)
declare i64 @resnetc_rt_training_workspace_size(ptr, i64)
)";

namespace {

class TableWriter {
public:
  TableWriter(const CompiledNetwork &network, raw_ostream &os)
      : network(network), os(os) {}

  void write() {
    os << types;
    writeWeights();
    writeTensors(network.getTable());
    for (const CompiledNetwork::Variant &variant : network.getVariants())
      writeNetwork(variant, variant.table);
    writeDescription();
    if (const TrainingTable *training = network.getTraining()) {
      writeTensors(training->backward);
      writeTensors(training->update, "hidden ");
      for (const NetworkTable *table : {&training->backward, &training->update})
        writeNetwork(network.getVariants().front(), *table);
      writeTrainer(*training);
      writeTrainingFunctions();
      return;
    }
    if (!network.hasOneVariant())
      writeVariants();
    writeFunctions();
  }

private:
  using Variant = CompiledNetwork::Variant;

  /// A symbol of this network.
  std::string symbol(const Twine &suffix) {
    return symbol(network.getTable(), suffix);
  }
  static std::string symbol(const NetworkTable &table, const Twine &suffix) {
    return "@\"" + (table.name + "_" + suffix).str() + "\"";
  }
  /// The table of a variant; of the only one, `NAME_model`.
  std::string modelSymbol(const Variant &variant, const NetworkTable &table) {
    return symbol(table, "model" + (network.hasOneVariant()
                                        ? std::string()
                                        : variant.target.getSymbolSuffix()));
  }
  /// Whether tools find a table by its symbol, to run it: not one that needs
  /// what training keeps.
  bool isModelVisible() const {
    return network.hasOneVariant() && !network.getTraining();
  }
  static std::string compilerText() {
    return ("resnetc " + getVersion()).str();
  }
  static std::string stepsName(const Variant &variant,
                               const NetworkTable &table) {
    return "@.steps." + table.name + variant.target.getSymbolSuffix();
  }
  /// A private string; returns its name.
  std::string string(StringRef text);
  void writeWeights();
  static std::string dimensions(ArrayRef<int64_t> dims);
  void writeTensors(const NetworkTable &table, StringRef linkage = "");
  void writeTensors(const NetworkTable &table, StringRef linkage,
                    StringRef kind, ArrayRef<NetworkTable::Tensor> tensors);
  void writeNetwork(const Variant &variant, const NetworkTable &table) {
    writeEntryPoints(table);
    writeSteps(variant, table);
    writeModel(variant, table);
  }
  void writeEntryPoints(const NetworkTable &table);
  void writeSteps(const Variant &variant, const NetworkTable &table);
  void writeModel(const Variant &variant, const NetworkTable &table);
  void writeDescription();
  void writeVariants();
  void writeFunctions();
  void writeTrainer(const TrainingTable &training);
  void writeTrainingFunctions();

  const CompiledNetwork &network;
  raw_ostream &os;
  unsigned strings = 0;
  unsigned operandLists = 0;
  StringSet<> entryPoints;
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
  bool large = Triple(network.getTriple()).isX86();
  os << formatv("{0} = hidden constant [64 x i8] zeroinitializer, section "
                "\"{1}.{2}\", align 64\n",
                symbol("weights"), large ? ".lrodata" : ".rodata",
                network.getName());
}

/// `[8 x i64] [...]`
std::string TableWriter::dimensions(ArrayRef<int64_t> dims) {
  SmallVector<std::string> sizes;
  for (size_t i = 0; i < RESNETC_MAX_RANK; ++i)
    sizes.push_back(formatv("i64 {0}", i < dims.size() ? dims[i] : 0));
  return formatv("[8 x i64] [{0}]", join(sizes, ", "));
}

void TableWriter::writeTensors(const NetworkTable &table, StringRef linkage) {
  writeTensors(table, linkage, "inputs", table.inputs);
  writeTensors(table, linkage, "outputs", table.outputs);
}

void TableWriter::writeTensors(const NetworkTable &table, StringRef linkage,
                               StringRef kind,
                               ArrayRef<NetworkTable::Tensor> tensors) {
  SmallVector<std::string> entries;
  for (const NetworkTable::Tensor &tensor : tensors)
    entries.push_back(formatv("%tensor {{ ptr {0}, i32 {1}, i32 {2}, {3} }",
                              string(tensor.name), tensor.elementType,
                              tensor.dims.size(), dimensions(tensor.dims)));
  os << formatv("{0} = {1}constant [{2} x %tensor] [{3}], align 8\n",
                symbol(table, kind), linkage, tensors.size(),
                join(entries, ", "));
  os << formatv("{0} = {1}constant i32 {2}, align 4\n",
                symbol(table, kind.drop_back() + "_count"), linkage,
                tensors.size());
}

/// `kernel(operands, begin, end)` for each `kernel.body(a, b, ..., begin,
/// end)`.
void TableWriter::writeEntryPoints(const NetworkTable &table) {
  for (const NetworkTable::Step &step : table.steps) {
    if (!entryPoints.insert(step.kernel).second)
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

void TableWriter::writeSteps(const Variant &variant,
                             const NetworkTable &table) {
  SmallVector<std::string> entries;
  for (const NetworkTable::Step &step : table.steps) {
    unsigned number = operandLists++;
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
        "{4}, i64 {5}, ptr {6}, ptr {7}, i64 {8} }",
        step.kernel, number, step.operands.size(), step.flags, step.units,
        step.macs, string(step.layer), string(step.kernel), step.reduced));
  }
  os << formatv("{0} = private constant [{1} x %step] [{2}], align 8\n",
                stepsName(variant, table), entries.size(),
                join(entries, ",\n  "));
}

void TableWriter::writeModel(const Variant &variant,
                             const NetworkTable &table) {
  std::string name = string(table.name);
  std::string compilerName = string(compilerText());
  std::string targetName = string(variant.getTargetText());
  os << formatv("{0} = {1}constant %model {{ i32 {2}, i32 {3}, i32 {4}, i32 "
                "{5}, i64 {6}, ptr {7}, ptr {8}, ptr {9}, ",
                modelSymbol(variant, table), isModelVisible() ? "" : "hidden ",
                RESNETC_RT_ABI_VERSION, table.inputs.size(),
                table.outputs.size(), table.steps.size(),
                variant.target.requiredFeatures, name, compilerName, targetName)
     << formatv("ptr {0}, ptr {1}, ptr {2}, i64 {3}, i64 {4}, i64 {5}, i64 "
                "{6}, i64 64, ptr {7}, i64 {8} }, align 8\n",
                symbol(table, "inputs"), symbol(table, "outputs"),
                stepsName(variant, table), table.fixedBatch,
                table.workspaceShared, table.workspacePerImage,
                table.workspaceLocal, symbol("weights"),
                network.getWeightBytes());
}

void TableWriter::writeDescription() {
  auto text = [&](StringRef suffix, StringRef value) {
    os << formatv("{0} = constant [{1} x i8] c\"", symbol(suffix),
                  value.size() + 1);
    printEscapedString(value, os);
    os << "\\00\"\n";
  };
  text("version", compilerText());
  text("target", network.getTargetText());
  os << formatv("{0} = constant i64 64, align 8\n",
                symbol("workspace_alignment"));
}

/// The variants' tables, and a function for tools that returns the one that
/// this machine runs, as `NAME_model` is there for them if it is the only one.
void TableWriter::writeVariants() {
  SmallVector<std::string> models;
  for (const Variant &variant : network.getVariants())
    models.push_back("ptr " + modelSymbol(variant, variant.table));
  os << formatv(R"({0} = hidden constant [{1} x ptr] [{2}], align 8
declare ptr @resnetc_rt_select(ptr, i32)
define ptr {3}() {{
  %model = tail call ptr @resnetc_rt_select(ptr {0}, i32 {1})
  ret ptr %model
}
)",
                symbol("variants"), models.size(), join(models, ", "),
                symbol("variant"));
}

void TableWriter::writeFunctions() {
  std::string model = "%model", choice;
  if (network.hasOneVariant())
    model = symbol("model");
  else
    choice = formatv("  %model = call ptr @resnetc_rt_select(ptr {0}, i32 "
                     "{1})\n",
                     symbol("variants"), network.getVariants().size());
  os << formatv(R"(
define i32 {0}(ptr %inputs, ptr %outputs, i64 %batch, ptr %data, i64 %size, ptr %context) {{
{4}  %status = tail call i32 @resnetc_rt_run(ptr {1}, ptr %inputs, ptr %outputs, i64 %batch, ptr %data, i64 %size, ptr %context)
  ret i32 %status
}
define i32 {5}() {{
{4}  %status = tail call i32 @resnetc_rt_prepare(ptr {1})
  ret i32 %status
}
define i64 {2}(i64 %batch) {{
{4}  %size = tail call i64 @resnetc_rt_workspace_size(ptr {1}, i64 %batch)
  ret i64 %size
}
define ptr {3}(i32 %status) {{
  %text = tail call ptr @resnetc_status_string(i32 %status)
  ret ptr %text
}
)",
                symbol("run"), model, symbol("workspace_size"),
                symbol("error_string"), choice, symbol("prepare"));
}

/// The table of what trains, and what is kept for it.
void TableWriter::writeTrainer(const TrainingTable &training) {
  SmallVector<std::string> kept, initial;
  for (const KeptTensor &tensor : training.kept) {
    kept.push_back(formatv("%kept {{ ptr {0}, i32 {1}, i32 {2}, {3}, i64 {4} }",
                           string(tensor.name), tensor.kind, tensor.dims.size(),
                           dimensions(tensor.dims), tensor.place));
    initial.push_back(tensor.valueOffset < 0
                          ? std::string("ptr null")
                          : formatv("ptr getelementptr (i8, ptr {0}, i64 {1})",
                                    symbol("weights"), tensor.valueOffset)
                                .str());
  }
  SmallVector<std::string> gradients;
  for (const GradientStep &gradient : training.findGradientSteps())
    gradients.push_back(formatv("%gradient {{ i64 {0}, i64 {1} }",
                                gradient.step, gradient.kept));
  os << formatv("@.gradients = private constant [{0} x %gradient] [{1}], "
                "align 8\n",
                gradients.size(), join(gradients, ", "));
  os << formatv("{0} = constant [{1} x %kept] [{2}], align 8\n", symbol("kept"),
                kept.size(), join(kept, ",\n  "))
     << formatv("{0} = constant i32 {1}, align 4\n", symbol("kept_count"),
                kept.size())
     << formatv("@.initial = private constant [{0} x ptr] [{1}], align 8\n",
                initial.size(), join(initial, ", "));
  std::string sizes = formatv("[4 x i64] [i64 {0}, i64 {1}, i64 {2}, i64 {3}]",
                              training.bytesOf(RESNETC_RT_PARAMETERS),
                              training.bytesOf(RESNETC_RT_GRADIENTS),
                              training.bytesOf(RESNETC_RT_STATE),
                              training.bytesOf(RESNETC_RT_SETTINGS));
  os << formatv("{0} = constant {1}, align 8\n", symbol("training_sizes"),
                sizes)
     << formatv("{0} = hidden constant %trainer {{ ptr {1}, ptr {2}, ptr {3}, "
                "ptr {4}, "
                "ptr @.initial, i64 {5}, {6}, i64 {7}, i64 {8}, i64 {9}, "
                "ptr @.gradients, i64 {10}, i64 {11} }, align 8\n",
                symbol("trainer"), symbol("model"),
                symbol(training.backward, "model"),
                symbol(training.update, "model"), symbol("kept"), kept.size(),
                sizes, training.label.index, training.label.classes,
                training.label.ignoreIndex, gradients.size(),
                training.isParallel ? 1 : 0);
}

void TableWriter::writeTrainingFunctions() {
  for (StringRef name : {"evaluate", "accumulate", "train_step"})
    os << formatv(R"(
define i32 {0}(ptr %inputs, ptr %outputs, i64 %batch, ptr %training, ptr %data, i64 %size, ptr %context) {{
  %status = call i32 @resnetc_rt_{1}(ptr {2}, ptr %inputs, ptr %outputs, i64 %batch, ptr %training, ptr %data, i64 %size, ptr %context)
  ret i32 %status
}
)",
                  symbol(name), name, symbol("trainer"));
  for (StringRef name : {"save", "load"})
    os << formatv(R"(
define i32 {0}(ptr %path, ptr %training) {{
  %status = call i32 @resnetc_rt_{1}(ptr {2}, ptr %path, ptr %training)
  ret i32 %status
}
)",
                  symbol(name), name, symbol("trainer"));
  os << formatv(R"(
define i32 {0}(ptr %training, ptr %data, i64 %size, ptr %context) {{
  %status = call i32 @resnetc_rt_update(ptr {1}, ptr %training, ptr %data, i64 %size, ptr %context)
  ret i32 %status
}
define i32 {2}(ptr %training) {{
  %status = call i32 @resnetc_rt_initialize(ptr {1}, ptr %training)
  ret i32 %status
}
define i32 {7}(ptr %training, i64 %seed) {{
  %status = call i32 @resnetc_rt_seed(ptr {1}, ptr %training, i64 %seed)
  ret i32 %status
}
define i32 {3}() {{
  %status = call i32 @resnetc_rt_prepare(ptr {4})
  ret i32 %status
}
define i64 {5}(i64 %batch) {{
  %size = call i64 @resnetc_rt_training_workspace_size(ptr {1}, i64 %batch)
  ret i64 %size
}
define ptr {6}(i32 %status) {{
  %text = tail call ptr @resnetc_status_string(i32 %status)
  ret ptr %text
}
)",
                symbol("update"), symbol("trainer"), symbol("initialize"),
                symbol("prepare"), symbol("model"), symbol("workspace_size"),
                symbol("error_string"), symbol("seed"));
}

std::string resnetc::emitTableIR(const CompiledNetwork &network) {
  std::string text;
  raw_string_ostream os(text);
  TableWriter(network, os).write();
  return text;
}
