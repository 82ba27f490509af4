//===- Error.cpp - How resnetc-run gives up -------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

using namespace resnetc::run;

[[noreturn]] static void printAndExit(ExitCode Code, const char *Format,
                                      va_list Arguments) {
  std::fflush(stdout);
  std::fputs("error: ", stderr);
  std::vfprintf(stderr, Format, Arguments);
  std::fputc('\n', stderr);
  std::exit(Code);
}

void resnetc::run::fatal(const char *Format, ...) {
  va_list Arguments;
  va_start(Arguments, Format);
  printAndExit(InputAtFault, Format, Arguments);
}

void resnetc::run::usageError(const char *Format, ...) {
  va_list Arguments;
  va_start(Arguments, Format);
  printAndExit(WrongUsage, Format, Arguments);
}
