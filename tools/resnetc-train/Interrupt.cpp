//===- Interrupt.cpp - Ending when the user wants to ----------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interrupt.h"
#include <csignal>
#include <initializer_list>

using namespace resnetc::train;

static volatile std::sig_atomic_t interrupted = 0;

void resnetc::train::catchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = 1; };
  // The handler is gone after it was called; reads and writes go on.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  for (int signal : {SIGINT, SIGTERM})
    sigaction(signal, &action, nullptr);
}

bool resnetc::train::isInterrupted() { return interrupted != 0; }
