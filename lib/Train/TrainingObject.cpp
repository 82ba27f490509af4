//===- TrainingObject.cpp - A shared object that trains -------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/TrainingObject.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ELFObjectFile.h"
#include <dlfcn.h>

using namespace llvm;
using namespace resnetc::train;

/// The prefixes of what the file exports for training, sorted.
static Expected<std::vector<std::string>> findPrefixes(StringRef path) {
  auto file = object::ObjectFile::createObjectFile(path);
  if (!file)
    return createStringError(path + ": " + toString(file.takeError()));
  auto *elf = dyn_cast<object::ELFObjectFileBase>(file->getBinary());
  std::vector<std::string> prefixes;
  if (!elf)
    return prefixes;
  for (const object::ELFSymbolRef &symbol : elf->getDynamicSymbolIterators()) {
    Expected<uint32_t> flags = symbol.getFlags();
    Expected<StringRef> name = symbol.getName();
    if (!flags || !name) {
      consumeError(flags.takeError());
      consumeError(name.takeError());
      continue;
    }
    if (!(*flags & object::SymbolRef::SF_Undefined) &&
        name->consume_back("_train_step"))
      prefixes.push_back(name->str());
  }
  llvm::sort(prefixes);
  return prefixes;
}

static Expected<std::string> choosePrefix(StringRef path, StringRef name) {
  Expected<std::vector<std::string>> prefixes = findPrefixes(path);
  if (!prefixes)
    return prefixes.takeError();
  if (prefixes->empty())
    return createStringError(path + ": has no network to train; resnetc "
                                    "--train compiles one");
  if (!name.empty() && !is_contained(*prefixes, name))
    return createStringError(path + ": has no network '" + name +
                             "' to train; it has " + join(*prefixes, ", "));
  if (name.empty() && prefixes->size() > 1)
    return createStringError(path +
                             ": has several networks to train, choose "
                             "one with --name: " +
                             join(*prefixes, ", "));
  return name.empty() ? prefixes->front() : name.str();
}

namespace {

/// Looks up what an object exports.
class Resolver {
public:
  Resolver(void *handle, StringRef path) : handle(handle), path(path) {}

  template <typename T> void function(const Twine &name, T &result) {
    void *address = find(name);
    static_assert(sizeof(T) == sizeof(void *), "POSIX says so");
    std::memcpy(static_cast<void *>(&result), static_cast<void *>(&address),
                sizeof(address));
  }
  template <typename T> void value(const Twine &name, T &result) {
    if (const void *address = find(name))
      result = *static_cast<const T *>(address);
  }
  template <typename T>
  void list(const Twine &name, const Twine &countName, ArrayRef<T> &result) {
    int32_t count = 0;
    value(countName, count);
    result = ArrayRef(static_cast<const T *>(find(name)), count);
  }
  /// Fails if something was missing.
  Error finish() {
    if (missing.empty())
      return Error::success();
    return createStringError(path + ": symbol '" + missing + "' is missing");
  }

private:
  void *find(const Twine &name) {
    void *address = dlsym(handle, name.str().c_str());
    if (!address)
      missing = name.str();
    return address;
  }

  void *handle;
  StringRef path;
  std::string missing;
};

} // namespace

Expected<TrainingObject> TrainingObject::load(StringRef path, StringRef name) {
  Expected<std::string> prefix = choosePrefix(path, name);
  if (!prefix)
    return prefix.takeError();
  // Without a slash, dlopen would search the library path.
  std::string file = path.contains('/') ? path.str() : ("./" + path).str();
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return createStringError(Twine(dlerror()));
  Resolver resolver(handle, path);
  auto symbol = [&](StringRef what) { return *prefix + "_" + what.str(); };
  TrainingObject result;
  resolver.function(symbol("initialize"), result.initialize);
  resolver.function(symbol("seed"), result.seed);
  resolver.function(symbol("train_step"), result.trainStep);
  resolver.function(symbol("evaluate"), result.evaluate);
  resolver.function(symbol("save"), result.save);
  resolver.function(symbol("load"), result.restore);
  resolver.function(symbol("prepare"), result.prepare);
  resolver.function(symbol("workspace_size"), result.workspaceSize);
  resolver.function(symbol("error_string"), result.errorString);
  resolver.function("resnetc_pool_create", result.poolCreate);
  resolver.function("resnetc_pool_destroy", result.poolDestroy);
  resolver.value(symbol("workspace_alignment"), result.workspaceAlignment);
  resolver.value(symbol("training_sizes"), result.sizes);
  resolver.list(symbol("kept"), symbol("kept_count"), result.kept);
  resolver.list(symbol("inputs"), symbol("input_count"), result.inputs);
  resolver.list(symbol("outputs"), symbol("output_count"), result.outputs);
  resolver.list(symbol("backward_inputs"), symbol("backward_input_count"),
                result.backwardInputs);
  resolver.list(symbol("backward_outputs"), symbol("backward_output_count"),
                result.backwardOutputs);
  const char *version = nullptr;
  resolver.function(symbol("version"), version);
  if (Error error = resolver.finish())
    return error;
  result.version = version;
  return result;
}
