//===- ImportONNX.cpp - From an ONNX file to the resnet dialect -----------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Import/ImportONNX.h"
#include "GraphImporter.h"
#include "mlir/IR/Verifier.h"
#include "resnetc/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace resnetc {

static constexpr int64_t oldestIRVersion = 3;
static constexpr int64_t latestOpset = 21;
static constexpr int64_t oldestOpset = 1;

std::string toIdentifier(StringRef text) {
  std::string name;
  for (char c : text)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(name.begin(), '_');
  return name;
}

std::optional<InputShape> InputShape::parse(StringRef text) {
  InputShape shape;
  auto [name, sizes] = text.rsplit(':');
  if (text.contains(':'))
    shape.name = name.str();
  else
    sizes = text;
  SmallVector<StringRef> parts;
  if (!sizes.empty())
    sizes.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t size = ShapedType::kDynamic;
    bool isOpen = part == "?" || (part.size() == 1 && llvm::isAlpha(part[0]));
    if (!isOpen &&
        (part.getAsInteger(10, size) || size < 0 || size > INT32_MAX))
      return std::nullopt;
    shape.sizes.push_back(size);
  }
  return shape;
}

/// The version of ONNX's own operators. Newer ones than we know are taken: the
/// operators of residual networks rarely change, and an attribute that is
/// unknown is an error.
static FailureOr<int64_t> checkVersions(const onnx::ModelProto &model,
                                        Location loc) {
  if (model.ir_version() < oldestIRVersion)
    return emitError(loc) << "IR version " << model.ir_version()
                          << " is older than " << oldestIRVersion
                          << ", the oldest that is supported";
  std::optional<int64_t> opset;
  for (const auto &import : model.opset_import())
    if (import.domain().empty() || import.domain() == "ai.onnx")
      opset = std::max(opset.value_or(0), import.version());
  // Without operators of ONNX's own, any will do.
  bool hasOwn = llvm::any_of(model.graph().node(), [](const auto &node) {
    return node.domain().empty() || node.domain() == "ai.onnx";
  });
  if (!opset && !hasOwn)
    return latestOpset;
  if (!opset)
    return emitError(loc, "the model does not say its opset (opset_import)");
  if (*opset < oldestOpset)
    return emitError(loc) << "opset " << *opset << " is older than "
                          << oldestOpset << ", the oldest that is supported";
  return *opset;
}

/// Imports what was read from `path`.
static FailureOr<OwningOpRef<ModuleOp>>
importFile(import::ModelFile &file, StringRef path, MLIRContext &context,
           const ImportOptions &options) {
  context.loadDialect<resnet::ResNetDialect, func::FuncDialect>();
  // The file is called by its name: what is made of a model must not depend on
  // where it lay.
  StringRef fileName = llvm::sys::path::filename(path);
  Location loc = FileLineColLoc::get(&context, fileName, 0, 0);
  FailureOr<int64_t> opset = checkVersions(*file.getModel(), loc);
  if (failed(opset))
    return failure();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  std::string name = options.name.empty()
                         ? toIdentifier(llvm::sys::path::stem(path))
                         : options.name;
  import::GraphImporter importer(file, *opset, *module, fileName, options);
  if (failed(importer.run(name)) || failed(verify(*module)))
    return failure();
  return module;
}

FailureOr<OwningOpRef<ModuleOp>>
importONNX(StringRef path, MLIRContext &context, const ImportOptions &options) {
  Location loc = FileLineColLoc::get(&context, path, 0, 0);
  auto file = import::ModelFile::open(path, loc);
  if (failed(file))
    return failure();
  return importFile(**file, path, context, options);
}

FailureOr<OwningOpRef<ModuleOp>> importONNX(llvm::MemoryBufferRef model,
                                            MLIRContext &context,
                                            const ImportOptions &options) {
  StringRef path = model.getBufferIdentifier();
  Location loc = FileLineColLoc::get(&context, path, 0, 0);
  auto file = import::ModelFile::parse(model, loc);
  if (failed(file))
    return failure();
  return importFile(**file, path, context, options);
}

} // namespace resnetc
