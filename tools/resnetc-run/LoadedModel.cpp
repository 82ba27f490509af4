//===- LoadedModel.cpp - A compiled model in a shared object --------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoadedModel.h"
#include "ElfSymbols.h"
#include "Error.h"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <vector>

using namespace resnetc::run;

/// What says where the table is: an object for one CPU exports it, one for
/// several a function that returns the table of the code that runs here.
static const char TableSuffix[] = "_model";
static const char VariantSuffix[] = "_variant";

static bool endsWith(const std::string &Name, const std::string &Suffix) {
  return Name.size() > Suffix.size() &&
         Name.compare(Name.size() - Suffix.size(), Suffix.size(), Suffix) == 0;
}

/// Prefixes with a table, NAME_run and NAME_workspace_size.
static std::vector<std::string>
findPrefixes(const std::vector<std::string> &Names) {
  auto isExported = [&](const std::string &Name) {
    return std::find(Names.begin(), Names.end(), Name) != Names.end();
  };
  std::vector<std::string> Prefixes;
  for (const std::string &Name : Names)
    for (const char *Suffix : {TableSuffix, VariantSuffix}) {
      if (!endsWith(Name, Suffix))
        continue;
      std::string Prefix = Name.substr(0, Name.size() - std::strlen(Suffix));
      if (isExported(Prefix + "_run") && isExported(Prefix + "_workspace_size"))
        Prefixes.push_back(Prefix);
    }
  std::sort(Prefixes.begin(), Prefixes.end());
  return Prefixes;
}

static std::string choosePrefix(const std::string &Path,
                                const std::string &Name) {
  std::vector<std::string> Prefixes = findPrefixes(exportedNames(Path));
  if (Prefixes.empty())
    fatal("%s: no resnetc model in this shared object", Path.c_str());
  std::string List;
  for (const std::string &Prefix : Prefixes)
    List += (List.empty() ? "" : ", ") + Prefix;
  if (!Name.empty()) {
    if (std::find(Prefixes.begin(), Prefixes.end(), Name) == Prefixes.end())
      fatal("%s: no model '%s'; there is %s", Path.c_str(), Name.c_str(),
            List.c_str());
    return Name;
  }
  if (Prefixes.size() > 1)
    fatal("%s: several models, choose one with --name: %s", Path.c_str(),
          List.c_str());
  return Prefixes.front();
}

template <typename T>
static void resolve(void *Handle, const std::string &Path,
                    const std::string &Name, T &Result) {
  void *Address = dlsym(Handle, Name.c_str());
  if (!Address)
    fatal("%s: symbol '%s' is missing", Path.c_str(), Name.c_str());
  static_assert(sizeof(T) == sizeof(void *), "POSIX says so");
  std::memcpy(static_cast<void *>(&Result), static_cast<void *>(&Address),
              sizeof(Address));
}

LoadedModel LoadedModel::load(const std::string &Path,
                              const std::string &Name) {
  std::string Prefix = choosePrefix(Path, Name);
  // Without a slash, dlopen would search the library path.
  std::string File = Path.find('/') == std::string::npos ? "./" + Path : Path;
  void *Handle = dlopen(File.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!Handle)
    fatal("%s", dlerror());

  LoadedModel Result;
  if (dlsym(Handle, (Prefix + VariantSuffix).c_str())) {
    const resnetc_rt_model *(*GetVariant)();
    resolve(Handle, Path, Prefix + VariantSuffix, GetVariant);
    Result.Model = GetVariant();
  } else {
    resolve(Handle, Path, Prefix + TableSuffix, Result.Model);
  }
  if (Result.Model->abi_version != RESNETC_RT_ABI_VERSION)
    fatal("%s: compiled by another version of resnetc (table version %d, "
          "not %d)",
          Path.c_str(), Result.Model->abi_version, RESNETC_RT_ABI_VERSION);
  resolve(Handle, Path, Prefix + "_run", Result.Run);
  resolve(Handle, Path, Prefix + "_prepare", Result.Prepare);
  resolve(Handle, Path, Prefix + "_workspace_size", Result.WorkspaceSize);
  resolve(Handle, Path, Prefix + "_error_string", Result.ErrorString);
  const size_t *Alignment;
  resolve(Handle, Path, Prefix + "_workspace_alignment", Alignment);
  Result.WorkspaceAlignment = *Alignment;
  resolve(Handle, Path, "resnetc_pool_create", Result.PoolCreate);
  resolve(Handle, Path, "resnetc_pool_destroy", Result.PoolDestroy);
  if (Result.Model->gpu) {
    resolve(Handle, Path, "resnetc_gpu_open", Result.GPUOpen);
    resolve(Handle, Path, "resnetc_gpu_close", Result.GPUClose);
    resolve(Handle, Path, "resnetc_gpu_message", Result.GPUMessage);
  }
  return Result;
}
