//===- Diagnostics.cpp - Errors for people who run a tool -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Support/Diagnostics.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace resnetc {

std::string printable(StringRef name) {
  std::string text = name.str();
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return text;
}

namespace {
/// What a location of the importer says.
struct NodeLocation {
  std::string file, name, opType;
};
} // namespace

static void collect(LocationAttr loc, NodeLocation &node) {
  if (auto named = dyn_cast<NameLoc>(loc)) {
    auto child = dyn_cast<NameLoc>(named.getChildLoc());
    if (child && node.name.empty()) {
      node.name = named.getName().str();
      node.opType = child.getName().str();
    }
    collect(named.getChildLoc(), node);
  } else if (auto file = dyn_cast<FileLineColLoc>(loc)) {
    if (node.file.empty())
      node.file = file.getFilename().str();
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collect(part, node);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    collect(call.getCallee(), node);
  }
}

std::string describeLocation(Location loc) {
  NodeLocation node;
  collect(loc, node);
  std::string text = printable(node.file);
  if (node.name.empty() && node.opType.empty())
    return text;
  if (!text.empty())
    text += ": ";
  return text + "node '" + printable(node.name) + "' (" +
         printable(node.opType) + ")";
}

/// The message without MLIR's "'resnet.conv' op ".
static StringRef withoutOpPrefix(StringRef message) {
  StringRef rest = message;
  if (!rest.consume_front("'"))
    return message;
  size_t end = rest.find("' op ");
  if (end == StringRef::npos || rest.take_front(end).contains(' '))
    return message;
  return rest.drop_front(end + 5);
}

static StringRef severityOf(const Diagnostic &diagnostic) {
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Remark:
    return "remark";
  case DiagnosticSeverity::Note:
    return "note";
  }
  llvm_unreachable("all severities are covered");
}

/// A note, indented under its error. MLIR's own one shows IR, which means
/// nothing to someone who has a model.
static void printNote(Diagnostic &note, llvm::raw_ostream &os) {
  std::string message = note.str();
  if (!StringRef(message).starts_with("see current operation"))
    os << "  note: " << printable(message) << "\n";
}

ModelDiagnosticHandler::ModelDiagnosticHandler(MLIRContext *context,
                                               llvm::raw_ostream &os)
    : ScopedDiagnosticHandler(context) {
  setHandler([this, &os](Diagnostic &diagnostic) {
    numErrors += diagnostic.getSeverity() == DiagnosticSeverity::Error;
    os << severityOf(diagnostic) << ": ";
    std::string place = describeLocation(diagnostic.getLocation());
    if (!place.empty())
      os << place << ": ";
    std::string message = diagnostic.str();
    os << printable(withoutOpPrefix(message)) << "\n";
    for (Diagnostic &note : diagnostic.getNotes())
      printNote(note, os);
    return success();
  });
}

} // namespace resnetc
