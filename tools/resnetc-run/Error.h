//===- Error.h - How resnetc-run gives up --------------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_RUN_ERROR_H
#define RESNETC_TOOLS_RESNETC_RUN_ERROR_H

namespace resnetc::run {

/// Exit status of the tool.
enum ExitCode { Success = 0, InputAtFault = 1, WrongUsage = 2 };

/// Prints one line, `error: ` and the message in printf's manner, and exits
/// with InputAtFault.
[[noreturn]] __attribute__((format(printf, 1, 2))) void
fatal(const char *Format, ...);

/// The same for a command line that cannot be understood: exits with
/// WrongUsage.
[[noreturn]] __attribute__((format(printf, 1, 2))) void
usageError(const char *Format, ...);

} // namespace resnetc::run

#endif // RESNETC_TOOLS_RESNETC_RUN_ERROR_H
