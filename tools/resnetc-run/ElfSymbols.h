//===- ElfSymbols.h - Names that a shared object exports ------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_ELFSYMBOLS_H
#define RESNETC_TOOLS_RESNETC_RUN_ELFSYMBOLS_H

#include <string>
#include <vector>

namespace resnetc::run {

/// The names of the defined dynamic symbols, in the file's order. Fatal when
/// the file is not a shared object for this machine.
std::vector<std::string> exportedNames(const std::string &Path);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_ELFSYMBOLS_H
