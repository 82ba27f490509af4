//===- Interrupt.h - Ending when the user wants to ------------ -*- C++ -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_TOOLS_RESNETC_TRAIN_INTERRUPT_H
#define RESNETC_TOOLS_RESNETC_TRAIN_INTERRUPT_H

namespace resnetc::train {

/// From now on SIGINT and SIGTERM only make `isInterrupted` true, the first
/// time; the second time they end the program as ever.
void catchInterrupts();
bool isInterrupted();

} // namespace resnetc::train

#endif // RESNETC_TOOLS_RESNETC_TRAIN_INTERRUPT_H
