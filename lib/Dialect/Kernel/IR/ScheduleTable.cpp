//===- ScheduleTable.cpp - Schedules chosen before ------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Dialect/Kernel/IR/ScheduleTable.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace resnetc::kernel;

static llvm::Error errorIn(StringRef path, const llvm::Twine &message) {
  return llvm::createStringError(path + ": " + message);
}

llvm::Expected<ScheduleTable> ScheduleTable::read(StringRef path, StringRef cpu,
                                                  MLIRContext &context) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return errorIn(path, buffer.getError().message());
  std::string message;
  Attribute attribute;
  {
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      message = diagnostic.str();
      return success();
    });
    attribute = parseAttribute((*buffer)->getBuffer().rtrim(), &context);
  }
  auto whole = dyn_cast_or_null<DictionaryAttr>(attribute);
  auto writtenFor = whole ? whole.getAs<StringAttr>("cpu") : StringAttr();
  auto entries =
      whole ? whole.getAs<DictionaryAttr>("schedules") : DictionaryAttr();
  if (!writtenFor || !entries)
    return errorIn(path, "is not a table of schedules" +
                             (message.empty() ? "" : ": " + message));
  if (writtenFor.getValue() != cpu)
    return errorIn(path, "has schedules for " + writtenFor.getValue() +
                             ", not for " + cpu);
  ScheduleTable table;
  for (NamedAttribute entry : entries) {
    auto schedule = dyn_cast<ScheduleAttr>(entry.getValue());
    if (!schedule)
      return errorIn(path,
                     "has no schedule for '" + entry.getName().strref() + "'");
    table.insert(entry.getName(), schedule);
  }
  return table;
}

void ScheduleTable::write(llvm::raw_ostream &os, StringRef cpu) const {
  os << "{cpu = \"" << cpu << "\", schedules = {";
  StringRef separator = "\n";
  for (const auto &[key, schedule] : schedules) {
    os << separator << "  \"" << key << "\" = " << schedule;
    separator = ",\n";
  }
  os << "\n}}\n";
}

std::string ScheduleTable::keyOf(ConvOp op) {
  auto pair = [](ArrayRef<int64_t> sizes) {
    return llvm::formatv("{0}x{1}", sizes[0], sizes[1]).str();
  };
  std::string key = llvm::formatv(
      "{0} {1} to {2}, {3}", pair(op.getKernelShape()), op.getInputChannels(),
      op.getOutputChannels(), pair(op.getOutputSize()));
  if (pair(op.getStrides()) != "1x1")
    key += ", strides " + pair(op.getStrides());
  if (pair(op.getDilations()) != "1x1")
    key += ", dilations " + pair(op.getDilations());
  if (op.getGroup() != 1)
    key += ", groups " + std::to_string(op.getGroup());
  if (op.isPlanar())
    key += ", planar";
  // Precisions are scheduled apart.
  for (auto [role, buffer] :
       {std::pair("from", op.getInput()), std::pair("to", op.getOutput())})
    if (cast<MemRefType>(buffer.getType()).getElementType().isBF16())
      key += llvm::formatv(", {0} bf16", role);
  return key;
}

ScheduleAttr ScheduleTable::lookup(ConvOp op) const {
  if (schedules.empty())
    return ScheduleAttr();
  auto it = schedules.find(keyOf(op));
  return it == schedules.end() ? ScheduleAttr() : it->second;
}

void ScheduleTable::insert(StringRef key, ScheduleAttr schedule) {
  schedules[key.str()] = schedule;
}

bool ScheduleTable::contains(StringRef key) const {
  return schedules.count(key.str()) > 0;
}
