//===- LinkOutput.h - Archives and shared objects ------------- -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DRIVER_LINKOUTPUT_H
#define RESNETC_DRIVER_LINKOUTPUT_H

#include "llvm/Support/Error.h"
#include <string>

namespace resnetc {

/// Writes the archive `output` with an object, called `member` there, and the
/// members of the runtime's archive, unless that is an empty name.
llvm::Error writeArchive(llvm::StringRef output, llvm::StringRef object,
                         llvm::StringRef member, llvm::StringRef runtime);

/// Links an object and the runtime's archive with the system's C compiler.
llvm::Error linkSharedObject(llvm::StringRef output, llvm::StringRef object,
                             llvm::StringRef runtime);

} // namespace resnetc

#endif // RESNETC_DRIVER_LINKOUTPUT_H
